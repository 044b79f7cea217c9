using MaceSharp.Architecture;

namespace MaceSharp;

/// <summary>How a MACE model is evaluated.</summary>
public sealed record MaceOptions
{
    /// <summary>Arithmetic of the network; positions, energies and accumulators are double in either.</summary>
    public Precision Precision { get; init; } = Precision.Float64;

    /// <summary>How radial weights are computed.</summary>
    public RadialMode Radial { get; init; } = RadialMode.Auto;

    /// <summary>Head that is evaluated whatever a structure says; null: the one a structure names in its key <c>head</c>, else the only head or the one called <c>Default</c>.</summary>
    public string? Head { get; init; }

    /// <summary>
    /// How much farther than the cutoff the neighbour list reaches, Å, so that it serves until an atom has moved by half of it.
    /// Worth 0.5 to 1 Å where one structure moves step by step; 0, the default, builds the list anew for every evaluation.
    /// </summary>
    public double Skin { get; init; }

    /// <summary>Threads of one evaluator; 0: as many as there are cores.</summary>
    public int ThreadCount { get; init; } = 1;
}

/// <summary>How the radial weights of edges are computed.</summary>
public enum RadialMode
{
    /// <summary>The exact network in float64, tables in float32.</summary>
    Auto,

    /// <summary>The radial network of the model, for every edge.</summary>
    Exact,

    /// <summary>Spline tables of the radial network, one a pair of elements: much faster, with a small, known error; energy and forces stay exactly consistent.</summary>
    Table,
}
