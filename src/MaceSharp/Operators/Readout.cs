using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// From the features of a node after a layer to its share of energy, dipole, charge or polarizability: one linear map,
/// or linear – gate – (linear – gate –) linear in the last layer. Multi-head readouts are cut down to one head.
/// </summary>
internal sealed class Readout<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly EquivariantLinear<T> _first;
    private readonly Gate<T>? _gate;
    private readonly EquivariantLinear<T>? _middle;
    private readonly EquivariantLinear<T>? _last;

    private Readout(EquivariantLinear<T> first, Gate<T>? gate, EquivariantLinear<T>? middle, EquivariantLinear<T>? last)
    {
        _first = first;
        _gate = gate;
        _middle = middle;
        _last = last;
    }

    /// <summary>Layout of the output.</summary>
    public FeatureLayout Output => (_last ?? _first).Output;

    /// <summary>Whether the readout is linear, so that its adjoint does not depend on the features.</summary>
    public bool IsLinear => _gate is null || _last is null;

    /// <summary>Numbers of scratch a node.</summary>
    public int ScratchWidth => _gate is null ? 0 : (4 * _gate.Input.Dimension) + (4 * _gate.Output.Dimension);

    /// <summary>Irreps that a readout of a model class predicts for one head.</summary>
    public static Irreps OutputIrreps(ModelKind kind) => kind switch
    {
        ModelKind.AtomicDipolesMace => Irreps.Parse("1x1o"),
        ModelKind.EnergyDipolesMace => Irreps.Parse("1x0e+1x1o"),
        ModelKind.AtomicDielectricMace => Irreps.Parse("2x0e+1x1o+1x2e"),
        _ => Irreps.Parse("1x0e"),
    };

    /// <summary>The readout after a layer, or null when that layer has none or it is identically zero.</summary>
    public static Readout<T>? Create(MaceModel model, int layer, int head)
    {
        HyperParameters h = model.HyperParameters;
        bool last = layer == h.LayerCount - 1;
        if (h.UseLastReadoutOnly && !last) { return null; }
        string prefix = $"readouts.{(h.UseLastReadoutOnly ? 0 : layer)}.";
        Irreps input = h.NodeIrreps(layer + 1), output = OutputIrreps(h.Kind);
        int heads = h.Heads.Length;
        if (!last || h.LayerCount == 1)
        {
            ReadOnlySpan<double> weights = model[prefix + "linear.weight"].Values;
            return new Readout<T>(EquivariantLinear<T>.Create(input, output, Columns(weights, heads, head, 1)), null, null, null);
        }

        Irreps hidden = h.MlpIrreps;
        HashSet<Irrep> outputs = [.. output.Blocks.Select(static b => b.Irrep)];
        Irreps scalars = new(hidden.Blocks.Where(b => b.Irrep.Degree == 0 && outputs.Contains(b.Irrep)));
        Irreps gated = new(hidden.Blocks.Where(b => b.Irrep.Degree > 0 && outputs.Contains(b.Irrep)));
        if (EquivariantLinear<T>.WeightCount(hidden, output) == 0) { return null; }
        Gate<T> gate = new(scalars, gated, h.Gate, h.Gate);
        ReadOnlySpan<double> w1 = model[prefix + "linear_1.weight"].Values, w2 = model[prefix + "linear_2.weight"].Values;
        if (heads == 1 && !h.UseBiasReadout)
        {
            return new Readout<T>(EquivariantLinear<T>.Create(input, gate.Input.Irreps, w1), gate, null, EquivariantLinear<T>.Create(gate.Output.Irreps, output, w2));
        }

        // The hidden layer is head-major and masked: head h owns channels [hM, (h+1)M), but the fan-in counts all of them.
        int own = scalars.Dimension;
        double fanIn = 1 / Math.Sqrt(heads);
        EquivariantLinear<T> first = EquivariantLinear<T>.Create(input, gate.Input.Irreps, Columns(w1, heads * own, head * own, own));
        EquivariantLinear<T>? middle = null;
        ReadOnlySpan<double> lastBias = default;
        if (h.UseBiasReadout)
        {
            ReadOnlySpan<double> wm = model[prefix + "linear_mid.weight"].Values, bm = model[prefix + "linear_mid.bias"].Values;
            ReadOnlySpan<double> rows = wm.Slice(head * own * heads * own, own * heads * own);
            middle = EquivariantLinear<T>.Create(gate.Output.Irreps, gate.Input.Irreps, Columns(rows, heads * own, head * own, own), fanIn, bm.Slice(head * own, own));
            lastBias = model[prefix + "linear_2.bias"].Values.AsSpan(head, 1);
        }

        EquivariantLinear<T> final = EquivariantLinear<T>.Create(gate.Output.Irreps, output, Columns(w2.Slice(head * own * heads, own * heads), heads, head, 1), fanIn, lastBias);
        return new Readout<T>(first, gate, middle, final);
    }

    /// <summary>y = readout(x) for one node; keeps in the scratch what the adjoint needs.</summary>
    public void Forward(ReadOnlySpan<T> x, Span<T> y, Span<T> scratch, RowBuffer rows)
    {
        y.Clear();
        if (_gate is null || _last is null)
        {
            _first.Forward(x, y, 1, default, rows);
            return;
        }

        Parts parts = new(scratch, _gate);
        parts.Linear1.Clear();
        _first.Forward(x, parts.Linear1, 1, default, rows);
        _gate.Forward(parts.Linear1, parts.Hidden1);
        Span<T> hidden = parts.Hidden1;
        if (_middle is not null)
        {
            parts.Linear2.Clear();
            _middle.Forward(hidden, parts.Linear2, 1, default, rows);
            _gate.Forward(parts.Linear2, parts.Hidden2);
            hidden = parts.Hidden2;
        }

        _last.Forward(hidden, y, 1, default, rows);
    }

    /// <summary>x̄ += (∂readout/∂x)ᵀ·ȳ for one node, after <see cref="Forward"/> with the same scratch.</summary>
    public void Adjoint(ReadOnlySpan<T> yBar, Span<T> xBar, Span<T> scratch, RowBuffer rows)
    {
        if (_gate is null || _last is null)
        {
            _first.Adjoint(yBar, xBar, 1, default, rows);
            return;
        }

        Parts parts = new(scratch, _gate);
        parts.HiddenBar.Clear();
        _last.Adjoint(yBar, parts.HiddenBar, 1, default, rows);
        if (_middle is not null)
        {
            parts.LinearBar.Clear();
            _gate.Adjoint(parts.Linear2, parts.HiddenBar, parts.LinearBar);
            parts.HiddenBar.Clear();
            _middle.Adjoint(parts.LinearBar, parts.HiddenBar, 1, default, rows);
        }

        parts.LinearBar.Clear();
        _gate.Adjoint(parts.Linear1, parts.HiddenBar, parts.LinearBar);
        _first.Adjoint(parts.LinearBar, xBar, 1, default, rows);
    }

    /// <summary>Columns [start, start+count) of a row-major matrix.</summary>
    private static double[] Columns(ReadOnlySpan<double> matrix, int width, int start, int count)
    {
        if (start == 0 && count == width) { return matrix.ToArray(); }

        // The readouts of dipole models have one head, and then several output columns belong to it.
        if (width == 1) { return matrix.ToArray(); }
        int rows = matrix.Length / width;
        double[] result = new double[rows * count];
        for (int r = 0; r < rows; r++) { matrix.Slice((r * width) + start, count).CopyTo(result.AsSpan(r * count)); }
        return result;
    }

    private readonly ref struct Parts(Span<T> scratch, Gate<T> gate)
    {
        private readonly Span<T> _scratch = scratch;
        private readonly int _in = gate.Input.Dimension;
        private readonly int _out = gate.Output.Dimension;

        public Span<T> Linear1 => _scratch[.._in];

        public Span<T> Linear2 => _scratch.Slice(_in, _in);

        public Span<T> LinearBar => _scratch.Slice(2 * _in, _in);

        public Span<T> Hidden1 => _scratch.Slice(3 * _in, _out);

        public Span<T> Hidden2 => _scratch.Slice((3 * _in) + _out, _out);

        public Span<T> HiddenBar => _scratch.Slice((3 * _in) + (2 * _out), _out);
    }
}
