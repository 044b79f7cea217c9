using System.Globalization;
using System.Numerics;
using MaceSharp.Atoms;
using MathNet.Numerics.IntegralTransforms;

namespace MaceSharp.Simulation;

/// <summary>
/// The integral over the autocorrelation of a flux, κ(t) = 1/(V·k_B·T²) ∫₀ᵗ ⟨J(0)·J(s)⟩ ds, whose plateau is the thermal conductivity
/// (M. S. Green, J. Chem. Phys. 22, 398 (1954); R. Kubo, J. Phys. Soc. Jpn. 12, 570 (1957)). The series is cut into blocks; their scatter gives the error.
/// </summary>
public sealed class GreenKubo
{
    /// <summary>From eV/(fs·Å·K) to W/(m·K).</summary>
    private const double WattPerMetreKelvin = Units.ElementaryChargeCoulomb / 1e-25;

    private GreenKubo(double spacing, double[] correlation, double[][] conductivity, double[][] errors)
    {
        Spacing = spacing;
        Correlation = correlation;
        Conductivity = conductivity[3];
        Error = errors[3];
        Diagonal = [conductivity[0], conductivity[1], conductivity[2]];
        DiagonalErrors = [errors[0], errors[1], errors[2]];
    }

    /// <summary>Time between the points, fs.</summary>
    public double Spacing { get; }

    /// <summary>Mean autocorrelation ⟨J(0)·J(t)⟩, (eV·Å/fs)².</summary>
    public IReadOnlyList<double> Correlation { get; }

    /// <summary>Running integral, the mean of the three directions, W/(m·K).</summary>
    public IReadOnlyList<double> Conductivity { get; }

    /// <summary>Standard error of <see cref="Conductivity"/> from the scatter of the blocks, W/(m·K).</summary>
    public IReadOnlyList<double> Error { get; }

    /// <summary>Running integrals along x, y and z, W/(m·K).</summary>
    public IReadOnlyList<IReadOnlyList<double>> Diagonal { get; }

    /// <summary>Standard errors of <see cref="Diagonal"/>, W/(m·K).</summary>
    public IReadOnlyList<IReadOnlyList<double>> DiagonalErrors { get; }

    /// <summary>Integrates a series.</summary>
    /// <param name="flux">Heat flux at equal spacing, eV·Å/fs (not divided by the volume).</param>
    /// <param name="spacing">Time between samples, fs.</param>
    /// <param name="volume">Volume, Å³.</param>
    /// <param name="temperature">Temperature, K.</param>
    /// <param name="correlationTime">Longest time of the correlation, fs; null: half a block.</param>
    /// <param name="blocks">Number of blocks, at least 2.</param>
    /// <exception cref="InvalidInputException">A number is out of range, or the series is too short for the blocks.</exception>
    public static GreenKubo Integrate(IReadOnlyList<Vector3D> flux, double spacing, double volume, double temperature, double? correlationTime = null, int blocks = 10)
    {
        ArgumentNullException.ThrowIfNull(flux);
        if (!(spacing > 0) || !(volume > 0) || !(temperature > 0)) { throw new InvalidInputException("A conductivity needs a time between samples, a volume and a temperature that are larger than zero."); }
        if (blocks < 2) { throw new InvalidInputException("An error from blocks needs at least 2 of them."); }
        int length = flux.Count / blocks;
        if (length < 4) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{flux.Count} samples are too few for {blocks} blocks; a block needs at least 4.")); }
        int lags = correlationTime is double longest ? (int)Math.Round(longest / spacing) + 1 : (length / 2) + 1;
        if (lags < 2 || lags > length) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A correlation time of {correlationTime:G6} fs does not fit into blocks of {length * spacing:G6} fs; take one from {spacing:G6} fs to that, or fewer blocks.")); }
        double factor = WattPerMetreKelvin * spacing / (volume * Units.BoltzmannConstant * temperature * temperature);
        double[] correlation = new double[lags];
        double[][] mean = [.. Enumerable.Range(0, 4).Select(_ => new double[lags])], squares = [.. Enumerable.Range(0, 4).Select(_ => new double[lags])];
        for (int block = 0; block < blocks; block++)
        {
            double[][] curves = [new double[lags], new double[lags], new double[lags], new double[lags]];
            for (int axis = 0; axis < 3; axis++)
            {
                double[] c = Autocorrelation(flux, axis, block * length, length, lags);
                double running = 0;
                for (int k = 0; k < lags; k++)
                {
                    if (k > 0) { running += 0.5 * (c[k - 1] + c[k]); }
                    correlation[k] += c[k] / blocks;
                    curves[axis][k] = factor * running;
                    curves[3][k] += factor * running / 3;
                }
            }

            for (int curve = 0; curve < 4; curve++)
            {
                for (int k = 0; k < lags; k++)
                {
                    double d = curves[curve][k] - mean[curve][k];
                    mean[curve][k] += d / (block + 1);
                    squares[curve][k] += d * (curves[curve][k] - mean[curve][k]);
                }
            }
        }

        double[][] errors = [.. squares.Select(s => s.Select(x => Math.Sqrt(x / (blocks - 1) / blocks)).ToArray())];
        return new(spacing, correlation, mean, errors);
    }

    /// <summary>Σ J(t)·J(t+k)/(length − k) of one block, by Fourier transforms of the series with as many zeros behind it.</summary>
    private static double[] Autocorrelation(IReadOnlyList<Vector3D> flux, int axis, int first, int length, int lags)
    {
        int padded = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * length));
        Complex[] series = new Complex[padded];
        for (int t = 0; t < length; t++) { series[t] = flux[first + t][axis]; }
        Fourier.Forward(series, FourierOptions.AsymmetricScaling);
        for (int k = 0; k < padded; k++) { series[k] = series[k].Real * series[k].Real + (series[k].Imaginary * series[k].Imaginary); }
        Fourier.Inverse(series, FourierOptions.AsymmetricScaling);
        return [.. Enumerable.Range(0, lags).Select(k => series[k].Real / (length - k))];
    }
}
