using System.Runtime.InteropServices;
using MaceSharp.Architecture;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>Samples the radial weights and, as a last column, the density of one pair of elements, and measures tables of them.</summary>
internal sealed class PairSampler
{
    private const int Batch = 64;

    /// <summary>Intervals in which a table is measured at most, besides those near its ends.</summary>
    private const int MostMeasured = 128;

    private readonly PairRadial _exact;
    private readonly bool _hasDensity;
    private readonly int _sender;
    private readonly int _receiver;

    /// <param name="embedding">The radial embedding.</param>
    /// <param name="block">The radial part of a block.</param>
    /// <param name="sender">Element index of the sender.</param>
    /// <param name="receiver">Element index of the receiver.</param>
    public PairSampler(RadialEmbedding embedding, RadialBlock block, int sender, int receiver)
    {
        _exact = new PairRadial(embedding, block, Batch);
        _hasDensity = block.Density is not null;
        _sender = sender;
        _receiver = receiver;
        Width = _exact.Width + (_hasDensity ? 1 : 0);
    }

    /// <summary>Number of functions.</summary>
    public int Width { get; }

    /// <summary>Values at some distances, [distances, width].</summary>
    public double[] Values(ReadOnlySpan<double> distances)
    {
        double[] values = new double[distances.Length * Width];
        Sample(distances, values, []);
        return values;
    }

    /// <summary>Derivatives at some distances, 1/Å, [distances, width].</summary>
    public double[] Slopes(ReadOnlySpan<double> distances)
    {
        double[] slopes = new double[distances.Length * Width];
        Sample(distances, new double[slopes.Length], slopes);
        return slopes;
    }

    /// <summary>Largest error of a slope of a table along the distance, relative to the largest slope; weights and density each by themselves.</summary>
    /// <param name="table">A table of all functions.</param>
    /// <param name="coordinate">What it is uniform in.</param>
    /// <remarks>
    /// Measured at the quarters of intervals: the leading term of the error of a slope is a Bernoulli polynomial of fifth degree,
    /// which is largest there and vanishes at the nodes and in the middles. Near the ends, where it is not so, at the eighths.
    /// </remarks>
    public double SlopeError(RadialTable<double> table, RadialCoordinate coordinate)
    {
        const int NearEnd = 4;
        double spacing = (table.Last - table.First) / table.Intervals;
        int stride = Math.Max(1, table.Intervals / MostMeasured);
        List<double> points = [table.Last];
        for (int i = 0; i < table.Intervals; i++)
        {
            bool nearEnd = i < NearEnd || i >= table.Intervals - NearEnd;
            if (!nearEnd && i % stride != 0) { continue; }
            ReadOnlySpan<double> places = nearEnd ? [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875] : [0.25, 0.75];
            foreach (double place in places) { points.Add(table.First + ((i + place) * spacing)); }
        }

        double[] slopes = Slopes(CollectionsMarshal.AsSpan(points.ConvertAll(coordinate.ToDistance)));
        double[] value = new double[Width], slope = new double[Width];
        Span<double> errors = [0, 0], scales = [0, 0];
        for (int p = 0; p < points.Count; p++)
        {
            table.Evaluate(points[p], value, slope);
            Simd.Scale(coordinate.Slope(coordinate.ToDistance(points[p])), slope.AsSpan());
            for (int k = 0; k < Width; k++)
            {
                int part = k < _exact.Width ? 0 : 1;
                double exact = slopes[(p * Width) + k];
                errors[part] = Math.Max(errors[part], Math.Abs(slope[k] - exact));
                scales[part] = Math.Max(scales[part], Math.Abs(exact));
            }
        }

        return Math.Max(scales[0] > 0 ? errors[0] / scales[0] : 0, scales[1] > 0 ? errors[1] / scales[1] : 0);
    }

    private void Sample(ReadOnlySpan<double> distances, Span<double> values, Span<double> slopes)
    {
        int weights = _exact.Width;
        for (int first = 0; first < distances.Length; first += Batch)
        {
            int count = Math.Min(Batch, distances.Length - first);
            _exact.Evaluate(distances.Slice(first, count), _sender, _receiver, !slopes.IsEmpty);
            for (int p = 0; p < count; p++)
            {
                int row = (first + p) * Width;
                _exact.Values.Slice(p * weights, weights).CopyTo(values[row..]);
                if (_hasDensity) { values[row + weights] = _exact.Densities[p]; }
                if (slopes.IsEmpty) { continue; }
                _exact.Slopes.Slice(p * weights, weights).CopyTo(slopes[row..]);
                if (_hasDensity) { slopes[row + weights] = _exact.DensitySlopes[p]; }
            }
        }
    }
}
