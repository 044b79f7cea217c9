using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Operators;

/// <summary>
/// The first node features: a row per element, plus, where the model has one, an embedding of graph-level quantities
/// (total charge, spin) that is the same for all atoms. Independent of positions.
/// </summary>
internal sealed class NodeEmbedding<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _channels;
    private readonly double[] _rows;
    private readonly ImmutableArray<(EmbeddingSpec Spec, NamedTensor[] Tensors)> _graph;
    private readonly double[] _project;
    private readonly double[] _readout;
    private readonly int _headCount;

    public NodeEmbedding(MaceModel model)
    {
        HyperParameters h = model.HyperParameters;
        _channels = h.ChannelCount;
        double norm = 1 / Math.Sqrt(h.AtomicNumbers.Length);
        _rows = [.. model["node_embedding.linear.weight"].Values.Select(v => v * norm)];
        _headCount = h.Heads.Length;
        _project = h.Embeddings.IsEmpty ? [] : model["joint_embedding.project.0.weight"].Values;
        _readout = h.UseEmbeddingReadout ? model["embedding_readout.linear.weight"].Values : [];
        _graph = [.. h.Embeddings.Select(spec => (spec, Load(model, spec)))];
        GraphFeatures = h.Embeddings;
    }

    /// <summary>Names of the graph-level quantities the model asks for, with what they are when the structure does not say.</summary>
    public ImmutableArray<EmbeddingSpec> GraphFeatures { get; }

    /// <summary>Writes the features of all atoms.</summary>
    /// <param name="elements">Element index of each atom.</param>
    /// <param name="shared">What <see cref="EmbedGraph"/> gave; empty for a model without graph-level quantities.</param>
    /// <param name="features">Receives [atoms, channels].</param>
    /// <param name="head">Head of the embedding readout.</param>
    /// <returns>The energy of the embedding readout, eV; zero without one.</returns>
    public double Evaluate(ReadOnlySpan<int> elements, ReadOnlySpan<double> shared, Span<T> features, int head)
    {
        double energy = 0, norm = 1 / Math.Sqrt(_channels);
        for (int i = 0; i < elements.Length; i++)
        {
            ReadOnlySpan<double> row = _rows.AsSpan(elements[i] * _channels, _channels);
            for (int u = 0; u < _channels; u++)
            {
                double value = shared.IsEmpty ? row[u] : row[u] + shared[u];
                features[(i * _channels) + u] = T.CreateTruncating(value);
                if (_readout.Length > 0) { energy += value * norm * _readout[(u * _headCount) + head]; }
            }
        }

        return energy;
    }

    /// <summary>The embedding of graph-level quantities, the same for all atoms.</summary>
    /// <param name="graphValues">Value of each, in the order of <see cref="GraphFeatures"/>.</param>
    /// <returns>One number a channel; empty for a model without such quantities.</returns>
    public double[] EmbedGraph(ReadOnlySpan<double> graphValues)
    {
        if (_graph.IsEmpty) { return []; }
        List<double> parts = [];
        for (int g = 0; g < _graph.Length; g++)
        {
            (EmbeddingSpec spec, NamedTensor[] tensors) = _graph[g];
            if (spec.IsCategorical)
            {
                double wanted = graphValues[g] + spec.Offset;
                int row = (int)wanted;
                if (row != wanted || row < 0 || row >= spec.ClassCount)
                {
                    throw new InvalidInputException($"The model knows whole values of {spec.Name} from {-spec.Offset} to {spec.ClassCount - 1 - spec.Offset}, not {graphValues[g]}.");
                }

                parts.AddRange(tensors[0].Values.AsSpan(row * spec.EmbeddingDimension, spec.EmbeddingDimension));
                continue;
            }

            int width = tensors[1].Count;
            double[] hidden = new double[width];
            for (int k = 0; k < width; k++) { hidden[k] = Silu((tensors[0].Values[k] * graphValues[g]) + tensors[1].Values[k]); }
            for (int o = 0; o < spec.EmbeddingDimension; o++)
            {
                double sum = tensors[3].Values[o];
                for (int k = 0; k < width; k++) { sum += tensors[2].Values[(o * width) + k] * hidden[k]; }
                parts.Add(sum);
            }
        }

        double[] result = new double[_channels];
        for (int u = 0; u < _channels; u++)
        {
            double sum = 0;
            for (int k = 0; k < parts.Count; k++) { sum += _project[(u * parts.Count) + k] * parts[k]; }
            result[u] = Silu(sum);
        }

        return result;
    }

    private static NamedTensor[] Load(MaceModel model, EmbeddingSpec spec)
    {
        string prefix = $"joint_embedding.embedders.{spec.Name}.";
        return spec.IsCategorical
            ? [model[prefix + "weight"]]
            : [model[prefix + "0.weight"], model[prefix + "0.bias"], model[prefix + "2.weight"], model[prefix + "2.bias"]];
    }

    private static double Silu(double x) => x / (1 + Math.Exp(-x));
}
