using System.Numerics;
using MaceSharp.Measuring;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>
/// One layer over blocks of atoms: from the features that were sent to the features after the layer and what the readout makes of them, and back.
/// The way back needs the block's way forward in the same scratch just before.
/// </summary>
internal sealed class LayerPass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MaceLayer<T> _layer;
    private readonly InteractionBlock<T> _block;
    private readonly LayerState<T> _state;
    private readonly LayerState<T>? _before;
    private readonly EdgeSweep<T> _sweep;
    private readonly PassInput<T> _input;
    private readonly bool _hasEnergy;
    private readonly int _index;

    /// <param name="network">The network.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="states">What is kept of each layer.</param>
    /// <param name="input">What the layers have in common.</param>
    public LayerPass(MaceNetwork<T> network, int layer, LayerState<T>[] states, PassInput<T> input)
    {
        _layer = network.Layers[layer];
        _block = _layer.Interaction;
        _state = states[layer];
        _before = layer > 0 ? states[layer - 1] : null;
        _sweep = new EdgeSweep<T>(network, layer, _state);
        _input = input;
        _hasEnergy = network.HyperParameters.HasEnergy;
        _index = layer;
    }

    /// <summary>Makes what the atoms of a block send to their neighbours in this layer, from the features before it.</summary>
    public void Send(ThreadScratch<T> scratch, int first, int count)
    {
        if (_block.Slabs.IsEmpty) { return; }
        ReadOnlySpan<T> x = LoadInput(scratch, first, count);
        Span<T> sent = MakeSent(scratch, x, count);
        int width = _block.Up.Output.Dimension;
        for (int s = 0; s < _block.Slabs.Length; s++)
        {
            int stride = _block.Slabs[s].Convolution.SenderStride;
            Span<T> own = _state.Sent[s].AsSpan(first * stride, count * stride);
            for (int i = 0; i < count; i++) { _block.Slabs[s].Gather(sent.Slice(i * width, width), own.Slice(i * stride, stride)); }
        }

        if (_block.Down is null || _block.SenderTerms is null || _block.ReceiverTerms is null) { return; }
        Span<T> down = scratch.Down.AsSpan(0, count * _block.Down.Output.Dimension);
        down.Clear();
        _block.Down.Forward(x, down, count, default, scratch.Rows);
        int terms = _block.Radial.Weights.FirstWidth;
        Span<T> senderTerms = _state.SenderTerms.AsSpan(first * terms, count * terms), receiverTerms = _state.ReceiverTerms.AsSpan(first * terms, count * terms);
        senderTerms.Clear();
        receiverTerms.Clear();
        _block.SenderTerms.Forward(down, senderTerms, count, default, scratch.Rows);
        _block.ReceiverTerms.Forward(down, receiverTerms, count, default, scratch.Rows);
    }

    /// <summary>The way back of <see cref="Send"/>, to the adjoint of the features before this layer; not for the first one.</summary>
    public void SendAdjoint(ThreadScratch<T> scratch, int first, int count)
    {
        int width = _layer.Input.Dimension, sentWidth = _block.Up.Output.Dimension;
        Span<T> xBar = _before!.OutputBar.AsSpan(first * width, count * width), sentBar = scratch.Sent.AsSpan(0, count * sentWidth);
        sentBar.Clear();
        foreach (AlignedBuffer<T>[] bars in _state.SentBar)
        {
            for (int s = 0; s < bars.Length; s++)
            {
                int stride = _block.Slabs[s].Convolution.SenderStride;
                ReadOnlySpan<T> own = bars[s].AsSpan(first * stride, count * stride);
                for (int i = 0; i < count; i++) { _block.Slabs[s].Scatter(own.Slice(i * stride, stride), sentBar.Slice(i * sentWidth, sentWidth)); }
            }
        }

        _block.Up.Adjoint(sentBar, xBar, count, default, scratch.Rows);
        if (_block.Down is null || _block.SenderTerms is null || _block.ReceiverTerms is null) { return; }
        int terms = _block.Radial.Weights.FirstWidth;
        Span<T> senderBar = _state.SenderTermsBar[0].AsSpan(first * terms, count * terms);
        for (int other = 1; other < _state.SenderTermsBar.Length; other++) { Simd.Add<T>(_state.SenderTermsBar[other].AsSpan(first * terms, count * terms), senderBar); }
        Span<T> downBar = scratch.Down.AsSpan(0, count * _block.Down.Output.Dimension);
        downBar.Clear();
        _block.SenderTerms.Adjoint(senderBar, downBar, count, default, scratch.Rows);
        _block.ReceiverTerms.Adjoint(_state.ReceiverTermsBar.AsSpan(first * terms, count * terms), downBar, count, default, scratch.Rows);
        _block.Down.Adjoint(downBar, xBar, count, default, scratch.Rows);
    }

    /// <summary>The layer for a block of atoms: to their features, and to what the readout makes of them.</summary>
    /// <param name="scratch">Memory of this thread.</param>
    /// <param name="first">First atom.</param>
    /// <param name="count">Number of atoms.</param>
    /// <param name="store">Whether the features are kept for the next layer or the caller.</param>
    public void Forward(ThreadScratch<T> scratch, int first, int count, bool store)
    {
        Aggregate(scratch, first, count, addRepulsion: true);
        int aWidth = _layer.Message.Dimension;
        if (_state.Keeps) { scratch.Aggregate.AsSpan(0, count * aWidth).CopyTo(_state.Kept.AsSpan(first * aWidth)); }
        Span<T> output = MakeOutput(scratch, first, count);
        if (store) { output.CopyTo(_state.Output.AsSpan(first * _layer.Output.Dimension)); }
        ReadOut(scratch, first, count, output);
    }

    /// <summary>As much of <see cref="Forward"/> again as <see cref="Adjoint"/> needs.</summary>
    public void Recompute(ThreadScratch<T> scratch, int first, int count)
    {
        // The adjoint that came from the next layer may lie where the features were.
        int width = _layer.Output.Dimension;
        _state.OutputBar.AsSpan(first * width, count * width).CopyTo(scratch.OutputBar.Span);
        if (_state.Keeps)
        {
            int aWidth = _layer.Message.Dimension;
            _sweep.Begin(_input.Geometry, scratch, first, count);
            _state.Kept.AsSpan(first * aWidth, count * aWidth).CopyTo(scratch.Aggregate.Span);
        }
        else
        {
            Aggregate(scratch, first, count, addRepulsion: false);
        }

        if (_layer.Readouts[_input.Head] is { IsLinear: false }) { MakeOutput(scratch, first, count); }
    }

    /// <summary>The way back for a block of atoms: to forces, to the features that were sent to it, and to the features before the layer.</summary>
    /// <param name="scratch">Memory of this thread, after the way forward of the block.</param>
    /// <param name="thread">Index of this thread.</param>
    /// <param name="first">First atom.</param>
    /// <param name="count">Number of atoms.</param>
    public void Adjoint(ThreadScratch<T> scratch, int thread, int first, int count)
    {
        ReadOnlySpan<int> elements = _input.Geometry.Elements.AsSpan(first, count);
        int outWidth = _layer.Output.Dimension, aWidth = _layer.Message.Dimension, bWidth = _layer.Contraction.Output.Dimension, mixedWidth = _block.Mixed.Dimension;
        Span<T> outputBar = scratch.OutputBar.AsSpan(0, count * outWidth);
        ReadOutAdjoint(scratch, first, count, outputBar);
        if (_before is not null)
        {
            Span<T> inputBar = scratch.InputBar.AsSpan(0, count * _layer.Input.Dimension);
            inputBar.Clear();
            _block.Skip?.Adjoint(outputBar, inputBar, count, elements, scratch.Rows);
            inputBar.CopyTo(_before.OutputBar.AsSpan(first * _layer.Input.Dimension));
        }

        Span<T> bBar = scratch.Product.AsSpan(0, count * bWidth), aBar = scratch.AggregateBar.AsSpan(0, count * aWidth);
        bBar.Clear();
        _layer.Product.Adjoint(outputBar, bBar, count, default, scratch.Rows);
        scratch.Times?.End(EvaluationStage.Products);
        _layer.Contraction.Adjoint(elements, scratch.Aggregate.AsSpan(0, count * aWidth), bBar, aBar, scratch.Contraction[_index]);
        scratch.Times?.End(EvaluationStage.Contraction);
        Span<T> mixedBar = scratch.MixedBar.AsSpan(0, count * mixedWidth);
        FinishMessageAdjoint(scratch, thread, first, count, aBar, mixedBar);
        if (_block.HasDensity) { NormalizeAdjoint(scratch, count, mixedBar); }
        SumAdjoint(scratch, thread, count, elements, mixedBar);
        scratch.Times?.End(EvaluationStage.Products);
        scratch.Edges.Contract();
        for (int i = 0; i < count; i++) { _sweep.Finish(_input.Geometry, scratch, i, _input.WeightOf(first + i), scratch.DensitiesBar[i], _input.Request.AtomicVirials); }
        scratch.Times?.End(EvaluationStage.Geometry);
    }

    /// <summary>From the edges of a block to its A-basis.</summary>
    private void Aggregate(ThreadScratch<T> scratch, int first, int count, bool addRepulsion)
    {
        ReadOnlySpan<int> elements = _input.Geometry.Elements.AsSpan(first, count);
        int mixedWidth = _block.Mixed.Dimension;
        Span<T> mixed = scratch.Mixed.AsSpan(0, count * mixedWidth);
        mixed.Clear();
        _sweep.Begin(_input.Geometry, scratch, first, count);
        Sum(scratch, count, elements, mixed);
        for (int i = 0; i < count; i++)
        {
            (scratch.Densities[i], double repulsion) = _sweep.Scalars(_input.Geometry, scratch, i);
            if (addRepulsion) { _input.Interaction[first + i] += repulsion; }
        }

        FinishMessage(scratch, first, count, mixed, scratch.Aggregate.AsSpan(0, count * _layer.Message.Dimension));
    }

    /// <summary>Sums over edges and mixes.</summary>
    private void Sum(ThreadScratch<T> scratch, int count, ReadOnlySpan<int> elements, Span<T> mixed)
    {
        if (_block.Density is { } density)
        {
            ReadOnlySpan<int> present = _input.Geometry.Species.Present;
            int size = count * density.Convolution.Output.Dimension;
            Span<T> sums = scratch.Density.AsSpan(0, present.Length * size);
            sums.Clear();
            for (int i = 0; i < count; i++) { _sweep.ForwardDensity(_input.Geometry, scratch, i, density, sums); }
            scratch.Times?.End(EvaluationStage.EdgesForward);
            bool paired = density.IncludesFinalMix(present.Length);
            for (int z = 0; z < present.Length; z++)
            {
                ReadOnlySpan<T> own = sums.Slice(z * size, size);
                if (!paired) { density.MixOf(present[z]).Forward(own, mixed, count, default, scratch.Rows); }
                for (int i = 0; paired && i < count; i++)
                {
                    if (!elements[..i].Contains(elements[i])) { density.MixOf(present[z], elements[i]).ForwardOf(own, mixed, elements, elements[i], scratch.Rows); }
                }
            }

            return;
        }

        for (int s = 0; s < _block.Slabs.Length; s++)
        {
            ConvolutionSlab<T> slab = _block.Slabs[s];
            int width = slab.Convolution.Output.Dimension;
            Span<T> messages = scratch.Message.AsSpan(0, count * width);
            messages.Clear();
            for (int i = 0; i < count; i++) { _sweep.Forward(_input.Geometry, scratch, i, s, messages.Slice(i * width, width)); }
            scratch.Times?.End(EvaluationStage.EdgesForward);
            slab.Mix.Forward(messages, mixed, count, default, scratch.Rows);
        }
    }

    private void SumAdjoint(ThreadScratch<T> scratch, int thread, int count, ReadOnlySpan<int> elements, ReadOnlySpan<T> mixedBar)
    {
        if (_block.Density is { } density)
        {
            ReadOnlySpan<int> present = _input.Geometry.Species.Present;
            int size = count * density.Convolution.Output.Dimension;
            Span<T> sumsBar = scratch.Density.AsSpan(0, present.Length * size);
            sumsBar.Clear();
            bool paired = density.IncludesFinalMix(present.Length);
            for (int z = 0; z < present.Length; z++)
            {
                Span<T> ownBar = sumsBar.Slice(z * size, size);
                if (!paired) { density.MixOf(present[z]).Adjoint(mixedBar, ownBar, count, default, scratch.Rows); }
                for (int i = 0; paired && i < count; i++)
                {
                    if (!elements[..i].Contains(elements[i])) { density.MixOf(present[z], elements[i]).AdjointOf(mixedBar, ownBar, elements, elements[i], scratch.Rows); }
                }
            }

            scratch.Times?.End(EvaluationStage.Products);
            for (int i = 0; i < count; i++) { _sweep.AdjointDensity(_input.Geometry, scratch, i, density, sumsBar); }
            return;
        }

        for (int s = 0; s < _block.Slabs.Length; s++)
        {
            ConvolutionSlab<T> slab = _block.Slabs[s];
            int width = slab.Convolution.Output.Dimension;
            Span<T> messagesBar = scratch.Message.AsSpan(0, count * width);
            messagesBar.Clear();
            slab.Mix.Adjoint(mixedBar, messagesBar, count, default, scratch.Rows);
            scratch.Times?.End(EvaluationStage.Products);
            for (int i = 0; i < count; i++) { _sweep.Adjoint(_input.Geometry, scratch, thread, i, s, messagesBar.Slice(i * width, width)); }
        }
    }

    /// <summary>From the mixed messages to the A-basis: normalised, through the gate and mixed again where the block does so.</summary>
    private void FinishMessage(ThreadScratch<T> scratch, int first, int count, ReadOnlySpan<T> mixed, Span<T> a)
    {
        Span<T> source = scratch.Normalized.AsSpan(0, mixed.Length);
        mixed.CopyTo(source);
        int width = mixed.Length / count;
        for (int i = 0; _block.HasDensity && i < count; i++) { Simd.Scale(T.CreateTruncating(Norm(scratch.Densities[i])), source.Slice(i * width, width)); }
        if (_block.Gate is not null && _block.Residual is not null)
        {
            _block.Residual.Forward(MakeSent(scratch, LoadInput(scratch, first, count), count), source, count, default, scratch.Rows);
            int output = _block.Gate.Output.Dimension;
            Span<T> gated = _block.FinalMix is null ? a : scratch.AggregateBar.AsSpan(0, count * output);
            gated.Clear();
            for (int i = 0; i < count; i++) { _block.Gate.Forward(source.Slice(i * width, width), gated.Slice(i * output, output)); }
            source = gated;
        }

        if (FinalMix is null)
        {
            if (_block.Gate is null) { source.CopyTo(a); }
            return;
        }

        a.Clear();
        FinalMix.Forward(source, a, count, _input.Geometry.Elements.AsSpan(first, count), scratch.Rows);
    }

    private void FinishMessageAdjoint(ThreadScratch<T> scratch, int thread, int first, int count, Span<T> aBar, Span<T> mixedBar)
    {
        ReadOnlySpan<int> elements = _input.Geometry.Elements.AsSpan(first, count);
        if (_block.Gate is null || _block.Residual is null)
        {
            if (FinalMix is null)
            {
                aBar.CopyTo(mixedBar);
                return;
            }

            mixedBar.Clear();
            FinalMix.Adjoint(aBar, mixedBar, count, elements, scratch.Rows);
            return;
        }

        int input = _block.Gate.Input.Dimension, output = _block.Gate.Output.Dimension, sentWidth = _block.Up.Output.Dimension;
        ReadOnlySpan<T> gateInput = scratch.Normalized.AsSpan(0, count * input);
        Span<T> gateBar = aBar;
        if (FinalMix is not null)
        {
            gateBar = scratch.Aggregate.AsSpan(0, count * output);
            gateBar.Clear();
            FinalMix.Adjoint(aBar, gateBar, count, elements, scratch.Rows);
        }

        mixedBar.Clear();
        for (int i = 0; i < count; i++)
        {
            _block.Gate.Adjoint(gateInput.Slice(i * input, input), gateBar.Slice(i * output, output), mixedBar.Slice(i * input, input));
        }

        if (_before is null) { return; }
        Span<T> sentBar = scratch.Sent.AsSpan(0, count * sentWidth);
        sentBar.Clear();
        _block.Residual.Adjoint(mixedBar, sentBar, count, default, scratch.Rows);
        for (int s = 0; s < _block.Slabs.Length; s++)
        {
            int stride = _block.Slabs[s].Convolution.SenderStride;
            Span<T> own = _state.SentBar[thread][s].AsSpan(first * stride, count * stride);
            for (int i = 0; i < count; i++) { _block.Slabs[s].GatherAdd(sentBar.Slice(i * sentWidth, sentWidth), own.Slice(i * stride, stride)); }
        }
    }

    /// <summary>The mixing after the first, unless that includes it.</summary>
    private EquivariantLinear<T>? FinalMix => _block.Density?.IncludesFinalMix(_input.Geometry.Species.Count) == true ? null : _block.FinalMix;

    /// <summary>On entry the adjoint of the normalised message, on exit that of the mixed one; gives that of the density.</summary>
    private void NormalizeAdjoint(ThreadScratch<T> scratch, int count, Span<T> mixedBar)
    {
        int width = mixedBar.Length / count;
        for (int i = 0; i < count; i++)
        {
            double norm = Norm(scratch.Densities[i]);
            Span<T> bar = mixedBar.Slice(i * width, width);
            double projection = double.CreateTruncating(Simd.Dot<T>(bar, scratch.Mixed.AsSpan(i * width, width)));
            scratch.DensitiesBar[i] = -norm * norm * _block.DensityScale * projection;
            Simd.Scale(T.CreateTruncating(norm), bar);
        }
    }

    private double Norm(double density) => 1 / ((_block.DensityScale * density) + _block.DensityOffset);

    /// <summary>From the A-basis to the features after the layer.</summary>
    private Span<T> MakeOutput(ThreadScratch<T> scratch, int first, int count)
    {
        ReadOnlySpan<int> elements = _input.Geometry.Elements.AsSpan(first, count);
        int bWidth = _layer.Contraction.Output.Dimension;
        Span<T> b = scratch.Product.AsSpan(0, count * bWidth), output = scratch.Output.AsSpan(0, count * _layer.Output.Dimension);
        scratch.Times?.End(EvaluationStage.Products);
        _layer.Contraction.Forward(elements, scratch.Aggregate.AsSpan(0, count * _layer.Message.Dimension), b, scratch.Contraction[_index]);
        scratch.Times?.End(EvaluationStage.Contraction);
        output.Clear();
        _layer.Product.Forward(b, output, count, default, scratch.Rows);
        _block.Skip?.Forward(LoadInput(scratch, first, count), output, count, elements, scratch.Rows);
        return output;
    }

    private void ReadOut(ThreadScratch<T> scratch, int first, int count, ReadOnlySpan<T> output)
    {
        if (_layer.Readouts[_input.Head] is not { } readout) { return; }
        int width = _layer.Output.Dimension, sums = _input.ReadoutWidth;
        Span<double> y = scratch.ReadoutOutput.AsSpan(0, sums), x = scratch.ReadoutInput.AsSpan(0, width);
        for (int i = 0; i < count; i++)
        {
            x.Clear();
            Simd.AddWidened(output.Slice(i * width, width), x);
            readout.Forward(x, y, scratch.Readout, scratch.Rows);
            for (int k = 0; k < sums; k++) { _input.ReadoutSums[((first + i) * sums) + k] += y[k]; }
            if (_hasEnergy) { _input.Interaction[first + i] += y[0]; }
        }
    }

    /// <summary>Adds the readout's part to the adjoint of the features; of the last layer it is all there is.</summary>
    private void ReadOutAdjoint(ThreadScratch<T> scratch, int first, int count, Span<T> outputBar)
    {
        if (_layer.IsLast) { outputBar.Clear(); }
        if (_layer.Readouts[_input.Head] is not { } readout) { return; }
        int width = _layer.Output.Dimension;
        Span<double> y = scratch.ReadoutOutput.AsSpan(0, _input.ReadoutWidth);
        Span<double> x = scratch.ReadoutInput.AsSpan(0, width), xBar = scratch.ReadoutInputBar.AsSpan(0, width);
        for (int i = 0; i < count; i++)
        {
            if (!readout.IsLinear)
            {
                x.Clear();
                Simd.AddWidened(scratch.Output.AsSpan(i * width, width), x);
                readout.Forward(x, y, scratch.Readout, scratch.Rows);
            }

            y.Clear();
            y[0] = _input.WeightOf(first + i);
            xBar.Clear();
            readout.Adjoint(y, xBar, scratch.Readout, scratch.Rows);
            Simd.AddNarrowed(xBar, outputBar.Slice(i * width, width));
        }
    }

    /// <summary>The features of a block before this layer.</summary>
    private ReadOnlySpan<T> LoadInput(ThreadScratch<T> scratch, int first, int count)
    {
        int width = _layer.Input.Dimension;
        if (_before is not null) { return _before.Output.AsSpan(first * width, count * width); }
        Span<T> x = scratch.Input.AsSpan(0, count * width);
        _input.CopyFirstFeatures(first, count, x);
        return x;
    }

    private Span<T> MakeSent(ThreadScratch<T> scratch, ReadOnlySpan<T> x, int count)
    {
        Span<T> sent = scratch.Sent.AsSpan(0, count * _block.Up.Output.Dimension);
        sent.Clear();
        _block.Up.Forward(x, sent, count, default, scratch.Rows);
        return sent;
    }
}
