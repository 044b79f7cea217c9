namespace MaceSharp.Cli.Analysis;

/// <summary>What <c>mace analyze</c> is asked for.</summary>
internal sealed record AnalysisRequest
{
    /// <summary>Largest distance of radial distributions, Å; null for none.</summary>
    public double? RadialCutoff { get; init; }

    /// <summary>Bins of radial distributions.</summary>
    public int RadialBins { get; init; }

    /// <summary>Whether displacements are followed.</summary>
    public bool Displacements { get; init; }

    /// <summary>Whether the density of states is wanted.</summary>
    public bool Vibrations { get; init; }

    /// <summary>Whether bonds and angles are counted.</summary>
    public bool Bonds { get; init; }

    /// <summary>How far bonds reach, in covalent radii.</summary>
    public double BondFactor { get; init; }

    /// <summary>Whether the infrared spectrum is wanted.</summary>
    public bool Infrared { get; init; }

    /// <summary>Fixed charges as text, or null for the dipoles of the frames.</summary>
    public string? Charges { get; init; }

    /// <summary>Temperature, K, or null for that of the velocities.</summary>
    public double? Temperature { get; init; }

    /// <summary>Time between frames, fs, or null to take it from the frames.</summary>
    public double? FrameTime { get; init; }

    /// <summary>Resolution of spectra, cm⁻¹.</summary>
    public double Resolution { get; init; }

    /// <summary>Whether the time between frames is needed.</summary>
    public bool NeedsTime => Displacements || Vibrations || Infrared;

    /// <summary>Whether there are results that go into files.</summary>
    public bool WritesFiles => NeedsTime || RadialCutoff is not null || Bonds;
}
