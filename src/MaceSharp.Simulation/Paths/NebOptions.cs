namespace MaceSharp.Simulation;

/// <summary>How a nudged elastic band is relaxed.</summary>
public sealed record NebOptions
{
    /// <summary>Spring constant between images, eV/Å².</summary>
    public double SpringConstant { get; init; } = 0.1;

    /// <summary>Whether the highest image climbs to the saddle point.</summary>
    public bool Climbs { get; init; } = true;

    /// <summary>The highest image begins to climb when the largest force on the band is below this, eV/Å (or after half of the steps).</summary>
    public double ClimbingForce { get; init; } = 0.5;

    /// <summary>The band is converged when no atom of an image between the ends has a larger force, projected as the method says, eV/Å.</summary>
    public double MaximalForce { get; init; } = 0.05;

    /// <summary>Largest number of steps.</summary>
    public int MaximalSteps { get; init; } = 1000;

    /// <summary>Largest step of an atom, Å.</summary>
    public double LargestStep { get; init; } = 0.2;

    /// <summary>How many images are evaluated at once, each by an evaluator of its own. Results do not depend on it.</summary>
    public int ThreadCount { get; init; } = 1;

    /// <summary>Indices of atoms that do not move.</summary>
    public IReadOnlyCollection<int> FixedAtoms { get; init; } = [];
}
