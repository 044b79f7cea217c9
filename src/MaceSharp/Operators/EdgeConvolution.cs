using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// The equivariant convolution (MATH: <c>conv_tp</c>): sender features times edge harmonics, coupled by Clebsch–Gordan
/// coefficients, times a radial weight per path and channel, summed over the edges of a receiver.
/// </summary>
/// <remarks>
/// Per edge and path the harmonics are first contracted with the coupling to a small matrix M[a, c] that all channels
/// share; what remains is m[c, u] += Σ_a M[a, c]·w[u]·x[a, u], vectorised over channels u.
/// Source of the form: Batatia et al., MACE, arXiv:2206.07697, eq. 8.
/// </remarks>
internal sealed class EdgeConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ImmutableArray<Path> _paths;

    /// <param name="sent">Irreps of the sent features.</param>
    /// <param name="harmonics">Irreps of the edge harmonics, one copy of each.</param>
    /// <param name="target">Irreps that are kept.</param>
    public EdgeConvolution(Irreps sent, Irreps harmonics, Irreps target)
    {
        Input = new FeatureLayout(sent);
        HashSet<Irrep> kept = [.. target.Blocks.Select(static b => b.Irrep)];
        List<(int Sender, int Harmonic, IrrepBlock Slot)> found = [];
        for (int i = 0; i < sent.Count; i++)
        {
            for (int j = 0; j < harmonics.Count; j++)
            {
                Irrep a = sent[i].Irrep, b = harmonics[j].Irrep;
                for (int l = Math.Abs(a.Degree - b.Degree); l <= a.Degree + b.Degree; l++)
                {
                    Irrep coupled = new(l, a.Parity * b.Parity);
                    if (kept.Contains(coupled)) { found.Add((i, j, new IrrepBlock(sent[i].Multiplicity, coupled))); }
                }
            }
        }

        found = [.. found.OrderBy(static f => f.Slot.Irrep)];
        Output = new FeatureLayout(new Irreps(found.Select(static f => f.Slot)));
        ImmutableArray<Path>.Builder paths = ImmutableArray.CreateBuilder<Path>(found.Count);
        int weight = 0;
        for (int s = 0; s < found.Count; s++)
        {
            (int i, int j, IrrepBlock slot) = found[s];
            int l2 = harmonics[j].Irrep.Degree;
            paths.Add(new Path(sent[i].Multiplicity, Input.Offsets[i], sent[i].Irrep.Degree, l2 * l2, l2, Output.Offsets[s], slot.Irrep.Degree, weight));
            weight += slot.Multiplicity;
        }

        _paths = paths.ToImmutable();
        WeightCount = weight;
    }

    /// <summary>Layout of the sent features.</summary>
    public FeatureLayout Input { get; }

    /// <summary>Layout of the sum: one slot a path, sorted by irrep.</summary>
    public FeatureLayout Output { get; }

    /// <summary>Radial weights an edge.</summary>
    public int WeightCount { get; }


    /// <summary>Memory of one thread.</summary>
    /// <param name="edges">Edges of a call at most.</param>
    public ConvolutionScratch<T> CreateScratch(int edges) => new(Input.Dimension, WeightCount, edges);

    /// <summary>Adds a run of edges to the message of their common receiver.</summary>
    /// <param name="senders">Sender of each edge.</param>
    /// <param name="features">Sent features of all atoms, [atoms, <see cref="Input"/>].</param>
    /// <param name="harmonics">Harmonics [edges, (l_max+1)²].</param>
    /// <param name="weights">Radial weights [edges, <see cref="WeightCount"/>].</param>
    /// <param name="message">Message, accumulated.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Forward(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, Span<T> message, ConvolutionScratch<T> scratch)
    {
        int harmonicCount = harmonics.Length / Math.Max(1, senders.Length);
        for (int e = 0; e < senders.Length; e++)
        {
            Forward(
                features.Slice(senders[e] * Input.Dimension, Input.Dimension),
                harmonics.Slice(e * harmonicCount, harmonicCount),
                weights.Slice(e * WeightCount, WeightCount),
                message,
                scratch.Weighted);
        }
    }

    /// <summary>The way back for a run of edges of one receiver.</summary>
    /// <param name="senders">Sender of each edge.</param>
    /// <param name="features">Sent features of all atoms.</param>
    /// <param name="harmonics">Harmonics [edges, (l_max+1)²].</param>
    /// <param name="weights">Radial weights [edges, <see cref="WeightCount"/>].</param>
    /// <param name="messageBar">Adjoint of the receiver's message.</param>
    /// <param name="featuresBar">Adjoint of the sent features of all atoms, accumulated; empty when they do not depend on positions.</param>
    /// <param name="harmonicsBar">Adjoint of the harmonics, accumulated.</param>
    /// <param name="weightsBar">Adjoint of the radial weights, overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Adjoint(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, ReadOnlySpan<T> messageBar, Span<T> featuresBar, Span<T> harmonicsBar, Span<T> weightsBar, ConvolutionScratch<T> scratch)
    {
        int harmonicCount = harmonics.Length / Math.Max(1, senders.Length);
        for (int e = 0; e < senders.Length; e++)
        {
            int sender = senders[e] * Input.Dimension;
            Adjoint(
                features.Slice(sender, Input.Dimension),
                harmonics.Slice(e * harmonicCount, harmonicCount),
                weights.Slice(e * WeightCount, WeightCount),
                messageBar,
                featuresBar.IsEmpty ? default : featuresBar.Slice(sender, Input.Dimension),
                harmonicsBar.Slice(e * harmonicCount, harmonicCount),
                weightsBar.Slice(e * WeightCount, WeightCount),
                scratch.Weighted);
        }
    }

    /// <summary>The way back where the slopes of the radial weights are known: gives the adjoint of the distances instead of that of the weights.</summary>
    /// <param name="senders">Sender of each edge.</param>
    /// <param name="features">Sent features of all atoms.</param>
    /// <param name="harmonics">Harmonics [edges, (l_max+1)²].</param>
    /// <param name="weights">Radial weights [edges, <see cref="WeightCount"/>].</param>
    /// <param name="slopes">Derivatives of the radial weights with respect to the distance, 1/Å.</param>
    /// <param name="messageBar">Adjoint of the receiver's message.</param>
    /// <param name="featuresBar">Adjoint of the sent features of all atoms, accumulated; empty when they do not depend on positions.</param>
    /// <param name="harmonicsBar">Adjoint of the harmonics, accumulated.</param>
    /// <param name="distancesBar">Adjoint of the distances, eV/Å, accumulated.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Adjoint(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, ReadOnlySpan<T> slopes, ReadOnlySpan<T> messageBar, Span<T> featuresBar, Span<T> harmonicsBar, Span<double> distancesBar, ConvolutionScratch<T> scratch)
    {
        Adjoint(senders, features, harmonics, weights, messageBar, featuresBar, harmonicsBar, scratch.WeightsBar, scratch);
        for (int e = 0; e < senders.Length; e++)
        {
            distancesBar[e] += double.CreateTruncating(Simd.Dot<T>(scratch.WeightsBar.AsSpan(e * WeightCount, WeightCount), slopes.Slice(e * WeightCount, WeightCount)));
        }
    }

    private void Forward(ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, Span<T> message, Span<T> scratch)
    {
        foreach (Path path in _paths)
        {
            int channels = path.Channels;
            ReadOnlySpan<T> w = weights.Slice(path.Weight, channels);
            for (int a = 0; a < path.SenderComponents; a++)
            {
                Simd.Multiply(w, features.Slice(path.Sender + (a * channels), channels), scratch.Slice(a * channels, channels));
            }

            foreach (Entry entry in path.SparseMatrix)
            {
                T value = path.Contract(entry, harmonics);
                Simd.AddScaled<T>(value, scratch.Slice(entry.A * channels, channels), message.Slice(path.Slot + (entry.C * channels), channels));
            }
        }
    }

    private void Adjoint(ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, ReadOnlySpan<T> messageBar, Span<T> featuresBar, Span<T> harmonicsBar, Span<T> weightsBar, Span<T> scratch)
    {
        foreach (Path path in _paths)
        {
            int channels = path.Channels, size = path.SenderComponents * channels;
            ReadOnlySpan<T> w = weights.Slice(path.Weight, channels);
            Span<T> weighted = scratch[..size], weightedBar = scratch.Slice(size, size);
            weightedBar.Clear();
            for (int a = 0; a < path.SenderComponents; a++)
            {
                Simd.Multiply(w, features.Slice(path.Sender + (a * channels), channels), weighted.Slice(a * channels, channels));
            }

            foreach (Entry entry in path.SparseMatrix)
            {
                T value = path.Contract(entry, harmonics);
                ReadOnlySpan<T> bar = messageBar.Slice(path.Slot + (entry.C * channels), channels);
                T valueBar = AddScaledAndDot(value, bar, weightedBar.Slice(entry.A * channels, channels), weighted.Slice(entry.A * channels, channels));
                path.ContractAdjoint(entry, valueBar, harmonicsBar);
            }

            Span<T> wBar = weightsBar.Slice(path.Weight, channels);
            wBar.Clear();
            for (int a = 0; a < path.SenderComponents; a++)
            {
                Simd.AddProduct(features.Slice(path.Sender + (a * channels), channels), weightedBar.Slice(a * channels, channels), wBar);
                if (featuresBar.IsEmpty) { continue; }
                Simd.AddProduct(w, weightedBar.Slice(a * channels, channels), featuresBar.Slice(path.Sender + (a * channels), channels));
            }
        }
    }

    /// <summary>y += s·x and returns Σ x·z, in one pass over x.</summary>
    private static T AddScaledAndDot(T s, ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<T> z)
    {
        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y[..x.Length]);
        ref T pz = ref MemoryMarshal.GetReference(z[..x.Length]);
        Vector<T> scale = new(s), sum = Vector<T>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> v = Vector.LoadUnsafe(ref px, (nuint)i);
            Simd.Fma(scale, v, Vector.LoadUnsafe(ref py, (nuint)i)).StoreUnsafe(ref py, (nuint)i);
            sum = Simd.Fma(v, Vector.LoadUnsafe(ref pz, (nuint)i), sum);
        }

        T total = Vector.Sum(sum);
        for (; i < x.Length; i++)
        {
            Unsafe.Add(ref py, i) += s * Unsafe.Add(ref px, i);
            total += Unsafe.Add(ref px, i) * Unsafe.Add(ref pz, i);
        }

        return total;
    }

    /// <summary>One non-zero element M[a, c] and where its terms are.</summary>
    private readonly record struct Entry(int A, int C, int FirstTerm, int TermCount);

    /// <summary>One kept triple (l1, l2, l3) with its couplings √(2·l3+1)·w3j.</summary>
    private sealed class Path
    {
        private readonly ImmutableArray<(int Harmonic, T Coefficient)> _terms;

        public Path(int channels, int sender, int senderDegree, int harmonic, int harmonicDegree, int slot, int slotDegree, int weight)
        {
            Channels = channels;
            Sender = sender;
            SenderComponents = (2 * senderDegree) + 1;
            Slot = slot;
            Weight = weight;
            ReadOnlySpan<double> coupling = Wigner3j.Get(senderDegree, harmonicDegree, slotDegree);
            int n2 = (2 * harmonicDegree) + 1, n3 = (2 * slotDegree) + 1;
            double norm = Math.Sqrt(n3);
            ImmutableArray<Entry>.Builder entries = ImmutableArray.CreateBuilder<Entry>();
            ImmutableArray<(int, T)>.Builder terms = ImmutableArray.CreateBuilder<(int, T)>();
            for (int a = 0; a < SenderComponents; a++)
            {
                for (int c = 0; c < n3; c++)
                {
                    int first = terms.Count;
                    for (int b = 0; b < n2; b++)
                    {
                        double value = coupling[(((a * n2) + b) * n3) + c];
                        if (value != 0) { terms.Add((harmonic + b, T.CreateTruncating(norm * value))); }
                    }

                    if (terms.Count > first) { entries.Add(new Entry(a, c, first, terms.Count - first)); }
                }
            }

            SparseMatrix = entries.ToImmutable();
            _terms = terms.ToImmutable();
        }

        public int Channels { get; }

        public int Sender { get; }

        public int SenderComponents { get; }

        public int Slot { get; }

        public int Weight { get; }

        public ImmutableArray<Entry> SparseMatrix { get; }

        public T Contract(Entry entry, ReadOnlySpan<T> harmonics)
        {
            T sum = T.Zero;
            foreach ((int harmonic, T coefficient) in _terms.AsSpan().Slice(entry.FirstTerm, entry.TermCount)) { sum += coefficient * harmonics[harmonic]; }
            return sum;
        }

        public void ContractAdjoint(Entry entry, T bar, Span<T> harmonicsBar)
        {
            foreach ((int harmonic, T coefficient) in _terms.AsSpan().Slice(entry.FirstTerm, entry.TermCount)) { harmonicsBar[harmonic] += coefficient * bar; }
        }
    }
}

/// <summary>Memory of one thread for <see cref="EdgeConvolution{T}"/>.</summary>
internal sealed class ConvolutionScratch<T>(int features, int weights, int edges)
{
    /// <summary>Weighted features of one edge and their adjoint.</summary>
    public T[] Weighted { get; } = new T[2 * Math.Max(features, 1)];

    /// <summary>Adjoint of the radial weights where the caller does not want it.</summary>
    public T[] WeightsBar { get; } = new T[edges * weights];
}
