using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Equivariance;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Network;

/// <summary>A convolution cut into slabs of channels is the whole one with its mixing, forward and back.</summary>
public sealed class ConvolutionSlabTests
{
    private const int Atoms = 7;
    private const int Edges = 21;
    private const int MaxDegree = 3;

    /// <summary>Sent irreps and the channels of a slab.</summary>
    public static readonly TheoryData<string, int> Cuts = new()
    {
        { "5x0e", 16 },
        { "33x0e+33x1o", 16 },
        { "64x0e+64x1o", 64 },
        { "128x0e+128x1o", 64 },
        { "130x0e+130x1o", 64 },
        { "96x0e+96x1o+96x2e", 32 },
        { "40x0e+20x1o+3x2e", 16 },
        { "19x0e+19x1o", int.MaxValue },
        { "17x0e+17x0o+17x1o+17x1e", 16 },
    };

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Slabs_in_float64(string sent, int channels) => Compare<double>(sent, channels, 1e-12);

    [Theory]
    [MemberData(nameof(Cuts))]
    public void Slabs_in_float32(string sent, int channels) => Compare<float>(sent, channels, 1e-5);

    [Fact]
    public void Wide_features_are_cut()
    {
        (ImmutableArray<ConvolutionSlab<float>> slabs, _, _) = Cut<float>("128x0e+128x1o", 64);
        Assert.Equal(2, slabs.Length);
        Assert.All(slabs, static s => Assert.Equal("64x0e+64x1o", s.Convolution.Input.Irreps.ToString()));
        Assert.Single(Cut<float>("128x0e+128x1o", int.MaxValue).Slabs);
    }

    private static (ImmutableArray<ConvolutionSlab<T>> Slabs, EdgeConvolution<double> Whole, EquivariantLinear<double> Mix) Cut<T>(string sent, int channels)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Irreps features = Irreps.Parse(sent), target = Irreps.Parse("9x0e+9x1o+9x2e");
        Irreps harmonics = new(Enumerable.Range(0, MaxDegree + 1).Select(static l => new IrrepBlock(1, new Irrep(l, (l & 1) == 0 ? 1 : -1))));
        EdgeConvolution<double> whole = new(features, harmonics, target);
        Random random = new(4);
        EquivariantLinear<double> mix = EquivariantLinear<double>.Create(whole.Output.Irreps, target, Numbers(random, EquivariantLinear<double>.WeightCount(whole.Output.Irreps, target)));
        return (ConvolutionSlab<T>.Cut(features, harmonics, target, mix, channels), whole, mix);
    }

    private static void Compare<T>(string sent, int channels, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (ImmutableArray<ConvolutionSlab<T>> slabs, EdgeConvolution<double> whole, EquivariantLinear<double> mix) = Cut<T>(sent, channels);
        Assert.Equal(Enumerable.Range(0, whole.WeightCount), slabs.SelectMany(static s => s.Columns).Order());
        Random random = new(8);
        RowBuffer rows = new();
        int width = whole.Input.Dimension, harmonics = (MaxDegree + 1) * (MaxDegree + 1);
        int[] senders = [.. Enumerable.Range(0, Edges).Select(_ => random.Next(Atoms))];
        double[] x = Numbers(random, Atoms * width), y = Numbers(random, Edges * harmonics), w = Numbers(random, Edges * whole.WeightCount), mixedBar = Numbers(random, mix.Output.Dimension);

        // The whole, in double.
        double[] message = new double[whole.Output.Dimension], mixed = new double[mix.Output.Dimension], messageBar = new double[message.Length];
        double[] xBar = new double[x.Length], yBar = new double[y.Length], wBar = new double[w.Length];
        whole.Forward(senders, x, y, w, message, whole.CreateScratch());
        mix.Forward(message, mixed, 1, default, rows);
        mix.Adjoint(mixedBar, messageBar, 1, default, rows);
        whole.Adjoint(senders, x, y, w, messageBar, xBar, yBar, wBar, whole.CreateScratch());

        // The slabs.
        T[] sum = new T[mixed.Length], sentBar = new T[x.Length], harmonicsBar = new T[y.Length], narrowX = Narrow<T>(x), narrowY = Narrow<T>(y), narrowBar = Narrow<T>(mixedBar);
        double[] weightsBar = new double[w.Length];
        foreach (ConvolutionSlab<T> slab in slabs)
        {
            int stride = slab.Convolution.SenderStride;
            T[] own = new T[Atoms * stride], ownBar = new T[own.Length], part = new T[slab.Convolution.Output.Dimension], partBar = new T[part.Length];
            for (int i = 0; i < Atoms; i++) { slab.Gather(narrowX.AsSpan(i * width, width), own.AsSpan(i * stride, stride)); }
            T[] weights = [.. Enumerable.Range(0, Edges).SelectMany(e => slab.Columns.Select(c => T.CreateTruncating(w[(e * whole.WeightCount) + c])))], ownWeightsBar = new T[weights.Length];
            slab.Convolution.Forward(senders, own, narrowY, weights, part, slab.Convolution.CreateScratch());
            slab.Mix.Forward(part, sum, 1, default, rows);
            slab.Mix.Adjoint(narrowBar, partBar, 1, default, rows);
            slab.Convolution.Adjoint(senders, own, narrowY, weights, partBar, ownBar, harmonicsBar, ownWeightsBar, slab.Convolution.CreateScratch());
            for (int i = 0; i < Atoms; i++) { slab.Scatter(ownBar.AsSpan(i * stride, stride), sentBar.AsSpan(i * width, width)); }
            for (int k = 0; k < ownWeightsBar.Length; k++) { weightsBar[(k / slab.Columns.Length * whole.WeightCount) + slab.Columns[k % slab.Columns.Length]] += double.CreateTruncating(ownWeightsBar[k]); }
        }

        AssertClose(mixed, Widen(sum), tolerance);
        AssertClose(xBar, Widen(sentBar), tolerance);
        AssertClose(yBar, Widen(harmonicsBar), tolerance);
        AssertClose(wBar, weightsBar, tolerance);
    }

    [Fact]
    public void Adjoints_of_features_are_taken_apart_as_the_features_are()
    {
        foreach (ConvolutionSlab<double> slab in Cut<double>("40x0e+20x1o+3x2e", 16).Slabs)
        {
            double[] sent = Numbers(new Random(1), 40 + 60 + 15), own = new double[slab.Convolution.SenderStride], added = new double[own.Length];
            slab.Gather(sent, own);
            Array.Fill(added, 1.0, 0, slab.Convolution.Input.Dimension);
            slab.GatherAdd(sent, added);
            Assert.Equal(own.Take(slab.Convolution.Input.Dimension).Select(static v => 1 + v), added.Take(slab.Convolution.Input.Dimension));
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = Math.Max(1, expected.Select(Math.Abs).Max());
        for (int i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], actual[i], tolerance * scale); }
    }

    private static double[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

    private static T[] Narrow<T>(double[] values)
        where T : unmanaged, IFloatingPointIeee754<T> => [.. values.Select(static v => T.CreateTruncating(v))];

    private static double[] Widen<T>(T[] values)
        where T : unmanaged, IFloatingPointIeee754<T> => [.. values.Select(static v => double.CreateTruncating(v))];
}
