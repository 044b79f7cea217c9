using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>The density ρ = Σ f·tanh(q²) over the edges of a receiver, and the division of messages by βρ + α.</summary>
internal static class DensityPass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>ρ of all atoms from the roots q.</summary>
    public static void Forward(Shard<T> shard, int rowsPerPair, LayerArrays<T> v)
    {
        v.Density.Cleared();
        for (int row = 0; row < v.Root.Rows; row++)
        {
            AddToReceivers(shard, rowsPerPair, row, T.CreateTruncating(shard.Cutoffs.Span[row / rowsPerPair] * Evaluate(v.Root.Span[row]).Value), v.Density.Span);
        }
    }

    public static void Adjoint(Shard<T> shard, int rowsPerPair, LayerArrays<T> v, LayerArrays<T> bar)
    {
        for (int row = 0; row < v.Root.Rows; row++)
        {
            int pair = row / rowsPerPair;
            (double value, double slope, double _) = Evaluate(v.Root.Span[row]);
            double density = OfReceivers(shard, rowsPerPair, row, bar.Density.Span);
            bar.Root.Span[row] = T.CreateTruncating(density * shard.Cutoffs.Span[pair] * slope);
            shard.DistancesBar.Span[pair] += density * shard.CutoffSlopes.Span[pair] * value;
        }
    }

    public static void Tangent(Shard<T> shard, ReadOnlySpan<double> distancesDot, int rowsPerPair, LayerArrays<T> v, LayerArrays<T> dot)
    {
        dot.Density.Cleared();
        for (int row = 0; row < v.Root.Rows; row++)
        {
            int pair = row / rowsPerPair;
            (double value, double slope, double _) = Evaluate(v.Root.Span[row]);
            double change = (shard.Cutoffs.Span[pair] * slope * double.CreateTruncating(dot.Root.Span[row])) + (shard.CutoffSlopes.Span[pair] * distancesDot[pair] * value);
            AddToReceivers(shard, rowsPerPair, row, T.CreateTruncating(change), dot.Density.Span);
        }
    }

    public static void AdjointTangent(Shard<T> shard, ReadOnlySpan<double> distancesDot, int rowsPerPair, in DualArrays<T> a)
    {
        for (int row = 0; row < a.Value.Root.Rows; row++)
        {
            int pair = row / rowsPerPair;
            (double _, double slope, double curvature) = Evaluate(a.Value.Root.Span[row]);
            double density = OfReceivers(shard, rowsPerPair, row, a.Bar.Density.Span), change = OfReceivers(shard, rowsPerPair, row, a.BarDot.Density.Span);
            double f = shard.Cutoffs.Span[pair], fDot = shard.CutoffSlopes.Span[pair] * distancesDot[pair];
            a.BarDot.Root.Span[row] = T.CreateTruncating((change * f * slope) + (density * ((fDot * slope) + (f * curvature * double.CreateTruncating(a.Dot.Root.Span[row])))));
        }
    }

    /// <summary>y = m/(βρ + α).</summary>
    public static void Divide(LayerMaps<T> maps, LayerArrays<T> v)
    {
        for (int n = 0; n < v.Mixed.Rows; n++)
        {
            v.Mixed.Row(n).CopyTo(v.Normalized.Row(n));
            Simd.Scale(T.CreateTruncating(Norm(maps, v, n)), v.Normalized.Row(n));
        }
    }

    public static void DivideAdjoint(LayerMaps<T> maps, LayerArrays<T> v, LayerArrays<T> bar)
    {
        for (int n = 0; n < v.Mixed.Rows; n++)
        {
            double norm = Norm(maps, v, n);
            bar.Density.Span[n] = T.CreateTruncating(-norm * norm * maps.DensityScale * Dot(bar.Normalized.Row(n), v.Mixed.Row(n)));
            bar.Normalized.Row(n).CopyTo(bar.Mixed.Row(n));
            Simd.Scale(T.CreateTruncating(norm), bar.Mixed.Row(n));
        }
    }

    public static void DivideTangent(LayerMaps<T> maps, LayerArrays<T> v, LayerArrays<T> dot)
    {
        for (int n = 0; n < v.Mixed.Rows; n++)
        {
            double norm = Norm(maps, v, n), normDot = -norm * norm * maps.DensityScale * double.CreateTruncating(dot.Density.Span[n]);
            Combine(norm, dot.Mixed.Row(n), normDot, v.Mixed.Row(n), dot.Normalized.Row(n));
        }
    }

    public static void DivideAdjointTangent(LayerMaps<T> maps, in DualArrays<T> a, Span<double> gradient)
    {
        double alpha = 0, beta = 0;
        for (int n = 0; n < a.Value.Mixed.Rows; n++)
        {
            double density = double.CreateTruncating(a.Value.Density.Span[n]), densityDot = double.CreateTruncating(a.Dot.Density.Span[n]);
            double norm = Norm(maps, a.Value, n), normDot = -norm * norm * maps.DensityScale * densityDot;
            Span<T> bar = a.Bar.Normalized.Row(n), barDot = a.BarDot.Normalized.Row(n), mixed = a.Value.Mixed.Row(n);
            double sum = Dot(bar, mixed), sumDot = Dot(barDot, mixed) + Dot(bar, a.Dot.Mixed.Row(n));

            // Adjoint of the divisor βρ + α, and its change.
            double divisorBar = -norm * norm * sum, divisorBarDot = (-norm * norm * sumDot) - (2 * norm * normDot * sum);
            a.BarDot.Density.Span[n] = T.CreateTruncating(maps.DensityScale * divisorBarDot);
            alpha += divisorBarDot;
            beta += (density * divisorBarDot) + (densityDot * divisorBar);
            Combine(norm, barDot, normDot, bar, a.BarDot.Mixed.Row(n));
        }

        maps.AddDensityGradient(alpha, beta, gradient);
    }

    private static double Norm(LayerMaps<T> maps, LayerArrays<T> v, int node) => 1 / ((maps.DensityScale * double.CreateTruncating(v.Density.Span[node])) + maps.DensityOffset);

    private static double Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y) => double.CreateTruncating(Simd.Dot(x, y));

    /// <summary>z = a·x + b·y.</summary>
    private static void Combine(double a, ReadOnlySpan<T> x, double b, ReadOnlySpan<T> y, Span<T> z)
    {
        x.CopyTo(z);
        Simd.Scale(T.CreateTruncating(a), z);
        Simd.AddScaled(T.CreateTruncating(b), y, z);
    }

    /// <summary>tanh(q²) with first and second derivative.</summary>
    private static (double Value, double Slope, double Curvature) Evaluate(T root)
    {
        double q = double.CreateTruncating(root), t = Math.Tanh(q * q), slope = 1 - (t * t);
        return (t, 2 * q * slope, (2 * slope) - (8 * q * q * t * slope));
    }

    private static void AddToReceivers(Shard<T> shard, int rowsPerPair, int row, T value, Span<T> densities)
    {
        int pair = row / rowsPerPair;
        if (rowsPerPair == 1 || (row & 1) == 0) { densities[shard.Second[pair]] += value; }
        if (rowsPerPair == 1 || (row & 1) == 1) { densities[shard.First[pair]] += value; }
    }

    private static double OfReceivers(Shard<T> shard, int rowsPerPair, int row, ReadOnlySpan<T> densities)
    {
        int pair = row / rowsPerPair;
        double second = double.CreateTruncating(densities[shard.Second[pair]]), first = double.CreateTruncating(densities[shard.First[pair]]);
        return rowsPerPair == 1 ? first + second : (row & 1) == 0 ? second : first;
    }
}
