using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

/// <summary>A symmetric contraction and its evaluation straight from U and W, sum by sum.</summary>
internal sealed class ContractionCase
{
    private readonly int _dimension;
    private readonly int _channels;
    private readonly int _elements;
    private readonly Irreps _output;
    private readonly (NamedTensor Couplings, double[] Weights)[][] _blocks;

    private ContractionCase(int dimension, int channels, int elements, Irreps output, (NamedTensor Couplings, double[] Weights)[][] blocks)
    {
        _dimension = dimension;
        _channels = channels;
        _elements = elements;
        _output = output;
        _blocks = blocks;
    }

    public int InputWidth => _dimension * _channels;

    public int OutputWidth => _output.Dimension;

    public int Elements => _elements;

    /// <summary>The coupling tensors of mace-torch, or any tensors with the given share of non-zero elements.</summary>
    /// <param name="basis">Representations of the A-basis, one copy each.</param>
    /// <param name="output">Representations of the result, one copy each.</param>
    /// <param name="channels">Number of channels.</param>
    /// <param name="correlation">Highest order ν.</param>
    /// <param name="density">Share of non-zero elements of random tensors; the tensors of mace-torch if not given.</param>
    public static ContractionCase Create(string basis, string output, int channels, int correlation, double? density = null)
    {
        const int Elements = 3;
        Random random = new(7);
        Irrep[] coupling = [.. Irreps.Parse(basis).Blocks.Select(static b => b.Irrep)], results = [.. Irreps.Parse(output).Blocks.Select(static b => b.Irrep)];
        int dimension = coupling.Sum(static i => i.Dimension);
        (NamedTensor, double[])[][] blocks = [.. results.Select(result => Enumerable.Range(1, correlation).Select(order =>
        {
            int[] shape = CouplingTensors.ShapeOf(coupling, result, order);
            double[] values = CouplingTensors.Create(coupling, result, order);
            if (density is { } share)
            {
                for (int i = 0; i < values.Length; i++) { values[i] = random.NextDouble() < share ? random.NextDouble() - 0.5 : 0; }
            }

            double[] weights = [.. Enumerable.Range(0, Elements * shape[^1] * channels).Select(_ => random.NextDouble() - 0.5)];
            return (new NamedTensor(shape, values), weights);
        }).ToArray())];
        Irreps layout = Irreps.Parse(string.Join('+', results.Select(r => $"{channels}x{r}")));
        return new ContractionCase(dimension, channels, Elements, layout, blocks);
    }

    public SymmetricContraction<T> Operator<T>(bool wide)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(_dimension, _channels, _elements, _output, _blocks, wide);

    public double[] Inputs(int nodes, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, nodes * InputWidth).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    /// <summary>Σ over orders, tuples and paths of U·W·Π a, for one node.</summary>
    public double[] Evaluate(int element, ReadOnlySpan<double> a)
    {
        double[] result = new double[OutputWidth];
        int offset = 0;
        for (int block = 0; block < _blocks.Length; block++)
        {
            int parts = _output[block].Irrep.Dimension;
            for (int order = 1; order <= _blocks[block].Length; order++)
            {
                (NamedTensor u, double[] w) = _blocks[block][order - 1];
                int paths = u.Shape[^1], tuples = u.Count / paths / parts;
                for (int position = 0; position < u.Count; position++)
                {
                    if (u.Values[position] == 0) { continue; }
                    int path = position % paths, tuple = position / paths % tuples, part = position / paths / tuples;
                    for (int k = 0; k < _channels; k++)
                    {
                        double product = u.Values[position] * w[(((element * paths) + path) * _channels) + k];
                        for (int i = 0, rest = tuple; i < order; i++, rest /= _dimension) { product *= a[(rest % _dimension * _channels) + k]; }
                        result[offset + (part * _channels) + k] += product;
                    }
                }
            }

            offset += parts * _channels;
        }

        return result;
    }
}
