namespace MaceSharp.Atoms.Tests;

public sealed class RandomStreamTests
{
    /// <summary>Numbers recorded with the first version: restarts of runs and initial weights of models depend on every bit.</summary>
    [Fact]
    public void NumbersStayWhatTheyWere()
    {
        RandomStream plain = new(7), named = new(7, "epoch 0");
        Assert.Equal([0.7005764821796896, -0.5001391685666349, 0.7677375833604566, 2.2228872570057803], [plain.NextUniform(), plain.NextNormal(), plain.NextNormal(), plain.NextSumOfSquares(5)]);
        Assert.Equal([0.2541236404905096, 0.5597601467437094, -0.06566406525837959], [named.NextUniform(), named.NextNormal(), named.NextNormal()]);
    }

    [Fact]
    public void StateTakenUpGoesOnAsBefore()
    {
        RandomStream first = new(3), second = new(99);
        first.NextNormal();
        second.Load(first.Save());
        Assert.Equal(Enumerable.Range(0, 9).Select(_ => first.NextNormal()).ToArray(), Enumerable.Range(0, 9).Select(_ => second.NextNormal()).ToArray());
        Assert.Throws<ArgumentException>(() => second.Load([1, 2, 3]));
    }

    [Fact]
    public void NumbersDependOnSeedAndNameAlone()
    {
        RandomStream first = new(7, "a"), same = new(7, "a"), otherSeed = new(8, "a"), otherName = new(7, "b");
        double[] values = [.. Enumerable.Range(0, 100).Select(_ => first.NextNormal())];
        Assert.Equal(values, Enumerable.Range(0, 100).Select(_ => same.NextNormal()));
        Assert.DoesNotContain(otherSeed.NextNormal(), values);
        Assert.DoesNotContain(otherName.NextNormal(), values);
    }

    [Fact]
    public void UniformNumbersFillTheInterval()
    {
        RandomStream generator = new(1, "uniform");
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
        RandomStream generator = new(2, "normal");
        double[] values = [.. Enumerable.Range(0, 200_000).Select(_ => generator.NextNormal())];
        Assert.Equal(0, values.Average(), 0.01);
        Assert.Equal(1, values.Average(static v => v * v), 0.015);
        Assert.Equal(0, values.Average(static v => v * v * v), 0.04);
        Assert.Equal(3, values.Average(static v => v * v * v * v), 0.1);
        Assert.Equal(0, values.Zip(values.Skip(1), static (a, b) => a * b).Average(), 0.01);
    }
}
