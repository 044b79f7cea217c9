using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// The equivariant convolution (MATH: <c>conv_tp</c>): sender features times edge harmonics, coupled by Clebsch–Gordan
/// coefficients, times a radial weight per path and channel, summed over the edges of a receiver.
/// </summary>
/// <remarks>
/// What the coupling does to the few harmonics is done once for all channels. Forward: harmonics and coupling contract to a
/// small matrix M[a, c] an edge, then m[c, u] += Σ_a M[a, c]·w[u]·x[a, u]. Back: coupling and the message's adjoint contract to
/// G[a, b, u] once for all edges. The loops over channels and edges are <see cref="ConvolutionSum{T, TOps, TVector}"/> and
/// <see cref="ConvolutionAdjoint{T, TOps, TVector}"/>; any irreps and any number of channels take the same way.
/// Source of the form: Batatia et al., MACE, arXiv:2206.07697, eq. 8.
/// </remarks>
internal sealed unsafe class EdgeConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MaximumEdges = ConvolutionScratch<T>.MaximumEdges;

    private readonly ImmutableArray<ConvolutionPath<T>> _paths;

    /// <summary>Paths on the way back and the part of their harmonics that one kernel serves.</summary>
    private readonly ImmutableArray<(ConvolutionPath<T> Path, int First, int Count)> _sweeps;
    private readonly int _harmonicCount, _matrixCount, _uncoupledCount;

    /// <param name="sent">Irreps of the sent features.</param>
    /// <param name="harmonics">Irreps of the edge harmonics, one copy of each.</param>
    /// <param name="target">Irreps that are kept.</param>
    public EdgeConvolution(Irreps sent, Irreps harmonics, Irreps target)
        : this(sent, harmonics, target, new FeatureLayout(sent).Dimension, sharedWeights: false)
    {
    }

    private EdgeConvolution(Irreps sent, Irreps harmonics, Irreps target, int senderStride, bool sharedWeights)
    {
        Input = new FeatureLayout(sent);
        SenderStride = senderStride;
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
        ImmutableArray<ConvolutionPath<T>>.Builder paths = ImmutableArray.CreateBuilder<ConvolutionPath<T>>(found.Count);
        for (int s = 0; s < found.Count; s++)
        {
            (int i, int j, IrrepBlock slot) = found[s];
            ConvolutionPath<T> path = new(sent[i].Multiplicity, Input.Offsets[i], sent[i].Irrep.Degree, harmonics[j].Irrep.Degree, Output.Offsets[s], slot.Irrep.Degree, sharedWeights ? 0 : WeightCount, _matrixCount, _uncoupledCount);
            paths.Add(path);
            WeightCount = sharedWeights ? path.Channels : WeightCount + path.Channels;
            _matrixCount += path.ToMatrix.Count;
            _uncoupledCount += path.ToUncoupled.Count * path.Channels;
        }

        _paths = paths.ToImmutable();
        Couplings = [.. found.Select(static f => new PathCoupling(f.Sender, f.Harmonic, f.Slot.Irrep))];
        _sweeps = [.. _paths.OrderBy(static p => p.FirstHarmonic).SelectMany(Sweeps)];
        _harmonicCount = harmonics.Dimension;
    }

    /// <summary>
    /// A convolution over atoms whose features lie apart by an odd number of cache lines: at a power of two, those of the
    /// neighbours of an atom would compete for a few sets of the cache.
    /// </summary>
    /// <param name="sent">Irreps of the sent features.</param>
    /// <param name="harmonics">Irreps of the edge harmonics, one copy of each.</param>
    /// <param name="target">Irreps that are kept.</param>
    public static EdgeConvolution<T> CreateSpread(Irreps sent, Irreps harmonics, Irreps target)
    {
        int lines = (sent.Dimension + ConvolutionScratch<T>.LaneSlot - 1) / ConvolutionScratch<T>.LaneSlot;
        return new EdgeConvolution<T>(sent, harmonics, target, (lines | 1) * ConvolutionScratch<T>.LaneSlot, sharedWeights: false);
    }

    /// <summary>A sum of R_k(r)·Y_lm over edges: what is sent is one row for all atoms, and all degrees l share the functions R_k.</summary>
    /// <remarks>The way back is that with slopes: the one to the adjoint of the weights takes a weight to belong to one path.</remarks>
    /// <param name="functions">Number of functions R_k.</param>
    /// <param name="harmonics">Irreps of the edge harmonics.</param>
    /// <param name="target">Irreps that are kept.</param>
    public static EdgeConvolution<T> CreateDensity(int functions, Irreps harmonics, Irreps target) =>
        new(new Irreps(new IrrepBlock(functions, Irrep.Scalar)), harmonics, target, 0, sharedWeights: true);

    /// <summary>Layout of the sent features.</summary>
    public FeatureLayout Input { get; }

    /// <summary>From the features of one atom to those of the next.</summary>
    public int SenderStride { get; }

    /// <summary>What the paths couple, in the order of the radial weights and of the slots of <see cref="Output"/>.</summary>
    public ImmutableArray<PathCoupling> Couplings { get; }

    /// <summary>Layout of the sum: one slot a path, sorted by irrep.</summary>
    public FeatureLayout Output { get; }

    /// <summary>Radial weights an edge.</summary>
    public int WeightCount { get; }

    /// <summary>Memory of one thread.</summary>
    public ConvolutionScratch<T> CreateScratch() => new(_harmonicCount, _matrixCount, _uncoupledCount, _sweeps.Length);

    /// <summary>Adds a run of edges to the message of their common receiver.</summary>
    /// <param name="senders">Sender of each edge.</param>
    /// <param name="features">Sent features of all atoms, [atoms, <see cref="Input"/>].</param>
    /// <param name="harmonics">Harmonics [edges, (l_max+1)²].</param>
    /// <param name="weights">Radial weights [edges, <see cref="WeightCount"/>].</param>
    /// <param name="message">Message, accumulated.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Forward(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, Span<T> message, ConvolutionScratch<T> scratch)
    {
        if (senders.IsEmpty) { return; }
        int harmonicCount = harmonics.Length / senders.Length;
        for (int first = 0; first < senders.Length; first += MaximumEdges)
        {
            int edges = Math.Min(senders.Length - first, MaximumEdges);
            PrepareForward(senders.Slice(first, edges), harmonics[(first * harmonicCount)..], harmonicCount, scratch);
            fixed (T* x = features, w = weights[(first * WeightCount)..], m = message)
            fixed (nint* rows = scratch.Senders)
            {
                foreach (ConvolutionPath<T> path in _paths)
                {
                    ConvolutionRun<T> run = new()
                    {
                        Edges = edges,
                        Channels = path.Channels,
                        Rows = path.Rows,
                        Senders = rows,
                        Features = x + path.Sender,
                        Weights = w + path.Weight,
                        WeightStride = WeightCount,
                        MatrixStride = path.Columns * MaximumEdges,
                    };
                    for (int c = 0, count; c < path.Columns; c += count)
                    {
                        count = Part(path.Columns - c);
                        run.Matrix = scratch.Matrix + ((path.Matrix + c) * MaximumEdges);
                        run.Message = m + path.Slot + (c * path.Channels);
                        Sum(run, count);
                    }
                }
            }
        }

        GC.KeepAlive(scratch);
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
        if (senders.IsEmpty) { return; }
        Uncouple(messageBar, scratch);
        AdjointOfUncoupled(senders, features, harmonics, weights, featuresBar, harmonicsBar, weightsBar, scratch);
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
        if (senders.IsEmpty) { return; }
        Uncouple(messageBar, scratch);
        AdjointOfUncoupled(senders, features, harmonics, weights, slopes, featuresBar, harmonicsBar, distancesBar, scratch);
    }

    /// <summary>Prepares the way back over the edges of a receiver for <c>AdjointOfUncoupled</c>: couples the adjoint of its message once for all edges.</summary>
    /// <param name="messageBar">Adjoint of the receiver's message.</param>
    /// <param name="scratch">Memory of this thread; must not be used for anything else before the edges are done.</param>
    public void Uncouple(ReadOnlySpan<T> messageBar, ConvolutionScratch<T> scratch)
    {
        fixed (T* mBar = messageBar)
        {
            foreach (ConvolutionPath<T> path in _paths) { Uncouple(path, mBar + path.Slot, scratch.Uncoupled + path.Uncoupled); }
        }
    }

    /// <summary>The way back for a run of edges after <see cref="Uncouple(ReadOnlySpan{T}, ConvolutionScratch{T})"/>; as <see cref="Adjoint(ReadOnlySpan{int}, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, Span{double}, ConvolutionScratch{T})"/>.</summary>
    public void AdjointOfUncoupled(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, ReadOnlySpan<T> slopes, Span<T> featuresBar, Span<T> harmonicsBar, Span<double> distancesBar, ConvolutionScratch<T> scratch) =>
        AdjointOfRuns(senders, features, harmonics, weights, slopes, featuresBar, harmonicsBar, default, distancesBar, scratch);

    /// <summary>The way back for a run of edges after <see cref="Uncouple(ReadOnlySpan{T}, ConvolutionScratch{T})"/>, to the adjoint of the radial weights.</summary>
    public void AdjointOfUncoupled(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, Span<T> featuresBar, Span<T> harmonicsBar, Span<T> weightsBar, ConvolutionScratch<T> scratch) =>
        AdjointOfRuns(senders, features, harmonics, weights, default, featuresBar, harmonicsBar, weightsBar, default, scratch);

    /// <summary>Goes back over runs that fit the scratch, either to weightsBar or, with slopes, to distancesBar.</summary>
    private void AdjointOfRuns(ReadOnlySpan<int> senders, ReadOnlySpan<T> features, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> weights, ReadOnlySpan<T> slopes, Span<T> featuresBar, Span<T> harmonicsBar, Span<T> weightsBar, Span<double> distancesBar, ConvolutionScratch<T> scratch)
    {
        T* distances = stackalloc T[MaximumEdges];
        int harmonicCount = harmonics.Length / senders.Length;
        for (int first = 0; first < senders.Length; first += MaximumEdges)
        {
            int edges = Math.Min(senders.Length - first, MaximumEdges);
            int firstWeight = first * WeightCount, firstHarmonic = first * harmonicCount;
            PrepareAdjoint(senders.Slice(first, edges), harmonics[firstHarmonic..], harmonicCount, scratch);
            fixed (T* x = features, w = weights[firstWeight..], s = slopes.IsEmpty ? default : slopes[firstWeight..])
            fixed (T* xBar = featuresBar, yBar = harmonicsBar[firstHarmonic..], wBar = weightsBar.IsEmpty ? default : weightsBar[firstWeight..])
            fixed (nint* senderRows = scratch.Senders, weightRows = scratch.WeightRows)
            {
                for (int i = 0; i < _sweeps.Length; i++)
                {
                    (ConvolutionPath<T> path, int firstOfPath, _) = _sweeps[i];
                    scratch.Sweeps[i] = new ConvolutionTile<T>
                    {
                        Channels = path.Channels,
                        Rows = path.Rows,
                        Harmonics = path.Harmonics,
                        FirstHarmonic = firstOfPath,
                        Senders = senderRows,
                        WeightRows = weightRows,
                        Features = x + path.Sender,
                        FeaturesBar = xBar == null ? null : xBar + path.Sender,
                        Weights = w + path.Weight,
                        WeightsBar = wBar == null ? null : wBar + path.Weight,
                        Slopes = s == null ? null : s + path.Weight,
                        HarmonicValues = scratch.Harmonics + path.FirstHarmonic + firstOfPath,
                        HarmonicStride = _harmonicCount,
                        Uncoupled = scratch.Uncoupled + path.Uncoupled,
                        HarmonicSums = scratch.HarmonicSums + ((path.FirstHarmonic + firstOfPath) * ConvolutionScratch<T>.LaneSlot),
                        SlopeSums = scratch.SlopeSums,
                    };
                }

                for (int e = 0; e < edges; e += ConvolutionTile<T>.Edges)
                {
                    new Span<T>(scratch.HarmonicSums, ConvolutionTile<T>.Edges * _harmonicCount * ConvolutionScratch<T>.LaneSlot).Clear();
                    for (int i = 0; i < _sweeps.Length; i++) { Sweep(scratch.Sweeps[i], e, _sweeps[i].Count); }
                    int last = Math.Min(edges, e + ConvolutionTile<T>.Edges);
                    for (int edge = e; edge < last; edge++)
                    {
                        LaneSums.Add(scratch.HarmonicSums + ((nint)(edge - e) * _harmonicCount * ConvolutionScratch<T>.LaneSlot), _harmonicCount, yBar + ((nint)edge * harmonicCount));
                    }
                }

                if (s != null)
                {
                    new Span<T>(distances, edges).Clear();
                    LaneSums.Add(scratch.SlopeSums, edges, distances);
                    for (int e = 0; e < edges; e++) { distancesBar[first + e] += double.CreateTruncating(distances[e]); }
                }
            }
        }

        GC.KeepAlive(scratch);
    }

    /// <summary>Offsets and harmonics of a run, filled up to whole tiles with repetitions of the last edge whose harmonics are zero: they add nothing.</summary>
    private void PrepareAdjoint(ReadOnlySpan<int> senders, ReadOnlySpan<T> harmonics, int harmonicCount, ConvolutionScratch<T> scratch)
    {
        int edges = senders.Length;
        for (int e = 0; e < edges + ConvolutionTile<T>.Edges - 1; e++)
        {
            int edge = Math.Min(e, edges - 1);
            scratch.Senders[e] = (nint)senders[edge] * SenderStride;
            scratch.WeightRows[e] = (nint)edge * WeightCount;
            Span<T> row = new(scratch.Harmonics + (e * _harmonicCount), _harmonicCount);
            if (e < edges) { harmonics.Slice(e * harmonicCount, _harmonicCount).CopyTo(row); }
            else { row.Clear(); }
        }

        new Span<T>(scratch.SlopeSums, (edges + ConvolutionTile<T>.Edges - 1) * ConvolutionScratch<T>.LaneSlot).Clear();
    }

    /// <summary>Offsets of the senders, and harmonics and coupling contracted a vector of edges at a time; rows of edges are whole vectors of every width.</summary>
    private void PrepareForward(ReadOnlySpan<int> senders, ReadOnlySpan<T> harmonics, int harmonicCount, ConvolutionScratch<T> scratch)
    {
        T* y = scratch.Harmonics, m = scratch.Matrix;
        for (int e = 0; e < senders.Length; e++)
        {
            scratch.Senders[e] = (nint)senders[e] * SenderStride;
            ReadOnlySpan<T> row = harmonics.Slice(e * harmonicCount, _harmonicCount);
            for (int h = 0; h < row.Length; h++) { y[(h * MaximumEdges) + e] = row[h]; }
        }

        foreach (ConvolutionPath<T> path in _paths)
        {
            T* input = y + (path.FirstHarmonic * MaximumEdges), output = m + (path.Matrix * MaximumEdges);
            for (int e = 0; e < senders.Length;)
            {
                if (Vector512.IsHardwareAccelerated) { path.ToMatrix.Apply<WideVectors<T>, Vector512<T>>(input + e, MaximumEdges, output + e, MaximumEdges); e += Vector512<T>.Count; }
                else { path.ToMatrix.Apply<PortableVectors<T>, Vector<T>>(input + e, MaximumEdges, output + e, MaximumEdges); e += Vector<T>.Count; }
            }
        }
    }

    /// <summary>Sums one part of a path: the widest vectors first, narrower ones for what remains of the channels.</summary>
    private static void Sum(in ConvolutionRun<T> run, int components)
    {
        int u = 0;
        if (Vector512.IsHardwareAccelerated) { u = ConvolutionSum<T, WideVectors<T>, Vector512<T>>.Sum(run, components, u); }
        if (u < run.Channels) { u = ConvolutionSum<T, PortableVectors<T>, Vector<T>>.Sum(run, components, u); }
        if (u < run.Channels) { ConvolutionSum<T, SingleNumbers<T>, T>.Sum(run, components, u); }
    }

    /// <summary>Goes back over one part of a path, in the same widths as <c>Uncouple</c> lays out.</summary>
    private static void Sweep(in ConvolutionTile<T> tile, int edge, int harmonics)
    {
        int u = 0;
        if (Vector512.IsHardwareAccelerated) { u = ConvolutionAdjoint<T, WideVectors<T>, Vector512<T>>.Sweep(tile, edge, harmonics, u); }
        if (u < tile.Channels) { u = ConvolutionAdjoint<T, PortableVectors<T>, Vector<T>>.Sweep(tile, edge, harmonics, u); }
        if (u < tile.Channels) { ConvolutionAdjoint<T, SingleNumbers<T>, T>.Sweep(tile, edge, harmonics, u); }
    }

    /// <summary>Forms the uncoupled adjoint of a path: for each vector of channels [a, b, lane].</summary>
    private static void Uncouple(ConvolutionPath<T> path, T* messageBar, T* uncoupled)
    {
        int u = 0;
        if (Vector512.IsHardwareAccelerated) { u = Uncouple<WideVectors<T>, Vector512<T>>(path, messageBar, uncoupled, u); }
        u = Uncouple<PortableVectors<T>, Vector<T>>(path, messageBar, uncoupled, u);
        Uncouple<SingleNumbers<T>, T>(path, messageBar, uncoupled, u);
    }

    private static int Uncouple<TOps, TVector>(ConvolutionPath<T> path, T* messageBar, T* uncoupled, int channel)
        where TOps : struct, IVectorOperations<T, TVector>
        where TVector : struct
    {
        for (; channel + TOps.Count <= path.Channels; channel += TOps.Count)
        {
            path.ToUncoupled.Apply<TOps, TVector>(messageBar + channel, path.Channels, uncoupled + ((nint)channel * path.ToUncoupled.Count), TOps.Count);
        }

        return channel;
    }

    private static IEnumerable<(ConvolutionPath<T> Path, int First, int Count)> Sweeps(ConvolutionPath<T> path)
    {
        for (int first = 0, count; first < path.Harmonics; first += count)
        {
            count = Part(path.Harmonics - first);
            yield return (path, first, count);
        }
    }

    /// <summary>How many of so many components the next kernel takes: there are kernels for 1, 3, 5 and 7.</summary>
    private static int Part(int components) => components switch { 1 or 3 or 5 or 7 => components, _ => 3 };
}

/// <summary>What a path of a convolution couples.</summary>
/// <param name="SenderBlock">Block of the sent features.</param>
/// <param name="HarmonicBlock">Block of the harmonics.</param>
/// <param name="Result">Irrep of the message.</param>
internal readonly record struct PathCoupling(int SenderBlock, int HarmonicBlock, Irrep Result);
