using System.Numerics;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

/// <summary>The convolution and its adjoints against the formula written out, and against differences.</summary>
public sealed class EdgeConvolutionTests
{
    /// <summary>Sent irreps, largest degree of the harmonics, kept irreps.</summary>
    public static readonly TheoryData<string, int, string> Shapes = new()
    {
        { "1x0e", 0, "1x0e" },
        { "5x0e", 3, "1x0e+1x1o+1x2e+1x3o" },
        { "128x0e", 3, "1x0e+1x1o+1x2e+1x3o" },
        { "128x0e+128x1o", 3, "1x0e+1x1o+1x2e+1x3o" },
        { "96x0e+96x1o+96x2e", 3, "1x0e+1x1o+1x2e+1x3o" },
        { "64x0e+64x1o", 2, "1x0e+1x1o+1x2e" },
        { "16x0e+16x1o", 1, "1x0e+1x1o" },
        { "19x0e+19x1o", 3, "1x0e+1x1o+1x2e+1x3o" },
        { "130x0e+130x1o", 2, "1x0e+1x1o" },
        { "8x0e+4x1o+2x2e+1x3o", 3, "1x0e+1x1o+1x2e+1x3o" },
        { "7x0e+7x0o+6x1o+5x1e+3x2e+3x2o", 3, "1x0e+1x0o+1x1o+1x1e+1x2e+1x2o+1x3o+1x3e" },
        { "33x0e+33x1o+33x2e", 4, "1x0e+1x1o+1x2e+1x3o+1x4e" },
        { "3x4e+2x3o", 4, "1x0e+1x1o+1x4e+1x5o+1x6e+1x8e" },
        { "12x1o", 3, "1x0o" },
        { "12x2e", 2, "1x0e" },
    };

    private static readonly int[] EdgeCounts = [0, 1, 2, 3, 4, 17, 63, 64, 65, 130];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void DoubleIsTheFormula(string sent, int maxDegree, string target)
    {
        foreach (int edges in EdgeCounts) { Compare<double>(sent, maxDegree, target, edges, 1e-13); }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void SingleIsTheFormula(string sent, int maxDegree, string target)
    {
        foreach (int edges in EdgeCounts) { Compare<float>(sent, maxDegree, target, edges, 2e-6); }
    }

    [Fact]
    public void EveryMultiplicity()
    {
        for (int channels = 1; channels <= 130; channels++)
        {
            string sent = $"{channels}x0e+{channels}x1o";
            Compare<double>(sent, 2, "1x0e+1x1o+1x2e", 4, 1e-13);
            Compare<float>(sent, 2, "1x0e+1x1o+1x2e", 4, 2e-6);
        }
    }

    [Fact]
    public void TheAdjointIsTheDerivative()
    {
        Case<double> c = new("9x0e+9x1o+3x2e", 3, "1x0e+1x1o+1x2e+1x3o", 5);
        double Value() => c.Forward().Zip(c.MessageBar, static (a, b) => a * b).Sum();
        (double[] xBar, double[] yBar, double[] wBar) = c.Adjoint();
        foreach ((double[] values, double[] bar) in new[] { (c.Features, xBar), (c.Harmonics, yBar), (c.Weights, wBar) })
        {
            for (int i = 0; i < values.Length; i += 1 + (values.Length / 60))
            {
                // The value is linear in each of the three: a central difference has no error but rounding.
                double kept = values[i];
                values[i] = kept + 0.5;
                double above = Value();
                values[i] = kept - 0.5;
                double below = Value();
                values[i] = kept;
                Assert.Equal(above - below, bar[i], 1e-10);
            }
        }
    }

    [Fact]
    public void SumsAreAddedToWhatIsThere()
    {
        Case<double> c = new("9x0e+9x1o", 3, "1x0e+1x1o+1x2e", 7);
        double[] once = c.Forward(), twice = c.Forward();
        c.Forward(twice);
        Assert.All(once.Zip(twice), static p => Assert.Equal(2 * p.First, p.Second, 1e-12));
    }

    [Fact]
    public void NothingIsAllocated()
    {
        Case<float> c = new("64x0e+64x1o", 3, "1x0e+1x1o+1x2e+1x3o", 64);
        ConvolutionScratch<float> scratch = c.Convolution.CreateScratch();
        float[] message = new float[c.Convolution.Output.Dimension], xBar = new float[c.Features.Length], yBar = new float[c.Harmonics.Length], wBar = new float[c.Weights.Length];
        double[] rBar = new double[c.Senders.Length];
        void Run()
        {
            c.Convolution.Forward(c.Senders, c.Features, c.Harmonics, c.Weights, message, scratch);
            c.Convolution.Adjoint(c.Senders, c.Features, c.Harmonics, c.Weights, c.MessageBar, xBar, yBar, wBar, scratch);
            c.Convolution.Adjoint(c.Senders, c.Features, c.Harmonics, c.Weights, c.Slopes, c.MessageBar, xBar, yBar, rBar, scratch);
        }

        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Compare<T>(string sent, int maxDegree, string target, int edges, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Case<T> c = new(sent, maxDegree, target, edges);
        ReferenceConvolution reference = c.Reference;
        Assert.Equal(reference.WeightCount, c.Convolution.WeightCount);
        Assert.Equal(reference.MessageDimension, c.Convolution.Output.Dimension);
        int dimension = reference.SentDimension, harmonics = c.HarmonicCount, weights = reference.WeightCount;
        double[] x = Widened(c.Features), y = Widened(c.Harmonics), w = Widened(c.Weights), bar = Widened(c.MessageBar);
        double[] message = new double[reference.MessageDimension], xBar = new double[x.Length], yBar = new double[y.Length], wBar = new double[w.Length];
        for (int e = 0; e < edges; e++)
        {
            Range sender = (c.Senders[e] * dimension)..((c.Senders[e] + 1) * dimension), row = (e * harmonics)..((e + 1) * harmonics), line = (e * weights)..((e + 1) * weights);
            reference.Forward(x.AsSpan(sender), y.AsSpan(row), w.AsSpan(line), message);
            reference.Adjoint(x.AsSpan(sender), y.AsSpan(row), w.AsSpan(line), bar, xBar.AsSpan(sender), yBar.AsSpan(row), wBar.AsSpan(line));
        }

        AssertClose(message, Widened(c.Forward()), tolerance);
        (T[] xOut, T[] yOut, T[] wOut) = c.Adjoint();
        AssertClose(xBar, Widened(xOut), tolerance);
        AssertClose(yBar, Widened(yOut), tolerance);
        AssertClose(wBar, Widened(wOut), tolerance);

        (T[]? xBar2, T[] yBar2, double[] rBar) = c.SlopeAdjoint(featuresMove: true);
        AssertClose(xBar, Widened(xBar2 ?? []), tolerance);
        AssertClose(yBar, Widened(yBar2), tolerance);
        double[] expected = [.. Enumerable.Range(0, edges).Select(e => Enumerable.Range(e * weights, weights).Sum(i => wBar[i] * double.CreateTruncating(c.Slopes[i])))];
        AssertClose(expected, rBar, tolerance);
        (_, T[] yBar3, double[] rBar3) = c.SlopeAdjoint(featuresMove: false);
        AssertClose(yBar, Widened(yBar3), tolerance);
        AssertClose(expected, rBar3, tolerance);
    }

    /// <summary>Differences are measured against the largest number of the array: sums of many terms may cancel.</summary>
    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = expected.Select(Math.Abs).DefaultIfEmpty().Max();
        for (int i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], actual[i], tolerance * Math.Max(scale, 1)); }
    }

    private static double[] Widened<T>(T[] values)
        where T : IFloatingPointIeee754<T> => [.. values.Select(static v => double.CreateTruncating(v))];

    /// <summary>A convolution and random numbers for it. Fewer atoms than edges: senders repeat.</summary>
    private sealed class Case<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        private const int Atoms = 11;

        public Case(string sent, int maxDegree, string target, int edges)
        {
            Irreps sentIrreps = Irreps.Parse(sent), targetIrreps = Irreps.Parse(target);
            Irreps harmonics = new(Enumerable.Range(0, maxDegree + 1).Select(static l => new IrrepBlock(1, new Irrep(l, (l & 1) == 0 ? 1 : -1))));
            Convolution = new EdgeConvolution<T>(sentIrreps, harmonics, targetIrreps);
            Reference = new ReferenceConvolution(sentIrreps, harmonics, targetIrreps);
            HarmonicCount = harmonics.Dimension;
            Random random = new(edges + sentIrreps.Dimension);
            T[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating((2 * random.NextDouble()) - 1))];
            Senders = [.. Enumerable.Range(0, edges).Select(_ => random.Next(Atoms))];
            Features = Numbers(Atoms * sentIrreps.Dimension);
            Harmonics = Numbers(edges * HarmonicCount);
            Weights = Numbers(edges * Convolution.WeightCount);
            Slopes = Numbers(edges * Convolution.WeightCount);
            MessageBar = Numbers(Convolution.Output.Dimension);
        }

        public EdgeConvolution<T> Convolution { get; }

        public ReferenceConvolution Reference { get; }

        public int HarmonicCount { get; }

        public int[] Senders { get; }

        public T[] Features { get; }

        public T[] Harmonics { get; }

        public T[] Weights { get; }

        public T[] Slopes { get; }

        public T[] MessageBar { get; }

        public T[] Forward()
        {
            T[] message = new T[Convolution.Output.Dimension];
            Forward(message);
            return message;
        }

        public void Forward(T[] message) => Convolution.Forward(Senders, Features, Harmonics, Weights, message, Convolution.CreateScratch());

        public (T[] FeaturesBar, T[] HarmonicsBar, T[] WeightsBar) Adjoint()
        {
            T[] xBar = new T[Features.Length], yBar = new T[Harmonics.Length], wBar = new T[Weights.Length];
            wBar.AsSpan().Fill(T.One);
            Convolution.Adjoint(Senders, Features, Harmonics, Weights, MessageBar, xBar, yBar, wBar, Convolution.CreateScratch());
            return (xBar, yBar, wBar);
        }

        public (T[]? FeaturesBar, T[] HarmonicsBar, double[] DistancesBar) SlopeAdjoint(bool featuresMove)
        {
            T[]? xBar = featuresMove ? new T[Features.Length] : null;
            T[] yBar = new T[Harmonics.Length];
            double[] rBar = new double[Senders.Length];
            Convolution.Adjoint(Senders, Features, Harmonics, Weights, Slopes, MessageBar, xBar, yBar, rBar, Convolution.CreateScratch());
            return (xBar, yBar, rBar);
        }
    }
}
