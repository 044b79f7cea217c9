using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// The equivariant convolution over undirected pairs: both edges of a pair have the same harmonics up to sign, so the small matrix
/// M[a, c] = Σ_b C[a, b, c]·Y[b] of each path is made once and serves both. A message is m[c] += Σ_a M[a, c]·w·x[a], trilinear in M, w and x,
/// which gives adjoint, tangent and tangent of the adjoint by the product rule.
/// </summary>
/// <remarks>Batatia et al., MACE, arXiv:2206.07697, eq. 8. Sums go over all atoms in one sweep over the pairs; the evaluation engine's convolution is arranged for many neighbours of one atom instead.</remarks>
internal sealed unsafe class PairConvolution<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MaximumRows = 32;

    /// <summary>Components of a message up to which <see cref="ScalarPairKernel{T, TVector, TOps, TColumns}"/> is made.</summary>
    private const int MaximumScalarColumns = 7;

    private readonly ImmutableArray<Path> _scalarPaths;
    private readonly ImmutableArray<Path> _paths;
    private readonly (int Element, int Harmonic, T Value)[] _couplings;
    private readonly int _harmonics;
    private readonly int _matrix;

    /// <param name="sent">Irreps of the sent features.</param>
    /// <param name="harmonics">Irreps of the edge harmonics, one copy of each.</param>
    /// <param name="target">Irreps that are kept.</param>
    public PairConvolution(Irreps sent, Irreps harmonics, Irreps target)
    {
        FeatureLayout input = new(sent);
        HashSet<Irrep> kept = [.. target.Blocks.Select(static b => b.Irrep)];
        List<(int Sent, int Harmonic, IrrepBlock Slot)> found = [];
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
        FeatureLayout output = new(new Irreps(found.Select(static f => f.Slot)));
        Input = input;
        Output = output;
        _harmonics = harmonics.Dimension;
        List<(int, int, T)> couplings = [];
        ImmutableArray<Path>.Builder paths = ImmutableArray.CreateBuilder<Path>(), scalarPaths = ImmutableArray.CreateBuilder<Path>();
        for (int s = 0; s < found.Count; s++)
        {
            int l1 = sent[found[s].Sent].Irrep.Degree, l2 = harmonics[found[s].Harmonic].Irrep.Degree, l3 = found[s].Slot.Irrep.Degree;
            int rows = (2 * l1) + 1, columns = (2 * l3) + 1, orders = (2 * l2) + 1;
            int weight = WeightCount;
            WeightCount += found[s].Slot.Multiplicity;
            ReadOnlySpan<double> w3j = Wigner3j.Get(l1, l2, l3);
            Path path = new(found[s].Slot.Multiplicity, input.Offsets[found[s].Sent], rows, output.Offsets[s], columns, weight, _matrix, (l2 & 1) == 0, l2 * l2, []);
            if (l1 == 0 && columns <= MaximumScalarColumns)
            {
                // A scalar couples each component with itself.
                T[] signs = new T[columns];
                for (int c = 0; c < columns; c++) { signs[c] = T.CreateTruncating(Math.Sqrt(columns) * w3j[(c * columns) + c]); }
                scalarPaths.Add(path with { Signs = signs });
                continue;
            }

            for (int k = 0; k < rows * orders * columns; k++)
            {
                int c = k % columns, b = k / columns % orders, a = k / columns / orders;
                double value = Math.Sqrt(columns) * w3j[k];
                if (value != 0) { couplings.Add((_matrix + (a * columns) + c, (l2 * l2) + b, T.CreateTruncating(value))); }
            }

            paths.Add(path);
            _matrix += rows * columns;
        }

        if (found.Any(f => sent[f.Sent].Irrep.Dimension > MaximumRows)) { throw new Atoms.InvalidInputException($"Sent features of degree above {(MaximumRows - 1) / 2} are not supported."); }
        _couplings = [.. couplings];
        _scalarPaths = scalarPaths.ToImmutable();
        _paths = paths.ToImmutable();
    }

    /// <summary>Layout of the sent features.</summary>
    public FeatureLayout Input { get; }

    /// <summary>Layout of the sum: one slot a path, sorted by irrep.</summary>
    public FeatureLayout Output { get; }

    /// <summary>Radial weights an edge.</summary>
    public int WeightCount { get; }

    /// <summary>Numbers of scratch a thread needs.</summary>
    public int ScratchLength => (2 * _matrix) + ((_matrix + (4 * MaximumRows)) * Vector512<T>.Count);

    /// <summary>Adds the messages of all edges.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="x">Sent features of all atoms.</param>
    /// <param name="w">Radial weights by pair, or by edge where the two edges of a pair differ.</param>
    /// <param name="messages">Messages, accumulated.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Forward(in PairView<T> pairs, Buffer<T> x, Buffer<T> w, Buffer<T> messages, Span<T> scratch) =>
        Run(Pass.Forward, pairs, new Fields { X = x, W = w, Message = messages }, null, scratch);

    /// <summary>The way back: adds to the adjoints of features and harmonics, overwrites that of the weights.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="x">Sent features of all atoms.</param>
    /// <param name="w">Radial weights.</param>
    /// <param name="messagesBar">Adjoint of the messages.</param>
    /// <param name="xBar">Adjoint of the features, accumulated; null: not wanted.</param>
    /// <param name="wBar">Adjoint of the weights, overwritten.</param>
    /// <param name="harmonicsBar">Adjoint of the harmonics of each pair, accumulated; null: not wanted.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Adjoint(in PairView<T> pairs, Buffer<T> x, Buffer<T> w, Buffer<T> messagesBar, Buffer<T>? xBar, Buffer<T> wBar, Buffer<T>? harmonicsBar, Span<T> scratch)
    {
        Run(Pass.Adjoint, pairs, new Fields { X = x, W = w, MessageBar = messagesBar, XBar = xBar, WBar = wBar }, harmonicsBar, scratch);
    }

    /// <summary>Adds the change of the messages.</summary>
    /// <param name="pairs">The pairs, with the changes of their harmonics.</param>
    /// <param name="x">Sent features of all atoms.</param>
    /// <param name="xDot">Their change; null: none.</param>
    /// <param name="w">Radial weights.</param>
    /// <param name="wDot">Their change.</param>
    /// <param name="messagesDot">Change of the messages, accumulated.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Tangent(in PairView<T> pairs, Buffer<T> x, Buffer<T>? xDot, Buffer<T> w, Buffer<T> wDot, Buffer<T> messagesDot, Span<T> scratch) =>
        Run(Pass.Tangent, pairs, new Fields { X = x, XDot = xDot, W = w, WDot = wDot, Message = messagesDot }, null, scratch);

    /// <summary>The changes of the adjoints of features (added) and weights (overwritten), or of one of them.</summary>
    /// <param name="pairs">The pairs, with the changes of their harmonics.</param>
    /// <param name="x">Sent features of all atoms.</param>
    /// <param name="xDot">Their change; null: none.</param>
    /// <param name="w">Radial weights.</param>
    /// <param name="wDot">Their change.</param>
    /// <param name="messagesBar">Adjoint of the messages.</param>
    /// <param name="messagesBarDot">Its change.</param>
    /// <param name="xBarDot">Change of the features' adjoint, accumulated; null: not wanted.</param>
    /// <param name="wBarDot">Change of the weights' adjoint, overwritten; null: not wanted.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void AdjointTangent(in PairView<T> pairs, Buffer<T> x, Buffer<T>? xDot, Buffer<T> w, Buffer<T> wDot, Buffer<T> messagesBar, Buffer<T> messagesBarDot, Buffer<T>? xBarDot, Buffer<T>? wBarDot, Span<T> scratch)
    {
        if (xBarDot is null && wBarDot is null) { return; }
        Run(Pass.AdjointTangent, pairs, new Fields { X = x, XDot = xDot, W = w, WDot = wDot, MessageBar = messagesBar, MessageBarDot = messagesBarDot, XBar = xBarDot, WBar = wBarDot }, null, scratch);
    }

    private void Run(Pass pass, in PairView<T> pairs, in Fields fields, Buffer<T>? harmonicsBar, Span<T> scratch)
    {
        fixed (T* x = fields.X.Span, w = fields.W.Span, xDot = Of(fields.XDot), wDot = Of(fields.WDot), message = Of(fields.Message))
        fixed (T* messageBar = Of(fields.MessageBar), messageBarDot = Of(fields.MessageBarDot), xBar = Of(fields.XBar), wBar = Of(fields.WBar), yBar = Of(harmonicsBar))
        fixed (T* y = pairs.Harmonics, yDot = pairs.HarmonicsDot, memory = scratch)
        {
            Arrays arrays = new(x, xDot, w, wDot, message, messageBar, messageBarDot, xBar, wBar);
            bool shared = fields.W.Rows == pairs.Count;
            foreach (ref readonly Path path in _scalarPaths.AsSpan()) { SweepScalars(pass, arrays, pairs, shared, path, y, yDot, yBar); }
            if (_paths.IsEmpty) { return; }
            T* matrix = memory, matrixDot = matrix + _matrix, sums = matrixDot + _matrix, temporary = sums + (_matrix * Vector512<T>.Count);
            for (int p = 0; p < pairs.Count; p++)
            {
                Couple(y + ((nint)p * _harmonics), matrix);
                if (pass is Pass.Tangent or Pass.AdjointTangent) { Couple(yDot + ((nint)p * _harmonics), matrixDot); }
                if (yBar != null) { new Span<T>(sums, _matrix * Vector512<T>.Count).Clear(); }
                Pair pair = new(pairs.First[p], pairs.Second[p], shared ? p : 2 * p, shared ? p : (2 * p) + 1);
                foreach (ref readonly Path path in _paths.AsSpan())
                {
                    int done = 0;
                    if (Vector512.IsHardwareAccelerated)
                    {
                        done = Sweep<Vector512<T>, WideVectors<T>>(pass, arrays, path, pair, done, matrix, matrixDot, yBar == null ? null : sums, temporary);
                    }
                    else
                    {
                        done = Sweep<Vector<T>, PortableVectors<T>>(pass, arrays, path, pair, done, matrix, matrixDot, yBar == null ? null : sums, temporary);
                    }

                    Sweep<T, SingleNumbers<T>>(pass, arrays, path, pair, done, matrix, matrixDot, yBar == null ? null : sums, temporary);
                }

                if (yBar != null) { Uncouple(sums, yBar + ((nint)p * _harmonics)); }
            }
        }
    }

    private static Span<T> Of(Buffer<T>? buffer) => buffer is null ? default : buffer.Span;

    /// <summary>M = Σ_b C·Y[b].</summary>
    private void Couple(T* y, T* matrix)
    {
        new Span<T>(matrix, _matrix).Clear();
        foreach ((int element, int harmonic, T value) in _couplings) { matrix[element] += value * y[harmonic]; }
    }

    /// <summary>Ȳ[b] += Σ C·M̄, where each element of M̄ is the sum over the lanes of a vector.</summary>
    private void Uncouple(T* sums, T* yBar)
    {
        for (int i = 0; i < _matrix; i++)
        {
            T* lanes = sums + (i * Vector512<T>.Count);
            T sum = T.Zero;
            if (Vector512.IsHardwareAccelerated) { sum = Vector512.Sum(Vector512.Load(lanes)); }
            else
            {
                for (int k = 0; k < Vector512<T>.Count; k++) { sum += lanes[k]; }
            }

            *lanes = sum;
        }

        foreach ((int element, int harmonic, T value) in _couplings) { yBar[harmonic] += value * sums[element * Vector512<T>.Count]; }
    }

    /// <summary>All whole vectors of channels of one path of one pair, from <paramref name="channel"/> on; returns where they end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Sweep<TVector, TOps>(Pass pass, in Arrays arrays, in Path path, in Pair pair, int channel, T* matrix, T* matrixDot, T* sums, T* temporary)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        if (channel + TOps.Count > path.Channels) { return channel; }
        nint dimension = Input.Dimension, messageWidth = Output.Dimension, weights = WeightCount;
        nint xi = (pair.First * dimension) + path.Sent, xj = (pair.Second * dimension) + path.Sent;
        nint mi = (pair.First * messageWidth) + path.Slot, mj = (pair.Second * messageWidth) + path.Slot;
        nint wa = (pair.WeightA * weights) + path.Weight, wb = (pair.WeightB * weights) + path.Weight;
        PairKernel<T, TVector, TOps> kernel = new()
        {
            Rows = path.Rows,
            Columns = path.Columns,
            Channels = path.Channels,
            Matrix = matrix + path.Matrix,
            MatrixDot = matrixDot + path.Matrix,
            Sign = path.IsEven ? T.One : -T.One,
            Sums = sums == null ? null : sums + (path.Matrix * Vector512<T>.Count),
            Temporary = temporary,
            SameWeights = pair.WeightA == pair.WeightB,
        };
        for (; channel + TOps.Count <= path.Channels; channel += TOps.Count)
        {
            nint k = channel;
            switch (pass)
            {
                case Pass.Forward:
                    kernel.Forward(arrays.X + xi + k, arrays.X + xj + k, arrays.W + wa + k, arrays.W + wb + k, arrays.Message + mi + k, arrays.Message + mj + k);
                    break;
                case Pass.Adjoint:
                    kernel.Adjoint(
                        arrays.X + xi + k, arrays.X + xj + k, arrays.W + wa + k, arrays.W + wb + k, arrays.MessageBar + mi + k, arrays.MessageBar + mj + k,
                        arrays.XBar == null ? null : arrays.XBar + xi + k, arrays.XBar == null ? null : arrays.XBar + xj + k, arrays.WBar + wa + k, arrays.WBar + wb + k);
                    break;
                case Pass.Tangent:
                    kernel.Tangent(
                        arrays.X + xi + k, arrays.X + xj + k, arrays.XDot == null ? null : arrays.XDot + xi + k, arrays.XDot == null ? null : arrays.XDot + xj + k,
                        arrays.W + wa + k, arrays.W + wb + k, arrays.WDot + wa + k, arrays.WDot + wb + k, arrays.Message + mi + k, arrays.Message + mj + k);
                    break;
                default:
                    kernel.AdjointTangent(
                        arrays.X + xi + k, arrays.X + xj + k, arrays.XDot == null ? null : arrays.XDot + xi + k, arrays.XDot == null ? null : arrays.XDot + xj + k,
                        arrays.W + wa + k, arrays.W + wb + k, arrays.WDot + wa + k, arrays.WDot + wb + k,
                        arrays.MessageBar + mi + k, arrays.MessageBar + mj + k, arrays.MessageBarDot + mi + k, arrays.MessageBarDot + mj + k,
                        arrays.XBar == null ? null : arrays.XBar + xi + k, arrays.XBar == null ? null : arrays.XBar + xj + k,
                        arrays.WBar == null ? null : arrays.WBar + wa + k, arrays.WBar == null ? null : arrays.WBar + wb + k);
                    break;
            }
        }

        return channel;
    }

    /// <summary>A path of sent scalars over all pairs.</summary>
    private void SweepScalars(Pass pass, in Arrays arrays, in PairView<T> pairs, bool shared, in Path path, T* y, T* yDot, T* yBar)
    {
        fixed (T* signs = path.Signs)
        {
            bool forward = pass is Pass.Forward or Pass.Tangent;
            ScalarPath<T> places = new()
            {
                X = arrays.X + path.Sent,
                XDot = At(arrays.XDot, path.Sent),
                XBar = At(arrays.XBar, path.Sent),
                W = arrays.W + path.Weight,
                WDot = At(arrays.WDot, path.Weight),
                WBar = At(arrays.WBar, path.Weight),
                Message = (forward ? arrays.Message : arrays.MessageBar) + path.Slot,
                MessageDot = At(arrays.MessageBarDot, path.Slot),
                Y = y + path.Harmonic,
                YDot = At(yDot, path.Harmonic),
                YBar = At(yBar, path.Harmonic),
                Signs = signs,
                Sign = path.IsEven ? T.One : -T.One,
                Channels = path.Channels,
                Features = Input.Dimension,
                Messages = Output.Dimension,
                Weights = WeightCount,
                Harmonics = _harmonics,
                First = pairs.First,
                Second = pairs.Second,
                Shared = shared,
            };
            int width = Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector<T>.Count, whole = path.Channels / width * width;
            if (Vector512.IsHardwareAccelerated) { SweepScalars<Vector512<T>, WideVectors<T>>(pass, path.Columns, places, 0, whole); }
            else { SweepScalars<Vector<T>, PortableVectors<T>>(pass, path.Columns, places, 0, whole); }
            SweepScalars<T, SingleNumbers<T>>(pass, path.Columns, places, whole, path.Channels);
        }
    }

    private static void SweepScalars<TVector, TOps>(Pass pass, int columns, in ScalarPath<T> path, int channel, int end)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        if (channel == end) { return; }
        switch (columns)
        {
            case 1: SweepScalars<TVector, TOps, One>(pass, path, channel, end); break;
            case 3: SweepScalars<TVector, TOps, Three>(pass, path, channel, end); break;
            case 5: SweepScalars<TVector, TOps, Five>(pass, path, channel, end); break;
            default: SweepScalars<TVector, TOps, Seven>(pass, path, channel, end); break;
        }
    }

    private static void SweepScalars<TVector, TOps, TColumns>(Pass pass, in ScalarPath<T> path, int channel, int end)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TColumns : struct, ISize
    {
        switch (pass)
        {
            case Pass.Forward: ScalarPairKernel<T, TVector, TOps, TColumns>.Forward(path, channel, end); break;
            case Pass.Adjoint: ScalarPairKernel<T, TVector, TOps, TColumns>.Adjoint(path, channel, end); break;
            case Pass.Tangent: ScalarPairKernel<T, TVector, TOps, TColumns>.Tangent(path, channel, end); break;
            default: ScalarPairKernel<T, TVector, TOps, TColumns>.AdjointTangent(path, channel, end); break;
        }
    }

    private static T* At(T* array, nint place) => array == null ? null : array + place;

    private enum Pass
    {
        Forward,
        Adjoint,
        Tangent,
        AdjointTangent,
    }

    /// <summary>One kept triple (l1, l2, l3): where its parts lie.</summary>
    private readonly record struct Path(int Channels, int Sent, int Rows, int Slot, int Columns, int Weight, int Matrix, bool IsEven, int Harmonic, T[] Signs);

    private readonly record struct Pair(int First, int Second, int WeightA, int WeightB);

    private readonly ref struct Fields
    {
        public required Buffer<T> X { get; init; }

        public Buffer<T>? XDot { get; init; }

        public required Buffer<T> W { get; init; }

        public Buffer<T>? WDot { get; init; }

        public Buffer<T>? Message { get; init; }

        public Buffer<T>? MessageBar { get; init; }

        public Buffer<T>? MessageBarDot { get; init; }

        public Buffer<T>? XBar { get; init; }

        public Buffer<T>? WBar { get; init; }
    }

    private readonly struct Arrays(T* x, T* xDot, T* w, T* wDot, T* message, T* messageBar, T* messageBarDot, T* xBar, T* wBar)
    {
        public readonly T* X = x;
        public readonly T* XDot = xDot;
        public readonly T* W = w;
        public readonly T* WDot = wDot;
        public readonly T* Message = message;
        public readonly T* MessageBar = messageBar;
        public readonly T* MessageBarDot = messageBarDot;
        public readonly T* XBar = xBar;
        public readonly T* WBar = wBar;
    }
}

/// <summary>The pairs of some atoms and their harmonics.</summary>
/// <param name="first">First atom of each pair: sender of its first edge.</param>
/// <param name="second">Second atom of each pair.</param>
/// <param name="harmonics">Harmonics of the first edge of each pair.</param>
/// <param name="harmonicsDot">Their change; empty where none is needed.</param>
internal readonly ref struct PairView<T>(ReadOnlySpan<int> first, ReadOnlySpan<int> second, ReadOnlySpan<T> harmonics, ReadOnlySpan<T> harmonicsDot)
{
    public int Count => First.Length;

    public ReadOnlySpan<int> First { get; } = first;

    public ReadOnlySpan<int> Second { get; } = second;

    public ReadOnlySpan<T> Harmonics { get; } = harmonics;

    public ReadOnlySpan<T> HarmonicsDot { get; } = harmonicsDot;
}
