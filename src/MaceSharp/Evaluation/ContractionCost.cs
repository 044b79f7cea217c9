using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Evaluation;

/// <summary>
/// Operations of a symmetric contraction: the polynomial of each output component in Horner form. A monomial is a sorted tuple of input components;
/// its prefixes are the nodes of a tree, and value(node) = coefficient + Σ_children A[child]·value(child), one operation a node.
/// </summary>
internal static class ContractionCost
{
    /// <summary>Counts one layer, all channels.</summary>
    public static StageCost Count(MaceModel model, int layer)
    {
        HyperParameters h = model.HyperParameters;
        int dimension = h.TargetIrreps(layer).Blocks.Sum(static b => b.Irrep.Dimension), correlation = h.Correlations[layer];
        Irreps output = h.NodeIrreps(layer + 1);
        long nodes = 0, inner = 0;
        for (int block = 0; block < output.Count; block++)
        {
            for (int component = 0; component < output[block].Irrep.Dimension; component++)
            {
                // A node holds its tuple in base 256, largest index first, so that a prefix is the code without its last digit.
                HashSet<ulong> tree = [], parents = [];
                for (int order = 1; order <= correlation; order++)
                {
                    NamedTensor tensor = model[$"products.{layer}.symmetric_contractions.contractions.{block}.U_matrix_{order}"];
                    int size = tensor.Count / output[block].Irrep.Dimension;
                    Collect(tensor.Values.AsSpan(component * size, size), tensor.Shape[^1], dimension, order, tree, parents);
                }

                nodes += tree.Count;
                inner += parents.Count;
            }
        }

        // Back, the values are formed again only where they were not kept; the minimum keeps them.
        return new StageCost("contraction", (double)nodes * h.ChannelCount, (double)(nodes + inner) * h.ChannelCount);
    }

    private static void Collect(ReadOnlySpan<double> tensor, int paths, int dimension, int order, HashSet<ulong> tree, HashSet<ulong> parents)
    {
        Span<int> index = stackalloc int[order];
        for (int position = 0; position < tensor.Length; position += paths)
        {
            if (!tensor.Slice(position, paths).ContainsAnyExcept(0.0)) { continue; }
            int rest = position / paths;
            for (int i = order - 1; i >= 0; i--)
            {
                index[i] = rest % dimension;
                rest /= dimension;
            }

            index.Sort();
            ulong code = 0;
            for (int i = order - 1; i >= 0; i--)
            {
                if (code != 0) { parents.Add(code); }
                code = (code << 8) | (uint)(index[i] + 1);
                tree.Add(code);
            }
        }
    }
}
