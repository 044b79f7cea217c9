using System.Numerics;
using MaceSharp.Operators;
using Xunit;

namespace MaceSharp.Tests.Operators;

/// <summary>The contraction against its definition, and its adjoint against differences of its values.</summary>
public class SymmetricContractionTests
{
    [Theory]
    [InlineData("0e+1o+2e+3o", "0e+1o", 5, 3)]
    [InlineData("0e+1o+2e+3o", "0e", 16, 2)]
    [InlineData("0e+1o+2e", "0e+1o+2e", 33, 3)]
    [InlineData("0e+1o+2e", "0e+1o", 3, 4)]
    [InlineData("0e+1o", "0e+1o", 130, 4)]
    [InlineData("0e+1o+2e+3o", "0e+1o", 2, 1)]
    [InlineData("0e+0o+1e+1o", "0e+0o+1e+1o", 9, 3)]
    public void EqualsTheSumOverTuples(string basis, string output, int channels, int correlation) =>
        CheckAll(ContractionCase.Create(basis, output, channels, correlation));

    [Theory]
    [InlineData("0e+1o", "0e+1o", 6, 4, 0.3)]
    [InlineData("0e+1o+2e", "0e+1o", 7, 3, 0.02)]
    [InlineData("0e+1o", "0e+0o", 4, 4, 1.0)]
    [InlineData("0e+1o", "0e+1o", 4, 4, 0.0)]
    [InlineData("0e+1o", "1o", 12, 3, 0.0)]
    public void EqualsTheSumOverTuplesOfAnyTensor(string basis, string output, int channels, int correlation, double density) =>
        CheckAll(ContractionCase.Create(basis, output, channels, correlation, density));

    [Fact]
    public void EveryNumberOfChannelsIsRight()
    {
        for (int channels = 1; channels <= 130; channels++)
        {
            ContractionCase c = ContractionCase.Create("0e+1o", "0e+1o", channels, 2);
            CheckForward<float>(c, wide: true, 2e-6);
            CheckForward<float>(c, wide: false, 2e-6);
            CheckForward<double>(c, wide: true, 2e-14);
            CheckForward<double>(c, wide: false, 2e-14);
            CheckAdjoint(c, wide: true);
        }
    }

    [Theory]
    [InlineData(3, 20)]
    [InlineData(16, 13)]
    [InlineData(128, 9)]
    public void NodesTogetherEqualNodesOneByOne(int channels, int nodes)
    {
        ContractionCase c = ContractionCase.Create("0e+1o+2e", "0e+1o", channels, 3);
        SymmetricContraction<double> contraction = c.Operator<double>(wide: true);
        ContractionScratch<double> scratch = contraction.CreateScratch();
        int[] elements = [.. Enumerable.Range(0, nodes).Select(i => i * i % 7 % c.Elements)];
        double[] a = c.Inputs(nodes, 1), bBar = c.Inputs(nodes, 2)[..(nodes * c.OutputWidth)];
        double[] b = new double[bBar.Length], aBar = new double[a.Length], one = new double[c.OutputWidth], oneBar = new double[c.InputWidth];
        contraction.Forward(elements, a, b, scratch);
        contraction.Adjoint(elements, a, bBar, aBar, scratch);
        for (int n = 0; n < nodes; n++)
        {
            ReadOnlySpan<double> node = a.AsSpan(n * c.InputWidth, c.InputWidth);
            contraction.Forward(elements[n], node, one, scratch);
            contraction.Adjoint(elements[n], node, bBar.AsSpan(n * c.OutputWidth, c.OutputWidth), oneBar, scratch);
            Assert.Equal(one, b[(n * c.OutputWidth)..((n + 1) * c.OutputWidth)]);
            Assert.Equal(oneBar, aBar[(n * c.InputWidth)..((n + 1) * c.InputWidth)]);
        }
    }

    [Fact]
    public void AllocatesNothing()
    {
        ContractionCase c = ContractionCase.Create("0e+1o", "0e+1o", 20, 3);
        SymmetricContraction<float> contraction = c.Operator<float>(wide: true);
        ContractionScratch<float> scratch = contraction.CreateScratch();
        int[] elements = [0, 1, 0, 0, 2, 0, 1];
        float[] a = new float[7 * c.InputWidth], b = new float[7 * c.OutputWidth], aBar = new float[a.Length];
        AllocationTests.AssertNone("values", () => contraction.Forward(elements, a, b, scratch));
        AllocationTests.AssertNone("gradient", () => contraction.Adjoint(elements, a, b, aBar, scratch));
    }

    [Fact]
    public void TheStandardPlanComputesNothingTwice()
    {
        // For l_max 3, L = 0 and 1, ν = 3: 629 and 1328 multiply-adds a channel are known to suffice with shared pair products,
        // and 410 monomials remain when the orders of a tuple are summed.
        ContractionPlan plan = ContractionCase.Create("0e+1o+2e+3o", "0e+1o", 1, 3).Operator<double>(wide: true).Plan;
        Assert.Equal(410, plan.CoefficientCount);
        Assert.Empty(plan.Products);
        Assert.InRange(plan.ForwardOperations, 1, 629);
        Assert.InRange(plan.AdjointOperations, 1, 1328);
    }

    private static void CheckAll(ContractionCase c)
    {
        foreach (bool wide in new[] { true, false })
        {
            CheckForward<float>(c, wide, 2e-6);
            CheckForward<double>(c, wide, 2e-14);
            CheckAdjoint(c, wide);
        }
    }

    private static void CheckForward<T>(ContractionCase c, bool wide, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SymmetricContraction<T> contraction = c.Operator<T>(wide);
        ContractionScratch<T> scratch = contraction.CreateScratch();
        T[] a = [.. c.Inputs(1, 3).Select(T.CreateTruncating)], b = new T[c.OutputWidth];
        for (int element = 0; element < c.Elements; element++)
        {
            Array.Fill(b, T.NaN);
            contraction.Forward(element, a, b, scratch);
            double[] expected = c.Evaluate(element, [.. a.Select(double.CreateChecked)]);
            double scale = Math.Max(1, expected.Max(Math.Abs));
            for (int i = 0; i < b.Length; i++) { Assert.Equal(expected[i], double.CreateChecked(b[i]), tolerance * scale); }
        }
    }

    private static void CheckAdjoint(ContractionCase c, bool wide)
    {
        const double Step = 1e-3;
        SymmetricContraction<double> contraction = c.Operator<double>(wide);
        ContractionScratch<double> scratch = contraction.CreateScratch();
        double[] a = c.Inputs(1, 4), aBar = new double[a.Length], b = new double[c.OutputWidth];
        Random random = new(5);
        double[] bBar = [.. b.Select(_ => random.NextDouble() - 0.5)];
        Array.Fill(aBar, double.NaN);
        contraction.Adjoint(1, a, bBar, aBar, scratch);

        double Along(double[] direction, double distance)
        {
            double[] moved = [.. a.Zip(direction, (x, d) => x + (distance * d))];
            contraction.Forward(1, moved, b, scratch);
            return b.Zip(bBar, static (x, y) => x * y).Sum();
        }

        // Five points differentiate a polynomial of degree four exactly; every component by itself, all channels at once.
        int channels = contraction.Output.Irreps[0].Multiplicity;
        for (int k = 0; k < a.Length / channels; k++)
        {
            double[] direction = new double[a.Length];
            for (int i = 0; i < channels; i++) { direction[(k * channels) + i] = random.NextDouble() - 0.5; }
            double difference = ((8 * (Along(direction, Step) - Along(direction, -Step))) - (Along(direction, 2 * Step) - Along(direction, -2 * Step))) / (12 * Step);
            double gradient = aBar.Zip(direction, static (x, y) => x * y).Sum();
            Assert.Equal(difference, gradient, 1e-10 * Math.Max(1, Math.Abs(difference)));
        }
    }
}
