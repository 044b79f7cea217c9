using System.Collections.Immutable;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// Where the features of a node lie: blocks in irreps order, and within a block component m outermost and channel
/// innermost, so that channels are contiguous. (Files and e3nn have the channel outermost.)
/// </summary>
internal sealed class FeatureLayout
{
    public FeatureLayout(Irreps irreps)
    {
        Irreps = irreps;
        int[] offsets = new int[irreps.Count];
        int offset = 0;
        for (int i = 0; i < irreps.Count; i++)
        {
            offsets[i] = offset;
            offset += irreps[i].Dimension;
        }

        Offsets = [.. offsets];
    }

    public Irreps Irreps { get; }

    /// <summary>Offset of each block.</summary>
    public ImmutableArray<int> Offsets { get; }

    /// <summary>Numbers a node.</summary>
    public int Dimension => Irreps.Dimension;

    /// <summary>Copies the features of one node into the order of e3nn (channel outermost within a block).</summary>
    public void ToChannelMajor<T>(ReadOnlySpan<T> features, Span<double> output)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        for (int b = 0; b < Irreps.Count; b++)
        {
            int mul = Irreps[b].Multiplicity, dim = Irreps[b].Irrep.Dimension, start = Offsets[b];
            for (int m = 0; m < dim; m++)
            {
                for (int u = 0; u < mul; u++)
                {
                    output[start + (u * dim) + m] = double.CreateTruncating(features[start + (m * mul) + u]);
                }
            }
        }
    }
}
