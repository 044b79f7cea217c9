using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How elastic constants are computed.</summary>
public sealed record ElasticityOptions
{
    /// <summary>The largest strain; half of it and both signs are taken too.</summary>
    public double MaximumStrain { get; init; } = 0.005;

    /// <summary>Whether the point group of the crystal saves strains and is imposed on the result.</summary>
    public bool UseSymmetry { get; init; } = true;

    /// <summary>How far an atom may be from the place a symmetry gives it, Å.</summary>
    public double SymmetryTolerance { get; init; } = 1e-3;

    /// <summary>Relaxes the atoms of a strained crystal in its cell; null for the constants of clamped atoms.</summary>
    public Action<Structure>? Relax { get; init; }
}
