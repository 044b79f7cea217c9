using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

public sealed unsafe class LaneSumsTests
{
    [Fact]
    public void Sums_in_float64() => Compare<double>(1e-14);

    [Fact]
    public void Sums_in_float32() => Compare<float>(2e-6);

    private static void Compare<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Random random = new(1);
        int lanes = 64 / sizeof(T);
        for (int count = 0; count <= 17; count++)
        {
            T[] vectors = [.. Enumerable.Range(0, count * lanes).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
            T[] sums = [.. Enumerable.Range(0, count + 4).Select(_ => T.CreateTruncating(random.NextDouble()))], before = [.. sums];
            fixed (T* v = vectors.Length == 0 ? new T[lanes] : vectors, s = sums) { LaneSums.Add(v, count, s); }
            for (int k = 0; k < count; k++)
            {
                double expected = double.CreateTruncating(before[k]) + vectors.Skip(k * lanes).Take(lanes).Sum(static x => double.CreateTruncating(x));
                Assert.Equal(expected, double.CreateTruncating(sums[k]), tolerance);
            }

            Assert.Equal(before[count..], sums[count..]);
        }
    }
}
