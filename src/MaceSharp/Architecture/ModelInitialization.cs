using System.Collections.Immutable;

namespace MaceSharp.Architecture;

/// <summary>What a new model starts from besides the shape of its network.</summary>
public sealed record ModelInitialization
{
    /// <summary>Seed of the random weights; the same seed gives the same weights.</summary>
    public long Seed { get; init; }

    /// <summary>Isolated-atom energies E0, eV, by head and then by element in the order of the model; empty: zeros.</summary>
    public ImmutableArray<ImmutableArray<double>> AtomicEnergies { get; init; } = [];

    /// <summary>Factor of the learned energy, by head; empty: ones. Only <see cref="ModelKind.ScaleShiftMace"/> has it.</summary>
    public ImmutableArray<double> Scale { get; init; } = [];

    /// <summary>Energy that is added for every atom, eV, by head; empty: zeros. Only <see cref="ModelKind.ScaleShiftMace"/> has it.</summary>
    public ImmutableArray<double> Shift { get; init; } = [];

    /// <summary>Precision in which the tensors are stored; the values are rounded to it.</summary>
    public Precision Precision { get; init; } = Precision.Float64;
}
