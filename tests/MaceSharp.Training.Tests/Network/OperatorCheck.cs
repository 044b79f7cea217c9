using MaceSharp.Training.Network;

namespace MaceSharp.Training.Tests.Network;

/// <summary>What every operator is checked with: fourth-order central differences and random numbers.</summary>
internal static class OperatorCheck
{
    private const double Step = 1e-3;

    private static readonly int[] Offsets = [-2, -1, 1, 2];
    private static readonly int[] Weights = [1, -8, 8, -1];

    /// <summary>Derivative at zero of a function of one variable with many values.</summary>
    public static double[] Derivative(Func<double, double[]> function)
    {
        double[] result = [];
        for (int s = 0; s < 4; s++)
        {
            double[] values = function(Offsets[s] * Step);
            if (s == 0) { result = new double[values.Length]; }
            for (int i = 0; i < values.Length; i++) { result[i] += Weights[s] * values[i] / (12 * Step); }
        }

        return result;
    }

    /// <summary>Numbers in [−1, 1].</summary>
    public static double[] Random(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    public static double[] Along(double[] from, double[] direction, double step) => [.. from.Zip(direction, (x, d) => x + (step * d))];

    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) { sum += x[i] * y[i]; }
        return sum;
    }

    public static Buffer<double> Buffer(int width, double[] values)
    {
        Buffer<double> buffer = new(width);
        buffer.Resize(values.Length / width);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    public static Buffer<double> Empty(int width, int rows)
    {
        Buffer<double> buffer = new(width);
        buffer.Resize(rows);
        buffer.Cleared();
        return buffer;
    }

    /// <summary>Equal to a part in 10⁹ of the largest.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = 0;
        foreach (double e in expected) { largest = Math.Max(largest, Math.Abs(e)); }
        Assert.True(largest > 0, "The differences vanish, so the check says nothing.");
        for (int i = 0; i < expected.Length; i++) { Assert.InRange(actual[i], expected[i] - (1e-9 * largest), expected[i] + (1e-9 * largest)); }
    }
}
