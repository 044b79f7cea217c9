using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;

namespace MaceSharp.Training.Network;

/// <summary>Some structures of a batch as one graph: geometry, values and adjoints. Kept from step to step for its memory.</summary>
internal sealed class Shard<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Closer than this, Å, two atoms count as one put in twice by mistake.</summary>
    private const double ShortestDistance = 1e-3;

    private readonly TrainingNetwork<T> _network;
    private int[] _first = [];
    private int[] _second = [];
    private int[] _elements = [];
    private int[] _heads = [];

    public Shard(TrainingNetwork<T> network)
    {
        _network = network;
        HyperParameters h = network.HyperParameters;
        HarmonicCount = (h.MaxEll + 1) * (h.MaxEll + 1);
        Harmonics = new Buffer<T>(HarmonicCount);
        HarmonicsBar = new Buffer<T>(HarmonicCount);
        HarmonicSlopes = new Buffer<Vector3D>(HarmonicCount);
        Basis = new Buffer<T>(network.Radial.Count);
        BasisSlopes = new Buffer<T>(network.Radial.Count);
        BasisBar = new Buffer<T>(network.Radial.Count);
        Initial = new Buffer<T>(h.ChannelCount);
        Values = Create(network);
        Bars = Create(network);
        Radial = [.. network.Layers.Select(static l => new RadialState<T>(l.Radial.HiddenWidths, l.IsNormalized))];
        Density = [.. network.Layers.Select(static l => l.Density is null ? null : new RadialState<T>(l.Density.HiddenWidths, l.IsNormalized))];
    }

    /// <summary>First structure of the batch in here.</summary>
    public int FirstGraph { get; private set; }

    /// <summary>Number of structures.</summary>
    public int GraphCount { get; private set; }

    /// <summary>First atom in arrays over all atoms of the batch.</summary>
    public int FirstAtom { get; private set; }

    /// <summary>Number of atoms.</summary>
    public int AtomCount { get; private set; }

    /// <summary>Number of pairs.</summary>
    public int PairCount { get; private set; }

    /// <summary>Harmonics an edge.</summary>
    public int HarmonicCount { get; }

    /// <summary>First atom of each pair: sender of its first edge.</summary>
    public ReadOnlySpan<int> First => _first.AsSpan(0, PairCount);

    /// <summary>Second atom of each pair.</summary>
    public ReadOnlySpan<int> Second => _second.AsSpan(0, PairCount);

    /// <summary>Element index of each atom.</summary>
    public ReadOnlySpan<int> Elements => _elements.AsSpan(0, AtomCount);

    /// <summary>Head of each atom.</summary>
    public ReadOnlySpan<int> Heads => _heads.AsSpan(0, AtomCount);

    /// <summary>Vector of the first edge of each pair, Å.</summary>
    public Buffer<Vector3D> Vectors { get; } = new(1);

    /// <summary>Length of each pair, Å.</summary>
    public Buffer<double> Distances { get; } = new(1);

    /// <summary>Derivative of the energy with respect to the length of each pair, eV/Å.</summary>
    public Buffer<double> DistancesBar { get; } = new(1);

    /// <summary>Envelope of each pair where it multiplies radial weights.</summary>
    public Buffer<double> Cutoffs { get; } = new(1);

    /// <summary>Its slope, 1/Å.</summary>
    public Buffer<double> CutoffSlopes { get; } = new(1);

    /// <summary>Pair repulsion of the atoms, eV.</summary>
    public Buffer<double> Repulsion { get; } = new(1);

    /// <summary>Derivative of the pair repulsion of each pair, both directions, eV/Å.</summary>
    public Buffer<double> RepulsionSlopes { get; } = new(1);

    /// <summary>Harmonics of the first edge of each pair.</summary>
    public Buffer<T> Harmonics { get; }

    public Buffer<T> HarmonicsBar { get; }

    /// <summary>|v|·∂Y/∂v.</summary>
    public Buffer<Vector3D> HarmonicSlopes { get; }

    public Buffer<T> Basis { get; }

    public Buffer<T> BasisSlopes { get; }

    public Buffer<T> BasisBar { get; }

    /// <summary>First node features.</summary>
    public Buffer<T> Initial { get; }

    /// <summary>Energy of the embedding readout of each structure, eV.</summary>
    public Buffer<double> EmbeddingEnergies { get; } = new(1);

    /// <summary>Values of each layer.</summary>
    public LayerArrays<T>[] Values { get; }

    /// <summary>Adjoints of each layer.</summary>
    public LayerArrays<T>[] Bars { get; }

    /// <summary>What the radial network of each layer keeps.</summary>
    public RadialState<T>[] Radial { get; }

    /// <summary>What the density network of each layer keeps.</summary>
    public RadialState<T>?[] Density { get; }

    /// <summary>First atom in here of a structure of the batch.</summary>
    public int FirstAtomOf(TrainingBatch batch, int graph) => batch.FirstAtom(graph) - FirstAtom;

    /// <summary>Takes structures of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="firstGraph">First structure.</param>
    /// <param name="graphCount">Number of structures.</param>
    public void Fill(TrainingBatch batch, int firstGraph, int graphCount)
    {
        FirstGraph = firstGraph;
        GraphCount = graphCount;
        FirstAtom = batch.FirstAtom(firstGraph);
        AtomCount = batch.FirstAtom(firstGraph + graphCount) - FirstAtom;
        PairCount = 0;
        for (int g = firstGraph; g < firstGraph + graphCount; g++) { PairCount += NeighborPairs.Of(batch.Structures[g], _network.Radial.CutoffRadius).Count; }
        Resize();
        for (int g = firstGraph, pair = 0; g < firstGraph + graphCount; g++) { FillGraph(batch, g, ref pair); }
        FillPairs(batch);
        foreach (LayerArrays<T> arrays in Values) { arrays.Resize(AtomCount, PairCount); }
        foreach (LayerArrays<T> arrays in Bars) { arrays.Resize(AtomCount, PairCount); }
    }

    /// <summary>Reads the graph-level quantities of a structure into the caller's memory.</summary>
    public void ReadGraphValues(Structure structure, Span<double> values)
    {
        int k = 0;
        foreach (EmbeddingSpec spec in _network.HyperParameters.Embeddings) { values[k++] = GraphFeature.Read(structure, spec.Name); }
    }

    internal static LayerArrays<T>[] Create(TrainingNetwork<T> network) => [.. network.Layers.Select(l => new LayerArrays<T>(l, network.Radial.SeparateCutoff))];

    private void Resize()
    {
        if (_first.Length < PairCount)
        {
            _first = new int[PairCount + (PairCount / 4)];
            _second = new int[_first.Length];
        }

        if (_elements.Length < AtomCount)
        {
            _elements = new int[AtomCount + (AtomCount / 4)];
            _heads = new int[_elements.Length];
        }

        Vectors.Resize(PairCount);
        Distances.Resize(PairCount);
        DistancesBar.Resize(PairCount);
        Cutoffs.Resize(PairCount);
        CutoffSlopes.Resize(PairCount);
        RepulsionSlopes.Resize(PairCount);
        Harmonics.Resize(PairCount);
        HarmonicsBar.Resize(PairCount);
        HarmonicSlopes.Resize(PairCount);
        Basis.Resize(PairCount);
        BasisSlopes.Resize(PairCount);
        BasisBar.Resize(PairCount);
        Initial.Resize(AtomCount);
        Repulsion.Resize(AtomCount);
        EmbeddingEnergies.Resize(GraphCount);
    }

    private void FillGraph(TrainingBatch batch, int graph, ref int pair)
    {
        LabelledStructure labelled = batch.Structures[graph];
        Structure structure = labelled.Structure;
        int first = FirstAtomOf(batch, graph);
        if ((uint)labelled.Head >= (uint)_network.HyperParameters.Heads.Length) { throw new InvalidInputException($"{structure.Origin ?? "A structure"} asks for head number {labelled.Head + 1}, but the model has {_network.HyperParameters.Heads.Length}."); }
        for (int i = 0; i < structure.Count; i++)
        {
            _elements[first + i] = _network.ElementOf[structure.AtomicNumbers[i]];
            _heads[first + i] = labelled.Head;
        }

        NeighborPairs pairs = NeighborPairs.Of(labelled, _network.Radial.CutoffRadius);
        for (int p = 0; p < pairs.Count; p++, pair++)
        {
            int i = pairs.First[p], j = pairs.Second[p];
            (short a, short b, short c) = pairs.Shifts[p];
            Vector3D vector = structure.Positions[j] - structure.Positions[i];
            if ((a, b, c) != (0, 0, 0)) { vector += new Vector3D(a, b, c) * structure.Cell; }
            double distance = vector.Norm;
            if (distance < ShortestDistance) { throw new InvalidInputException($"Atoms {Math.Min(i, j) + 1} and {Math.Max(i, j) + 1} of {structure.Origin ?? "a structure"} are at the same place."); }
            _first[pair] = first + i;
            _second[pair] = first + j;
            Vectors.Span[pair] = vector;
            Distances.Span[pair] = distance;
        }
    }

    private void FillPairs(TrainingBatch batch)
    {
        Span<double> values = stackalloc double[HarmonicCount];
        int basis = _network.Radial.Count;
        Span<double> functions = stackalloc double[Math.Min(basis, 256)], slopes = stackalloc double[Math.Min(basis, 256)];
        if (basis > 256)
        {
            functions = new double[basis];
            slopes = new double[basis];
        }

        Repulsion.Cleared();
        RepulsionSlopes.Cleared();
        double cutoff = _network.Radial.CutoffRadius;
        for (int p = 0; p < PairCount; p++)
        {
            double distance = Distances.Span[p];
            Equivariance.SphericalHarmonics.EvaluateWithGradient(_network.HyperParameters.MaxEll, Vectors.Span[p] / distance, values, HarmonicSlopes.Row(p));
            Narrow(values, Harmonics.Row(p));
            int sender = _elements[_first[p]], receiver = _elements[_second[p]];
            if (distance < cutoff)
            {
                (Cutoffs.Span[p], CutoffSlopes.Span[p]) = _network.Radial.Evaluate(distance, sender, receiver, functions, slopes);
            }
            else
            {
                // A prepared list may reach a little further than the model.
                functions.Clear();
                slopes.Clear();
                Cutoffs.Span[p] = CutoffSlopes.Span[p] = 0;
            }

            Narrow(functions[..basis], Basis.Row(p));
            Narrow(slopes[..basis], BasisSlopes.Row(p));
            if (_network.Repulsion is null || distance >= cutoff) { continue; }
            (double energy, double slope) = _network.Repulsion.Evaluate(distance, sender, receiver);
            Repulsion.Span[_first[p]] += energy;
            Repulsion.Span[_second[p]] += energy;
            RepulsionSlopes.Span[p] = 2 * slope;
        }

        Span<double> graphValues = stackalloc double[16];
        for (int g = 0; g < GraphCount; g++)
        {
            LabelledStructure labelled = batch.Structures[FirstGraph + g];
            ReadGraphValues(labelled.Structure, graphValues);
            int first = FirstAtomOf(batch, FirstGraph + g), channels = Initial.Width;
            EmbeddingEnergies.Span[g] = _network.Embedding.Forward(Elements.Slice(first, labelled.Structure.Count), labelled.Head, graphValues, Initial.Span[(first * channels)..]);
        }
    }

    private static void Narrow(ReadOnlySpan<double> from, Span<T> to)
    {
        for (int k = 0; k < from.Length; k++) { to[k] = T.CreateTruncating(from[k]); }
    }
}
