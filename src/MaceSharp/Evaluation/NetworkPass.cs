using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>
/// Runs a network over the atoms of one structure, layer by layer: forward sweeps, then adjoint sweeps in reverse order.
/// A sweep goes over receivers in blocks; threads own contiguous ranges of atoms, so results depend on their number only by rounding.
/// </summary>
internal sealed class NetworkPass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MaceNetwork<T> _network;
    private readonly LayerState<T>[] _states;
    private readonly ThreadScratch<T>[] _threads;
    private readonly EdgeSweep<T>[] _sweeps;
    private readonly WorkerTeam _team;
    private readonly int _threadCount;
    private readonly Action<int> _work;
    private T[] _initial = [];
    private double[] _graphEmbedding = [];
    private double[] _graphValues = [];
    private bool _graphKnown;
    private EdgeGeometry _geometry;
    private int _atoms;
    private int _head;
    private bool _backward;
    private bool _atomicVirials;
    private Phase _phase;
    private int _layer;
    private CancellationToken _cancellation;

    /// <param name="network">The network.</param>
    /// <param name="team">The threads.</param>
    public NetworkPass(MaceNetwork<T> network, WorkerTeam team)
    {
        int threads = team.ThreadCount;
        _network = network;
        _team = team;
        _threadCount = threads;
        _work = Work;
        ReadoutWidth = Readout<double>.OutputIrreps(network.HyperParameters.Kind).Dimension;
        _states = [.. network.Layers.Select(l => new LayerState<T>(l, threads))];
        _threads = [.. Enumerable.Range(0, threads).Select(i => new ThreadScratch<T>(network, _states, i))];
        _sweeps = [.. _states.Select((state, t) => new EdgeSweep<T>(network, t, state))];
    }

    private enum Phase
    {
        Send,
        Forward,
        Adjoint,
        SendAdjoint,
    }

    /// <summary>Sum over the readouts and the pair repulsion of each atom, before scale and shift, eV.</summary>
    public double[] Interaction { get; private set; } = [];

    /// <summary>Everything the readouts say of each atom, summed over layers, [atoms, readout].</summary>
    public double[] ReadoutSums { get; private set; } = [];

    /// <summary>Numbers a readout gives an atom.</summary>
    public int ReadoutWidth { get; }

    /// <summary>Energy of the embedding readout, eV.</summary>
    public double EmbeddingEnergy { get; private set; }

    /// <summary>Evaluates the network.</summary>
    /// <param name="geometry">The edges.</param>
    /// <param name="graphValues">Graph-level quantities the model asks for.</param>
    /// <param name="head">Head.</param>
    /// <param name="backward">Whether derivatives are wanted.</param>
    /// <param name="atomicVirials">Whether virials of atoms are wanted.</param>
    /// <param name="cancellationToken">Checked once a block of atoms.</param>
    public void Run(in EdgeGeometry geometry, ReadOnlySpan<double> graphValues, int head, bool backward, bool atomicVirials, CancellationToken cancellationToken)
    {
        _geometry = geometry;
        _atoms = geometry.List.AtomCount;
        _head = head;
        _backward = backward;
        _atomicVirials = atomicVirials;
        Reserve();
        if (!_graphKnown || !graphValues.SequenceEqual(_graphValues))
        {
            _graphEmbedding = _network.Embedding.EmbedGraph(graphValues);
            _graphValues = graphValues.ToArray();
            _graphKnown = true;
        }

        EmbeddingEnergy = _network.Embedding.Evaluate(geometry.Elements.AsSpan(0, _atoms), _graphEmbedding, _initial, head);
        _cancellation = cancellationToken;
        for (int t = 0; t < _states.Length; t++)
        {
            Run(Phase.Send, t);
            Run(Phase.Forward, t);
        }

        for (int t = _states.Length - 1; backward && t >= 0; t--)
        {
            Run(Phase.Adjoint, t);
            if (t > 0) { Run(Phase.SendAdjoint, t); }
        }
    }

    /// <summary>Adds up what the threads gathered.</summary>
    /// <param name="factor">Factor of the energy that was differentiated.</param>
    /// <param name="forces">Receives forces, eV/Å; may be empty.</param>
    /// <param name="atomicVirials">Receives virials of atoms, eV; may be empty.</param>
    /// <returns>The virial −∂E/∂ε, eV.</returns>
    public Matrix3 CollectDerivatives(double factor, Span<Vector3D> forces, Span<Matrix3> atomicVirials)
    {
        Matrix3 virial = default;
        foreach (ThreadScratch<T> thread in _threads)
        {
            for (int i = 0; i < forces.Length; i++) { forces[i] -= factor * thread.Gradient[i]; }
            for (int i = 0; i < atomicVirials.Length; i++) { atomicVirials[i] -= factor * thread.AtomicVirials[i]; }
            virial -= factor * thread.StrainGradient;
        }

        for (int i = 0; i < atomicVirials.Length; i++) { atomicVirials[i] = atomicVirials[i].Symmetrized; }
        return virial.Symmetrized;
    }

    /// <summary>Node features of one atom after a layer.</summary>
    public ReadOnlySpan<T> Features(int layer, int atom)
    {
        int width = _network.Layers[layer].Output.Dimension;
        return _states[layer].Output.AsSpan(atom * width, width);
    }

    private void Reserve()
    {
        if (Interaction.Length < _atoms)
        {
            Interaction = new double[_atoms];
            ReadoutSums = new double[_atoms * ReadoutWidth];
            _initial = new T[_atoms * _network.HyperParameters.ChannelCount];
        }

        Array.Clear(Interaction, 0, _atoms);
        Array.Clear(ReadoutSums, 0, _atoms * ReadoutWidth);
        foreach (LayerState<T> state in _states) { state.Reserve(_atoms, _backward); }
        foreach (ThreadScratch<T> thread in _threads) { thread.Begin(_atoms, _backward, _atomicVirials); }
    }

    private ReadOnlySpan<T> Input(int layer) => layer == 0 ? _initial : _states[layer - 1].Output;

    private void Send(int t, ThreadScratch<T> scratch, int first, int count)
    {
        MaceLayer<T> layer = _network.Layers[t];
        InteractionBlock<T> block = layer.Interaction;
        LayerState<T> state = _states[t];
        ReadOnlySpan<T> x = Rows(Input(t), first, count, layer.Input.Dimension);
        Span<T> sent = Rows(state.Sent.Span, first, count, block.Up.Output.Dimension);
        sent.Clear();
        block.Up.Forward(x, sent, count, default, scratch.Rows);
        if (block.Down is null || block.SenderTerms is null || block.ReceiverTerms is null) { return; }
        Span<T> down = scratch.Down.AsSpan(0, count * block.Down.Output.Dimension);
        down.Clear();
        block.Down.Forward(x, down, count, default, scratch.Rows);
        Span<T> senderTerms = Rows(state.SenderTerms.AsSpan(), first, count, block.Radial.Weights.FirstWidth);
        Span<T> receiverTerms = Rows(state.ReceiverTerms.AsSpan(), first, count, block.Radial.Weights.FirstWidth);
        senderTerms.Clear();
        receiverTerms.Clear();
        block.SenderTerms.Forward(down, senderTerms, count, default, scratch.Rows);
        block.ReceiverTerms.Forward(down, receiverTerms, count, default, scratch.Rows);
    }

    private void SendAdjoint(int t, ThreadScratch<T> scratch, int first, int count)
    {
        MaceLayer<T> layer = _network.Layers[t];
        InteractionBlock<T> block = layer.Interaction;
        LayerState<T> state = _states[t];
        int sentWidth = block.Up.Output.Dimension, termWidth = block.Radial.Weights.FirstWidth;
        Span<T> xBar = Rows(_states[t - 1].OutputBar.AsSpan(), first, count, layer.Input.Dimension);
        Span<T> sentBar = Rows(state.SentBar[0].Span, first, count, sentWidth);
        for (int other = 1; other < _threadCount; other++) { Simd.Add<T>(Rows(state.SentBar[other].Span, first, count, sentWidth), sentBar); }
        block.Up.Adjoint(sentBar, xBar, count, default, scratch.Rows);
        if (block.Down is null || block.SenderTerms is null || block.ReceiverTerms is null) { return; }
        Span<T> senderBar = Rows(state.SenderTermsBar[0].AsSpan(), first, count, termWidth);
        for (int other = 1; other < _threadCount; other++) { Simd.Add<T>(Rows(state.SenderTermsBar[other].AsSpan(), first, count, termWidth), senderBar); }
        Span<T> downBar = scratch.Down.AsSpan(0, count * block.Down.Output.Dimension);
        downBar.Clear();
        block.SenderTerms.Adjoint(senderBar, downBar, count, default, scratch.Rows);
        block.ReceiverTerms.Adjoint(Rows(state.ReceiverTermsBar.AsSpan(), first, count, termWidth), downBar, count, default, scratch.Rows);
        block.Down.Adjoint(downBar, xBar, count, default, scratch.Rows);
    }

    private void Forward(int t, ThreadScratch<T> scratch, int first, int count)
    {
        MaceLayer<T> layer = _network.Layers[t];
        InteractionBlock<T> block = layer.Interaction;
        LayerState<T> state = _states[t];
        ReadOnlySpan<int> elements = _geometry.Elements.AsSpan(first, count);
        int messageWidth = block.Convolution.Output.Dimension, mixedWidth = block.Mix.Output.Dimension, aWidth = layer.Message.Dimension;
        Span<T> messages = scratch.Message.AsSpan(0, count * messageWidth);
        messages.Clear();
        for (int i = 0; i < count; i++) { Interaction[first + i] += _sweeps[t].Forward(_geometry, scratch, first + i, messages.Slice(i * messageWidth, messageWidth)); }

        Span<T> a = Rows(state.Messages.AsSpan(), first, count, aWidth);
        Span<T> mixed = scratch.Mixed.AsSpan(0, count * mixedWidth);
        mixed.Clear();
        block.Mix.Forward(messages, mixed, count, elements, scratch.Rows);
        if (block.HasDensity)
        {
            mixed.CopyTo(Rows(state.Mixed.AsSpan(), first, count, mixedWidth));
            Normalize(block, state, first, count, mixed);
        }

        FinishMessage(block, state, scratch, first, count, mixed, a);
        int bWidth = layer.Contraction.Output.Dimension;
        Span<T> b = scratch.Product.AsSpan(0, count * bWidth), output = Rows(state.Output.AsSpan(), first, count, layer.Output.Dimension);
        layer.Contraction.Forward(elements, a, b, scratch.Contraction[t]);
        output.Clear();
        layer.Product.Forward(b, output, count, default, scratch.Rows);
        block.Skip?.Forward(Rows(Input(t), first, count, layer.Input.Dimension), output, count, elements, scratch.Rows);
        ReadOut(layer, scratch, first, count, output);
    }

    private void ReadOut(MaceLayer<T> layer, ThreadScratch<T> scratch, int first, int count, ReadOnlySpan<T> output)
    {
        if (layer.Readouts[_head] is not { } readout) { return; }
        int width = layer.Output.Dimension;
        bool energy = _network.HyperParameters.HasEnergy;
        Span<double> y = scratch.ReadoutOutput.AsSpan(0, ReadoutWidth), x = scratch.ReadoutInput.AsSpan(0, width);
        for (int i = 0; i < count; i++)
        {
            x.Clear();
            Simd.AddWidened(output.Slice(i * width, width), x);
            readout.Forward(x, y, scratch.Readout, scratch.Rows);
            for (int k = 0; k < ReadoutWidth; k++) { ReadoutSums[((first + i) * ReadoutWidth) + k] += y[k]; }
            if (energy) { Interaction[first + i] += y[0]; }
        }
    }

    private static void Normalize(InteractionBlock<T> block, LayerState<T> state, int first, int count, Span<T> mixed)
    {
        int width = mixed.Length / count;
        for (int i = 0; i < count; i++)
        {
            double norm = 1 / ((block.DensityScale * state.Densities[first + i]) + block.DensityOffset);
            Simd.Scale(T.CreateTruncating(norm), mixed.Slice(i * width, width));
        }
    }

    /// <summary>From the normalised mixed messages to the A-basis; the mixed messages become the input of the gate where there is one.</summary>
    private void FinishMessage(InteractionBlock<T> block, LayerState<T> state, ThreadScratch<T> scratch, int first, int count, Span<T> mixed, Span<T> a)
    {
        Span<T> source = mixed;
        if (block.Gate is not null && block.Residual is not null)
        {
            block.Residual.Forward(Rows(state.Sent.Span, first, count, block.Up.Output.Dimension), mixed, count, default, scratch.Rows);
            int input = block.Gate.Input.Dimension, output = block.Gate.Output.Dimension;
            source = scratch.Normalized.AsSpan(0, count * output);
            for (int i = 0; i < count; i++) { block.Gate.Forward(mixed.Slice(i * input, input), source.Slice(i * output, output)); }
        }

        if (block.FinalMix is null)
        {
            source.CopyTo(a);
            return;
        }

        a.Clear();
        block.FinalMix.Forward(source, a, count, _geometry.Elements.AsSpan(first, count), scratch.Rows);
    }

    private void Adjoint(int t, int thread, int first, int count)
    {
        ThreadScratch<T> scratch = _threads[thread];
        MaceLayer<T> layer = _network.Layers[t];
        InteractionBlock<T> block = layer.Interaction;
        LayerState<T> state = _states[t];
        ReadOnlySpan<int> elements = _geometry.Elements.AsSpan(first, count);
        int outWidth = layer.Output.Dimension, aWidth = layer.Message.Dimension, bWidth = layer.Contraction.Output.Dimension, mixedWidth = block.Mix.Output.Dimension;
        Span<T> outputBar = Rows(state.OutputBar.AsSpan(), first, count, outWidth);
        ReadOutAdjoint(t, scratch, first, count, outputBar);
        if (t > 0)
        {
            block.Skip?.Adjoint(outputBar, Rows(_states[t - 1].OutputBar.AsSpan(), first, count, layer.Input.Dimension), count, elements, scratch.Rows);
        }

        Span<T> bBar = scratch.Product.AsSpan(0, count * bWidth);
        bBar.Clear();
        layer.Product.Adjoint(outputBar, bBar, count, default, scratch.Rows);
        Span<T> aBar = scratch.Aggregate.AsSpan(0, count * aWidth);
        layer.Contraction.Adjoint(elements, Rows(state.Messages.AsSpan(), first, count, aWidth), bBar, aBar, scratch.Contraction[t]);
        Span<T> mixedBar = scratch.MixedBar.AsSpan(0, count * mixedWidth);
        FinishMessageAdjoint(block, state, scratch, thread, t, first, count, aBar, mixedBar);
        Span<double> densityBar = stackalloc double[ThreadScratch<T>.BlockSize];
        if (block.HasDensity) { NormalizeAdjoint(block, state, first, count, mixedBar, densityBar); }

        int messageWidth = block.Convolution.Output.Dimension;
        Span<T> messageBar = scratch.MessageBar.AsSpan(0, count * messageWidth);
        messageBar.Clear();
        block.Mix.Adjoint(mixedBar, messageBar, count, elements, scratch.Rows);
        for (int i = 0; i < count; i++) { _sweeps[t].Adjoint(_geometry, scratch, thread, first + i, messageBar.Slice(i * messageWidth, messageWidth), densityBar[i], _atomicVirials); }
    }

    private void ReadOutAdjoint(int t, ThreadScratch<T> scratch, int first, int count, Span<T> outputBar)
    {
        MaceLayer<T> layer = _network.Layers[t];
        if (layer.Readouts[_head] is not { } readout) { return; }
        int width = layer.Output.Dimension;
        ReadOnlySpan<T> output = Rows(_states[t].Output.AsSpan(), first, count, width);
        Span<double> y = scratch.ReadoutOutput.AsSpan(0, ReadoutWidth);
        Span<double> x = scratch.ReadoutInput.AsSpan(0, width), xBar = scratch.ReadoutInputBar.AsSpan(0, width);
        for (int i = 0; i < count; i++)
        {
            x.Clear();
            Simd.AddWidened(output.Slice(i * width, width), x);
            readout.Forward(x, y, scratch.Readout, scratch.Rows);
            y.Clear();
            y[0] = 1;
            xBar.Clear();
            readout.Adjoint(y, xBar, scratch.Readout, scratch.Rows);
            Simd.AddNarrowed(xBar, outputBar.Slice(i * width, width));
        }
    }

    private void FinishMessageAdjoint(InteractionBlock<T> block, LayerState<T> state, ThreadScratch<T> scratch, int thread, int t, int first, int count, Span<T> aBar, Span<T> mixedBar)
    {
        ReadOnlySpan<int> elements = _geometry.Elements.AsSpan(first, count);
        if (block.Gate is null || block.Residual is null)
        {
            if (block.FinalMix is null)
            {
                aBar.CopyTo(mixedBar);
                return;
            }

            mixedBar.Clear();
            block.FinalMix.Adjoint(aBar, mixedBar, count, elements, scratch.Rows);
            return;
        }

        // The input of the gate is recomputed: normalised mix plus residual.
        int input = block.Gate.Input.Dimension, output = block.Gate.Output.Dimension, sentWidth = block.Up.Output.Dimension;
        Span<T> gateInput = scratch.Mixed.AsSpan(0, count * input), gateBar = scratch.Normalized.AsSpan(0, count * output);
        Rows(state.Mixed.AsSpan(), first, count, input).CopyTo(gateInput);
        Normalize(block, state, first, count, gateInput);
        block.Residual.Forward(Rows(state.Sent.Span, first, count, sentWidth), gateInput, count, default, scratch.Rows);
        gateBar.Clear();
        if (block.FinalMix is null) { aBar.CopyTo(gateBar); }
        else { block.FinalMix.Adjoint(aBar, gateBar, count, elements, scratch.Rows); }
        mixedBar.Clear();
        for (int i = 0; i < count; i++)
        {
            block.Gate.Adjoint(gateInput.Slice(i * input, input), gateBar.Slice(i * output, output), mixedBar.Slice(i * input, input));
        }

        if (t > 0) { block.Residual.Adjoint(mixedBar, Rows(state.SentBar[thread].Span, first, count, sentWidth), count, default, scratch.Rows); }
    }

    /// <summary>On entry the adjoint of the normalised message, on exit that of the mixed one; adds that of the density.</summary>
    private static void NormalizeAdjoint(InteractionBlock<T> block, LayerState<T> state, int first, int count, Span<T> mixedBar, Span<double> densityBar)
    {
        int width = mixedBar.Length / count;
        for (int i = 0; i < count; i++)
        {
            double norm = 1 / ((block.DensityScale * state.Densities[first + i]) + block.DensityOffset);
            Span<T> bar = mixedBar.Slice(i * width, width);
            double projection = double.CreateTruncating(Simd.Dot<T>(bar, state.Mixed.AsSpan((first + i) * width, width)));
            densityBar[i] = -norm * norm * block.DensityScale * projection;
            Simd.Scale(T.CreateTruncating(norm), bar);
        }
    }

    private static Span<T> Rows(Span<T> array, int first, int count, int width) => array.Slice(first * width, count * width);

    private static ReadOnlySpan<T> Rows(ReadOnlySpan<T> array, int first, int count, int width) => array.Slice(first * width, count * width);

    private void Run(Phase phase, int layer)
    {
        _phase = phase;
        _layer = layer;
        _team.Run(_work);
    }

    /// <summary>The share of one thread: a contiguous range of atoms, in blocks.</summary>
    private void Work(int thread)
    {
        int last = Boundary(thread + 1);
        for (int first = Boundary(thread); first < last; first += ThreadScratch<T>.BlockSize)
        {
            _cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(ThreadScratch<T>.BlockSize, last - first);
            switch (_phase)
            {
                case Phase.Send:
                    Send(_layer, _threads[thread], first, count);
                    break;
                case Phase.Forward:
                    Forward(_layer, _threads[thread], first, count);
                    break;
                case Phase.Adjoint:
                    Adjoint(_layer, thread, first, count);
                    break;
                default:
                    SendAdjoint(_layer, _threads[thread], first, count);
                    break;
            }
        }
    }

    private int Boundary(int thread) => (int)((long)_atoms * thread / _threadCount);
}
