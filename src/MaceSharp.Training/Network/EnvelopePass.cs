using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>Radial weights times an envelope of their own: w = f·R, where the envelope is not part of the basis.</summary>
internal static class EnvelopePass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Forward(Shard<T> shard, int rowsPerPair, LayerArrays<T> v)
    {
        for (int row = 0; row < v.Weights.Rows; row++) { Assign(shard.Cutoffs.Span[row / rowsPerPair], v.Weights.Row(row), v.Scaled.Row(row)); }
    }

    public static void Adjoint(Shard<T> shard, int rowsPerPair, LayerArrays<T> v, LayerArrays<T> bar)
    {
        for (int row = 0; row < v.Weights.Rows; row++)
        {
            int pair = row / rowsPerPair;
            shard.DistancesBar.Span[pair] += shard.CutoffSlopes.Span[pair] * double.CreateTruncating(Simd.Dot<T>(bar.Scaled.Row(row), v.Weights.Row(row)));
            Assign(shard.Cutoffs.Span[pair], bar.Scaled.Row(row), bar.Weights.Row(row));
        }
    }

    public static void Tangent(Shard<T> shard, ReadOnlySpan<double> distancesDot, int rowsPerPair, LayerArrays<T> v, LayerArrays<T> dot)
    {
        for (int row = 0; row < v.Weights.Rows; row++)
        {
            int pair = row / rowsPerPair;
            Assign(shard.Cutoffs.Span[pair], dot.Weights.Row(row), dot.Scaled.Row(row));
            Simd.AddScaled<T>(T.CreateTruncating(shard.CutoffSlopes.Span[pair] * distancesDot[pair]), v.Weights.Row(row), dot.Scaled.Row(row));
        }
    }

    public static void AdjointTangent(Shard<T> shard, ReadOnlySpan<double> distancesDot, int rowsPerPair, LayerArrays<T> bar, LayerArrays<T> barDot)
    {
        for (int row = 0; row < bar.Weights.Rows; row++)
        {
            int pair = row / rowsPerPair;
            Assign(shard.Cutoffs.Span[pair], barDot.Scaled.Row(row), barDot.Weights.Row(row));
            Simd.AddScaled<T>(T.CreateTruncating(shard.CutoffSlopes.Span[pair] * distancesDot[pair]), bar.Scaled.Row(row), barDot.Weights.Row(row));
        }
    }

    private static void Assign(double factor, ReadOnlySpan<T> x, Span<T> y)
    {
        x.CopyTo(y);
        Simd.Scale(T.CreateTruncating(factor), y);
    }
}
