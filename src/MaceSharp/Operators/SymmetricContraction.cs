using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// The many-body step: symmetric powers of the A-basis, coupled to the output irreps and weighted per element and
/// channel (B-basis; Batatia et al., arXiv:2206.07697, eq. 10). Evaluates the polynomial of <see cref="ContractionPlan"/>
/// over blocks of channels, values and derivatives.
/// </summary>
internal sealed class SymmetricContraction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Vectors of channels that are worked on together.</summary>
    private const int Unroll = 2;

    private readonly int _dimension;
    private readonly int _channels;
    private readonly ImmutableArray<(ContractionPlan Plan, double[][] Weights, int[] PathCounts, int Output)> _components;
    private readonly T[]?[] _coefficients;
    private readonly Lock _lock = new();
    private readonly int _largestInner;
    private readonly bool _agnostic;

    /// <param name="model">The model.</param>
    /// <param name="layer">Index of the layer.</param>
    public SymmetricContraction(MaceModel model, int layer)
    {
        HyperParameters h = model.HyperParameters;
        Irreps target = h.TargetIrreps(layer), output = h.NodeIrreps(layer + 1);
        _dimension = target.Blocks.Sum(static b => b.Irrep.Dimension);
        _channels = h.ChannelCount;
        _agnostic = h.UseAgnosticProduct;
        Output = new FeatureLayout(output);
        if (_dimension > 254) { throw new InvalidInputException($"A product basis of {_dimension} components is not supported (at most 254)."); }

        int correlation = h.Correlations[layer];
        ImmutableArray<(ContractionPlan, double[][], int[], int)>.Builder components = ImmutableArray.CreateBuilder<(ContractionPlan, double[][], int[], int)>();
        for (int block = 0; block < output.Count; block++)
        {
            string prefix = $"products.{layer}.symmetric_contractions.contractions.{block}.";
            int parts = output[block].Irrep.Dimension;
            if (output[block].Multiplicity != _channels)
            {
                throw new InvalidInputException($"The product of layer {layer + 1} has {_channels} channels, but its output block {output[block]} has another number.");
            }

            double[][] weights = new double[correlation][];
            NamedTensor[] tensors = new NamedTensor[correlation];
            int[] paths = new int[correlation];
            for (int order = 1; order <= correlation; order++)
            {
                NamedTensor w = model[order == correlation ? prefix + "weights_max" : $"{prefix}weights.{correlation - 1 - order}"];
                tensors[order - 1] = model[$"{prefix}U_matrix_{order}"];
                weights[order - 1] = w.Values;
                paths[order - 1] = tensors[order - 1].Shape[^1];
            }

            for (int m = 0; m < parts; m++)
            {
                ReadOnlyMemory<double>[] slices = new ReadOnlyMemory<double>[correlation];
                for (int order = 0; order < correlation; order++)
                {
                    int size = tensors[order].Count / parts;
                    slices[order] = tensors[order].Values.AsMemory(m * size, size);
                }

                components.Add((ContractionPlan.Build(_dimension, slices, paths), weights, paths, Output.Offsets[block] + (m * _channels)));
            }
        }

        _components = components.ToImmutable();
        _largestInner = _components.Max(static c => c.Plan.InnerCount);
        _coefficients = new T[]?[_agnostic ? 1 : h.AtomicNumbers.Length];
    }

    /// <summary>Layout of the output.</summary>
    public FeatureLayout Output { get; }

    private static int BlockWidth => Unroll * Vector<T>.Count;

    private int BlockCount => (_channels + BlockWidth - 1) / BlockWidth;

    /// <summary>Memory of one thread.</summary>
    public ContractionScratch<T> CreateScratch() => new(_dimension * BlockWidth, _largestInner * BlockWidth);

    /// <summary>b = contraction(a) for one node.</summary>
    /// <param name="element">Element index.</param>
    /// <param name="a">A-basis [components, channels].</param>
    /// <param name="b">B-basis in the layout of <see cref="Output"/>, overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Forward(int element, ReadOnlySpan<T> a, Span<T> b, ContractionScratch<T> scratch)
    {
        T[] coefficients = Coefficients(element);
        Span<T> block = stackalloc T[BlockWidth];
        int position = 0;
        for (int first = 0; first < _channels; first += BlockWidth)
        {
            int width = Math.Min(BlockWidth, _channels - first);
            Load(a, first, width, scratch.Inputs);
            foreach ((ContractionPlan plan, double[][] _, int[] _, int output) in _components)
            {
                ReadOnlySpan<T> c = coefficients.AsSpan(position, plan.CoefficientCount * BlockWidth);
                Values(plan, c, scratch, block);
                block[..width].CopyTo(b[(output + first)..]);
                position += c.Length;
            }
        }
    }

    /// <summary>ā = (∂contraction/∂a)ᵀ·b̄ for one node.</summary>
    /// <param name="element">Element index.</param>
    /// <param name="a">A-basis.</param>
    /// <param name="bBar">Adjoint of the B-basis.</param>
    /// <param name="aBar">Adjoint of the A-basis, overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Adjoint(int element, ReadOnlySpan<T> a, ReadOnlySpan<T> bBar, Span<T> aBar, ContractionScratch<T> scratch)
    {
        T[] coefficients = Coefficients(element);
        Span<T> block = stackalloc T[BlockWidth];
        int position = 0;
        for (int first = 0; first < _channels; first += BlockWidth)
        {
            int width = Math.Min(BlockWidth, _channels - first);
            Load(a, first, width, scratch.Inputs);
            Array.Clear(scratch.InputsBar);
            foreach ((ContractionPlan plan, double[][] _, int[] _, int output) in _components)
            {
                ReadOnlySpan<T> c = coefficients.AsSpan(position, plan.CoefficientCount * BlockWidth);
                Values(plan, c, scratch, block);
                block.Clear();
                bBar.Slice(output + first, width).CopyTo(block);
                Gradient(plan, c, scratch, block);
                position += c.Length;
            }

            for (int k = 0; k < _dimension; k++)
            {
                scratch.InputsBar.AsSpan(k * BlockWidth, width).CopyTo(aBar[((k * _channels) + first)..]);
            }
        }
    }

    private static void Values(ContractionPlan plan, ReadOnlySpan<T> coefficients, ContractionScratch<T> scratch, Span<T> result)
    {
        int width = Vector<T>.Count;
        ref T inputs = ref MemoryMarshal.GetArrayDataReference(scratch.Inputs);
        ref T values = ref MemoryMarshal.GetArrayDataReference(scratch.Values);
        ref T c = ref MemoryMarshal.GetReference(coefficients);
        ReadOnlySpan<ContractionPlan.Node> nodes = plan.Nodes.AsSpan();
        for (int n = nodes.Length - 1; n >= 0; n--)
        {
            ref readonly ContractionPlan.Node node = ref nodes[n];
            if (node.ChildCount == 0) { continue; }
            Vector<T> sum0 = Vector<T>.Zero, sum1 = Vector<T>.Zero;
            if (node.HasCoefficient)
            {
                sum0 = Vector.LoadUnsafe(ref c, (nuint)(node.Coefficient * BlockWidth));
                sum1 = Vector.LoadUnsafe(ref c, (nuint)((node.Coefficient * BlockWidth) + width));
            }

            foreach (ref readonly ContractionPlan.Node child in nodes.Slice(node.FirstChild, node.ChildCount))
            {
                ref T value = ref ValueOf(child, ref c, ref values);
                ref T input = ref Unsafe.Add(ref inputs, child.Variable * BlockWidth);
                sum0 = Simd.Fma(Vector.LoadUnsafe(ref input), Vector.LoadUnsafe(ref value), sum0);
                sum1 = Simd.Fma(Vector.LoadUnsafe(ref input, (nuint)width), Vector.LoadUnsafe(ref value, (nuint)width), sum1);
            }

            sum0.StoreUnsafe(ref values, (nuint)(node.Inner * BlockWidth));
            sum1.StoreUnsafe(ref values, (nuint)((node.Inner * BlockWidth) + width));
        }

        if (nodes[0].ChildCount == 0)
        {
            result.Clear();
            return;
        }

        scratch.Values.AsSpan(0, BlockWidth).CopyTo(result);
    }

    private static void Gradient(ContractionPlan plan, ReadOnlySpan<T> coefficients, ContractionScratch<T> scratch, ReadOnlySpan<T> outputBar)
    {
        ReadOnlySpan<ContractionPlan.Node> nodes = plan.Nodes.AsSpan();
        if (nodes[0].ChildCount == 0) { return; }
        int width = Vector<T>.Count;
        ref T inputs = ref MemoryMarshal.GetArrayDataReference(scratch.Inputs);
        ref T inputsBar = ref MemoryMarshal.GetArrayDataReference(scratch.InputsBar);
        ref T values = ref MemoryMarshal.GetArrayDataReference(scratch.Values);
        ref T bars = ref MemoryMarshal.GetArrayDataReference(scratch.ValuesBar);
        ref T c = ref MemoryMarshal.GetReference(coefficients);
        outputBar.CopyTo(scratch.ValuesBar);
        foreach (ref readonly ContractionPlan.Node node in nodes)
        {
            if (node.ChildCount == 0) { continue; }
            Vector<T> bar0 = Vector.LoadUnsafe(ref bars, (nuint)(node.Inner * BlockWidth));
            Vector<T> bar1 = Vector.LoadUnsafe(ref bars, (nuint)((node.Inner * BlockWidth) + width));
            foreach (ref readonly ContractionPlan.Node child in nodes.Slice(node.FirstChild, node.ChildCount))
            {
                ref T value = ref ValueOf(child, ref c, ref values);
                ref T inputBar = ref Unsafe.Add(ref inputsBar, child.Variable * BlockWidth);
                Simd.Fma(bar0, Vector.LoadUnsafe(ref value), Vector.LoadUnsafe(ref inputBar)).StoreUnsafe(ref inputBar);
                Simd.Fma(bar1, Vector.LoadUnsafe(ref value, (nuint)width), Vector.LoadUnsafe(ref inputBar, (nuint)width)).StoreUnsafe(ref inputBar, (nuint)width);
                if (child.Inner < 0) { continue; }
                ref T input = ref Unsafe.Add(ref inputs, child.Variable * BlockWidth);
                ref T childBar = ref Unsafe.Add(ref bars, child.Inner * BlockWidth);
                (bar0 * Vector.LoadUnsafe(ref input)).StoreUnsafe(ref childBar);
                (bar1 * Vector.LoadUnsafe(ref input, (nuint)width)).StoreUnsafe(ref childBar, (nuint)width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T ValueOf(in ContractionPlan.Node node, ref T coefficients, ref T values) =>
        ref node.Inner >= 0 ? ref Unsafe.Add(ref values, node.Inner * BlockWidth) : ref Unsafe.Add(ref coefficients, node.Coefficient * BlockWidth);

    private void Load(ReadOnlySpan<T> a, int first, int width, T[] inputs)
    {
        // Channels past the last are zero in the last block, and so is everything made of them.
        if (width < BlockWidth) { Array.Clear(inputs); }
        for (int k = 0; k < _dimension; k++)
        {
            a.Slice((k * _channels) + first, width).CopyTo(inputs.AsSpan(k * BlockWidth));
        }
    }

    /// <summary>Coefficients of all monomials for one element: by channel block, then output component, then monomial, then channel. Made when first asked for.</summary>
    private T[] Coefficients(int element)
    {
        int index = _agnostic ? 0 : element;
        return Volatile.Read(ref _coefficients[index]) ?? Fold(index);
    }

    private T[] Fold(int element)
    {
        lock (_lock)
        {
            if (_coefficients[element] is { } known) { return known; }
            int perBlock = _components.Sum(static c => c.Plan.CoefficientCount) * BlockWidth;
            double[] sums = new double[perBlock * BlockCount];
            int start = 0;
            foreach ((ContractionPlan plan, double[][] weights, int[] paths, int _) in _components)
            {
                foreach (ContractionPlan.Coupling coupling in plan.Couplings)
                {
                    int count = paths[coupling.Order - 1];
                    ReadOnlySpan<double> w = weights[coupling.Order - 1].AsSpan(((element * count) + coupling.Path) * _channels, _channels);
                    for (int channel = 0; channel < _channels; channel++)
                    {
                        int position = (channel / BlockWidth * perBlock) + start + (coupling.Coefficient * BlockWidth) + (channel % BlockWidth);
                        sums[position] += coupling.Value * w[channel];
                    }
                }

                start += plan.CoefficientCount * BlockWidth;
            }

            T[] coefficients = [.. sums.Select(T.CreateTruncating)];
            Volatile.Write(ref _coefficients[element], coefficients);
            return coefficients;
        }
    }
}

/// <summary>Memory of one thread for <see cref="SymmetricContraction{T}"/>.</summary>
internal sealed class ContractionScratch<T>(int inputs, int values)
{
    public T[] Inputs { get; } = new T[inputs];

    public T[] InputsBar { get; } = new T[inputs];

    public T[] Values { get; } = new T[values];

    public T[] ValuesBar { get; } = new T[values];
}
