using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Tests.Optimization;

public class OptimizerTests
{
    private static readonly OptimizerGroup[] OneGroup = [new("all", [new(0, 2)], 1, 0)];

    /// <summary>PyTorch's documentation of AdamW: p ← p(1 − lr·λ) before the step of Adam; the first step of Adam is lr·g/(|g| + ε).</summary>
    [Fact]
    public void AdamWDecaysApartFromTheGradient()
    {
        OptimizerGroup[] groups = [new("all", [new(0, 1)], 1, 0.1)];
        AdamOptimizer optimizer = new(groups, 0.01, new AdamOptions { DecoupledDecay = true });
        double[] p = [2];
        optimizer.Step(p, [3]);
        Assert.Equal((2 * (1 - 0.001)) - (0.01 * 3 / (3 + 1e-8)), p[0], 14);
    }

    /// <summary>Ranges that fill vectors and ranges of one number go different ways through the code.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void VectorsAndSingleNumbersGiveTheSameBits(bool amsGrad)
    {
        const int Count = 37;
        AdamOptions options = new() { AmsGrad = amsGrad };
        AdamOptimizer together = new([new("all", [new(0, Count)], 1, 0.01)], 0.1, options);
        AdamOptimizer apart = new([new("all", [.. Enumerable.Range(0, Count).Select(static i => new ParameterRange(i, 1))], 1, 0.01)], 0.1, options);
        double[] start = Network.OperatorCheck.Random(1, Count), p = [.. start], q = [.. start];
        for (int step = 2; step < 7; step++)
        {
            double[] gradient = Network.OperatorCheck.Random(step, Count);
            together.Step(p, gradient);
            apart.Step(q, gradient);
        }

        Assert.NotEqual(start, p);
        Assert.Equal(q, p);
    }

    [Fact]
    public void FrozenParametersStay()
    {
        AdamOptimizer optimizer = new([new("all", [new(0, 1)], 1, 0)], 0.1);
        double[] p = [1, 1];
        optimizer.Step(p, [1, 1]);
        Assert.NotEqual(1, p[0]);
        Assert.Equal(1, p[1]);
    }

    [Fact]
    public void AGroupHasItsOwnLearningRate()
    {
        AdamOptimizer optimizer = new([new("slow", [new(0, 1)], 0.5, 0), new("fast", [new(1, 1)], 1, 0)], 0.1);
        double[] p = [0, 0];
        optimizer.Step(p, [1, 1]);
        Assert.Equal(2, p[1] / p[0], 6);
    }

    /// <summary>The largest squared gradient so far bounds later steps: after a huge gradient a small one moves little.</summary>
    [Fact]
    public void AmsGradRemembersTheLargestGradient()
    {
        double With(bool amsGrad)
        {
            AdamOptimizer optimizer = new(OneGroup, 0.1, new AdamOptions { AmsGrad = amsGrad, Beta1 = 0, Beta2 = 0.5 });
            double[] p = [0, 0];
            optimizer.Step(p, [100, 0]);
            double before = p[0];
            for (int i = 0; i < 30; i++) { optimizer.Step(p, [1, 0]); }
            return before - p[0];
        }

        Assert.True(With(amsGrad: true) < 0.1 * With(amsGrad: false));
    }

    /// <summary>Algorithm 1 of arXiv:2405.15682 written plainly with x, y and z.</summary>
    [Fact]
    public void ScheduleFreeFollowsItsAlgorithm()
    {
        const double Beta1 = 0.9, Beta2 = 0.98, Rate = 0.05;
        double[] start = [1.5, -2];
        ScheduleFreeOptimizer optimizer = new(OneGroup, Rate, start, Beta1, Beta2);
        double[] y = [.. start], x = [.. start], z = [.. start], v = [0, 0], found = [.. start];
        for (int t = 1; t <= 20; t++)
        {
            double[] gradient = [2 * y[0], 4 * y[1]];
            optimizer.Step(found, [2 * found[0], 4 * found[1]]);
            for (int i = 0; i < 2; i++)
            {
                v[i] = (Beta2 * v[i]) + ((1 - Beta2) * gradient[i] * gradient[i]);
                z[i] -= Rate * gradient[i] / (Math.Sqrt(v[i] / (1 - Math.Pow(Beta2, t))) + 1e-8);
                x[i] += (z[i] - x[i]) / t;
                y[i] = ((1 - Beta1) * z[i]) + (Beta1 * x[i]);
            }

            double[] evaluated = new double[2];
            optimizer.CopyEvaluated(found, evaluated);
            for (int i = 0; i < 2; i++)
            {
                Assert.Equal(y[i], found[i], 10);
                Assert.Equal(x[i], evaluated[i], 9);
            }
        }
    }

    [Fact]
    public void AStateThatIsCopiedGoesOnTheSame()
    {
        AdamOptimizer a = new(OneGroup, 0.1), b = new(OneGroup, 0.3);
        double[] p = [1, 2];
        a.Step(p, [0.5, -1]);
        foreach (((string name, double[] source), (string other, double[] target)) in a.State.Zip(b.State))
        {
            Assert.Equal(name, other);
            source.CopyTo(target, 0);
        }

        double[] q = [.. p];
        a.Step(p, [0.1, 0.7]);
        b.Step(q, [0.1, 0.7]);
        Assert.Equal(p, q);
    }

    [Fact]
    public void ClippingLimitsTheNorm()
    {
        double[] gradient = [3, 4];
        Assert.Equal(5, GradientClipping.Clip(gradient, 1), 12);
        Assert.Equal(3 / (5 + 1e-6), gradient[0], 12);
        Assert.Equal(5 / (5 + 1e-6), GradientClipping.Clip(gradient, double.PositiveInfinity), 10);
        Assert.Equal(3 / (5 + 1e-6), gradient[0], 12);
    }

    /// <summary>PyTorch: with patience 2 the third epoch without improvement lowers the rate, and counting begins anew.</summary>
    [Fact]
    public void ThePlateauScheduleWaits()
    {
        PlateauSchedule schedule = new(0.5, 2);
        double[] rates = [1.0, 0.1];
        List<double> seen = [];
        foreach (double loss in new[] { 1.0, 0.9, 0.9, 0.95, 0.8999999, 0.9, 0.9, 0.5 })
        {
            schedule.Step(rates, loss);
            seen.Add(rates[0]);
        }

        // 0.8999999 is lower by less than the threshold, 0.01 %.
        Assert.Equal([1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5], seen);
        Assert.Equal(0.05, rates[1], 12);
    }

    [Fact]
    public void GroupsAreThoseOfUpstream()
    {
        ParameterPlace[] places =
        [
            .. new[]
            {
                "node_embedding.linear.weight", "interactions.0.linear_up.weight", "interactions.0.linear.weight", "interactions.0.skip_tp.weight", "interactions.0.conv_tp_weights.layer0.weight",
                "products.0.symmetric_contractions.contractions.0.weights_max", "products.0.linear.weight", "readouts.0.linear.weight", "joint_embedding.project.weight",
            }.Select(static (name, i) => new ParameterPlace(name, new ParameterRange(i, 1))),
        ];
        var groups = ParameterGrouping.Create(places, 5e-7).ToDictionary(static g => g.Name, static g => (g.WeightDecay, Offsets: g.Ranges.Select(static r => r.Offset).ToArray()));
        Assert.Equal((5e-7, new[] { 2 }), groups["interactions_decay"], ByValue);
        Assert.Equal((0, new[] { 1, 3, 4 }), groups["interactions_no_decay"], ByValue);
        Assert.Equal((5e-7, new[] { 5, 6 }), groups["products"], ByValue);
        Assert.Equal((0, new[] { 7 }), groups["readouts"], ByValue);
        Assert.Equal((0, new[] { 8 }), groups["joint_embedding"], ByValue);
        Assert.Equal(["products", "readouts", "joint_embedding"], ParameterGrouping.Create(places, 0, freeze: 5).Select(static g => g.Name));

        static bool ByValue((double Decay, int[] Offsets) a, (double Decay, int[] Offsets) b) => a.Decay == b.Decay && a.Offsets.SequenceEqual(b.Offsets);
    }
}
