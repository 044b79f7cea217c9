using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Architecture;

/// <summary>
/// Radial weights of one layer as tables, one for every pair of elements that was met (one for all pairs where the
/// weights depend on the distance alone). Thread-safe.
/// </summary>
internal sealed class RadialTables<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Where the tables begin, Å. Closer atoms, which hardly occur, are left to the network itself.</summary>
    public const double FirstNode = 0.5;

    private const int FewestIntervals = 64;
    private const int MostIntervals = 4096;
    private const int SampleBatch = 64;

    private readonly RadialEmbedding _embedding;
    private readonly RadialBlock _block;
    private readonly int _elements;
    private readonly bool _perPair;
    private readonly Pair?[] _pairs;
    private readonly Lock _lock = new();

    public RadialTables(RadialEmbedding embedding, RadialBlock block, int elements)
    {
        _embedding = embedding;
        _block = block;
        _elements = elements;
        _perPair = embedding.DependsOnElements || block.WeightTerms is not null;
        _pairs = new Pair?[_perPair ? elements * elements : 1];
    }

    /// <summary>Radial weights an edge.</summary>
    public int Width => _block.Weights.OutputWidth;

    /// <summary>Whether there are densities too.</summary>
    public bool HasDensity => _block.Density is not null;

    /// <summary>Largest error of a slope between nodes, relative to the largest slope, that a table may have.</summary>
    private static double Tolerance => typeof(T) == typeof(float) ? 2e-7 : 1e-9;

    /// <summary>The exact functions that the tables stand for.</summary>
    public PairRadial CreateExact(int capacity) => new(_embedding, _block, capacity);

    /// <summary>The tables of a pair of elements; made when first asked for.</summary>
    public Pair Get(int sender, int receiver)
    {
        int index = _perPair ? (sender * _elements) + receiver : 0;
        return Volatile.Read(ref _pairs[index]) ?? Build(index, sender, receiver);
    }

    private Pair Build(int index, int sender, int receiver)
    {
        lock (_lock)
        {
            if (_pairs[index] is { } known) { return known; }
            PairRadial exact = CreateExact(SampleBatch);
            for (int intervals = FewestIntervals; ; intervals *= 2)
            {
                Pair pair = Build(exact, sender, receiver, intervals);
                if (pair.SlopeError <= Tolerance || intervals == MostIntervals)
                {
                    Volatile.Write(ref _pairs[index], pair);
                    return pair;
                }
            }
        }
    }

    private Pair Build(PairRadial exact, int sender, int receiver, int intervals)
    {
        double last = _embedding.CutoffRadius;
        int width = Width + (HasDensity ? 1 : 0);

        // Weights and density are interpolated in one go and stored apart.
        RadialTable<double> all = RadialTable<double>.Build(FirstNode, last, intervals, width, (points, values) => Sample(exact, sender, receiver, points, values, default, width));
        double error = MeasureSlopes(all, exact, sender, receiver, width);
        RadialTable<T> weights = RadialTable<T>.Build(FirstNode, last, intervals, Width, (points, values) => Sample(exact, sender, receiver, points, values, default, Width));
        RadialTable<double>? density = HasDensity ? RadialTable<double>.Build(FirstNode, last, intervals, 1, (points, values) => SampleDensity(exact, sender, receiver, points, values)) : null;
        return new Pair(weights, density, error);
    }

    /// <summary>Largest difference of slopes in the middles of the intervals, relative to the largest slope.</summary>
    private double MeasureSlopes(RadialTable<double> table, PairRadial exact, int sender, int receiver, int width)
    {
        double spacing = (table.Last - table.First) / table.Intervals;
        int stride = Math.Max(1, table.Intervals / 256);
        double[] points = [.. Enumerable.Range(0, table.Intervals).Where(i => i % stride == 0 || i < 8 || i >= table.Intervals - 8).Select(i => table.First + ((i + 0.5) * spacing))];
        double[] values = new double[points.Length * width], slopes = new double[points.Length * width];
        Sample(exact, sender, receiver, points, values, slopes, width);
        double[] value = new double[width], slope = new double[width];
        double error = 0, scale = 0;
        for (int p = 0; p < points.Length; p++)
        {
            table.Evaluate(points[p], value, slope);
            for (int k = 0; k < width; k++)
            {
                error = Math.Max(error, Math.Abs(slope[k] - slopes[(p * width) + k]));
                scale = Math.Max(scale, Math.Abs(slopes[(p * width) + k]));
            }
        }

        return scale > 0 ? error / scale : 0;
    }

    private void Sample(PairRadial exact, int sender, int receiver, ReadOnlySpan<double> points, Span<double> values, Span<double> slopes, int width)
    {
        for (int first = 0; first < points.Length; first += SampleBatch)
        {
            int count = Math.Min(SampleBatch, points.Length - first);
            exact.Evaluate(points.Slice(first, count), sender, receiver);
            for (int p = 0; p < count; p++)
            {
                int row = (first + p) * width;
                exact.Values.Slice(p * Width, Width).CopyTo(values[row..]);
                if (width > Width) { values[row + Width] = exact.Densities[p]; }
                if (slopes.IsEmpty) { continue; }
                exact.Slopes.Slice(p * Width, Width).CopyTo(slopes[row..]);
                if (width > Width) { slopes[row + Width] = exact.DensitySlopes[p]; }
            }
        }
    }

    private static void SampleDensity(PairRadial exact, int sender, int receiver, ReadOnlySpan<double> points, Span<double> values)
    {
        for (int first = 0; first < points.Length; first += SampleBatch)
        {
            int count = Math.Min(SampleBatch, points.Length - first);
            exact.Evaluate(points.Slice(first, count), sender, receiver);
            exact.Densities[..count].CopyTo(values[first..]);
        }
    }

    /// <summary>The tables of one pair of elements.</summary>
    /// <param name="Weights">Radial weights.</param>
    /// <param name="Density">Edge density; null without.</param>
    /// <param name="SlopeError">Largest relative error of the slopes between nodes, before rounding to the precision of the table.</param>
    internal sealed record Pair(RadialTable<T> Weights, RadialTable<double>? Density, double SlopeError);
}
