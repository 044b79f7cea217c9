using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>The first node features and the energy of the embedding readout, with gradients. They do not depend on positions, so there are no tangents.</summary>
internal sealed class EmbeddingMap<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ParameterSlot _rows;
    private readonly ParameterSlot? _project;
    private readonly ParameterSlot? _readout;
    private readonly ImmutableArray<GraphPart> _parts;
    private readonly int _channels;
    private readonly int _heads;
    private readonly int _concatenated;
    private readonly double _norm;
    private readonly int _end;
    private double[] _parameters = [];

    public EmbeddingMap(ParameterSet parameters)
    {
        HyperParameters h = parameters.Model.HyperParameters;
        _channels = h.ChannelCount;
        _heads = h.Heads.Length;
        _norm = 1 / Math.Sqrt(h.AtomicNumbers.Length);
        _rows = parameters["node_embedding.linear.weight"];
        _project = parameters.Find("joint_embedding.project.0.weight");
        _readout = parameters.Find("embedding_readout.linear.weight");
        ImmutableArray<GraphPart>.Builder parts = ImmutableArray.CreateBuilder<GraphPart>();
        foreach (EmbeddingSpec spec in h.Embeddings)
        {
            string prefix = $"joint_embedding.embedders.{spec.Name}.";
            parts.Add(spec.IsCategorical
                ? new GraphPart(spec, parameters[prefix + "weight"], null, null, null)
                : new GraphPart(spec, parameters[prefix + "0.weight"], parameters[prefix + "0.bias"], parameters[prefix + "2.weight"], parameters[prefix + "2.bias"]));
            _concatenated += spec.EmbeddingDimension;
        }

        _parts = parts.ToImmutable();
        Trains = parameters.Slots.Any(s => s.Group == ParameterGroup.Embedding && parameters.Trains(s));
        _end = parameters.Slots.Where(static s => s.Group == ParameterGroup.Embedding).Max(static s => s.Offset + s.Count);
    }

    /// <summary>Whether anything of it changes.</summary>
    public bool Trains { get; }

    /// <summary>Graph-level quantities the model asks for.</summary>
    public IEnumerable<EmbeddingSpec> GraphFeatures => _parts.Select(static p => p.Spec);

    /// <summary>Takes new weights.</summary>
    public void Load(ReadOnlySpan<double> parameters)
    {
        // Few numbers, used by few sums: kept as they are. The embeddings come first among the parameters.
        if (_parameters.Length == 0) { _parameters = new double[_end]; }
        parameters[.._end].CopyTo(_parameters);
    }

    /// <summary>Writes the features of the atoms of one graph.</summary>
    /// <param name="elements">Their elements.</param>
    /// <param name="head">The head.</param>
    /// <param name="values">Graph-level quantities.</param>
    /// <param name="features">Receives [atoms, channels].</param>
    /// <returns>The energy of the embedding readout, eV.</returns>
    public double Forward(ReadOnlySpan<int> elements, int head, ReadOnlySpan<double> values, Span<T> features)
    {
        double[] shared = _project is null ? [] : EmbedGraph(values).Result;
        double energy = 0, readoutNorm = 1 / Math.Sqrt(_channels);
        for (int i = 0; i < elements.Length; i++)
        {
            ReadOnlySpan<double> row = _parameters.AsSpan(_rows.Offset + (elements[i] * _channels), _channels);
            for (int u = 0; u < _channels; u++)
            {
                double value = (row[u] * _norm) + (_project is null ? 0 : shared[u]);
                features[(i * _channels) + u] = T.CreateTruncating(value);
                if (_readout is not null) { energy += value * readoutNorm * _parameters[_readout.Offset + (u * _heads) + head]; }
            }
        }

        return energy;
    }

    /// <summary>Adds to the gradient.</summary>
    /// <param name="elements">Elements of the atoms of one graph.</param>
    /// <param name="head">The head.</param>
    /// <param name="values">Graph-level quantities.</param>
    /// <param name="features">What <see cref="Forward"/> wrote.</param>
    /// <param name="energyBar">Derivative of the loss with respect to the energy of the embedding readout.</param>
    /// <param name="featuresBar">Derivative with respect to the features; on exit with the part of the readout.</param>
    /// <param name="gradient">Gradient of all parameters, accumulated.</param>
    public void AddGradient(ReadOnlySpan<int> elements, int head, ReadOnlySpan<double> values, ReadOnlySpan<T> features, double energyBar, Span<T> featuresBar, Span<double> gradient)
    {
        double readoutNorm = 1 / Math.Sqrt(_channels);
        double[] sharedBar = _project is null ? [] : new double[_channels];
        for (int i = 0; i < elements.Length; i++)
        {
            Span<double> row = gradient.Slice(_rows.Offset + (elements[i] * _channels), _channels);
            for (int u = 0; u < _channels; u++)
            {
                double bar = double.CreateTruncating(featuresBar[(i * _channels) + u]);
                if (_readout is not null)
                {
                    int k = _readout.Offset + (u * _heads) + head;
                    gradient[k] += energyBar * readoutNorm * double.CreateTruncating(features[(i * _channels) + u]);
                    bar += energyBar * readoutNorm * _parameters[k];
                }

                row[u] += bar * _norm;
                if (_project is not null) { sharedBar[u] += bar; }
            }
        }

        if (_project is not null) { AddGraphGradient(values, sharedBar, gradient); }
    }

    private static (double Value, double Slope) Silu(double x)
    {
        double s = 1 / (1 + Math.Exp(-x));
        return (x * s, s * (1 + (x * (1 - s))));
    }

    /// <summary>The embedding that all atoms of a graph share, its slopes, and the embeddings of the parts.</summary>
    private (double[] Result, double[] Slopes, double[] Joined) EmbedGraph(ReadOnlySpan<double> values)
    {
        double[] joined = new double[_concatenated], result = new double[_channels], slopes = new double[_channels];
        int start = 0;
        for (int p = 0; p < _parts.Length; p++)
        {
            GraphPart part = _parts[p];
            int width = part.Spec.EmbeddingDimension;
            if (part.Spec.IsCategorical) { _parameters.AsSpan(part.First.Offset + (part.RowOf(values[p]) * width), width).CopyTo(joined.AsSpan(start)); }
            else
            {
                for (int o = 0; o < width; o++)
                {
                    joined[start + o] = _parameters[part.LastBias!.Offset + o];
                    for (int k = 0; k < width; k++) { joined[start + o] += _parameters[part.Last!.Offset + (o * width) + k] * Silu(Hidden(part, k, values[p])).Value; }
                }
            }

            start += width;
        }

        for (int u = 0; u < _channels; u++)
        {
            double sum = 0;
            for (int k = 0; k < _concatenated; k++) { sum += _parameters[_project!.Offset + (u * _concatenated) + k] * joined[k]; }
            (result[u], slopes[u]) = Silu(sum);
        }

        return (result, slopes, joined);
    }

    private double Hidden(GraphPart part, int k, double value) => (_parameters[part.First.Offset + k] * value) + _parameters[part.FirstBias!.Offset + k];

    private void AddGraphGradient(ReadOnlySpan<double> values, double[] sharedBar, Span<double> gradient)
    {
        (double[] _, double[] slopes, double[] joined) = EmbedGraph(values);
        double[] joinedBar = new double[_concatenated];
        for (int u = 0; u < _channels; u++)
        {
            double bar = sharedBar[u] * slopes[u];
            for (int k = 0; k < _concatenated; k++)
            {
                int at = _project!.Offset + (u * _concatenated) + k;
                gradient[at] += bar * joined[k];
                joinedBar[k] += bar * _parameters[at];
            }
        }

        int start = 0;
        for (int p = 0; p < _parts.Length; p++)
        {
            GraphPart part = _parts[p];
            int width = part.Spec.EmbeddingDimension;
            ReadOnlySpan<double> bars = joinedBar.AsSpan(start, width);
            start += width;
            if (part.Spec.IsCategorical)
            {
                Simd.Add(bars, gradient.Slice(part.First.Offset + (part.RowOf(values[p]) * width), width));
                continue;
            }

            Simd.Add(bars, gradient.Slice(part.LastBias!.Offset, width));
            for (int k = 0; k < width; k++)
            {
                (double hidden, double slope) = Silu(Hidden(part, k, values[p]));
                double hiddenBar = 0;
                for (int o = 0; o < width; o++)
                {
                    int at = part.Last!.Offset + (o * width) + k;
                    gradient[at] += bars[o] * hidden;
                    hiddenBar += bars[o] * _parameters[at];
                }

                gradient[part.First.Offset + k] += hiddenBar * slope * values[p];
                gradient[part.FirstBias!.Offset + k] += hiddenBar * slope;
            }
        }
    }

    /// <summary>One graph-level quantity: a table, or a network of two layers.</summary>
    private sealed record GraphPart(EmbeddingSpec Spec, ParameterSlot First, ParameterSlot? FirstBias, ParameterSlot? Last, ParameterSlot? LastBias)
    {
        public int RowOf(double value)
        {
            double wanted = value + Spec.Offset;
            return wanted >= 0 && wanted < Spec.ClassCount && wanted == Math.Floor(wanted)
                ? (int)wanted
                : throw new Atoms.InvalidInputException($"The model knows whole values of {Spec.Name} from {-Spec.Offset} to {Spec.ClassCount - 1 - Spec.Offset}, not {value}.");
        }
    }
}
