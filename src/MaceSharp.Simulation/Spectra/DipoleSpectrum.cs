using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The infrared spectrum of a trajectory from the autocorrelation of its dipole moment, with the harmonic quantum correction. Frames are added one by one; memory is one segment.
/// </summary>
/// <remarks>
/// <para>
/// Classical nuclei and the harmonic correction factor βħω/(1 − exp(−βħω)) give the absorption coefficient times the refractive index α·n = β/(6·c·V·ε₀)·∫ exp(−iωt)⟨Ṁ(0)·Ṁ(t)⟩ dt:
/// R. Ramírez, T. López-Ciudad, P. Kumar and D. Marx, J. Chem. Phys. 121, 3973 (2004). Derivatives take the place of dipoles and ω², so that slow motions do not leak into the spectrum.
/// Per molecule it is the molar absorption coefficient; its integral over a band of harmonic vibrations is N_A/(12·ε₀·c²)·Σ|∂μ/∂Q|², 42.256 km/mol for 1 D²/(Å²·u).
/// </para>
/// <para>
/// With charges, Ṁ = Σ q·v from the velocities of the frames: exact, and without jumps at periodic boundaries. With dipoles, Ṁ is the central difference, corrected for its error ω·Δt/sin(ω·Δt);
/// dipoles must not jump between frames, as those of charges in a periodic cell would. The spectrum is averaged over half-overlapping segments with the window of Hann.
/// </para>
/// </remarks>
public sealed class DipoleSpectrum
{
    private readonly PowerSpectrum _spectrum;
    private readonly BlockAverage _volume = new();
    private readonly Vector3D[] _last = new Vector3D[2];
    private bool? _isDerivative;
    private long _dipoles;

    /// <summary>Creates an empty spectrum.</summary>
    /// <param name="segment">Frames of a segment, even and at least 8: the points of the spectrum are 1/(segment·Δt) apart.</param>
    /// <exception cref="InvalidInputException">The segment is out of range.</exception>
    public DipoleSpectrum(int segment)
    {
        if (segment < 8 || segment % 2 != 0) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A spectrum cannot have segments of {segment} frames; give an even number from 8.")); }
        _spectrum = new PowerSpectrum([0, 0, 0], [1, 1, 1], segment);
    }

    /// <summary>Number of segments that were averaged; with none there is no spectrum.</summary>
    public long Segments => _spectrum.Segments;

    /// <summary>Number of samples of the derivative of the dipole.</summary>
    public long Samples => _spectrum.Samples;

    /// <summary>Mean volume of the frames, Å³; 0 when they have none.</summary>
    public double Volume => _volume.Count == 0 ? 0 : _volume.Mean;

    /// <summary>Adds the time derivative of the dipole of a frame, for example of fixed charges: Σ q·v.</summary>
    /// <param name="derivative">Ṁ, e·Å per Å·(u/eV)^½.</param>
    /// <param name="volume">Volume of the cell, Å³; 0 for a molecule.</param>
    /// <exception cref="InvalidOperationException">Dipoles were added before.</exception>
    public void AddDerivative(Vector3D derivative, double volume = 0)
    {
        if (_isDerivative == false) { throw new InvalidOperationException("Dipoles and their derivatives do not mix."); }
        _isDerivative = true;
        Sample(derivative, volume);
    }

    /// <summary>Adds the dipole of a frame.</summary>
    /// <param name="dipole">M, e·Å.</param>
    /// <param name="volume">Volume of the cell, Å³; 0 for a molecule.</param>
    /// <exception cref="InvalidOperationException">Derivatives were added before.</exception>
    public void AddDipole(Vector3D dipole, double volume = 0)
    {
        if (_isDerivative == true) { throw new InvalidOperationException("Dipoles and their derivatives do not mix."); }
        _isDerivative = false;

        // Half the difference of the frames around; the time between frames enters with the spectrum.
        if (_dipoles >= 2) { Sample(0.5 * (dipole - _last[_dipoles % 2]), volume); }
        _last[_dipoles++ % 2] = dipole;
    }

    /// <summary>Ṁ of fixed charges from the velocities of a frame, e·Å per Å·(u/eV)^½.</summary>
    /// <param name="structure">A frame with <c>momenta</c> or <c>velocities</c>.</param>
    /// <param name="charges">Charge of each atom, e.</param>
    /// <exception cref="InvalidInputException">The frame has no velocities, or another number of atoms than charges.</exception>
    public static Vector3D DerivativeOf(Structure structure, ReadOnlySpan<double> charges)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (charges.Length != structure.Count) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{structure.Origin}: {charges.Length} charges do not fit {structure.Count} atoms.")); }
        double[] masses = AtomicMasses.Of(structure);
        Vector3D[] velocities = new Vector3D[masses.Length];
        FrameVelocities.Read(structure, masses, velocities);
        Vector3D sum = default;
        for (int i = 0; i < velocities.Length; i++) { sum += charges[i] * velocities[i]; }
        return sum;
    }

    /// <summary>Wavenumbers of the points, cm⁻¹.</summary>
    /// <param name="frameTime">Time between frames, fs.</param>
    public double[] Wavenumbers(double frameTime)
    {
        double step = 1 / (_spectrum.Length * frameTime * 1e-15 * Units.SpeedOfLightMetrePerSecond * 100);
        return [.. Enumerable.Range(0, (_spectrum.Length / 2) + 1).Select(k => k * step)];
    }

    /// <summary>The molar absorption coefficient of what a cell (or the molecule) holds, km/mol per cm⁻¹; its integral over a band is the intensity of the band in km/mol.</summary>
    /// <param name="frameTime">Time between frames, fs.</param>
    /// <param name="temperature">Temperature, K.</param>
    /// <exception cref="InvalidOperationException">There is no segment yet.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Time or temperature is not positive.</exception>
    public double[] Molar(double frameTime, double temperature)
    {
        // N_A/(6·k·T·c·ε₀) in SI, and 0.1 from m²/mol to km/mol per cm⁻¹.
        double factor = 0.1 * Units.AvogadroConstant / (6 * Units.BoltzmannConstantJoulePerKelvin * temperature * Units.SpeedOfLightMetrePerSecond * Units.VacuumPermittivityFaradPerMetre);
        return Scaled(frameTime, temperature, factor);
    }

    /// <summary>Absorption coefficient times refractive index of a periodic cell, cm⁻¹.</summary>
    /// <inheritdoc cref="Molar"/>
    public double[] Absorption(double frameTime, double temperature)
    {
        if (Volume == 0) { throw new InvalidOperationException("A molecule has no volume, and so no absorption coefficient."); }

        // β/(6·c·V·ε₀) in SI, and 0.01 from 1/m to 1/cm.
        double factor = 0.01 / (6 * Units.BoltzmannConstantJoulePerKelvin * temperature * Units.SpeedOfLightMetrePerSecond * Units.VacuumPermittivityFaradPerMetre * Volume * 1e-30);
        return Scaled(frameTime, temperature, factor);
    }

    private double[] Scaled(double frameTime, double temperature, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameTime);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        if (Segments == 0) { throw new InvalidOperationException("There are fewer frames than a segment has."); }

        // To (C·m/s)²·s: derivatives are per internal unit of time, differences per time between frames.
        double unit = Units.ElementaryChargeCoulomb * 1e-10 / (_isDerivative == true ? 1e-15 / Units.Femtosecond : frameTime * 1e-15);
        double[] spectrum = _spectrum.Of(0, frameTime * 1e-15);
        for (int k = 0; k < spectrum.Length; k++)
        {
            double phase = 2 * Math.PI * k / _spectrum.Length;

            // The difference sees sin(ωΔt)/Δt in place of ω; near the end of the spectrum it sees nothing, and nothing is shown there.
            double seen = _isDerivative == true || k == 0 ? 1 : phase > 0.9 * Math.PI ? double.PositiveInfinity : Math.Sin(phase) / phase;
            spectrum[k] *= factor * unit * unit / (seen * seen);
        }

        return spectrum;
    }

    private void Sample(Vector3D derivative, double volume)
    {
        _spectrum.Add([derivative.X, derivative.Y, derivative.Z]);
        if (volume > 0) { _volume.Add(volume); }
    }
}
