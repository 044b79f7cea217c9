using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>What the layers of a run have in common: the structure, the first features, and the sums over readouts.</summary>
internal sealed class PassInput<T>(MaceNetwork<T> network)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _channels = network.HyperParameters.ChannelCount;
    private readonly T[] _rows = new T[network.HyperParameters.AtomicNumbers.Length * network.HyperParameters.ChannelCount];
    private readonly double[] _embeddingEnergies = new double[network.HyperParameters.AtomicNumbers.Length];
    private double[] _graphValues = [];
    private double[] _weights = [];
    private bool _isWeighted;
    private int _graphHead = -1;

    /// <summary>The edges.</summary>
    public EdgeGeometry Geometry { get; private set; }

    /// <summary>Number of atoms.</summary>
    public int Atoms { get; private set; }

    /// <summary>Head.</summary>
    public int Head { get; private set; }

    /// <summary>What is wanted.</summary>
    public PassRequest Request { get; private set; }

    /// <summary>Sum over the readouts and the pair repulsion of each atom, before scale and shift, eV.</summary>
    public double[] Interaction { get; private set; } = [];

    /// <summary>Everything the readouts say of each atom, summed over layers, [atoms, readout].</summary>
    public double[] ReadoutSums { get; private set; } = [];

    /// <summary>Numbers a readout gives an atom.</summary>
    public int ReadoutWidth { get; } = Readout<double>.OutputIrreps(network.HyperParameters.Kind).Dimension;

    /// <summary>Energy of the embedding readout, eV.</summary>
    public double EmbeddingEnergy { get; private set; }

    /// <summary>Takes over the input of a run and clears the sums.</summary>
    public void Begin(in EdgeGeometry geometry, ReadOnlySpan<double> graphValues, ReadOnlySpan<double> weights, int head, PassRequest request)
    {
        Geometry = geometry;
        Atoms = geometry.List.AtomCount;
        Head = head;
        Request = request;
        _isWeighted = !weights.IsEmpty;
        if (_weights.Length < weights.Length) { _weights = new double[Atoms]; }
        weights.CopyTo(_weights);
        if (Interaction.Length < Atoms)
        {
            Interaction = new double[Atoms];
            ReadoutSums = new double[Atoms * ReadoutWidth];
        }

        Array.Clear(Interaction, 0, Atoms);
        Array.Clear(ReadoutSums, 0, Atoms * ReadoutWidth);
        if (_graphHead != head || !graphValues.SequenceEqual(_graphValues)) { Embed(graphValues, head); }
        EmbeddingEnergy = 0;
        for (int i = 0; i < Atoms && network.HyperParameters.UseEmbeddingReadout; i++) { EmbeddingEnergy += _embeddingEnergies[geometry.Elements[i]]; }
    }

    /// <summary>Weight of the energy of an atom in what is differentiated.</summary>
    public double WeightOf(int atom) => _isWeighted ? _weights[atom] : 1;

    /// <summary>Writes the first features of some atoms.</summary>
    public void CopyFirstFeatures(int first, int count, Span<T> features)
    {
        for (int i = 0; i < count; i++) { _rows.AsSpan(Geometry.Elements[first + i] * _channels, _channels).CopyTo(features[(i * _channels)..]); }
    }

    /// <summary>The first features depend on the element and on quantities of the whole structure.</summary>
    private void Embed(ReadOnlySpan<double> graphValues, int head)
    {
        double[] shared = network.Embedding.EmbedGraph(graphValues);
        for (int z = 0; z < _embeddingEnergies.Length; z++)
        {
            _embeddingEnergies[z] = network.Embedding.Evaluate([z], shared, _rows.AsSpan(z * _channels, _channels), head);
        }

        _graphValues = graphValues.ToArray();
        _graphHead = head;
    }
}
