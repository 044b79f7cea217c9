using MaceSharp.Architecture;

namespace MaceSharp.Tests.Architecture;

public sealed class SeededGeneratorTests
{
    [Fact]
    public void NumbersDependOnSeedAndNameAlone()
    {
        SeededGenerator first = new(7, "a"), same = new(7, "a"), otherSeed = new(8, "a"), otherName = new(7, "b");
        double[] values = [.. Enumerable.Range(0, 100).Select(_ => first.NextNormal())];
        Assert.Equal(values, Enumerable.Range(0, 100).Select(_ => same.NextNormal()));
        Assert.DoesNotContain(otherSeed.NextNormal(), values);
        Assert.DoesNotContain(otherName.NextNormal(), values);
    }

    [Fact]
    public void UniformNumbersFillTheInterval()
    {
        SeededGenerator generator = new(1, "uniform");
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => generator.NextUniform())];
        Assert.InRange(values.Min(), 0, 1e-3);
        Assert.InRange(values.Max(), 1 - 1e-3, 1 - 1e-300);

        // Standard errors of mean and variance are 9e-4 and 2.4e-4.
        double mean = values.Average();
        Assert.Equal(0.5, mean, 4e-3);
        Assert.Equal(1.0 / 12, values.Average(v => (v - mean) * (v - mean)), 1e-3);
    }

    [Fact]
    public void NormalNumbersHaveTheMomentsOfTheNormalDistribution()
    {
        SeededGenerator generator = new(2, "normal");
        double[] values = [.. Enumerable.Range(0, 200_000).Select(_ => generator.NextNormal())];
        Assert.Equal(0, values.Average(), 0.01);
        Assert.Equal(1, values.Average(static v => v * v), 0.015);
        Assert.Equal(0, values.Average(static v => v * v * v), 0.04);
        Assert.Equal(3, values.Average(static v => v * v * v * v), 0.1);
        Assert.Equal(0, values.Zip(values.Skip(1), static (a, b) => a * b).Average(), 0.01);
    }
}
