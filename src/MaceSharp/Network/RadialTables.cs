using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>
/// Radial weights of one layer as tables, one for every pair of elements that was met (one for all pairs where the
/// weights depend on the distance alone). Thread-safe.
/// </summary>
internal sealed class RadialTables<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Where the tables begin, Å. Closer atoms, which hardly occur, are left to the network itself.</summary>
    public const double FirstNode = 0.5;

    private const int FewestIntervals = 32;
    private const int MostIntervals = 4096;
    private const double SafetyOfGuess = 1.04;
    private const double WorthTrying = 0.95;

    private readonly RadialEmbedding _embedding;
    private readonly RadialBlock _block;
    private readonly int _elements;
    private readonly bool _perPair;
    private readonly bool _symmetric;
    private readonly Pair?[] _pairs;
    private readonly Lock _lock = new();

    /// <param name="embedding">The radial embedding.</param>
    /// <param name="block">The radial part of a block.</param>
    /// <param name="slabs">The radial weights that are read together; each has a table of its own.</param>
    /// <param name="elements">Elements of the model.</param>
    public RadialTables(RadialEmbedding embedding, RadialBlock block, ImmutableArray<ImmutableArray<int>> slabs, int elements)
    {
        Slabs = slabs;
        _embedding = embedding;
        _block = block;
        _elements = elements;
        _perPair = embedding.DependsOnElements || block.WeightTerms is not null;
        _symmetric = block.WeightTerms is null;
        _pairs = new Pair?[_perPair ? elements * elements : 1];
    }

    /// <summary>Which radial weights each slab has.</summary>
    public ImmutableArray<ImmutableArray<int>> Slabs { get; }

    /// <summary>Radial weights an edge.</summary>
    public int Width => _block.Weights.OutputWidth;

    /// <summary>Whether there are densities too.</summary>
    public bool HasDensity => _block.Density is not null;

    /// <summary>Largest error of a slope between nodes, relative to the largest slope, that a table may have.</summary>
    public static double Tolerance => typeof(T) == typeof(float) ? 2.5e-7 : 1.5e-8;

    /// <summary>The exact functions that the tables stand for.</summary>
    public PairRadial CreateExact(int capacity) => new(_embedding, _block, capacity);

    /// <summary>The tables of a pair of elements; made when first asked for.</summary>
    public Pair Get(int sender, int receiver)
    {
        if (_symmetric && sender > receiver) { (sender, receiver) = (receiver, sender); }
        int index = _perPair ? (sender * _elements) + receiver : 0;
        return Volatile.Read(ref _pairs[index]) ?? Build(index, sender, receiver);
    }

    /// <summary>All pairs of element indices that have tables of their own; one pair that stands for all where the weights depend on the distance alone.</summary>
    public IEnumerable<(int Sender, int Receiver)> DistinctPairs() => !_perPair
        ? [(0, 0)]
        : Enumerable.Range(0, _elements).SelectMany(sender => Enumerable.Range(_symmetric ? sender : 0, _symmetric ? _elements - sender : _elements).Select(receiver => (sender, receiver)));

    /// <summary>Whether there is a table for each pair of elements.</summary>
    public bool DependOnElements => _perPair;

    private Pair Build(int index, int sender, int receiver)
    {
        lock (_lock)
        {
            if (_pairs[index] is { } known) { return known; }
            Pair pair = Build(sender, receiver);
            Volatile.Write(ref _pairs[index], pair);
            return pair;
        }
    }

    /// <summary>Makes tables on the coarsest grid that is fine enough, or nearly so, and does not keep them. Weights and density are interpolated in one go and stored apart.</summary>
    public Pair Build(int sender, int receiver)
    {
        PairSampler sampler = new(_embedding, _block, sender, receiver);
        double[] nodes = sampler.Values(Points(FewestIntervals + 1, FewestIntervals, 0));
        for (int intervals = FewestIntervals; ; intervals *= 2)
        {
            (RadialTable<double> table, double error) = Interpolate(sampler, nodes);
            if (error <= Tolerance || intervals == MostIntervals)
            {
                // The error falls as the fifth power of the spacing, so that a grid between this one and the last may do.
                int fewer = (int)Math.Ceiling(intervals * Math.Pow(error / Tolerance, 0.2) * SafetyOfGuess);
                if (intervals > FewestIntervals && fewer < intervals * WorthTrying)
                {
                    (RadialTable<double> smaller, double its) = Interpolate(sampler, sampler.Values(Points(fewer + 1, fewer, 0)));
                    if (its <= Tolerance) { (table, error) = (smaller, its); }
                }

                return new Pair([.. Slabs.Select(columns => table.Columns<T>(columns.AsSpan()))], HasDensity ? table.Columns<double>([Width]) : null, error);
            }

            nodes = Interleave(nodes, sampler.Values(Points(intervals, intervals, 0.5)), sampler.Width);
        }
    }

    private (RadialTable<double> Table, double Error) Interpolate(PairSampler sampler, double[] nodes)
    {
        int intervals = (nodes.Length / sampler.Width) - 1;
        double first = RadialCoordinate.Of(FirstNode), last = RadialCoordinate.Of(_embedding.CutoffRadius), half = 0.5 * (last - first) / intervals;
        double[] slopes = sampler.Slopes([FirstNode, _embedding.CutoffRadius]);
        Simd.Scale(1 / RadialCoordinate.Slope(FirstNode), slopes.AsSpan(0, sampler.Width));
        Simd.Scale(1 / RadialCoordinate.Slope(_embedding.CutoffRadius), slopes.AsSpan(sampler.Width));
        double[] middles = sampler.Values([RadialCoordinate.ToDistance(first + half), RadialCoordinate.ToDistance(last - half)]);
        RadialTable<double> table = QuinticSpline.Interpolate(first, last, sampler.Width, nodes, middles, slopes);
        return (table, sampler.SlopeError(table));
    }

    /// <summary>Distances one spacing of the coordinate apart; the first and the last node are met exactly.</summary>
    private double[] Points(int count, int intervals, double offset)
    {
        double first = RadialCoordinate.Of(FirstNode), span = RadialCoordinate.Of(_embedding.CutoffRadius) - first;
        return [.. Enumerable.Range(0, count).Select(i => (i + offset) switch
        {
            0 => FirstNode,
            double place when place == intervals => _embedding.CutoffRadius,
            double place => RadialCoordinate.ToDistance(first + (span * place / intervals)),
        })];
    }

    /// <summary>Values at the nodes of a grid twice as fine.</summary>
    private static double[] Interleave(double[] nodes, double[] middles, int width)
    {
        double[] all = new double[nodes.Length + middles.Length];
        for (int k = 0; k * width < all.Length; k++) { (k % 2 == 0 ? nodes : middles).AsSpan(k / 2 * width, width).CopyTo(all.AsSpan(k * width)); }
        return all;
    }

    /// <summary>The tables of one pair of elements, all on one grid over <see cref="RadialCoordinate"/>.</summary>
    /// <param name="Weights">Radial weights of each slab.</param>
    /// <param name="Density">Edge density; null without.</param>
    /// <param name="SlopeError">Largest relative error of the slopes between nodes, before rounding to the precision of the table.</param>
    internal sealed record Pair(ImmutableArray<RadialTable<T>> Weights, RadialTable<double>? Density, double SlopeError)
    {
        /// <summary>One of the tables, for what is common to them.</summary>
        public RadialTable<T> Grid => Weights[0];
    }
}
