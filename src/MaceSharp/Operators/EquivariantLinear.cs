using System.Numerics;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// Mixes channels of equal irreps: y[w, m] += Σ_u x[u, m]·W[u, w], with one matrix a pair of equal blocks, optionally
/// a different one for every element. Both of e3nn's <c>Linear</c> and its tensor product with one-hot elements
/// (<c>skip_tp</c>) are this map; their normalisation is folded into the matrices.
/// </summary>
internal sealed partial class EquivariantLinear<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Path[] _paths;
    private readonly T[] _bias;
    private readonly bool _fillsOutput;
    private readonly bool _fillsInput;

    private EquivariantLinear(FeatureLayout input, FeatureLayout output, int elementCount, Path[] paths, T[] bias)
    {
        Input = input;
        Output = output;
        ElementCount = elementCount;
        _paths = paths;
        _bias = bias;
        _fillsOutput = bias.Length == 0 && EachOnce(paths, static p => p.OutputBlock, output);
        _fillsInput = EachOnce(paths, static p => p.InputBlock, input);
    }

    public FeatureLayout Input { get; }

    public FeatureLayout Output { get; }

    /// <summary>Number of sets of matrices: 1, or one an element.</summary>
    public int ElementCount { get; }

    /// <summary>The map of e3nn's <c>Linear</c> (MATH: input-major paths of row-major [mul_in, mul_out] blocks, 1/√fan-in).</summary>
    /// <param name="input">Input irreps.</param>
    /// <param name="output">Output irreps.</param>
    /// <param name="weights">Flat weights.</param>
    /// <param name="scale">A factor folded in.</param>
    /// <param name="bias">One number an output channel of 0e, or empty.</param>
    public static EquivariantLinear<T> Create(Irreps input, Irreps output, ReadOnlySpan<double> weights, double scale = 1, ReadOnlySpan<double> bias = default) =>
        Build(input, output, weights, 1, scale, bias);

    /// <summary>The map of a fully connected tensor product with one-hot elements: path blocks [mul_in, elements, mul_out], 1/√(fan-in·elements).</summary>
    public static EquivariantLinear<T> CreatePerElement(Irreps input, Irreps output, int elementCount, ReadOnlySpan<double> weights, double scale = 1) =>
        Build(input, output, weights, elementCount, scale, default);

    /// <summary>A map of given matrices, normalisation included.</summary>
    /// <param name="input">Input irreps.</param>
    /// <param name="output">Output irreps.</param>
    /// <param name="matrix">The matrix [channels in, channels out] from an input block to an output block of the same irrep, by their indices.</param>
    public static EquivariantLinear<T> FromMatrices(Irreps input, Irreps output, Func<int, int, double[]> matrix)
    {
        FeatureLayout inLayout = new(input), outLayout = new(output);
        List<Path> paths = [];
        for (int i = 0; i < input.Count; i++)
        {
            for (int o = 0; o < output.Count; o++)
            {
                if (input[i].Irrep != output[o].Irrep) { continue; }
                int mulIn = input[i].Multiplicity, mulOut = output[o].Multiplicity;
                double[] values = matrix(i, o);
                T[] straight = [.. values.Select(T.CreateTruncating)], transposed = new T[values.Length];
                for (int k = 0; k < values.Length; k++) { transposed[(k % mulOut * mulIn) + (k / mulOut)] = straight[k]; }
                paths.Add(new Path(i, o, inLayout.Offsets[i], mulIn, outLayout.Offsets[o], mulOut, input[i].Irrep.Dimension, straight, transposed, 0, 1));
            }
        }

        return new EquivariantLinear<T>(inLayout, outLayout, 1, [.. paths], []);
    }

    /// <summary>The matrix [channels in, channels out] from an input block to an output block of the same irrep, normalisation included.</summary>
    /// <param name="inputBlock">Index of the input block.</param>
    /// <param name="outputBlock">Index of the output block.</param>
    /// <param name="element">Element index where the map depends on it.</param>
    public ReadOnlySpan<T> Matrix(int inputBlock, int outputBlock, int element = 0)
    {
        Path path = _paths.First(p => p.InputBlock == inputBlock && p.OutputBlock == outputBlock);
        int size = path.InputChannels * path.OutputChannels;
        return path.Matrices.AsSpan(element * size, size);
    }

    /// <summary>y += map(x) for those nodes of a run that are of one element.</summary>
    /// <param name="x">Input features [count, input].</param>
    /// <param name="y">Output features [count, output], accumulated.</param>
    /// <param name="elements">Element index of each node.</param>
    /// <param name="element">The element of the nodes that are meant.</param>
    /// <param name="rows">Scratch for row offsets; reused.</param>
    public void ForwardOf(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> elements, int element, RowBuffer rows)
    {
        foreach (ref readonly Path path in _paths.AsSpan())
        {
            rows.FillMatching(elements, element, path.Components, Input.Dimension, path.InputOffset, path.InputChannels, Output.Dimension, path.OutputOffset, path.OutputChannels);
            MatrixKernel.MultiplyAdd(x, rows.X, path.Matrices, path.InputChannels, path.OutputChannels, y, rows.Y);
        }
    }

    /// <summary>x̄ += mapᵀ(ȳ) for those nodes of a run that are of one element; as <see cref="ForwardOf"/>.</summary>
    public void AdjointOf(ReadOnlySpan<T> yBar, Span<T> xBar, ReadOnlySpan<int> elements, int element, RowBuffer rows)
    {
        foreach (ref readonly Path path in _paths.AsSpan())
        {
            rows.FillMatching(elements, element, path.Components, Output.Dimension, path.OutputOffset, path.OutputChannels, Input.Dimension, path.InputOffset, path.InputChannels);
            MatrixKernel.MultiplyAdd(yBar, rows.X, path.Transposed, path.OutputChannels, path.InputChannels, xBar, rows.Y);
        }
    }

    /// <summary>Number of weights such a map has.</summary>
    public static int WeightCount(Irreps input, Irreps output, int elementCount = 1)
    {
        int count = 0;
        foreach (IrrepBlock i in input.Blocks)
        {
            foreach (IrrepBlock o in output.Blocks)
            {
                if (i.Irrep == o.Irrep) { count += i.Multiplicity * o.Multiplicity * elementCount; }
            }
        }

        return count;
    }

    /// <summary>y += map(x) for a run of nodes.</summary>
    /// <param name="x">Input features [count, input].</param>
    /// <param name="y">Output features [count, output].</param>
    /// <param name="count">Number of nodes.</param>
    /// <param name="elements">Element index of each node when the map depends on it.</param>
    /// <param name="rows">Scratch for row offsets; reused.</param>
    /// <param name="add">Whether to add to y; otherwise it is overwritten.</param>
    public void Forward(ReadOnlySpan<T> x, Span<T> y, int count, ReadOnlySpan<int> elements, RowBuffer rows, bool add = true)
    {
        if (!add && !_fillsOutput)
        {
            y[..(count * Output.Dimension)].Clear();
            add = true;
        }

        if (_bias.Length > 0)
        {
            for (int n = 0; n < count; n++) { Simd.Add(_bias.AsSpan(), y.Slice(n * Output.Dimension, Output.Dimension)); }
        }

        Tangent(x, y, count, elements, rows, add);
    }

    /// <summary>ẏ += map(ẋ) for a run of nodes: the map without its bias. As <see cref="Forward"/>.</summary>
    public void Tangent(ReadOnlySpan<T> xDot, Span<T> yDot, int count, ReadOnlySpan<int> elements, RowBuffer rows, bool add = true)
    {
        if (!add && !_fillsOutput)
        {
            yDot[..(count * Output.Dimension)].Clear();
            add = true;
        }

        foreach (ref readonly Path path in _paths.AsSpan())
        {
            Apply(path, xDot, Input.Dimension, path.InputOffset, path.InputChannels, yDot, Output.Dimension, path.OutputOffset, path.OutputChannels, path.Matrices, count, elements, rows, add);
        }
    }

    /// <summary>x̄ += mapᵀ(ȳ) for a run of nodes. As <see cref="Forward"/>.</summary>
    public void Adjoint(ReadOnlySpan<T> yBar, Span<T> xBar, int count, ReadOnlySpan<int> elements, RowBuffer rows, bool add = true)
    {
        if (!add && !_fillsInput)
        {
            xBar[..(count * Input.Dimension)].Clear();
            add = true;
        }

        foreach (ref readonly Path path in _paths.AsSpan())
        {
            Apply(path, yBar, Output.Dimension, path.OutputOffset, path.OutputChannels, xBar, Input.Dimension, path.InputOffset, path.InputChannels, path.Transposed, count, elements, rows, add);
        }
    }

    private void Apply(in Path path, ReadOnlySpan<T> x, int xStride, int xOffset, int inner, Span<T> y, int yStride, int yOffset, int columns, T[] matrices, int count, ReadOnlySpan<int> elements, RowBuffer rows, bool add)
    {
        int size = inner * columns;
        if (ElementCount == 1)
        {
            rows.Fill(count, path.Components, xStride, xOffset, inner, yStride, yOffset, columns);
            MatrixKernel.Product(x, rows.X, matrices, inner, columns, y, rows.Y, add);
            return;
        }

        // Nodes of one element share a matrix, wherever they are.
        for (int first = 0; first < count; first++)
        {
            int element = elements[first];
            if (elements[..first].Contains(element)) { continue; }
            rows.FillMatching(elements[..count], element, path.Components, xStride, xOffset, inner, yStride, yOffset, columns);
            MatrixKernel.Product(x, rows.X, matrices.AsSpan(element * size, size), inner, columns, y, rows.Y, add);
        }
    }

    /// <summary>Whether every block is that of one path: then its numbers can be overwritten.</summary>
    private static bool EachOnce(Path[] paths, Func<Path, int> blockOf, FeatureLayout layout) =>
        paths.Length == layout.Irreps.Count && paths.DistinctBy(blockOf).Count() == paths.Length;

    private static EquivariantLinear<T> Build(Irreps input, Irreps output, ReadOnlySpan<double> weights, int elementCount, double scale, ReadOnlySpan<double> bias)
    {
        FeatureLayout inLayout = new(input), outLayout = new(output);
        List<Path> paths = [];
        int position = 0;
        for (int i = 0; i < input.Count; i++)
        {
            for (int o = 0; o < output.Count; o++)
            {
                if (input[i].Irrep != output[o].Irrep) { continue; }
                int mulIn = input[i].Multiplicity, mulOut = output[o].Multiplicity, size = mulIn * mulOut;
                double norm = scale / Math.Sqrt((double)input.CountOf(output[o].Irrep) * elementCount);
                int start = position;
                T[] matrices = new T[size * elementCount], transposed = new T[size * elementCount];
                for (int u = 0; u < mulIn; u++)
                {
                    for (int z = 0; z < elementCount; z++)
                    {
                        for (int w = 0; w < mulOut; w++)
                        {
                            T value = T.CreateTruncating(weights[position++] * norm);
                            matrices[(z * size) + (u * mulOut) + w] = value;
                            transposed[(z * size) + (w * mulIn) + u] = value;
                        }
                    }
                }

                paths.Add(new Path(i, o, inLayout.Offsets[i], mulIn, outLayout.Offsets[o], mulOut, input[i].Irrep.Dimension, matrices, transposed, start, norm));
            }
        }

        if (position != weights.Length)
        {
            throw new Atoms.InvalidInputException($"A linear map {input} → {output} has {position} weights, but {weights.Length} are given.");
        }

        return new EquivariantLinear<T>(inLayout, outLayout, elementCount, [.. paths], SpreadBias(outLayout, bias));
    }

    private static T[] SpreadBias(FeatureLayout output, ReadOnlySpan<double> bias)
    {
        if (bias.IsEmpty) { return []; }
        T[] spread = new T[output.Dimension];
        int position = 0;
        for (int o = 0; o < output.Irreps.Count; o++)
        {
            if (!output.Irreps[o].Irrep.IsScalar) { continue; }
            for (int u = 0; u < output.Irreps[o].Multiplicity; u++) { spread[output.Offsets[o] + u] = T.CreateTruncating(bias[position++]); }
        }

        return spread;
    }

    private readonly record struct Path(int InputBlock, int OutputBlock, int InputOffset, int InputChannels, int OutputOffset, int OutputChannels, int Components, T[] Matrices, T[] Transposed, int FirstWeight, double Norm);
}

/// <summary>Row offsets of a product over nodes and components; one a thread, reused.</summary>
internal sealed class RowBuffer
{
    private int[] _x = new int[64];
    private int[] _y = new int[64];
    private int _count;

    public ReadOnlySpan<int> X => _x.AsSpan(0, _count);

    public ReadOnlySpan<int> Y => _y.AsSpan(0, _count);

    /// <summary>The rows of a number of nodes.</summary>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="components">Rows of a node.</param>
    /// <param name="xStride">From a node of x to the next.</param>
    /// <param name="xOffset">First row of the first node.</param>
    /// <param name="xRow">From a row to the next.</param>
    /// <param name="yStride">As in x.</param>
    /// <param name="yOffset">As in x.</param>
    /// <param name="yRow">As in x.</param>
    public void Fill(int nodes, int components, int xStride, int xOffset, int xRow, int yStride, int yOffset, int yRow)
    {
        Reserve(nodes * components);
        for (int n = 0; n < nodes; n++) { Add(components, xOffset + (n * xStride), xRow, yOffset + (n * yStride), yRow); }
    }

    /// <summary>The rows of those nodes that are of one element.</summary>
    /// <inheritdoc cref="Fill"/>
    public void FillMatching(ReadOnlySpan<int> elements, int element, int components, int xStride, int xOffset, int xRow, int yStride, int yOffset, int yRow)
    {
        Reserve(elements.Length * components);
        for (int n = 0; n < elements.Length; n++)
        {
            if (elements[n] == element) { Add(components, xOffset + (n * xStride), xRow, yOffset + (n * yStride), yRow); }
        }
    }

    private void Reserve(int count)
    {
        _count = 0;
        if (_x.Length < count)
        {
            _x = new int[count];
            _y = new int[count];
        }
    }

    private void Add(int components, int x, int xRow, int y, int yRow)
    {
        for (int m = 0; m < components; m++, x += xRow, y += yRow)
        {
            _x[_count] = x;
            _y[_count++] = y;
        }
    }
}
