namespace MaceSharp.Simulation;

/// <summary>How molecules are packed.</summary>
public sealed record PackingOptions
{
    /// <summary>No two atoms of different molecules, periodic images included, end closer than this, Å.</summary>
    public double MinimalDistance { get; init; } = 2;

    /// <summary>Seed of positions and orientations.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>After this many steps without success the packing is given up.</summary>
    public int MaximalSteps { get; init; } = 3000;
}
