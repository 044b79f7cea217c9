using System.Collections.Immutable;
using System.Diagnostics;

namespace MaceSharp.Measuring;

/// <summary>The stages of an evaluation, in the order in which data first passes them.</summary>
public enum EvaluationStage
{
    /// <summary>Building, or checking, the neighbour list.</summary>
    NeighborList,

    /// <summary>Vectors, distances and harmonics of edges, and the way back from their adjoints to forces.</summary>
    Geometry,

    /// <summary>Radial weights of edges, and their slopes.</summary>
    RadialWeights,

    /// <summary>Products of radial weights, sent features and harmonics, summed over edges.</summary>
    EdgesForward,

    /// <summary>The way back over the edges.</summary>
    EdgesBack,

    /// <summary>Mixing, gates, products, residuals, what is sent, readouts.</summary>
    Products,

    /// <summary>The symmetric contraction and its adjoint.</summary>
    Contraction,

    /// <summary>Sums over threads and what else remains.</summary>
    Rest,
}

/// <summary>
/// Where the time of evaluations goes: wall time of the thread that evaluates, by stage, read at the seams between stages. With several threads it is
/// the share of one of them. A reading takes some tens of nanoseconds where a stage takes microseconds.
/// </summary>
public sealed class StageTimes
{
    private readonly long[] _ticks = new long[Stages.Length];
    private long _last;

    /// <summary>All stages.</summary>
    public static ImmutableArray<EvaluationStage> Stages { get; } = [.. Enum.GetValues<EvaluationStage>()];

    /// <summary>Share of a stage of all the time since the last <see cref="Clear"/>, 0 to 1; zero when nothing was measured.</summary>
    public double ShareOf(EvaluationStage stage)
    {
        long all = 0;
        foreach (long ticks in _ticks) { all += ticks; }
        return all == 0 ? 0 : (double)_ticks[(int)stage] / all;
    }

    /// <summary>Forgets what was measured.</summary>
    public void Clear() => Array.Clear(_ticks);

    /// <summary>Begins to count, outside any stage.</summary>
    internal void Start() => _last = Stopwatch.GetTimestamp();

    /// <summary>Counts the time since the last reading for a stage that has just ended.</summary>
    internal void End(EvaluationStage stage)
    {
        long now = Stopwatch.GetTimestamp();
        _ticks[(int)stage] += now - _last;
        _last = now;
    }
}
