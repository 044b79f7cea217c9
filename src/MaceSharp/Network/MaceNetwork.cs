using System.Collections.Immutable;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>One layer: interaction, product, and its readout for every head.</summary>
internal sealed class MaceLayer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public MaceLayer(MaceModel model, int layer, bool tabulate)
    {
        HyperParameters h = model.HyperParameters;
        Interaction = new InteractionBlock<T>(model, layer, tabulate);
        Contraction = new SymmetricContraction<T>(model, layer);
        Irreps output = h.NodeIrreps(layer + 1);
        Product = EquivariantLinear<T>.Create(output, output, model[$"products.{layer}.linear.weight"].Values);
        Input = new FeatureLayout(h.NodeIrreps(layer));
        Output = new FeatureLayout(output);
        Message = new FeatureLayout(h.TargetIrreps(layer));
        IsLast = layer == h.LayerCount - 1;
        Readouts = [.. h.Heads.Select((_, head) => Readout<double>.Create(model, layer, head))];
    }

    /// <summary>Whether no layer follows.</summary>
    public bool IsLast { get; }

    public FeatureLayout Input { get; }

    public FeatureLayout Output { get; }

    /// <summary>Layout of the A-basis: [components, channels].</summary>
    public FeatureLayout Message { get; }

    public InteractionBlock<T> Interaction { get; }

    public SymmetricContraction<T> Contraction { get; }

    /// <summary>Linear map after the contraction.</summary>
    public EquivariantLinear<T> Product { get; }

    /// <summary>Readout of each head, in double because its sums are energies; null where the layer has none.</summary>
    public ImmutableArray<Readout<double>?> Readouts { get; }
}

/// <summary>A MACE model prepared for one precision: all maps with their normalisations folded in. Immutable and shared by evaluators.</summary>
internal sealed class MaceNetwork<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="model">The model.</param>
    /// <param name="tabulate">Whether radial weights come from tables.</param>
    public MaceNetwork(MaceModel model, bool tabulate)
    {
        HyperParameters h = model.HyperParameters;
        HyperParameters = h;
        Embedding = new NodeEmbedding<T>(model);
        Radial = new RadialEmbedding(model);
        Repulsion = h.PairRepulsion ? new PairRepulsion(model) : null;
        Layers = [.. Enumerable.Range(0, h.LayerCount).Select(t => new MaceLayer<T>(model, t, tabulate))];
        Tables = tabulate ? [.. Layers.Select(l => new RadialTables<T>(Radial, l.Interaction.Radial, l.Interaction.WeightColumns, h.AtomicNumbers.Length))] : null;
        int heads = h.Heads.Length, elements = h.AtomicNumbers.Length;
        AtomicEnergies = h.HasEnergy ? Broadcast(model["atomic_energies_fn.atomic_energies"].Values, heads * elements, elements) : new double[heads * elements];
        bool scaled = h.Kind == ModelKind.ScaleShiftMace;
        Scale = scaled ? Broadcast(model["scale_shift.scale"].Values, heads, 1) : [.. Enumerable.Repeat(1.0, heads)];
        Shift = scaled ? Broadcast(model["scale_shift.shift"].Values, heads, 1) : new double[heads];
        PolarizabilityBasis = h.Kind == ModelKind.AtomicDielectricMace ? model["change_of_basis"].Values : [];
    }

    public HyperParameters HyperParameters { get; }

    public NodeEmbedding<T> Embedding { get; }

    public RadialEmbedding Radial { get; }

    public PairRepulsion? Repulsion { get; }

    public ImmutableArray<MaceLayer<T>> Layers { get; }

    /// <summary>Tables of the radial weights of each layer; null where the networks themselves are run.</summary>
    public ImmutableArray<RadialTables<T>>? Tables { get; }

    /// <summary>E0 [heads, elements], eV.</summary>
    public double[] AtomicEnergies { get; }

    /// <summary>Factor of the interaction energy for each head.</summary>
    public double[] Scale { get; }

    /// <summary>Shift of the interaction energy an atom for each head, eV.</summary>
    public double[] Shift { get; }

    /// <summary>The matrices [6, 3, 3] of which a polarizability tensor is composed.</summary>
    public double[] PolarizabilityBasis { get; }

    /// <summary>How many tables there may be.</summary>
    public int TableCount => Tables?.Sum(static t => t.DistinctPairs().Count()) ?? 0;

    /// <summary>Makes and measures the tables of all layers and pairs of elements; none is kept.</summary>
    public ParallelQuery<RadialTableInfo> MeasureTables(CancellationToken cancellationToken)
    {
        ImmutableArray<int> elements = HyperParameters.AtomicNumbers;
        return (Tables ?? []).SelectMany(static (tables, layer) => tables.DistinctPairs().Select(pair => (Layer: layer, Tables: tables, pair.Sender, pair.Receiver)))
            .AsParallel().WithCancellation(cancellationToken)
            .Select(item =>
            {
                RadialTables<T>.Pair pair = item.Tables.Build(item.Sender, item.Receiver);
                return new RadialTableInfo
                {
                    Layer = item.Layer,
                    Elements = item.Tables.DependOnElements ? (elements[item.Sender], elements[item.Receiver]) : null,
                    First = RadialTables<T>.FirstNode,
                    Last = Radial.CutoffRadius,
                    Functions = pair.Weights.Sum(static w => w.Width) + (pair.Density?.Width ?? 0),
                    Intervals = pair.Grid.Intervals,
                    Bytes = pair.Weights.Sum(static w => w.Bytes) + (pair.Density?.Bytes ?? 0),
                    SlopeError = pair.SlopeError,
                };
            });
    }

    private static double[] Broadcast(double[] values, int count, int period)
    {
        if (values.Length == count) { return values; }
        if (values.Length != period) { throw new InvalidInputException($"{values.Length} numbers were found where {count} or {period} belong (E0, scale or shift)."); }
        return [.. Enumerable.Range(0, count).Select(i => values[i % period])];
    }
}
