using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The infrared spectrum of harmonic vibrations with dipoles linear in the displacements, averaged over all directions (E. B. Wilson, J. C. Decius and P. C. Cross, Molecular Vibrations, 1955).</summary>
public sealed class InfraredSpectrum
{
    /// <summary>Factor from (∂μ/∂Q)² in e²/u to km/mol: N_A/(12 ε₀ c²).</summary>
    internal const double KilometrePerMole = Units.AvogadroConstant / (12 * Units.VacuumPermittivityFaradPerMetre * Units.SpeedOfLightMetrePerSecond * Units.SpeedOfLightMetrePerSecond)
        * (Units.ElementaryChargeCoulomb * Units.ElementaryChargeCoulomb / Units.AtomicMassConstantKilogram) / 1000;

    private InfraredSpectrum(SpectralLine[] lines) => Lines = lines;

    /// <summary>A line for each vibration, imaginary ones too, by rising wavenumber.</summary>
    public IReadOnlyList<SpectralLine> Lines { get; }

    /// <summary>Computes the lines.</summary>
    /// <param name="modes">The vibrations.</param>
    /// <param name="dipoleDerivatives">For each atom ∂μ_β/∂u_α, e; rows for the dipole.</param>
    /// <exception cref="ArgumentException">There is not one matrix for each atom.</exception>
    public static InfraredSpectrum FromModes(NormalModes modes, IReadOnlyList<Matrix3> dipoleDerivatives)
    {
        ArgumentNullException.ThrowIfNull(modes);
        ArgumentNullException.ThrowIfNull(dipoleDerivatives);
        if (dipoleDerivatives.Count != modes.Structure.Count) { throw new ArgumentException($"{dipoleDerivatives.Count} derivatives do not fit {modes.Structure.Count} atoms.", nameof(dipoleDerivatives)); }
        SpectralLine[] lines = new SpectralLine[modes.Wavenumbers.Count];
        for (int n = 0; n < lines.Length; n++)
        {
            Vector3D[] moves = modes.Weighted(n);
            Vector3D slope = default;
            for (int i = 0; i < moves.Length; i++) { slope += moves[i] * dipoleDerivatives[i].Transposed; }
            lines[n] = new(modes.Wavenumbers[n], KilometrePerMole * Vector3D.Dot(slope, slope));
        }

        return new InfraredSpectrum(lines);
    }

    /// <summary>The absorption at the given wavenumbers, km/mol by cm⁻¹: every line of a positive wavenumber with a shape of its intensity as area.</summary>
    /// <param name="wavenumbers">Where, cm⁻¹.</param>
    /// <param name="width">Full width at half maximum, cm⁻¹.</param>
    /// <param name="shape">The shape.</param>
    /// <param name="scale">Factor on the wavenumbers of the lines.</param>
    public double[] Broaden(ReadOnlySpan<double> wavenumbers, double width, LineShape shape = LineShape.Lorentzian, double scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        double[] absorption = new double[wavenumbers.Length];
        foreach (SpectralLine line in Lines)
        {
            if (line.Wavenumber <= 0) { continue; }
            for (int k = 0; k < absorption.Length; k++)
            {
                double x = (wavenumbers[k] - (scale * line.Wavenumber)) / (0.5 * width);
                absorption[k] += line.Intensity * (shape == LineShape.Lorentzian
                    ? 2 / (Math.PI * width * (1 + (x * x)))
                    : 2 / width * Math.Sqrt(Math.Log(2) / Math.PI) * Math.Exp(-Math.Log(2) * x * x));
            }
        }

        return absorption;
    }
}
