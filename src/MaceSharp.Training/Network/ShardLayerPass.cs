using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>The four passes of one layer over one shard. The first layer's input does not depend on positions, so it has neither adjoint nor change.</summary>
internal readonly ref struct ShardLayerPass<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LayerMaps<T> _maps;
    private readonly Shard<T> _shard;
    private readonly ThreadMemory<T> _memory;
    private readonly EdgeInputs<T> _edges;
    private readonly LayerArrays<T> _value;
    private readonly LayerArrays<T> _bar;
    private readonly LayerArrays<T> _dot;
    private readonly LayerArrays<T> _barDot;
    private readonly RadialState<T> _radial;
    private readonly RadialState<T>? _density;
    private readonly int _layer;
    private readonly bool _separateCutoff;
    private readonly GradientNeeds _needs;

    public ShardLayerPass(TrainingNetwork<T> network, Shard<T> shard, ThreadMemory<T> memory, int layer)
    {
        _maps = network.Layers[layer];
        _shard = shard;
        _memory = memory;
        _needs = network.Needs[layer];
        _layer = layer;
        _value = shard.Values[layer];
        _bar = shard.Bars[layer];
        _dot = memory.Dots[layer];
        _barDot = memory.BarDots[layer];
        _radial = shard.Radial[layer];
        _density = shard.Density[layer];
        _separateCutoff = network.Radial.SeparateCutoff;
        _edges = new EdgeInputs<T>(_maps, shard);
    }

    private ReadOnlySpan<int> Elements => _shard.Elements;

    private RowBuffer Rows => _memory.Rows;

    private Buffer<T> Input => _layer == 0 ? _shard.Initial : _shard.Values[_layer - 1].Output;

    /// <summary>Adjoint of the input; null where it is not needed.</summary>
    private Buffer<T>? InputBar => _layer == 0 ? null : _shard.Bars[_layer - 1].Output;

    /// <summary>Change of the input; null where there is none.</summary>
    private Buffer<T>? InputDot => _layer == 0 ? null : _memory.Dots[_layer - 1].Output;

    private Buffer<T> InputBarDot => _layer == 0 ? _memory.InitialBarDot : _memory.BarDots[_layer - 1].Output;

    private bool ByEdge => _maps.FeatureCount > 0;

    private int RowsPerPair => ByEdge ? 2 : 1;

    public void Forward()
    {
        LayerArrays<T> v = _value;
        _maps.Up.Forward(Input, v.Sent, Elements, Rows);
        v.Output.Cleared();
        _maps.Skip?.AddForward(Input, v.Output, Elements, Rows);
        _maps.Down?.Forward(Input, v.Down, Elements, Rows);
        if (ByEdge) { _edges.Fill(v.RadialInput, v.Down); }
        Buffer<T> input = ByEdge ? v.RadialInput : _shard.Basis;
        _maps.Radial.Forward(input, v.Weights, _radial, Rows);
        if (_separateCutoff) { EnvelopePass<T>.Forward(_shard, RowsPerPair, v); }
        if (_maps.Density is not null && _density is not null)
        {
            _maps.Density.Forward(input, v.Root, _density, Rows);
            DensityPass<T>.Forward(_shard, RowsPerPair, v);
        }

        v.Message.Cleared();
        _maps.Convolution.Forward(Pairs(default), v.Sent, v.Scaled, v.Message, _memory.Scratch);
        _maps.Mix.Forward(v.Message, v.Mixed, Elements, Rows);
        if (_maps.HasDensity) { DensityPass<T>.Divide(_maps, v); }
        if (_maps.Gate is not null)
        {
            _maps.Residual!.AddForward(v.Sent, v.Normalized, Elements, Rows);
            for (int n = 0; n < v.Gated.Rows; n++) { _maps.Gate.Forward(v.Normalized.Row(n), v.Gated.Row(n)); }
        }

        _maps.FinalMix?.Forward(v.Gated, v.A, Elements, Rows);
        _maps.Contraction.Forward(Elements, v.A, v.B, _memory.Scratch);
        _maps.Product.AddForward(v.B, v.Output, Elements, Rows);
        _maps.Readout?.Forward(v, _shard.Heads, Rows);
    }

    public void Adjoint()
    {
        (LayerArrays<T> v, LayerArrays<T> bar) = (_value, _bar);
        bool moves = InputBar is not null;
        _maps.Readout?.Adjoint(v, bar, _shard.Heads, Rows);
        if (moves) { _maps.Skip?.AddAdjoint(bar.Output, InputBar!, Elements, Rows); }
        _maps.Product.Adjoint(bar.Output, bar.B, Elements, Rows);
        _maps.Contraction.Adjoint(Elements, v.A, bar.B, bar.A, _memory.Scratch);
        _maps.FinalMix?.Adjoint(bar.A, bar.Gated, Elements, Rows);
        if (moves) { bar.Sent.Cleared(); }
        if (_maps.Gate is not null)
        {
            bar.Normalized.Cleared();
            for (int n = 0; n < v.Gated.Rows; n++) { _maps.Gate.Adjoint(v.Normalized.Row(n), bar.Gated.Row(n), bar.Normalized.Row(n)); }
            if (moves) { _maps.Residual!.AddAdjoint(bar.Normalized, bar.Sent, Elements, Rows); }
        }

        if (_maps.HasDensity) { DensityPass<T>.DivideAdjoint(_maps, v, bar); }
        _maps.Mix.Adjoint(bar.Mixed, bar.Message, Elements, Rows);
        _maps.Convolution.Adjoint(Pairs(default), v.Sent, v.Scaled, bar.Message, moves ? bar.Sent : null, bar.Scaled, _shard.HarmonicsBar, _memory.Scratch);
        if (_separateCutoff) { EnvelopePass<T>.Adjoint(_shard, RowsPerPair, v, bar); }
        if (ByEdge) { bar.RadialInput.Cleared(); }
        Buffer<T> inputBar = ByEdge ? bar.RadialInput : _shard.BasisBar;
        _maps.Radial.Adjoint(bar.Weights, inputBar, _radial, _memory.RadialDots[_layer], Rows);
        if (_maps.Density is not null && _density is not null)
        {
            DensityPass<T>.Adjoint(_shard, RowsPerPair, v, bar);
            _maps.Density.Adjoint(bar.Root, inputBar, _density, _memory.DensityDots[_layer]!, Rows);
        }

        if (ByEdge) { _edges.CollectBasis(bar.RadialInput); }
        if (!moves) { return; }
        if (_maps.Down is not null)
        {
            _edges.CollectFeatures(bar.RadialInput, bar.Down);
            _maps.Down.AddAdjoint(bar.Down, InputBar!, Elements, Rows);
        }

        _maps.Up.AddAdjoint(bar.Sent, InputBar!, Elements, Rows);
    }

    public void Tangent()
    {
        (LayerArrays<T> v, LayerArrays<T> dot) = (_value, _dot);
        Buffer<T>? sentDot = null;
        dot.Output.Cleared();
        if (InputDot is { } inputChange)
        {
            sentDot = dot.Sent;
            _maps.Up.Tangent(inputChange, dot.Sent, Elements, Rows);
            _maps.Skip?.AddTangent(inputChange, dot.Output, Elements, Rows);
            _maps.Down?.Tangent(inputChange, dot.Down, Elements, Rows);
        }

        if (ByEdge) { _edges.FillDot(_memory.BasisDot, dot.RadialInput, _maps.Down is not null && sentDot is not null ? dot.Down : null); }
        Buffer<T> inputDot = ByEdge ? dot.RadialInput : _memory.BasisDot;
        _maps.Radial.Tangent(inputDot, dot.Weights, _radial, _memory.RadialDots[_layer], Rows);
        if (_separateCutoff) { EnvelopePass<T>.Tangent(_shard, _memory.DistancesDot.Span, RowsPerPair, v, dot); }
        if (_maps.Density is not null && _density is not null)
        {
            _maps.Density.Tangent(inputDot, dot.Root, _density, _memory.DensityDots[_layer]!, Rows);
            DensityPass<T>.Tangent(_shard, _memory.DistancesDot.Span, RowsPerPair, v, dot);
        }

        dot.Message.Cleared();
        _maps.Convolution.Tangent(Pairs(_memory.HarmonicsDot.Span), v.Sent, sentDot, v.Scaled, dot.Scaled, dot.Message, _memory.Scratch);
        _maps.Mix.Tangent(dot.Message, dot.Mixed, Elements, Rows);
        if (_maps.HasDensity) { DensityPass<T>.DivideTangent(_maps, v, dot); }
        if (_maps.Gate is not null)
        {
            if (sentDot is not null) { _maps.Residual!.AddTangent(sentDot, dot.Normalized, Elements, Rows); }
            for (int n = 0; n < v.Gated.Rows; n++) { _maps.Gate.Tangent(v.Normalized.Row(n), dot.Normalized.Row(n), dot.Gated.Row(n)); }
        }

        _maps.FinalMix?.Tangent(dot.Gated, dot.A, Elements, Rows);
        _maps.Contraction.Tangent(Elements, v.A, dot.A, dot.B, _memory.Scratch);
        _maps.Product.AddTangent(dot.B, dot.Output, Elements, Rows);
        _maps.Readout?.Tangent(v, dot, _shard.Heads, Rows);
    }

    public void AdjointTangent(bool tangents)
    {
        DualArrays<T> a = new(_value, _bar, _dot, _barDot, tangents);
        (LayerArrays<T> v, LayerArrays<T> bar, LayerArrays<T> dot, LayerArrays<T> barDot) = (_value, _bar, _dot, _barDot);
        Span<double> gradient = _memory.Gradient;
        Buffer<T>? inputDot = tangents ? InputDot : null, sentDot = inputDot is null ? null : dot.Sent;
        _maps.Readout?.AdjointTangent(a, _shard.Heads, _needs.Output, gradient, Rows);
        if (_maps.Skip is not null)
        {
            _maps.Skip.AddGradient(Input, barDot.Output, inputDot, bar.Output, Elements, gradient, Rows);
            if (_needs.Input) { _maps.Skip.AddAdjoint(barDot.Output, InputBarDot, Elements, Rows); }
        }

        _maps.Product.AddGradient(v.B, barDot.Output, a.Changes(dot.B), bar.Output, Elements, gradient, Rows);
        if (!_needs.B) { return; }
        _maps.Product.Adjoint(barDot.Output, barDot.B, Elements, Rows);
        _maps.Contraction.AdjointTangent(Elements, v.A, dot.A, bar.B, barDot.B, barDot.A, _memory.Coefficients[_layer], _memory.Scratch);
        if (!_needs.A) { return; }
        if (_maps.FinalMix is not null)
        {
            _maps.FinalMix.AddGradient(v.Gated, barDot.A, a.Changes(dot.Gated), bar.A, Elements, gradient, Rows);
            if (_needs.Normalized) { _maps.FinalMix.Adjoint(barDot.A, barDot.Gated, Elements, Rows); }
        }

        if (!_needs.Normalized) { return; }
        if (_needs.Sent) { barDot.Sent.Cleared(); }
        if (_maps.Gate is not null)
        {
            barDot.Normalized.Cleared();
            for (int n = 0; n < v.Gated.Rows; n++) { _maps.Gate.AdjointTangent(v.Normalized.Row(n), dot.Normalized.Row(n), bar.Gated.Row(n), barDot.Gated.Row(n), barDot.Normalized.Row(n)); }
            _maps.Residual!.AddGradient(v.Sent, barDot.Normalized, sentDot, bar.Normalized, Elements, gradient, Rows);
            if (_needs.Sent) { _maps.Residual.AddAdjoint(barDot.Normalized, barDot.Sent, Elements, Rows); }
        }

        if (_maps.HasDensity) { DensityPass<T>.DivideAdjointTangent(_maps, a, gradient); }
        _maps.Mix.AddGradient(v.Message, barDot.Mixed, a.Changes(dot.Message), bar.Mixed, Elements, gradient, Rows);
        if (!_needs.Message) { return; }
        _maps.Mix.Adjoint(barDot.Mixed, barDot.Message, Elements, Rows);
        _maps.Convolution.AdjointTangent(
            Pairs(_memory.HarmonicsDot.Span), v.Sent, sentDot, v.Scaled, dot.Scaled, bar.Message, barDot.Message, _needs.Sent ? barDot.Sent : null, _needs.Weights ? barDot.Scaled : null, _memory.Scratch);
        if (_needs.Weights) { RadialGradient(a, gradient); }
        if (_maps.Down is not null && _needs.RadialInput)
        {
            _edges.CollectFeatures(barDot.RadialInput, barDot.Down);
            _maps.Down.AddGradient(Input, barDot.Down, inputDot, bar.Down, Elements, gradient, Rows);
            if (_needs.Input) { _maps.Down.AddAdjoint(barDot.Down, InputBarDot, Elements, Rows); }
        }

        if (!_needs.Sent) { return; }
        _maps.Up.AddGradient(Input, barDot.Sent, inputDot, bar.Sent, Elements, gradient, Rows);
        if (_needs.Input) { _maps.Up.AddAdjoint(barDot.Sent, InputBarDot, Elements, Rows); }
    }

    private void RadialGradient(in DualArrays<T> a, Span<double> gradient)
    {
        if (_separateCutoff) { EnvelopePass<T>.AdjointTangent(_shard, _memory.DistancesDot.Span, RowsPerPair, _bar, _barDot); }
        Buffer<T>? inputBarDot = _needs.RadialInput ? _barDot.RadialInput : null;
        inputBarDot?.Cleared();
        Buffer<T> input = ByEdge ? _value.RadialInput : _shard.Basis, inputDot = ByEdge ? _dot.RadialInput : _memory.BasisDot;
        _maps.Radial.AdjointTangent(input, inputDot, _bar.Weights, _barDot.Weights, inputBarDot, _radial, _memory.RadialDots[_layer], a.HasTangents, gradient, Rows);
        if (_maps.Density is not null && _density is not null)
        {
            DensityPass<T>.AdjointTangent(_shard, _memory.DistancesDot.Span, RowsPerPair, a);
            _maps.Density.AdjointTangent(input, inputDot, _bar.Root, _barDot.Root, inputBarDot, _density, _memory.DensityDots[_layer]!, a.HasTangents, gradient, Rows);
        }

        if (_maps.TrainsEmbeddings) { _edges.AddEmbeddingGradient(_barDot.RadialInput, gradient); }
    }

    private PairView<T> Pairs(ReadOnlySpan<T> harmonicsDot) => new(_shard.First, _shard.Second, _shard.Harmonics.Span, harmonicsDot);
}
