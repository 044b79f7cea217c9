using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.Intrinsics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// The many-body step: symmetric powers of the A-basis, coupled to the output irreps and weighted per element and
/// channel (B-basis; Batatia et al., arXiv:2206.07697, eq. 10). Evaluates the polynomials of <see cref="ContractionPlan"/>
/// and their derivatives in tiles of a few vectors: the same channels of several nodes of one element, which share each
/// coefficient that is loaded, or several blocks of channels of one node.
/// </summary>
internal sealed unsafe class SymmetricContraction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Lanes = ContractionProgram.Lanes;

    private readonly int _dimension;
    private readonly int _channels;
    private readonly int _width;
    private readonly bool _wide;
    private readonly bool _agnostic;
    private readonly ContractionPlan _plan;
    private readonly int[] _program;
    private readonly int[] _inputOffsets;
    private readonly int[] _outputOffsets;
    private readonly ImmutableArray<Component> _components;
    private readonly AlignedBuffer<T>?[] _coefficients;
    private readonly Lock _lock = new();

    /// <param name="model">The model.</param>
    /// <param name="layer">Index of the layer.</param>
    public SymmetricContraction(MaceModel model, int layer)
        : this(
            model.HyperParameters.TargetIrreps(layer).Blocks.Sum(static b => b.Irrep.Dimension),
            model.HyperParameters.ChannelCount,
            model.HyperParameters.UseAgnosticProduct ? 1 : model.HyperParameters.AtomicNumbers.Length,
            model.HyperParameters.NodeIrreps(layer + 1),
            ReadBlocks(model, layer),
            Vector512.IsHardwareAccelerated)
    {
        _agnostic = model.HyperParameters.UseAgnosticProduct;
    }

    /// <param name="dimension">Number of input components.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="elements">Number of elements with weights of their own.</param>
    /// <param name="output">Output irreps, one block a set of coupling tensors.</param>
    /// <param name="blocks">Coupling tensors U [parts, dimension…, paths] and weights W [elements, paths, channels] of ν = 1, 2, … for each block.</param>
    /// <param name="wide">Whether vectors are 512 bits wide.</param>
    internal SymmetricContraction(int dimension, int channels, int elements, Irreps output, IReadOnlyList<IReadOnlyList<(NamedTensor Couplings, double[] Weights)>> blocks, bool wide)
    {
        if (dimension > Monomial.MaxDimension) { throw new InvalidInputException($"A product basis of {dimension} components is not supported (at most {Monomial.MaxDimension})."); }
        _dimension = dimension;
        _channels = channels;
        _wide = wide;
        _width = wide ? WideVectors<T>.Count : PortableVectors<T>.Count;
        Output = new FeatureLayout(output);
        List<IReadOnlyList<ReadOnlyMemory<double>>> tensors = [];
        List<IReadOnlyList<int>> paths = [];
        ImmutableArray<Component>.Builder components = ImmutableArray.CreateBuilder<Component>();
        for (int block = 0; block < output.Count; block++)
        {
            int parts = output[block].Irrep.Dimension;
            int[] counts = [.. blocks[block].Select(static o => o.Couplings.Shape[^1])];
            for (int m = 0; m < parts; m++)
            {
                tensors.Add([.. blocks[block].Select(o => (ReadOnlyMemory<double>)o.Couplings.Values.AsMemory(m * (o.Couplings.Count / parts), o.Couplings.Count / parts))]);
                paths.Add(counts);
                components.Add(new Component([.. blocks[block].Select(static o => o.Weights)], [.. counts], Output.Offsets[block] + (m * channels)));
            }
        }

        _components = components.ToImmutable();
        _inputOffsets = [.. Enumerable.Range(0, dimension).Select(k => k * channels)];
        _outputOffsets = [.. _components.Select(static c => c.Offset)];
        _plan = ContractionPlanner.Build(dimension, tensors, paths);
        _program = ContractionProgram.Write(_plan, Lanes * _width);
        _coefficients = new AlignedBuffer<T>?[elements];
    }

    /// <summary>Layout of the output.</summary>
    public FeatureLayout Output { get; }

    /// <summary>How the polynomials are evaluated.</summary>
    internal ContractionPlan Plan => _plan;

    private int BlockCount => (_channels + _width - 1) / _width;

    /// <summary>Memory of one thread.</summary>
    public ContractionScratch<T> CreateScratch() => new(_plan.ValueCount * Lanes * _width, _plan.ComponentCount * Lanes * _width);

    /// <summary>b = contraction(a) for one node.</summary>
    /// <param name="element">Element index.</param>
    /// <param name="a">A-basis [components, channels].</param>
    /// <param name="b">B-basis in the layout of <see cref="Output"/>, overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Forward(int element, ReadOnlySpan<T> a, Span<T> b, ContractionScratch<T> scratch) =>
        Forward(new ReadOnlySpan<int>(in element), a, b, scratch);

    /// <summary>b = contraction(a) for some nodes; faster for nodes of one element together than one by one.</summary>
    /// <param name="elements">Element index of each node.</param>
    /// <param name="a">A-basis [nodes, components, channels].</param>
    /// <param name="b">B-basis [nodes, layout of <see cref="Output"/>], overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Forward(ReadOnlySpan<int> elements, ReadOnlySpan<T> a, Span<T> b, ContractionScratch<T> scratch) =>
        Run(elements, a, default, b, scratch, adjoint: false);

    /// <summary>ā = (∂contraction/∂a)ᵀ·b̄ for one node.</summary>
    /// <param name="element">Element index.</param>
    /// <param name="a">A-basis.</param>
    /// <param name="bBar">Adjoint of the B-basis.</param>
    /// <param name="aBar">Adjoint of the A-basis, overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Adjoint(int element, ReadOnlySpan<T> a, ReadOnlySpan<T> bBar, Span<T> aBar, ContractionScratch<T> scratch) =>
        Adjoint(new ReadOnlySpan<int>(in element), a, bBar, aBar, scratch);

    /// <summary>ā = (∂contraction/∂a)ᵀ·b̄ for some nodes.</summary>
    /// <param name="elements">Element index of each node.</param>
    /// <param name="a">A-basis of all nodes.</param>
    /// <param name="bBar">Adjoint of their B-basis.</param>
    /// <param name="aBar">Adjoint of their A-basis, overwritten.</param>
    /// <param name="scratch">Memory of this thread.</param>
    public void Adjoint(ReadOnlySpan<int> elements, ReadOnlySpan<T> a, ReadOnlySpan<T> bBar, Span<T> aBar, ContractionScratch<T> scratch) =>
        Run(elements, a, bBar, aBar, scratch, adjoint: true);

    private static (NamedTensor Couplings, double[] Weights)[][] ReadBlocks(MaceModel model, int layer)
    {
        HyperParameters h = model.HyperParameters;
        Irreps output = h.NodeIrreps(layer + 1);
        int correlation = h.Correlations[layer];
        (NamedTensor, double[])[][] blocks = new (NamedTensor, double[])[output.Count][];
        for (int block = 0; block < output.Count; block++)
        {
            if (output[block].Multiplicity != h.ChannelCount)
            {
                throw new InvalidInputException($"The product of layer {layer + 1} has {h.ChannelCount} channels, but its output block {output[block]} has another number.");
            }

            string prefix = $"products.{layer}.symmetric_contractions.contractions.{block}.";
            blocks[block] = new (NamedTensor, double[])[correlation];
            for (int order = 1; order <= correlation; order++)
            {
                NamedTensor weights = model[order == correlation ? prefix + "weights_max" : $"{prefix}weights.{correlation - 1 - order}"];
                blocks[block][order - 1] = (model[$"{prefix}U_matrix_{order}"], weights.Values);
            }
        }

        return blocks;
    }

    /// <summary>Gathers up to four nodes of an element at a time.</summary>
    private void Run(ReadOnlySpan<int> elements, ReadOnlySpan<T> a, ReadOnlySpan<T> bBar, Span<T> result, ContractionScratch<T> scratch, bool adjoint)
    {
        int aWidth = _dimension * _channels, bWidth = Output.Dimension, nodes = elements.Length;
        if (a.Length < (long)nodes * aWidth || result.Length < (long)nodes * (adjoint ? aWidth : bWidth) || (adjoint && bBar.Length < (long)nodes * bWidth))
        {
            throw new ArgumentException($"The arrays do not hold {nodes} nodes.", nameof(a));
        }

        fixed (T* pa = a, pBar = bBar, pResult = result)
        {
            Work work = new(pa, pBar, pResult, aWidth, bWidth, adjoint);
            Span<int> together = stackalloc int[Lanes];
            for (int first = 0; first < nodes; first++)
            {
                if (elements[..first].Contains(elements[first]) && !_agnostic) { continue; }
                AlignedBuffer<T> coefficients = Coefficients(_agnostic ? 0 : elements[first]);
                int count = 0;
                for (int n = first; n < nodes; n++)
                {
                    if (elements[n] != elements[first] && !_agnostic) { continue; }
                    together[count++] = n;
                    if (count < Lanes) { continue; }
                    Nodes(work, together, coefficients, scratch);
                    count = 0;
                }

                Nodes(work, together[..count], coefficients, scratch);
                if (_agnostic) { break; }
            }
        }

        GC.KeepAlive(scratch);
    }

    /// <summary>Up to four nodes of one element: together if that takes no more tiles than one by one.</summary>
    private void Nodes(in Work work, ReadOnlySpan<int> nodes, AlignedBuffer<T> coefficients, ContractionScratch<T> scratch)
    {
        Span<Lane> lanes = stackalloc Lane[Lanes];
        if (nodes.Length > 1 && BlockCount <= nodes.Length * ((BlockCount + Lanes - 1) / Lanes))
        {
            for (int block = 0; block < BlockCount; block++)
            {
                for (int l = 0; l < nodes.Length; l++) { lanes[l] = new Lane(nodes[l], block); }
                Tile(work, lanes[..nodes.Length], shared: true, coefficients, scratch);
            }

            return;
        }

        foreach (int node in nodes)
        {
            for (int block = 0; block < BlockCount; block += Lanes)
            {
                int count = Math.Min(Lanes, BlockCount - block);
                for (int l = 0; l < count; l++) { lanes[l] = new Lane(node, block + l); }
                Tile(work, lanes[..count], shared: false, coefficients, scratch);
            }
        }
    }

    private void Tile(in Work work, ReadOnlySpan<Lane> lanes, bool shared, AlignedBuffer<T> coefficients, ContractionScratch<T> scratch)
    {
        if (Vector512.IsHardwareAccelerated && _wide)
        {
            Tile<Vector512<T>, WideVectors<T>>(work, lanes, shared, coefficients, scratch);
        }
        else
        {
            Tile<Vector<T>, PortableVectors<T>>(work, lanes, shared, coefficients, scratch);
        }
    }

    private void Tile<TVector, TOps>(in Work work, ReadOnlySpan<Lane> lanes, bool shared, AlignedBuffer<T> coefficients, ContractionScratch<T> scratch)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        T* values = scratch.Values.Pointer, outputs = scratch.Outputs.Pointer, gradients = scratch.Gradients.Pointer;
        for (int l = 0; l < lanes.Length; l++)
        {
            Gather<TVector, TOps>(work.A + (lanes[l].Node * (nint)work.AWidth), _inputOffsets, lanes[l].Block, values + (l * TOps.Count));
            if (work.Adjoint) { Gather<TVector, TOps>(work.Bar + (lanes[l].Node * (nint)work.BWidth), _outputOffsets, lanes[l].Block, outputs + (l * TOps.Count)); }
        }

        // Vectors without a lane hold what was there before, at first zero; their results are not read.
        nint perBlock = (nint)_plan.CoefficientCount * TOps.Count;
        T* c = coefficients.Pointer + (lanes[0].Block * perBlock);
        nint other1 = lanes.Length > 1 ? perBlock : 0, other2 = lanes.Length > 2 ? 2 * perBlock : 0, other3 = lanes.Length > 3 ? 3 * perBlock : 0;
        fixed (int* program = _program)
        {
            if (work.Adjoint) { scratch.Gradients.Span.Clear(); }
            switch (work.Adjoint, shared)
            {
                case (false, false): ContractionKernel<T, TVector, TOps, SeparateCoefficients>.Forward(program, c, other1, other2, other3, values, outputs); break;
                case (false, true): ContractionKernel<T, TVector, TOps, SharedCoefficients>.Forward(program, c, other1, other2, other3, values, outputs); break;
                case (true, false): ContractionKernel<T, TVector, TOps, SeparateCoefficients>.Adjoint(program, c, other1, other2, other3, values, outputs, gradients); break;
                default: ContractionKernel<T, TVector, TOps, SharedCoefficients>.Adjoint(program, c, other1, other2, other3, values, outputs, gradients); break;
            }
        }

        for (int l = 0; l < lanes.Length; l++)
        {
            if (work.Adjoint)
            {
                Scatter<TVector, TOps>(gradients + (l * TOps.Count), _inputOffsets, lanes[l].Block, work.Result + (lanes[l].Node * (nint)work.AWidth));
            }
            else
            {
                Scatter<TVector, TOps>(outputs + (l * TOps.Count), _outputOffsets, lanes[l].Block, work.Result + (lanes[l].Node * (nint)work.BWidth));
            }
        }
    }

    /// <summary>Copies one block of channels of one node into its vector of each tile; channels past the last are zero.</summary>
    /// <param name="node">The node's numbers.</param>
    /// <param name="offsets">Where the channels of each component begin.</param>
    /// <param name="block">Block of channels.</param>
    /// <param name="target">The vector in the first tile.</param>
    private void Gather<TVector, TOps>(T* node, ReadOnlySpan<int> offsets, int block, T* target)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        node += block * TOps.Count;
        int count = Math.Min(TOps.Count, _channels - (block * TOps.Count));
        foreach (int offset in offsets)
        {
            if (count == TOps.Count)
            {
                TOps.Store(TOps.Load(node + offset), target);
            }
            else
            {
                new ReadOnlySpan<T>(node + offset, count).CopyTo(new Span<T>(target, count));
                new Span<T>(target + count, TOps.Count - count).Clear();
            }

            target += Lanes * TOps.Count;
        }
    }

    private void Scatter<TVector, TOps>(T* source, ReadOnlySpan<int> offsets, int block, T* node)
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        node += block * TOps.Count;
        int count = Math.Min(TOps.Count, _channels - (block * TOps.Count));
        foreach (int offset in offsets)
        {
            if (count == TOps.Count)
            {
                TOps.Store(TOps.Load(source), node + offset);
            }
            else
            {
                new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(node + offset, count));
            }

            source += Lanes * TOps.Count;
        }
    }

    /// <summary>Coefficients of all monomials for one element: by channel block, then monomial, then channel. Made when first asked for.</summary>
    private AlignedBuffer<T> Coefficients(int element) => Volatile.Read(ref _coefficients[element]) ?? Fold(element);

    private AlignedBuffer<T> Fold(int element)
    {
        lock (_lock)
        {
            if (_coefficients[element] is { } known) { return known; }
            int perBlock = _plan.CoefficientCount * _width;
            AlignedBuffer<T> coefficients = new(perBlock * BlockCount);
            Span<T> target = coefficients.Span;
            double[] sums = new double[_channels];
            ReadOnlySpan<ContractionPlan.Coupling> couplings = _plan.Couplings.AsSpan();
            for (int i = 0, next; i < couplings.Length; i = next)
            {
                Array.Clear(sums);
                for (next = i; next < couplings.Length && couplings[next].Coefficient == couplings[i].Coefficient; next++)
                {
                    ref readonly ContractionPlan.Coupling coupling = ref couplings[next];
                    Component component = _components[coupling.Component];
                    int row = (element * component.PathCounts[coupling.Order - 1]) + coupling.Path;
                    Simd.AddScaled(coupling.Value, component.Weights[coupling.Order - 1].AsSpan(row * _channels, _channels), sums);
                }

                for (int k = 0; k < _channels; k++)
                {
                    target[(k / _width * perBlock) + (couplings[i].Coefficient * _width) + (k % _width)] = T.CreateTruncating(sums[k]);
                }
            }

            Volatile.Write(ref _coefficients[element], coefficients);
            return coefficients;
        }
    }

    /// <summary>One output component: weights of each order [elements, paths, channels], and where its channels begin.</summary>
    private readonly record struct Component(ImmutableArray<double[]> Weights, ImmutableArray<int> PathCounts, int Offset);

    /// <summary>One vector of a tile.</summary>
    private readonly record struct Lane(int Node, int Block);

    /// <summary>The arrays of one call.</summary>
    private readonly struct Work(T* a, T* bar, T* result, int aWidth, int bWidth, bool adjoint)
    {
        public readonly T* A = a;
        public readonly T* Bar = bar;
        public readonly T* Result = result;
        public readonly int AWidth = aWidth;
        public readonly int BWidth = bWidth;
        public readonly bool Adjoint = adjoint;
    }
}

/// <summary>Memory of one thread for <see cref="SymmetricContraction{T}"/>: tiles of values, outputs and gradients.</summary>
internal sealed class ContractionScratch<T>(int values, int outputs)
    where T : unmanaged
{
    public AlignedBuffer<T> Values { get; } = new(values);

    public AlignedBuffer<T> Outputs { get; } = new(outputs);

    public AlignedBuffer<T> Gradients { get; } = new(values);
}
