namespace MaceSharp.Simulation;

/// <summary>How a molecule can turn.</summary>
public enum MoleculeShape
{
    /// <summary>An atom: not at all.</summary>
    Monatomic,

    /// <summary>About two axes.</summary>
    Linear,

    /// <summary>About three axes.</summary>
    Nonlinear,
}
