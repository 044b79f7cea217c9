using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How a structure is relaxed.</summary>
public sealed record RelaxationOptions
{
    /// <summary>How the minimum is looked for.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Lbfgs;

    /// <summary>Converged when no force on an atom is larger, eV/Å.</summary>
    public double MaxForce { get; init; } = 0.01;

    /// <summary>Converged when, besides, no free component of stress plus pressure is larger, GPa.</summary>
    public double MaxStress { get; init; } = 0.01;

    /// <summary>Most steps.</summary>
    public int MaxSteps { get; init; } = 1000;

    /// <summary>Longest way of an atom in a step, Å.</summary>
    public double MaxStep { get; init; } = 0.2;

    /// <summary>What of the cell is relaxed.</summary>
    public CellRelaxation Cell { get; init; } = CellRelaxation.Fixed;

    /// <summary>Which components of the strain are free, in Voigt order xx yy zz yz xz xy; null: all.</summary>
    public IReadOnlyList<bool>? StrainMask { get; init; }

    /// <summary>External pressure, GPa; of a tensor its mean.</summary>
    public double Pressure { get; init; }

    /// <summary>What an external pressure tensor has beyond its mean, GPa: symmetric, with trace 0, positive under compression. At the end the stress is minus pressure and deviation.</summary>
    public Matrix3 PressureDeviation { get; init; }

    /// <summary>What atoms must not do.</summary>
    public IReadOnlyList<Constraint> Constraints { get; init; } = [];

    /// <summary>Whether the symmetry of the start is found, made exact and kept.</summary>
    public bool KeepsSymmetry { get; init; }

    /// <summary>How far an atom may be from where a symmetry operation puts it, Å.</summary>
    public double SymmetryTolerance { get; init; } = 0.01;
}
