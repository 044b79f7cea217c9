using System.Numerics;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

/// <summary>Harmonics of many edges against those of one direction, and their contraction against differences.</summary>
public sealed unsafe class EdgeHarmonicsTests
{
    /// <summary>Fewer than a vector has lanes, just as many, one more, and several vectors.</summary>
    private static readonly int[] Counts = [0, 1, 3, 7, 8, 9, 33];

    public static TheoryData<int> Degrees => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Values_in_float64(int degree) => CompareValues<double>(degree, 1e-14);

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Values_in_float32(int degree) => CompareValues<float>(degree, 1e-6);

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Contractions_in_float64(int degree) => CompareContractions<double>(degree, 1e-13);

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Contractions_of_float32(int degree) => CompareContractions<float>(degree, 1e-13);

    [Theory]
    [MemberData(nameof(Degrees))]
    public void The_contraction_is_the_derivative(int degree)
    {
        const double H = 1e-4;
        const int Count = 9;
        Directions at = new(Count);
        int harmonics = SphericalHarmonics.CountOf(degree);
        double[] bar = at.Numbers(Count * harmonics), gradients = Contract(degree, at, bar);
        for (int e = 0; e < Count; e++)
        {
            for (int axis = 0; axis < 3; axis++)
            {
                Vector3D step = H * new Vector3D(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
                double expected = ((8 * (Energy(at.Unit(e) + step) - Energy(at.Unit(e) - step))) - Energy(at.Unit(e) + (2 * step)) + Energy(at.Unit(e) - (2 * step))) / (12 * H);
                Assert.Equal(expected, gradients[(axis * at.Stride) + e], 1e-9 * harmonics);
            }

            double Energy(Vector3D v)
            {
                double[] y = new double[harmonics];
                SphericalHarmonics.Evaluate(degree, (1 / v.Norm) * v, y);
                return y.Zip(bar.Skip(e * harmonics), static (a, b) => a * b).Sum();
            }
        }
    }

    private static void CompareValues<T>(int degree, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int harmonics = SphericalHarmonics.CountOf(degree);
        double[] expected = new double[harmonics];
        foreach (int count in Counts)
        {
            Directions at = new(count);
            T[] values = new T[(count + 1) * harmonics];
            values.AsSpan(count * harmonics).Fill(T.NegativeOne);
            fixed (double* x = at.X, y = at.Y, z = at.Z)
            fixed (T* v = values) { EdgeHarmonics.Evaluate(degree, x, y, z, count, v); }
            for (int e = 0; e < count; e++)
            {
                SphericalHarmonics.Evaluate(degree, at.Unit(e), expected);
                for (int h = 0; h < harmonics; h++) { Assert.Equal(expected[h], double.CreateTruncating(values[(e * harmonics) + h]), tolerance * 4); }
            }

            Assert.All(values.Skip(count * harmonics), static v => Assert.Equal(T.NegativeOne, v));
        }
    }

    private static void CompareContractions<T>(int degree, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int harmonics = SphericalHarmonics.CountOf(degree);
        double[] values = new double[harmonics];
        Vector3D[] slopes = new Vector3D[harmonics];
        foreach (int count in Counts)
        {
            Directions at = new(count);
            T[] bar = [.. at.Numbers(count * harmonics).Select(static v => T.CreateTruncating(v))];
            double[] gradients = Contract(degree, at, bar);
            for (int e = 0; e < count; e++)
            {
                SphericalHarmonics.EvaluateWithGradient(degree, at.Unit(e), values, slopes);
                Vector3D expected = default;
                for (int h = 0; h < harmonics; h++) { expected += double.CreateTruncating(bar[(e * harmonics) + h]) * slopes[h]; }
                Assert.Equal(expected.X, gradients[e], tolerance * harmonics);
                Assert.Equal(expected.Y, gradients[at.Stride + e], tolerance * harmonics);
                Assert.Equal(expected.Z, gradients[(2 * at.Stride) + e], tolerance * harmonics);
            }
        }
    }

    private static double[] Contract<T>(int degree, Directions at, T[] bar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] gradients = new double[3 * at.Stride];
        fixed (double* x = at.X, y = at.Y, z = at.Z, g = gradients)
        fixed (T* b = bar.Length == 0 ? new T[1] : bar) { EdgeHarmonics.Contract(degree, x, y, z, at.Count, b, g, at.Stride); }
        return gradients;
    }

    /// <summary>Random unit vectors; the first three are along the axes, where polynomials have their zeros.</summary>
    private sealed class Directions
    {
        private readonly Random _random = new(7);

        public Directions(int count)
        {
            Count = count;
            X = new double[Stride];
            Y = new double[Stride];
            Z = new double[Stride];
            for (int e = 0; e < count; e++)
            {
                Vector3D v = e < 3 ? new Vector3D(e == 0 ? 1 : 0, e == 1 ? -1 : 0, e == 2 ? 1 : 0) : new Vector3D(_random.NextDouble() - 0.5, _random.NextDouble() - 0.5, _random.NextDouble() - 0.5);
                v = (1 / v.Norm) * v;
                (X[e], Y[e], Z[e]) = (v.X, v.Y, v.Z);
            }
        }

        public int Count { get; }

        public int Stride => Count + EdgeHarmonics.Padding;

        public double[] X { get; }

        public double[] Y { get; }

        public double[] Z { get; }

        public Vector3D Unit(int e) => new(X[e], Y[e], Z[e]);

        public double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * _random.NextDouble()) - 1)];
    }
}
