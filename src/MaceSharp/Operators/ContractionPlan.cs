using System.Collections.Immutable;

namespace MaceSharp.Operators;

/// <summary>
/// The polynomial of one output component of a symmetric contraction, as a tree of shared sub-products: a node stands for
/// a sorted tuple of input components (its path from the root), its coefficient multiplies that monomial, and the value of
/// a node is coefficient + Σ_children A[child]·value(child). Only monomials with a non-zero coupling exist.
/// </summary>
/// <remarks>
/// Coefficients are Σ_k C[monomial, k]·W[element, k, channel], where C sums the stored coupling tensor U over all orders
/// of the tuple. So the sum over tuples of Batatia et al. (arXiv:2206.07697, eq. 10) is taken once a model, not once an atom.
/// </remarks>
internal sealed class ContractionPlan
{
    private ContractionPlan(ImmutableArray<Node> nodes, ImmutableArray<Coupling> couplings)
    {
        Nodes = nodes;
        Couplings = couplings;
        InnerCount = nodes.Count(static n => n.ChildCount > 0);
        CoefficientCount = nodes.Count(static n => n.HasCoefficient);
    }

    /// <summary>Nodes, parents before children, the root (empty tuple) first; children of a node are consecutive.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>Non-zero couplings of monomials to paths, ordered by node.</summary>
    public ImmutableArray<Coupling> Couplings { get; }

    /// <summary>Number of nodes that have children.</summary>
    public int InnerCount { get; }

    /// <summary>Number of monomials with a coefficient.</summary>
    public int CoefficientCount { get; }

    /// <summary>Builds the plan of one output component.</summary>
    /// <param name="dimension">Number of input components d.</param>
    /// <param name="tensors">Coupling tensors for ν = 1, 2, …: each [d]·ν × paths, already restricted to the component.</param>
    /// <param name="pathCounts">Number of paths of each tensor.</param>
    public static ContractionPlan Build(int dimension, IReadOnlyList<ReadOnlyMemory<double>> tensors, IReadOnlyList<int> pathCounts)
    {
        // Monomials by sorted tuple, encoded in base (d+1) with the largest index first; sums over the orders of the tuple.
        SortedDictionary<Key, double[]> monomials = [];
        for (int order = 1; order <= tensors.Count; order++)
        {
            Collect(dimension, order, tensors[order - 1].Span, pathCounts[order - 1], monomials);
        }

        List<(int Variable, int Parent, int Level, Key Key)> tree = [(-1, -1, 0, default)];
        Dictionary<Key, int> known = new() { [default] = 0 };
        foreach (Key key in monomials.Keys)
        {
            for (int level = 1; level <= key.Order; level++)
            {
                Key prefix = key.Prefix(level);
                if (known.ContainsKey(prefix)) { continue; }
                known.Add(prefix, tree.Count);
                tree.Add((prefix[level - 1], known[key.Prefix(level - 1)], level, prefix));
            }
        }

        return Assemble(tree, monomials);
    }

    private static void Collect(int dimension, int order, ReadOnlySpan<double> tensor, int paths, SortedDictionary<Key, double[]> monomials)
    {
        Span<int> index = stackalloc int[order];
        for (int position = 0; position < tensor.Length; position += paths)
        {
            ReadOnlySpan<double> row = tensor.Slice(position, paths);
            if (row.ContainsAnyExcept(0.0))
            {
                int rest = position / paths;
                for (int i = order - 1; i >= 0; i--)
                {
                    index[i] = rest % dimension;
                    rest /= dimension;
                }

                Key key = Key.Sorted(index);
                if (!monomials.TryGetValue(key, out double[]? sums)) { monomials.Add(key, sums = new double[paths]); }
                for (int k = 0; k < paths; k++) { sums[k] += row[k]; }
            }
        }
    }

    private static ContractionPlan Assemble(List<(int Variable, int Parent, int Level, Key Key)> tree, SortedDictionary<Key, double[]> monomials)
    {
        // Breadth first, so that parents come before children and siblings are together.
        int[] order = [.. Enumerable.Range(0, tree.Count).OrderBy(n => tree[n].Level).ThenBy(n => tree[n].Key)];
        int[] place = new int[tree.Count];
        for (int i = 0; i < order.Length; i++) { place[order[i]] = i; }
        int[] firstChild = new int[tree.Count], childCount = new int[tree.Count];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int parent = place[tree[order[i]].Parent];
            firstChild[parent] = i;
            childCount[parent]++;
        }

        ImmutableArray<Node>.Builder nodes = ImmutableArray.CreateBuilder<Node>(tree.Count);
        ImmutableArray<Coupling>.Builder couplings = ImmutableArray.CreateBuilder<Coupling>();
        int inner = 0, coefficient = 0;
        for (int i = 0; i < order.Length; i++)
        {
            (int variable, int _, int level, Key key) = tree[order[i]];
            double[]? sums = level > 0 && monomials.TryGetValue(key, out double[]? found) ? found : null;
            if (sums is not null)
            {
                for (int k = 0; k < sums.Length; k++)
                {
                    if (Math.Abs(sums[k]) > 0) { couplings.Add(new Coupling(coefficient, level, k, sums[k])); }
                }
            }

            nodes.Add(new Node(variable, sums is null ? -1 : coefficient++, firstChild[i], childCount[i], childCount[i] > 0 ? inner++ : -1));
        }

        return new ContractionPlan(nodes.MoveToImmutable(), couplings.ToImmutable());
    }

    /// <summary>One node of the tree.</summary>
    /// <param name="Variable">Input component by which the node is multiplied into its parent; −1 for the root.</param>
    /// <param name="Coefficient">Index of its coefficient, −1 without.</param>
    /// <param name="FirstChild">First child.</param>
    /// <param name="ChildCount">Number of children.</param>
    /// <param name="Inner">Index among the nodes with children, −1 for a leaf.</param>
    internal readonly record struct Node(int Variable, int Coefficient, int FirstChild, int ChildCount, int Inner)
    {
        public bool HasCoefficient => Coefficient >= 0;
    }

    /// <summary>A non-zero coupling of one monomial to one path.</summary>
    /// <param name="Coefficient">Index of the monomial's coefficient.</param>
    /// <param name="Order">Correlation order ν of the monomial.</param>
    /// <param name="Path">Path index k of the weights of that order.</param>
    /// <param name="Value">Σ over the orders of the tuple of U.</param>
    internal readonly record struct Coupling(int Coefficient, int Order, int Path, double Value);

    /// <summary>A sorted tuple of at most eight component indices below 255, largest first.</summary>
    private readonly record struct Key(ulong Code, int Order) : IComparable<Key>
    {
        public int this[int position] => (int)((Code >> (56 - (8 * position))) & 0xFF) - 1;

        public static Key Sorted(ReadOnlySpan<int> indices)
        {
            Span<int> sorted = stackalloc int[indices.Length];
            indices.CopyTo(sorted);
            sorted.Sort();
            ulong code = 0;
            for (int i = 0; i < sorted.Length; i++) { code |= (ulong)(sorted[sorted.Length - 1 - i] + 1) << (56 - (8 * i)); }
            return new Key(code, indices.Length);
        }

        public Key Prefix(int length) => length == 0 ? default : new Key(Code & (ulong.MaxValue << (64 - (8 * length))), length);

        public int CompareTo(Key other) => Code.CompareTo(other.Code);
    }
}
