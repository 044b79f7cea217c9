using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Simulation;

/// <summary>The energy of a crystal as a function of its volume, E(V), with four parameters.</summary>
/// <param name="Kind">The form.</param>
/// <param name="Energy0">Energy of the minimum E₀, eV.</param>
/// <param name="Volume0">Volume of the minimum V₀, Å³.</param>
/// <param name="BulkModulus">B₀ = V·d²E/dV² at the minimum, eV/Å³.</param>
/// <param name="BulkModulusDerivative">dB/dP at the minimum, without unit.</param>
public sealed record EquationOfState(EquationOfStateKind Kind, double Energy0, double Volume0, double BulkModulus, double BulkModulusDerivative)
{
    /// <summary>Root mean square difference to the energies it was fitted to, eV; zero for an equation that was not fitted.</summary>
    public double RootMeanSquareError { get; init; }

    /// <summary>Standard errors of E₀, V₀, B₀ and B₀′ from the scatter of the fit, in the units of these; empty for an equation that was not fitted, or with as many points as parameters.</summary>
    public IReadOnlyList<double> StandardErrors { get; init; } = [];

    /// <summary>The energy at a volume, eV.</summary>
    /// <param name="volume">V, Å³.</param>
    public double Energy(double volume) => Energy0 + (BulkModulus * Volume0 * Shape(Kind, volume / Volume0, BulkModulusDerivative));

    /// <summary>The pressure −dE/dV at a volume, eV/Å³.</summary>
    /// <param name="volume">V, Å³.</param>
    public double Pressure(double volume)
    {
        double b = BulkModulusDerivative;
        double x = Math.Cbrt(Volume0 / volume);
        return Kind switch
        {
            EquationOfStateKind.BirchMurnaghan => 1.5 * BulkModulus * (Math.Pow(x, 7) - Math.Pow(x, 5)) * (1 + (0.75 * (b - 4) * ((x * x) - 1))),
            EquationOfStateKind.Vinet => 3 * BulkModulus * x * x * (1 - (1 / x)) * Math.Exp(1.5 * (b - 1) * (1 - (1 / x))),
            _ => BulkModulus / b * (Math.Pow(Volume0 / volume, b) - 1),
        };
    }

    /// <summary>Fits energies by least squares (Levenberg–Marquardt), starting from a parabola.</summary>
    /// <param name="kind">The form.</param>
    /// <param name="volumes">Volumes, Å³; at least four different ones.</param>
    /// <param name="energies">Energies, eV, as many.</param>
    /// <exception cref="InvalidInputException">There are too few points, numbers that are not finite or volumes that are not positive, or the energies have no minimum.</exception>
    public static EquationOfState Fit(EquationOfStateKind kind, ReadOnlySpan<double> volumes, ReadOnlySpan<double> energies)
    {
        if (volumes.Length != energies.Length) { throw new ArgumentException($"{volumes.Length} volumes do not fit {energies.Length} energies.", nameof(energies)); }
        double[] v = volumes.ToArray(), e = energies.ToArray();
        if (v.Distinct().Count() < 4) { throw new InvalidInputException($"An equation of state has four parameters; {v.Distinct().Count()} volumes are too few, give at least 4, better 7."); }
        if (!v.All(static x => double.IsFinite(x) && x > 0) || !e.All(double.IsFinite)) { throw new InvalidInputException("A volume or an energy of the equation of state is not a positive or finite number."); }

        // In units of the middle volume and relative to the lowest energy, all parameters are of order one but the energy scale.
        double unit = v.Average(), lowest = e.Min(), scale = e.Max() - lowest;
        double[] x = [.. v.Select(value => value / unit)];
        double[] y = [.. e.Select(value => (value - lowest) / (scale > 0 ? scale : 1))];
        double[] parameters = Start(x, y);
        LeastSquares.Result fit = LeastSquares.Fit(parameters, x.Length, (p, i) => p[0] + (p[2] * p[1] * Shape(kind, x[i] / p[1], p[3])) - y[i]);
        parameters = fit.Parameters;
        if (!parameters.All(double.IsFinite) || parameters[1] <= 0 || parameters[2] <= 0)
        {
            throw new InvalidInputException("The energies have no minimum that an equation of state could describe; look at them, and take volumes around the minimum.");
        }

        double low = x.Min(), high = x.Max(), beyond = 0.25 * (high - low);
        if (parameters[1] < low - beyond || parameters[1] > high + beyond)
        {
            throw new InvalidInputException(FormattableString.Invariant($"The energies have no minimum near these volumes: the fit puts it at {parameters[1] * unit:0.###} Å³, the volumes go from {low * unit:0.###} to {high * unit:0.###} Å³; take volumes around the minimum."));
        }

        double[] units = [scale, unit, scale / unit, 1];
        return new EquationOfState(kind, lowest + (parameters[0] * scale), parameters[1] * unit, parameters[2] * scale / unit, parameters[3])
        {
            RootMeanSquareError = fit.RootMeanSquare * scale,
            StandardErrors = [.. fit.StandardErrors.Select((error, i) => error * units[i])],
        };
    }

    /// <summary>(E − E₀)/(B₀V₀) at the reduced volume V/V₀.</summary>
    private static double Shape(EquationOfStateKind kind, double volume, double b)
    {
        switch (kind)
        {
            case EquationOfStateKind.BirchMurnaghan:
                double strain = Math.Pow(volume, -2.0 / 3) - 1;
                return 9.0 / 16 * strain * strain * (6 + (b * strain) - (4 * (strain + 1)));
            case EquationOfStateKind.Vinet:
                double t = 1.5 * (b - 1) * (Math.Cbrt(volume) - 1);
                return 4 / ((b - 1) * (b - 1)) * (1 - ((1 + t) * Math.Exp(-t)));
            default:
                return (volume / b * ((Math.Pow(volume, -b) / (b - 1)) + 1)) - (1 / (b - 1));
        }
    }

    private static double[] Start(double[] x, double[] y)
    {
        Vector<double> c = Matrix<double>.Build.Dense(x.Length, 3, (i, k) => Math.Pow(x[i], k)).QR().Solve(Vector<double>.Build.Dense(y));
        double minimum = -c[1] / (2 * c[2]);
        if (!(c[2] > 0) || !(minimum > 0) || !double.IsFinite(minimum))
        {
            throw new InvalidInputException("The energies have no minimum that an equation of state could describe; look at them, and take volumes around the minimum.");
        }

        return [c[0] + (0.5 * c[1] * minimum), minimum, 2 * c[2] * minimum, 4];
    }
}
