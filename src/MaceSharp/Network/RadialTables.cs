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

    /// <summary>Intervals of the grids on which coordinates are compared, and from which the search for the coarsest begins.</summary>
    private const int TrialIntervals = 96;

    /// <summary>The error of a slope falls as about this power of the spacing.</summary>
    private const double Order = 5.3;

    /// <summary>By how much a guess of the number of intervals exceeds what that order says.</summary>
    private const double SafetyOfGuess = 1.02;

    /// <summary>Fewer intervals by less than this are not worth another try.</summary>
    private const double WorthTrying = 0.95;

    private readonly RadialEmbedding _embedding;
    private readonly RadialBlock _block;
    private readonly int _elements;
    private readonly bool _perPair;
    private readonly bool _symmetric;
    private readonly Pair?[] _pairs;
    private readonly Lazy<RadialCoordinate> _coordinate;
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
        _coordinate = new Lazy<RadialCoordinate>(ChooseCoordinate);
    }

    /// <summary>Which radial weights each slab has.</summary>
    public ImmutableArray<ImmutableArray<int>> Slabs { get; }

    /// <summary>Radial weights an edge.</summary>
    public int Width => _block.Weights.OutputWidth;

    /// <summary>Whether there are densities too.</summary>
    public bool HasDensity => _block.Density is not null;

    /// <summary>Largest error of a slope between nodes, relative to the largest slope, that a table may have.</summary>
    public static double Tolerance => typeof(T) == typeof(float) ? 6e-8 : 1.2e-8;

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
        RadialCoordinate coordinate = _coordinate.Value;
        (RadialTable<double> Table, double Error)? best = null;
        for (int intervals = TrialIntervals; ;)
        {
            (RadialTable<double> table, double error) = Interpolate(sampler, coordinate, intervals);
            if (error <= Tolerance || intervals == MostIntervals) { best = (table, error); }
            int next = (int)Math.Clamp(Math.Ceiling(intervals * Math.Pow(error / Tolerance, 1 / Order) * SafetyOfGuess), FewestIntervals, MostIntervals);
            if (error > Tolerance) { next = Math.Max(next, Math.Min(intervals + 1, MostIntervals)); }
            if (best is { } found && next >= found.Table.Intervals * WorthTrying)
            {
                ImmutableArray<RadialTable<T>> weights = [.. Slabs.Select(columns => found.Table.Columns<T>(columns.AsSpan()))];
                return new Pair(coordinate, weights, HasDensity ? found.Table.Columns<double>([Width]) : null, found.Error);
            }

            intervals = next;
        }
    }

    /// <summary>The coordinate in which the weights of the first element with itself are followed best; one for all pairs, so that results do not depend on which pair was met first.</summary>
    private RadialCoordinate ChooseCoordinate()
    {
        PairSampler sampler = new(_embedding, _block, 0, 0);
        ReadOnlySpan<double> scales = [1, 1.5, 2, 3, 4];
        (RadialCoordinate Coordinate, double Error) best = (default, double.PositiveInfinity);
        foreach (double scale in scales)
        {
            RadialCoordinate coordinate = new(scale);
            double error = Interpolate(sampler, coordinate, TrialIntervals).Error;
            if (error < best.Error || best.Coordinate == default) { best = (coordinate, error); }
        }

        return best.Coordinate;
    }

    private (RadialTable<double> Table, double Error) Interpolate(PairSampler sampler, RadialCoordinate coordinate, int intervals)
    {
        double first = coordinate.Of(FirstNode), last = coordinate.Of(_embedding.CutoffRadius), span = last - first, half = 0.5 * span / intervals;

        // The first and the last node are met exactly.
        double[] nodes = sampler.Values([.. Enumerable.Range(0, intervals + 1).Select(i =>
            i == 0 ? FirstNode : i == intervals ? _embedding.CutoffRadius : coordinate.ToDistance(first + (span * i / intervals)))]);
        double[] middles = sampler.Values([coordinate.ToDistance(first + half), coordinate.ToDistance(last - half)]);
        double[] slopes = sampler.Slopes([FirstNode, _embedding.CutoffRadius]);
        Simd.Scale(1 / coordinate.Slope(FirstNode), slopes.AsSpan(0, sampler.Width));
        Simd.Scale(1 / coordinate.Slope(_embedding.CutoffRadius), slopes.AsSpan(sampler.Width));
        RadialTable<double> table = QuinticSpline.Interpolate(first, last, sampler.Width, nodes, middles, slopes);
        return (table, sampler.SlopeError(table, coordinate));
    }

    /// <summary>The tables of one pair of elements, all on one grid.</summary>
    /// <param name="Coordinate">What they are uniform in.</param>
    /// <param name="Weights">Radial weights of each slab.</param>
    /// <param name="Density">Edge density; null without.</param>
    /// <param name="SlopeError">Largest relative error of the slopes between nodes, before rounding to the precision of the table.</param>
    internal sealed record Pair(RadialCoordinate Coordinate, ImmutableArray<RadialTable<T>> Weights, RadialTable<double>? Density, double SlopeError)
    {
        /// <summary>One of the tables, for what is common to them.</summary>
        public RadialTable<T> Grid => Weights[0];
    }
}
