using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>
/// Some of the channels of a convolution, with the part of the mixing that reads them. Channels do not meet before the mixing, so a
/// slab is a convolution of its own: small enough that the radial table of a slab stays in the second-level cache and what an
/// edge needs of it in the first.
/// </summary>
internal sealed class ConvolutionSlab<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ImmutableArray<(int Full, int Own, int Count)> _features;

    private ConvolutionSlab(EdgeConvolution<T> convolution, EquivariantLinear<T> mix, ImmutableArray<int> columns, ImmutableArray<(int Full, int Own, int Count)> features)
    {
        Convolution = convolution;
        Mix = mix;
        Columns = columns;
        _features = features;
    }

    /// <summary>The convolution of these channels.</summary>
    public EdgeConvolution<T> Convolution { get; }

    /// <summary>What their message adds to the mixed one.</summary>
    public EquivariantLinear<T> Mix { get; }

    /// <summary>Which of the radial weights of the whole convolution are theirs.</summary>
    public ImmutableArray<int> Columns { get; }

    /// <summary>Cuts a convolution into slabs.</summary>
    /// <param name="sent">Irreps of the sent features.</param>
    /// <param name="harmonics">Irreps of the edge harmonics.</param>
    /// <param name="target">Irreps that are kept.</param>
    /// <param name="mix">The whole mixing, from the slots of the whole convolution.</param>
    /// <param name="channels">Channels of each irrep in a slab, about.</param>
    public static ImmutableArray<ConvolutionSlab<T>> Cut(Irreps sent, Irreps harmonics, Irreps target, EquivariantLinear<double> mix, int channels)
    {
        EdgeConvolution<T> whole = new(sent, harmonics, target);
        int most = sent.Blocks.Max(static b => b.Multiplicity), slabs = Math.Max(1, (most + channels - 1) / channels), lanes = ConvolutionScratch<T>.LaneSlot;
        int width = ((most + slabs - 1) / slabs + lanes - 1) / lanes * lanes;
        return [.. Enumerable.Range(0, (most + width - 1) / width).Select(s => Create(whole, harmonics, target, mix, s * width, (s + 1) * width))];
    }

    /// <summary>Copies the sent features of one atom into those of the slab.</summary>
    public void Gather(ReadOnlySpan<T> sent, Span<T> own)
    {
        foreach ((int full, int at, int count) in _features) { sent.Slice(full, count).CopyTo(own[at..]); }
    }

    /// <summary>Adds the adjoint of the slab's features of one atom to that of all.</summary>
    public void Scatter(ReadOnlySpan<T> ownBar, Span<T> sentBar)
    {
        foreach ((int full, int at, int count) in _features) { Simd.Add(ownBar.Slice(at, count), sentBar.Slice(full, count)); }
    }

    /// <summary>Adds the adjoint of all sent features of one atom to that of the slab's.</summary>
    public void GatherAdd(ReadOnlySpan<T> sentBar, Span<T> ownBar)
    {
        foreach ((int full, int at, int count) in _features) { Simd.Add(sentBar.Slice(full, count), ownBar.Slice(at, count)); }
    }

    private static ConvolutionSlab<T> Create(EdgeConvolution<T> whole, Irreps harmonics, Irreps target, EquivariantLinear<double> mix, int first, int last)
    {
        Irreps all = whole.Input.Irreps;
        List<int> kept = [.. Enumerable.Range(0, all.Count).Where(i => all[i].Multiplicity > first)];
        Irreps sent = new(kept.Select(i => new IrrepBlock(Math.Min(all[i].Multiplicity, last) - first, all[i].Irrep)));
        EdgeConvolution<T> convolution = EdgeConvolution<T>.CreateSpread(sent, harmonics, target);

        // From paths of the slab to those of the whole, and to where their radial weights begin.
        List<PathCoupling> paths = [.. whole.Couplings];
        List<int> wholePaths = [.. convolution.Couplings.Select(c => paths.IndexOf(c with { SenderBlock = kept[c.SenderBlock] }))];
        int[] weights = new int[paths.Count];
        for (int p = 1; p < paths.Count; p++) { weights[p] = weights[p - 1] + all[paths[p - 1].SenderBlock].Multiplicity; }

        List<(int, int, int)> features = [];
        for (int b = 0; b < kept.Count; b++)
        {
            int count = sent[b].Multiplicity, wide = all[kept[b]].Multiplicity;
            for (int m = 0; m < sent[b].Irrep.Dimension; m++)
            {
                features.Add((whole.Input.Offsets[kept[b]] + (m * wide) + first, convolution.Input.Offsets[b] + (m * count), count));
            }
        }

        return new ConvolutionSlab<T>(
            convolution,
            EquivariantLinear<T>.FromMatrices(convolution.Output.Irreps, mix.Output.Irreps, (slot, o) =>
            {
                int columns = mix.Output.Irreps[o].Multiplicity, rows = convolution.Output.Irreps[slot].Multiplicity;
                return mix.Matrix(wholePaths[slot], o).Slice(first * columns, rows * columns).ToArray();
            }),
            [.. wholePaths.Zip(convolution.Output.Irreps.Blocks).SelectMany(p => Enumerable.Range(weights[p.First] + first, p.Second.Multiplicity))],
            [.. features]);
    }
}
