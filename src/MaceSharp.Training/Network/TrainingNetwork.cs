using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>A model as maps with weights that change from step to step, shared by the threads of an evaluator, which only read while a step runs.</summary>
internal sealed class TrainingNetwork<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly bool[] _elements;

    public TrainingNetwork(ParameterSet parameters)
    {
        MaceModel model = parameters.Model;
        HyperParameters h = model.HyperParameters;
        HyperParameters = h;
        ParameterCount = parameters.Count;
        Embedding = new EmbeddingMap<T>(parameters);
        Radial = new RadialEmbedding(model);
        Repulsion = h.PairRepulsion ? new PairRepulsion(model) : null;
        Layers = [.. Enumerable.Range(0, h.LayerCount).Select(t => new LayerMaps<T>(parameters, t))];
        Needs = NeedsOf(Layers, Embedding.Trains);
        int heads = h.Heads.Length, elements = h.AtomicNumbers.Length;
        AtomicEnergies = h.HasEnergy ? Broadcast(model["atomic_energies_fn.atomic_energies"].Values, heads * elements) : new double[heads * elements];
        bool scaled = h.Kind == ModelKind.ScaleShiftMace;
        Scale = scaled ? Broadcast(model["scale_shift.scale"].Values, heads) : [.. Enumerable.Repeat(1.0, heads)];
        Shift = scaled ? Broadcast(model["scale_shift.shift"].Values, heads) : new double[heads];
        PolarizabilityBasis = h.Kind == ModelKind.AtomicDielectricMace ? model["change_of_basis"].Values : [];
        ReadoutWidth = Readout<double>.OutputIrreps(h.Kind).Dimension;
        ElementOf = new int[119];
        Array.Fill(ElementOf, -1);
        for (int z = 0; z < elements; z++) { ElementOf[h.AtomicNumbers[z]] = z; }
        _elements = new bool[elements];
    }

    public HyperParameters HyperParameters { get; }

    public int ParameterCount { get; }

    public EmbeddingMap<T> Embedding { get; }

    public RadialEmbedding Radial { get; }

    public PairRepulsion? Repulsion { get; }

    public ImmutableArray<LayerMaps<T>> Layers { get; }

    /// <summary>What a gradient needs of each layer.</summary>
    public ImmutableArray<GradientNeeds> Needs { get; }

    /// <summary>E0 [heads, elements], eV.</summary>
    public double[] AtomicEnergies { get; }

    /// <summary>Factor of the interaction energy for each head.</summary>
    public double[] Scale { get; }

    /// <summary>Shift an atom for each head, eV.</summary>
    public double[] Shift { get; }

    /// <summary>The matrices [6, 3, 3] of which a polarizability tensor is composed.</summary>
    public double[] PolarizabilityBasis { get; }

    /// <summary>Numbers a readout gives an atom for one head.</summary>
    public int ReadoutWidth { get; }

    /// <summary>Element index by atomic number, −1 where the model does not know the element.</summary>
    public int[] ElementOf { get; }

    /// <summary>Takes new weights, as far as the elements of a batch need them.</summary>
    public void Load(ReadOnlySpan<double> parameters, TrainingBatch batch)
    {
        Array.Clear(_elements);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            foreach (int z in batch.Structures[g].Structure.AtomicNumbers)
            {
                int element = ElementOf[z];
                if (element < 0) { throw new InvalidInputException($"The model does not know {Elements.Symbol(z)}, which is in {batch.Structures[g].Structure.Origin ?? "a structure"}; it knows {string.Join(", ", HyperParameters.AtomicNumbers.Select(Elements.Symbol))}."); }
                _elements[element] = true;
            }
        }

        Embedding.Load(parameters);
        foreach (LayerMaps<T> layer in Layers) { layer.Load(parameters, _elements); }
    }

    private static ImmutableArray<GradientNeeds> NeedsOf(ImmutableArray<LayerMaps<T>> layers, bool input)
    {
        ImmutableArray<GradientNeeds>.Builder needs = ImmutableArray.CreateBuilder<GradientNeeds>(layers.Length);
        foreach (LayerMaps<T> layer in layers)
        {
            GradientNeeds own = GradientNeeds.Of(layer, input);
            needs.Add(own);
            input = own.Output;
        }

        return needs.MoveToImmutable();
    }

    private static double[] Broadcast(double[] values, int count) => [.. Enumerable.Range(0, count).Select(i => values[i % values.Length])];
}
