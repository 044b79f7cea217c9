using MaceSharp.Atoms;
using MaceSharp.Cli.Models;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>What is to be measured.</summary>
internal sealed record BenchRequest
{
    /// <summary>The model.</summary>
    public required ModelHandle Model { get; init; }

    /// <summary>The atoms; their positions will be changed.</summary>
    public required Structure Structure { get; init; }

    /// <summary>What the structure is, a few words.</summary>
    public required string Description { get; init; }

    /// <summary>Whether the structure is water that nobody asked for by its elements.</summary>
    public bool IsWater { get; init; }

    /// <summary>How it is evaluated.</summary>
    public required MaceOptions Options { get; init; }

    /// <summary>Steps that a neighbour list lasts, 1 or more.</summary>
    public int ListPeriod { get; init; } = 1;

    /// <summary>Number of repeats, 1 or more.</summary>
    public required int Repeats { get; init; }
}
