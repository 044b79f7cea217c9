using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// The symmetric contraction of a layer with weights that change: the polynomials of <see cref="ContractionPlan"/>, their adjoint, tangent, tangent of the adjoint and gradient.
/// </summary>
/// <remarks>Coefficients of the monomials are folded of the weights once a step and element; their gradients are unfolded likewise.</remarks>
internal sealed unsafe class ContractionMap<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _dimension;
    private readonly int _channels;
    private readonly int _stride;
    private readonly bool _agnostic;
    private readonly ContractionPlan _plan;
    private readonly int[] _program;
    private readonly ImmutableArray<Component> _components;
    private readonly T[]?[] _coefficients;
    private readonly double[] _sums;

    /// <param name="parameters">Parameters of the model.</param>
    /// <param name="layer">Index of the layer.</param>
    public ContractionMap(ParameterSet parameters, int layer)
    {
        MaceModel model = parameters.Model;
        HyperParameters h = model.HyperParameters;
        _dimension = h.TargetIrreps(layer).Blocks.Sum(static b => b.Irrep.Dimension);
        _channels = h.ChannelCount;
        int width = Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector<T>.Count;
        _stride = (_channels + width - 1) / width * width;
        _agnostic = h.UseAgnosticProduct;
        Irreps output = h.NodeIrreps(layer + 1);
        Output = new FeatureLayout(output);
        int correlation = h.Correlations[layer];
        List<IReadOnlyList<ReadOnlyMemory<double>>> tensors = [];
        List<IReadOnlyList<int>> paths = [];
        ImmutableArray<Component>.Builder components = ImmutableArray.CreateBuilder<Component>();
        for (int block = 0; block < output.Count; block++)
        {
            string name = ParameterLayout.ContractionName(layer, block);
            NamedTensor[] couplings = [.. Enumerable.Range(1, correlation).Select(order => model[string.Create(CultureInfo.InvariantCulture, $"{name}.U_matrix_{order}")])];
            ParameterSlot[] slots = [.. Enumerable.Range(1, correlation).Select(order => parameters[ParameterLayout.WeightName(name, correlation, order)])];
            Trains |= slots.Any(parameters.Trains);
            int[] weights = [.. slots.Select(static s => s.Offset)];
            int[] counts = [.. couplings.Select(static u => u.Shape[^1])];
            int parts = output[block].Irrep.Dimension;
            for (int m = 0; m < parts; m++)
            {
                tensors.Add([.. couplings.Select(u => (ReadOnlyMemory<double>)u.Values.AsMemory(m * (u.Count / parts), u.Count / parts))]);
                paths.Add(counts);
                components.Add(new Component([.. weights], [.. counts], Output.Offsets[block] + (m * _channels)));
            }
        }

        _components = components.ToImmutable();
        _plan = ContractionPlanner.Build(_dimension, tensors, paths);
        _program = ContractionProgram.Write(_plan, _stride);
        _coefficients = new T[_agnostic ? 1 : h.AtomicNumbers.Length][];
        _sums = new double[_channels];
    }

    /// <summary>Layout of the output.</summary>
    public FeatureLayout Output { get; }

    /// <summary>Whether any of its weights changes.</summary>
    public bool Trains { get; }

    /// <summary>Numbers of scratch a thread needs: four arrays of values and four of outputs.</summary>
    public int ScratchLength => ((4 * _plan.ValueCount) + (4 * _plan.ComponentCount)) * _stride;

    /// <summary>Folds new weights into coefficients.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="needed">The elements that will be met.</param>
    public void Load(ReadOnlySpan<double> parameters, ReadOnlySpan<bool> needed)
    {
        ReadOnlySpan<ContractionPlan.Coupling> couplings = _plan.Couplings.AsSpan();
        for (int element = 0; element < _coefficients.Length; element++)
        {
            if (!_agnostic && !needed[element]) { continue; }
            T[] target = _coefficients[element] ??= new T[_plan.CoefficientCount * _stride];
            for (int i = 0, next; i < couplings.Length; i = next)
            {
                Array.Clear(_sums);
                for (next = i; next < couplings.Length && couplings[next].Coefficient == couplings[i].Coefficient; next++)
                {
                    Simd.AddScaled(couplings[next].Value, parameters.Slice(WeightOf(couplings[next], element), _channels), _sums);
                }

                Simd.ScaleInto(1, _sums, target.AsSpan(couplings[i].Coefficient * _stride, _channels));
            }
        }
    }

    /// <summary>Memory for the gradients of coefficients of one thread.</summary>
    public ContractionGradient<T> CreateGradient() => new(_coefficients.Length, _plan.CoefficientCount * _stride, _channels);

    /// <summary>Adds the gradient of the coefficients to that of the weights and clears it.</summary>
    public void Unfold(ContractionGradient<T> coefficients, Span<double> gradient)
    {
        double[] sums = coefficients.Sums;
        for (int element = 0; element < _coefficients.Length; element++)
        {
            if (!coefficients.TryTake(element, out T[]? bars)) { continue; }
            int known = -1;
            foreach (ref readonly ContractionPlan.Coupling coupling in _plan.Couplings.AsSpan())
            {
                if (coupling.Coefficient != known)
                {
                    known = coupling.Coefficient;
                    Array.Clear(sums);
                    Simd.AddWidened<T>(bars.AsSpan(known * _stride, _channels), sums);
                }

                Simd.AddScaled(coupling.Value, sums, gradient.Slice(WeightOf(coupling, element), _channels));
            }

            Array.Clear(bars);
        }
    }

    /// <summary>b = contraction(a).</summary>
    public void Forward(ReadOnlySpan<int> elements, Buffer<T> a, Buffer<T> b, Span<T> scratch)
    {
        Parts parts = Split(scratch);
        fixed (int* program = _program)
        fixed (T* v = parts.Values, o = parts.Outputs)
        {
            for (int n = 0; n < elements.Length; n++)
            {
                GatherInputs(a.Row(n), parts.Values);
                fixed (T* c = Coefficients(elements[n]))
                {
                    for (int k = 0; k < _stride; k += Step)
                    {
                        if (Vector512.IsHardwareAccelerated) { ContractionGradientKernel<T, Vector512<T>, WideVectors<T>>.Forward(program, c + k, _stride, v + k, o + k); }
                        else { ContractionGradientKernel<T, Vector<T>, PortableVectors<T>>.Forward(program, c + k, _stride, v + k, o + k); }
                    }
                }

                ScatterOutputs(parts.Outputs, b.Row(n));
            }
        }
    }

    /// <summary>aBar = (∂contraction/∂a)ᵀ·bBar.</summary>
    public void Adjoint(ReadOnlySpan<int> elements, Buffer<T> a, Buffer<T> bBar, Buffer<T> aBar, Span<T> scratch)
    {
        Parts parts = Split(scratch);
        fixed (int* program = _program)
        fixed (T* v = parts.Values, o = parts.Outputs, g = parts.ValuesBar)
        {
            for (int n = 0; n < elements.Length; n++)
            {
                GatherInputs(a.Row(n), parts.Values);
                GatherOutputs(bBar.Row(n), parts.Outputs);
                parts.ValuesBar.Clear();
                fixed (T* c = Coefficients(elements[n]))
                {
                    for (int k = 0; k < _stride; k += Step)
                    {
                        if (Vector512.IsHardwareAccelerated) { ContractionGradientKernel<T, Vector512<T>, WideVectors<T>>.Adjoint(program, c + k, _stride, v + k, o + k, g + k); }
                        else { ContractionGradientKernel<T, Vector<T>, PortableVectors<T>>.Adjoint(program, c + k, _stride, v + k, o + k, g + k); }
                    }
                }

                ScatterInputs(parts.ValuesBar, aBar.Row(n));
            }
        }
    }

    /// <summary>bDot = (∂contraction/∂a)·aDot.</summary>
    public void Tangent(ReadOnlySpan<int> elements, Buffer<T> a, Buffer<T> aDot, Buffer<T> bDot, Span<T> scratch)
    {
        Parts parts = Split(scratch);
        fixed (int* program = _program)
        fixed (T* v = parts.Values, vDot = parts.ValuesDot, o = parts.Outputs)
        {
            for (int n = 0; n < elements.Length; n++)
            {
                GatherInputs(a.Row(n), parts.Values);
                GatherInputs(aDot.Row(n), parts.ValuesDot);
                fixed (T* c = Coefficients(elements[n]))
                {
                    for (int k = 0; k < _stride; k += Step)
                    {
                        if (Vector512.IsHardwareAccelerated) { ContractionGradientKernel<T, Vector512<T>, WideVectors<T>>.Tangent(program, c + k, _stride, v + k, vDot + k, o + k); }
                        else { ContractionGradientKernel<T, Vector<T>, PortableVectors<T>>.Tangent(program, c + k, _stride, v + k, vDot + k, o + k); }
                    }
                }

                ScatterOutputs(parts.Outputs, bDot.Row(n));
            }
        }
    }

    /// <summary>The change of the adjoint of a (overwritten), and the gradient of the coefficients where weights change.</summary>
    public void AdjointTangent(ReadOnlySpan<int> elements, Buffer<T> a, Buffer<T> aDot, Buffer<T> bBar, Buffer<T> bBarDot, Buffer<T> aBarDot, ContractionGradient<T> gradient, Span<T> scratch)
    {
        Parts parts = Split(scratch);
        int inputs = _dimension * _stride;
        fixed (int* program = _program)
        fixed (T* v = parts.Values, vDot = parts.ValuesDot, o = parts.Outputs, oDot = parts.OutputsDot, g = parts.ValuesBar, gDot = parts.ValuesBarDot)
        {
            for (int n = 0; n < elements.Length; n++)
            {
                GatherInputs(a.Row(n), parts.Values);
                GatherInputs(aDot.Row(n), parts.ValuesDot);
                GatherOutputs(bBar.Row(n), parts.Outputs);
                GatherOutputs(bBarDot.Row(n), parts.OutputsDot);
                parts.ValuesBar.Clear();
                parts.ValuesBarDot.Clear();
                fixed (T* c = Coefficients(elements[n]), cBar = Trains ? gradient.Of(_agnostic ? 0 : elements[n]) : null)
                {
                    for (int k = 0; k < _stride; k += Step)
                    {
                        if (Vector512.IsHardwareAccelerated) { AdjointTangent<Vector512<T>, WideVectors<T>>(program, inputs, c + k, v + k, vDot + k, o + k, oDot + k, g + k, gDot + k, Trains ? cBar + k : null); }
                        else { AdjointTangent<Vector<T>, PortableVectors<T>>(program, inputs, c + k, v + k, vDot + k, o + k, oDot + k, g + k, gDot + k, Trains ? cBar + k : null); }
                    }
                }

                ScatterInputs(parts.ValuesBarDot, aBarDot.Row(n));
            }
        }
    }

    private void AdjointTangent<TVector, TOps>(int* program, int inputs, T* c, T* v, T* vDot, T* o, T* oDot, T* g, T* gDot, T* cBar)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        if (cBar != null) { ContractionGradientKernel<T, TVector, TOps>.AdjointTangent<Wanted>(program, inputs, c, _stride, v, vDot, o, oDot, g, gDot, cBar); }
        else { ContractionGradientKernel<T, TVector, TOps>.AdjointTangent<Unwanted>(program, inputs, c, _stride, v, vDot, o, oDot, g, gDot, null); }
    }

    private static int Step => Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector<T>.Count;

    private T[] Coefficients(int element) => _coefficients[_agnostic ? 0 : element] ?? throw new InvalidOperationException("The weights of an element were not loaded.");

    private int WeightOf(in ContractionPlan.Coupling coupling, int element)
    {
        Component component = _components[coupling.Component];
        return component.Weights[coupling.Order - 1] + (((element * component.PathCounts[coupling.Order - 1]) + coupling.Path) * _channels);
    }

    private void GatherInputs(ReadOnlySpan<T> node, Span<T> values)
    {
        if (_stride == _channels)
        {
            node[..(_dimension * _channels)].CopyTo(values);
            return;
        }

        for (int k = 0; k < _dimension; k++) { Copy(node[(k * _channels)..], values[(k * _stride)..]); }
    }

    private void ScatterInputs(ReadOnlySpan<T> values, Span<T> node)
    {
        if (_stride == _channels)
        {
            values[..(_dimension * _channels)].CopyTo(node);
            return;
        }

        for (int k = 0; k < _dimension; k++) { values.Slice(k * _stride, _channels).CopyTo(node[(k * _channels)..]); }
    }

    private void GatherOutputs(ReadOnlySpan<T> node, Span<T> outputs)
    {
        for (int m = 0; m < _components.Length; m++) { Copy(node[_components[m].Offset..], outputs[(m * _stride)..]); }
    }

    private void ScatterOutputs(ReadOnlySpan<T> outputs, Span<T> node)
    {
        for (int m = 0; m < _components.Length; m++) { outputs.Slice(m * _stride, _channels).CopyTo(node[_components[m].Offset..]); }
    }

    /// <summary>Copies the channels of a component; those past the last are zero.</summary>
    private void Copy(ReadOnlySpan<T> from, Span<T> to)
    {
        from[.._channels].CopyTo(to);
        if (_stride > _channels) { to[_channels.._stride].Clear(); }
    }

    private Parts Split(Span<T> scratch) => new(scratch, _plan.ValueCount * _stride, _plan.ComponentCount * _stride);

    private readonly ref struct Parts(Span<T> scratch, int values, int outputs)
    {
        private readonly Span<T> _scratch = scratch;

        public Span<T> Values => _scratch[..values];

        public Span<T> ValuesDot => _scratch.Slice(values, values);

        public Span<T> ValuesBar => _scratch.Slice(2 * values, values);

        public Span<T> ValuesBarDot => _scratch.Slice(3 * values, values);

        public Span<T> Outputs => _scratch.Slice(4 * values, outputs);

        public Span<T> OutputsDot => _scratch.Slice((4 * values) + outputs, outputs);
    }

    /// <summary>One output component: where its weights of each order [elements, paths, channels] begin among all parameters, their numbers of paths, and where its channels lie in a node.</summary>
    private readonly record struct Component(ImmutableArray<int> Weights, ImmutableArray<int> PathCounts, int Offset);
}

/// <summary>Gradients of the coefficients of a <see cref="ContractionMap{T}"/> by element, those of elements that were met. One a thread.</summary>
/// <param name="elements">Number of elements.</param>
/// <param name="length">Numbers an element.</param>
/// <param name="channels">Number of channels.</param>
internal sealed class ContractionGradient<T>(int elements, int length, int channels)
    where T : unmanaged
{
    private readonly T[]?[] _gradients = new T[elements][];
    private readonly bool[] _used = new bool[elements];

    /// <summary>Room for one number a channel.</summary>
    public double[] Sums { get; } = new double[channels];

    /// <summary>The gradient of one element, to be added to.</summary>
    public T[] Of(int element)
    {
        _used[element] = true;
        return _gradients[element] ??= new T[length];
    }

    /// <summary>The gradient of an element if it was touched since the last time; the caller clears it.</summary>
    public bool TryTake(int element, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T[]? gradient)
    {
        gradient = _used[element] ? _gradients[element] : null;
        _used[element] = false;
        return gradient is not null;
    }
}
