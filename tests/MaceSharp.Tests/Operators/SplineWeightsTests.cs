using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

/// <summary>The weights of differences against the B-splines themselves: for any coefficients they give the same value and derivative.</summary>
public sealed unsafe class SplineWeightsTests
{
    [Fact]
    public void Weights_in_float64() => Compare<double>(1e-14);

    [Fact]
    public void Weights_in_float32() => Compare<float>(1e-6);

    private static void Compare<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(3);
        double[] basis = new double[6], slopes = new double[6];
        foreach (int points in (int[])[0, 1, 2, 7, 8, 9, 40])
        {
            double[] places = new double[points + SplineWeights.Padding], scales = new double[points + SplineWeights.Padding];
            for (int p = 0; p < points; p++) { (places[p], scales[p]) = (p switch { 0 => 0, 1 => 1, _ => random.NextDouble() }, 1 + (100 * random.NextDouble())); }
            T[] weights = new T[(points + 1) * SplineWeights.Count];
            weights.AsSpan(points * SplineWeights.Count).Fill(T.NegativeOne);
            fixed (double* t = places, s = scales)
            fixed (T* w = weights) { SplineWeights.Evaluate(t, s, points, w); }
            for (int p = 0; p < points; p++)
            {
                double[] c = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() - 0.5)];
                QuinticSpline.Basis(places[p], basis);
                QuinticSpline.BasisSlopes(places[p], slopes);
                double value = c[2], slope = 0;
                for (int j = 0; j < 5; j++)
                {
                    value += double.CreateTruncating(weights[(p * SplineWeights.Count) + j]) * (c[j + 1] - c[j]);
                    slope += double.CreateTruncating(weights[(p * SplineWeights.Count) + 5 + j]) * (c[j + 1] - c[j]);
                }

                Assert.Equal(basis.Zip(c, static (a, b) => a * b).Sum(), value, tolerance);
                Assert.Equal(scales[p] * slopes.Zip(c, static (a, b) => a * b).Sum(), slope, tolerance * scales[p]);
            }

            Assert.All(weights.Skip(points * SplineWeights.Count), static w => Assert.Equal(T.NegativeOne, w));
        }
    }
}
