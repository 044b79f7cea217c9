using System.Globalization;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>The readout after a layer, all heads at once: linear, or linear – gate – (linear – gate –) linear, hidden channels of other heads masked.</summary>
internal sealed class ReadoutMap<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LinearMap<T> _first;
    private readonly Gate<T>? _gate;
    private readonly LinearMap<T>? _middle;
    private readonly LinearMap<T>? _last;
    private readonly int _heads;

    private ReadoutMap(LinearMap<T> first, Gate<T>? gate, LinearMap<T>? middle, LinearMap<T>? last, int heads)
    {
        _first = first;
        _gate = gate;
        _middle = middle;
        _last = last;
        _heads = heads;
    }

    /// <summary>Width of the input of the gate, 0 without.</summary>
    public int LinearWidth => _gate?.Input.Dimension ?? 0;

    /// <summary>Width of the output of the gate, 0 without.</summary>
    public int HiddenWidth => _gate?.Output.Dimension ?? 0;

    /// <summary>Numbers a node that come out: one a head, or those of a dipole model.</summary>
    public int OutputWidth => (_last ?? _first).OutputWidth;

    private IEnumerable<LinearMap<T>> Maps => ((LinearMap<T>?[])[_first, _middle, _last]).OfType<LinearMap<T>>();

    /// <summary>Makes the readout of a layer; null where it has none or the readout is identically zero.</summary>
    public static ReadoutMap<T>? Create(ParameterSet parameters, int layer)
    {
        HyperParameters h = parameters.Model.HyperParameters;
        bool last = layer == h.LayerCount - 1;
        if (h.UseLastReadoutOnly && !last) { return null; }
        string name = string.Create(CultureInfo.InvariantCulture, $"readouts.{(h.UseLastReadoutOnly ? 0 : layer)}.");
        int heads = h.Heads.Length;
        Irreps input = h.NodeIrreps(layer + 1), single = Readout<double>.OutputIrreps(h.Kind), output = Times(single, heads), hidden = Times(h.MlpIrreps, heads);
        if (!last || h.LayerCount == 1) { return new ReadoutMap<T>(new LinearMap<T>(parameters, name + "linear", input, output), null, null, null, heads); }
        if (LinearMaps.WeightCount(hidden, output) == 0) { return null; }
        Irreps used = new(hidden.Blocks.Where(b => output.CountOf(b.Irrep) > 0));
        Gate<T> gate = new(LinearMaps.Scalars(used), LinearMaps.Tensors(used), h.Gate, h.Gate);
        LinearMap<T> first = new(parameters, name + "linear_1", input, gate.Input.Irreps);
        LinearMap<T>? middle = h.UseBiasReadout ? new LinearMap<T>(parameters, name + "linear_mid", gate.Output.Irreps, gate.Input.Irreps) : null;
        return new ReadoutMap<T>(first, gate, middle, new LinearMap<T>(parameters, name + "linear_2", gate.Output.Irreps, output), heads);
    }

    public void Load(ReadOnlySpan<double> parameters)
    {
        foreach (LinearMap<T> map in Maps) { map.Load(parameters, default); }
    }

    public void ScaleGradient(Span<double> gradient)
    {
        foreach (LinearMap<T> map in Maps) { map.ScaleGradient(gradient); }
    }

    public void Forward(LayerArrays<T> v, ReadOnlySpan<int> heads, RowBuffer rows)
    {
        if (_gate is null || _last is null)
        {
            _first.Forward(v.Output, v.ReadOut, default, rows);
            return;
        }

        _first.Forward(v.Output, v.ReadLinear1, default, rows);
        Activate(v.ReadLinear1, v.ReadHidden1, heads);
        if (_middle is not null)
        {
            _middle.Forward(v.ReadHidden1, v.ReadLinear2, default, rows);
            Activate(v.ReadLinear2, v.ReadHidden2, heads);
        }

        _last.Forward(_middle is null ? v.ReadHidden1 : v.ReadHidden2, v.ReadOut, default, rows);
    }

    /// <summary>Adds to the adjoint of the layer's output, from that of the readout.</summary>
    public void Adjoint(LayerArrays<T> v, LayerArrays<T> bar, ReadOnlySpan<int> heads, RowBuffer rows)
    {
        if (_gate is null || _last is null)
        {
            _first.AddAdjoint(bar.ReadOut, bar.Output, default, rows);
            return;
        }

        Buffer<T> lastHidden = _middle is null ? bar.ReadHidden1 : bar.ReadHidden2;
        _last.Adjoint(bar.ReadOut, lastHidden, default, rows);
        Mask(lastHidden, heads);
        if (_middle is not null)
        {
            ActivateAdjoint(v.ReadLinear2, bar.ReadHidden2, bar.ReadLinear2);
            _middle.Adjoint(bar.ReadLinear2, bar.ReadHidden1, default, rows);
            Mask(bar.ReadHidden1, heads);
        }

        ActivateAdjoint(v.ReadLinear1, bar.ReadHidden1, bar.ReadLinear1);
        _first.AddAdjoint(bar.ReadLinear1, bar.Output, default, rows);
    }

    /// <summary>Changes of the hidden layers; that of the readout itself is not needed.</summary>
    public void Tangent(LayerArrays<T> v, LayerArrays<T> dot, ReadOnlySpan<int> heads, RowBuffer rows)
    {
        if (_gate is null) { return; }
        _first.Tangent(dot.Output, dot.ReadLinear1, default, rows);
        ActivateTangent(v.ReadLinear1, dot.ReadLinear1, dot.ReadHidden1, heads);
        if (_middle is null) { return; }
        _middle.Tangent(dot.ReadHidden1, dot.ReadLinear2, default, rows);
        ActivateTangent(v.ReadLinear2, dot.ReadLinear2, dot.ReadHidden2, heads);
    }

    /// <summary>Adds to the change of the adjoint of the layer's output, where this is needed, and to the gradient.</summary>
    public void AdjointTangent(in DualArrays<T> a, ReadOnlySpan<int> heads, bool needsOutput, Span<double> gradient, RowBuffer rows)
    {
        (LayerArrays<T> v, LayerArrays<T> bar, LayerArrays<T> dot, LayerArrays<T> barDot) = (a.Value, a.Bar, a.Dot, a.BarDot);
        if (_gate is null || _last is null)
        {
            _first.AddGradient(v.Output, barDot.ReadOut, a.Changes(dot.Output), bar.ReadOut, default, gradient, rows);
            if (needsOutput) { _first.AddAdjoint(barDot.ReadOut, barDot.Output, default, rows); }
            return;
        }

        bool two = _middle is not null;
        Buffer<T> change = two ? barDot.ReadHidden2 : barDot.ReadHidden1;
        _last.AddGradient(two ? v.ReadHidden2 : v.ReadHidden1, barDot.ReadOut, a.Changes(two ? dot.ReadHidden2 : dot.ReadHidden1), bar.ReadOut, default, gradient, rows);
        _last.Adjoint(barDot.ReadOut, change, default, rows);
        Mask(change, heads);
        if (_middle is not null)
        {
            ActivateAdjointTangent(v.ReadLinear2, dot.ReadLinear2, bar.ReadHidden2, barDot.ReadHidden2, barDot.ReadLinear2);
            _middle.AddGradient(v.ReadHidden1, barDot.ReadLinear2, a.Changes(dot.ReadHidden1), bar.ReadLinear2, default, gradient, rows);
            _middle.Adjoint(barDot.ReadLinear2, barDot.ReadHidden1, default, rows);
            Mask(barDot.ReadHidden1, heads);
        }

        ActivateAdjointTangent(v.ReadLinear1, dot.ReadLinear1, bar.ReadHidden1, barDot.ReadHidden1, barDot.ReadLinear1);
        _first.AddGradient(v.Output, barDot.ReadLinear1, a.Changes(dot.Output), bar.ReadLinear1, default, gradient, rows);
        if (needsOutput) { _first.AddAdjoint(barDot.ReadLinear1, barDot.Output, default, rows); }
    }

    private static Irreps Times(Irreps irreps, int count) => count == 1 ? irreps : new Irreps(irreps.Blocks.Select(b => b with { Multiplicity = b.Multiplicity * count }));

    private void Activate(Buffer<T> x, Buffer<T> y, ReadOnlySpan<int> heads)
    {
        for (int n = 0; n < x.Rows; n++) { _gate!.Forward(x.Row(n), y.Row(n)); }
        Mask(y, heads);
    }

    private void ActivateAdjoint(Buffer<T> x, Buffer<T> yBar, Buffer<T> xBar)
    {
        xBar.Span.Clear();
        for (int n = 0; n < x.Rows; n++) { _gate!.Adjoint(x.Row(n), yBar.Row(n), xBar.Row(n)); }
    }

    private void ActivateTangent(Buffer<T> x, Buffer<T> xDot, Buffer<T> yDot, ReadOnlySpan<int> heads)
    {
        for (int n = 0; n < x.Rows; n++) { _gate!.Tangent(x.Row(n), xDot.Row(n), yDot.Row(n)); }
        Mask(yDot, heads);
    }

    private void ActivateAdjointTangent(Buffer<T> x, Buffer<T> xDot, Buffer<T> yBar, Buffer<T> yBarDot, Buffer<T> xBarDot)
    {
        xBarDot.Span.Clear();
        for (int n = 0; n < x.Rows; n++) { _gate!.AdjointTangent(x.Row(n), xDot.Row(n), yBar.Row(n), yBarDot.Row(n), xBarDot.Row(n)); }
    }

    /// <summary>Zeroes the hidden channels of other heads; head h owns the channels from h·M on.</summary>
    private void Mask(Buffer<T> hidden, ReadOnlySpan<int> heads)
    {
        if (_heads == 1) { return; }
        int own = hidden.Width / _heads;
        for (int n = 0; n < hidden.Rows; n++)
        {
            Span<T> row = hidden.Row(n);
            row[..(heads[n] * own)].Clear();
            row[((heads[n] + 1) * own)..].Clear();
        }
    }
}
