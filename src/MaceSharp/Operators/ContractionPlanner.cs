using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MaceSharp.Operators;

/// <summary>Makes a <see cref="ContractionPlan"/> of coupling tensors.</summary>
internal sealed class ContractionPlanner
{
    private readonly int _dimension;
    private readonly Dictionary<Monomial, double[]>[] _monomials;
    private readonly SortedDictionary<(int Pair, int Component), List<Term>> _groups = [];
    private readonly List<ContractionPlan.Product> _products = [];
    private readonly Dictionary<Monomial, int> _values = [];

    private ContractionPlanner(int dimension, Dictionary<Monomial, double[]>[] monomials)
    {
        _dimension = dimension;
        _monomials = monomials;
    }

    /// <summary>Makes the plan.</summary>
    /// <param name="dimension">Number of input components d.</param>
    /// <param name="components">For each output component the coupling tensors of ν = 1, 2, …: each [d]·ν × paths.</param>
    /// <param name="pathCounts">For each output component the number of paths of each tensor.</param>
    public static ContractionPlan Build(int dimension, IReadOnlyList<IReadOnlyList<ReadOnlyMemory<double>>> components, IReadOnlyList<IReadOnlyList<int>> pathCounts)
    {
        Dictionary<Monomial, double[]>[] monomials = new Dictionary<Monomial, double[]>[components.Count];
        for (int m = 0; m < components.Count; m++)
        {
            monomials[m] = [];
            for (int order = 1; order <= components[m].Count; order++)
            {
                Collect(dimension, order, components[m][order - 1].Span, pathCounts[m][order - 1], monomials[m]);
            }
        }

        ContractionPlanner planner = new(dimension, monomials);
        planner.Group();
        return planner.Assemble();
    }

    /// <summary>Sums the tensor over the orders of each tuple.</summary>
    private static void Collect(int dimension, int order, ReadOnlySpan<double> tensor, int paths, Dictionary<Monomial, double[]> monomials)
    {
        Span<int> index = stackalloc int[order];
        for (int position = 0; position < tensor.Length; position += paths)
        {
            ReadOnlySpan<double> row = tensor.Slice(position, paths);
            if (!row.ContainsAnyExcept(0.0)) { continue; }
            int rest = position / paths;
            for (int i = order - 1; i >= 0; i--)
            {
                index[i] = rest % dimension;
                rest /= dimension;
            }

            ref double[]? sums = ref CollectionsMarshal.GetValueRefOrAddDefault(monomials, Monomial.Of(index), out bool _);
            sums ??= new double[paths];
            Simd.Add(row, sums.AsSpan());
        }
    }

    /// <summary>
    /// Gives every monomial of two and more factors to a group of one head and one output component, by the greedy rule of
    /// set cover: the group with most monomials that have none yet, and of those one that is needed anyway.
    /// </summary>
    private void Group()
    {
        List<(Monomial Monomial, int Component)> items = [];
        Dictionary<(int Pair, int Component), List<(int Item, int First, int Second)>> candidates = [];
        HashSet<int> heads = [];
        for (int m = 0; m < _monomials.Length; m++)
        {
            foreach (Monomial monomial in _monomials[m].Where(static e => e.Value.AsSpan().ContainsAnyExcept(0.0)).Select(static e => e.Key).Order())
            {
                if (monomial.Order == 2)
                {
                    int pair = Pair(monomial, 0, 1);
                    heads.Add(pair);
                    _groups.Add((pair, m), [new Term(-1, monomial)]);
                }
                else if (monomial.Order > 2)
                {
                    AddCandidates(monomial, m, items.Count, candidates);
                    items.Add((monomial, m));
                }
            }
        }

        bool[] covered = new bool[items.Count];
        int Gain((int Pair, int Component) group) =>
            (4 * candidates[group].Count(c => !covered[c.Item])) + (_groups.ContainsKey(group) ? 2 : 0) + (heads.Contains(group.Pair) ? 1 : 0);

        PriorityQueue<(int Pair, int Component), (int, int, int)> queue = new();
        foreach ((int Pair, int Component) group in candidates.Keys) { queue.Enqueue(group, (-Gain(group), group.Pair, group.Component)); }
        while (queue.TryDequeue(out (int Pair, int Component) group, out (int Gain, int, int) priority))
        {
            // A gain that has fallen since is queued again.
            int gain = Gain(group);
            if (gain < 4) { continue; }
            if (gain < -priority.Gain)
            {
                queue.Enqueue(group, (-gain, group.Pair, group.Component));
                continue;
            }

            if (!_groups.TryGetValue(group, out List<Term>? terms)) { _groups.Add(group, terms = []); }
            heads.Add(group.Pair);
            foreach ((int item, int first, int second) in candidates[group])
            {
                if (covered[item]) { continue; }
                covered[item] = true;
                Monomial monomial = items[item].Monomial;
                terms.Add(new Term(ValueOf(monomial.Without(first, second)), monomial));
            }
        }
    }

    private void AddCandidates(Monomial monomial, int component, int item, Dictionary<(int Pair, int Component), List<(int Item, int First, int Second)>> candidates)
    {
        for (int i = 0; i < monomial.Order; i++)
        {
            if (i > 0 && monomial[i] == monomial[i - 1]) { continue; }
            for (int j = i + 1; j < monomial.Order; j++)
            {
                if (j > i + 1 && monomial[j] == monomial[j - 1]) { continue; }
                (int, int) key = (Pair(monomial, i, j), component);
                if (!candidates.TryGetValue(key, out List<(int, int, int)>? list)) { candidates.Add(key, list = []); }
                list.Add((item, i, j));
            }
        }
    }

    private int Pair(Monomial monomial, int first, int second) => (monomial[first] * _dimension) + monomial[second];

    /// <summary>Index of the value of a product, which is made if it is new.</summary>
    private int ValueOf(Monomial monomial)
    {
        if (monomial.Order == 1) { return monomial[0]; }
        if (_values.TryGetValue(monomial, out int known)) { return known; }
        int left = ValueOf(monomial.Prefix(monomial.Order - 1));
        _products.Add(new ContractionPlan.Product(left, monomial[monomial.Order - 1]));
        int value = _dimension + _products.Count - 1;
        _values.Add(monomial, value);
        return value;
    }

    private ContractionPlan Assemble()
    {
        ImmutableArray<ContractionPlan.Coupling>.Builder couplings = ImmutableArray.CreateBuilder<ContractionPlan.Coupling>();
        int coefficient = 0;
        void Couple(int component, Monomial monomial)
        {
            double[] sums = _monomials[component][monomial];
            for (int k = 0; k < sums.Length; k++)
            {
                if (Math.Abs(sums[k]) > 0) { couplings.Add(new ContractionPlan.Coupling(coefficient, component, monomial.Order, k, sums[k])); }
            }

            coefficient++;
        }

        ImmutableArray<ImmutableArray<int>>.Builder linear = ImmutableArray.CreateBuilder<ImmutableArray<int>>();
        for (int m = 0; m < _monomials.Length; m++)
        {
            Monomial[] terms = [.. _monomials[m].Where(static e => e.Key.Order == 1 && e.Value.AsSpan().ContainsAnyExcept(0.0)).Select(static e => e.Key).Order()];
            foreach (Monomial term in terms) { Couple(m, term); }
            linear.Add([.. terms.Select(static t => t[0])]);
        }

        ImmutableArray<ContractionPlan.Head>.Builder heads = ImmutableArray.CreateBuilder<ContractionPlan.Head>();
        foreach (IGrouping<int, KeyValuePair<(int Pair, int Component), List<Term>>> head in _groups.GroupBy(static g => g.Key.Pair))
        {
            ImmutableArray<ContractionPlan.Group>.Builder groups = ImmutableArray.CreateBuilder<ContractionPlan.Group>();
            foreach (((int _, int component), List<Term> terms) in head)
            {
                Term[] sorted = [.. terms.OrderBy(static t => t.Right)];
                foreach (Term term in sorted) { Couple(component, term.Monomial); }
                bool constant = sorted[0].Right < 0;
                groups.Add(new ContractionPlan.Group(component, constant, [.. sorted.Skip(constant ? 1 : 0).Select(static t => t.Right)]));
            }

            heads.Add(new ContractionPlan.Head(head.Key / _dimension, head.Key % _dimension, groups.ToImmutable()));
        }

        return new ContractionPlan(_dimension, [.. _products], linear.ToImmutable(), heads.ToImmutable(), couplings.ToImmutable(), coefficient);
    }

    /// <summary>A monomial of a group: the value that multiplies the head, −1 for the head alone.</summary>
    private readonly record struct Term(int Right, Monomial Monomial);
}
