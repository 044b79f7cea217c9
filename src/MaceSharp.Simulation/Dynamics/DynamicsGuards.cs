namespace MaceSharp.Simulation;

/// <summary>What ends a run that has gone wrong.</summary>
public sealed record DynamicsGuards
{
    /// <summary>Highest temperature, K.</summary>
    public double MaxTemperature { get; init; } = 20_000;

    /// <summary>Largest force on an atom, eV/Å.</summary>
    public double MaxForce { get; init; } = 500;

    /// <summary>Smallest distance of two atoms, Å; 0: none.</summary>
    public double MinDistance { get; init; } = 0.4;

    /// <summary>Whether an atom that had neighbours within the cutoff at the start may be without any.</summary>
    public bool AllowsLostAtoms { get; init; }

    /// <summary>Steps between two checks of distances, and between two copies of the last good frame. Temperature and forces are checked at every step.</summary>
    public int Every { get; init; } = 20;
}
