using MaceSharp.Equivariance;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Network;

/// <summary>Densities by elements with their folded matrices against the convolution of channels with its mixing, for one receiver.</summary>
public sealed class ElementDensityTests
{
    private const int Functions = 11;
    private const int Channels = 13;
    private const int Elements = 3;
    private const int Edges = 30;
    private const int MaxDegree = 3;
    private const int Receiver = 1;

    private static readonly Irreps Target = Irreps.Parse("13x0e+13x1o+13x2e");
    private readonly Random _random = new(6);
    private readonly RowBuffer _rows = new();
    private readonly Irreps _harmonics = new(Enumerable.Range(0, MaxDegree + 1).Select(static l => new IrrepBlock(1, new Irrep(l, (l & 1) == 0 ? 1 : -1))));

    [Fact]
    public void Without_a_second_mixing() => Compare(finalMix: false);

    [Fact]
    public void With_a_second_mixing() => Compare(finalMix: true);

    [Fact]
    public void Pairs_of_elements_have_matrices_while_they_are_few()
    {
        EdgeConvolution<double> whole = new(new Irreps(new IrrepBlock(Channels, Irrep.Scalar)), _harmonics, Target);
        EquivariantLinear<double> mix = EquivariantLinear<double>.Create(whole.Output.Irreps, Target, Numbers(EquivariantLinear<double>.WeightCount(whole.Output.Irreps, Target)));
        EquivariantLinear<double> final = EquivariantLinear<double>.CreatePerElement(Target, Target, Elements, Numbers(EquivariantLinear<double>.WeightCount(Target, Target, Elements)));
        double[] last = Numbers(Functions * whole.WeightCount), sent = Numbers(Elements * Channels);
        ElementDensity<float> with = new(Functions, last, sent, Elements, _harmonics, Target, mix, final), without = new(Functions, last, sent, Elements, _harmonics, Target, mix, null);
        Assert.True(with.IncludesFinalMix(1) && with.IncludesFinalMix(2));
        Assert.False(with.IncludesFinalMix(89));
        Assert.False(without.IncludesFinalMix(1));
        Assert.Same(with.MixOf(1, 2), with.MixOf(1, 2));
        Assert.NotSame(with.MixOf(1, 2), with.MixOf(2, 1));
        Assert.Same(with.MixOf(2), with.MixOf(2));
    }

    private void Compare(bool finalMix)
    {
        EdgeConvolution<double> whole = new(new Irreps(new IrrepBlock(Channels, Irrep.Scalar)), _harmonics, Target);
        EquivariantLinear<double> mix = EquivariantLinear<double>.Create(whole.Output.Irreps, Target, Numbers(EquivariantLinear<double>.WeightCount(whole.Output.Irreps, Target)));
        EquivariantLinear<double>? final = finalMix ? EquivariantLinear<double>.CreatePerElement(Target, Target, Elements, Numbers(EquivariantLinear<double>.WeightCount(Target, Target, Elements))) : null;
        double[] last = Numbers(Functions * whole.WeightCount), sent = Numbers(Elements * Channels);
        int[] elements = [.. Enumerable.Range(0, Edges).Select(_ => _random.Next(Elements))], receiver = [Receiver];
        int harmonics = _harmonics.Dimension;
        double[] y = Numbers(Edges * harmonics), phi = Numbers(Edges * Functions), slopes = Numbers(Edges * Functions), bar = Numbers(Target.Dimension);

        // Channels: what an edge sends is the row of its element, its weights are φ times the last layer.
        double[] w = new double[Edges * whole.WeightCount];
        for (int i = 0; i < w.Length; i++)
        {
            int e = i / whole.WeightCount, column = i % whole.WeightCount;
            for (int k = 0; k < Functions; k++) { w[i] += phi[(e * Functions) + k] * last[(k * whole.WeightCount) + column]; }
        }

        double[] message = new double[whole.Output.Dimension], mixed = new double[Target.Dimension], expected = mixed, mixedBar = bar, messageBar = new double[message.Length];
        double[] yBar = new double[y.Length], wBar = new double[w.Length], distancesBar = new double[Edges];
        whole.Forward(elements, sent, y, w, message, whole.CreateScratch());
        mix.Forward(message, mixed, 1, default, _rows);
        if (final is not null)
        {
            expected = new double[Target.Dimension];
            mixedBar = new double[Target.Dimension];
            final.Forward(mixed, expected, 1, receiver, _rows);
            final.Adjoint(bar, mixedBar, 1, receiver, _rows);
        }

        mix.Adjoint(mixedBar, messageBar, 1, default, _rows);
        whole.Adjoint(elements, sent, y, w, messageBar, new double[sent.Length], yBar, wBar, whole.CreateScratch());
        for (int i = 0; i < w.Length; i++)
        {
            int e = i / whole.WeightCount, column = i % whole.WeightCount;
            for (int k = 0; k < Functions; k++) { distancesBar[e] += slopes[(e * Functions) + k] * wBar[i] * last[(k * whole.WeightCount) + column]; }
        }

        // Densities, one an element.
        ElementDensity<double> density = new(Functions, last, sent, Elements, _harmonics, Target, mix, final);
        Assert.Equal(finalMix, density.IncludesFinalMix(Elements));
        double[] actual = new double[Target.Dimension], densityYBar = new double[y.Length], densityDistancesBar = new double[Edges];
        for (int z = 0; z < Elements; z++)
        {
            int[] own = [.. Enumerable.Range(0, Edges).Where(e => elements[e] == z)];
            double[] ownY = Rows(y, own, harmonics), ownPhi = Rows(phi, own, Functions), ownSlopes = Rows(slopes, own, Functions), ownYBar = new double[ownY.Length], ownDistancesBar = new double[own.Length];
            double[] sum = new double[density.Convolution.Output.Dimension], sumBar = new double[sum.Length];
            EquivariantLinear<double> map = finalMix ? density.MixOf(z, Receiver) : density.MixOf(z);

            // Whoever the senders are, they send ones.
            density.Convolution.Forward(own, density.Ones, ownY, ownPhi, sum, density.Convolution.CreateScratch());
            map.Forward(sum, actual, 1, default, _rows);
            map.Adjoint(bar, sumBar, 1, default, _rows);
            density.Convolution.Adjoint(own, density.Ones, ownY, ownPhi, ownSlopes, sumBar, default, ownYBar, ownDistancesBar, density.Convolution.CreateScratch());
            for (int i = 0; i < own.Length; i++)
            {
                ownYBar.AsSpan(i * harmonics, harmonics).CopyTo(densityYBar.AsSpan(own[i] * harmonics));
                densityDistancesBar[own[i]] = ownDistancesBar[i];
            }
        }

        AssertClose(expected, actual);
        AssertClose(yBar, densityYBar);
        AssertClose(distancesBar, densityDistancesBar);
    }

    private static double[] Rows(double[] values, int[] rows, int width) => [.. rows.SelectMany(r => values.Skip(r * width).Take(width))];

    private static void AssertClose(double[] expected, double[] actual)
    {
        double scale = expected.Select(Math.Abs).Max();
        for (int i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], actual[i], 1e-12 * scale); }
    }

    private double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * _random.NextDouble()) - 1)];
}
