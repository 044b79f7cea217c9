using MaceSharp.Architecture;

namespace MaceSharp;

/// <summary>How a MACE model is evaluated.</summary>
public sealed record MaceOptions
{
    /// <summary>Arithmetic of the network; positions, energies and accumulators are double in either.</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>Head that is evaluated whatever a structure says; null: the one a structure names in its key <c>head</c>, else the only head or the one called <c>Default</c>.</summary>
    public string? Head { get; init; }

    /// <summary>Threads of one evaluator; 0: as many as there are cores.</summary>
    public int ThreadCount { get; init; } = 1;
}
