using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>
/// What one interaction block of mace-torch does, as data: which maps it has. All six kinds are one pipeline:
/// send (linear_up) – radial weights – convolution – mix – normalise – (add residual – gate –) mix again.
/// </summary>
internal sealed class InteractionBlock<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Bytes of the channels of one component of a slab: 64 in float32.</summary>
    private const int SlabBytes = 512;

    /// <param name="model">The model.</param>
    /// <param name="layer">Which layer.</param>
    /// <param name="tabulate">Whether radial weights come from tables, of which any part can be read on its own.</param>
    public InteractionBlock(MaceModel model, int layer, bool tabulate)
    {
        HyperParameters h = model.HyperParameters;
        InteractionKind kind = h.Interactions[layer];
        string prefix = $"interactions.{layer}.";
        Irreps node = h.NodeIrreps(layer), sent = h.SentIrreps(layer), target = h.TargetIrreps(layer), output = h.NodeIrreps(layer + 1);
        int elements = h.AtomicNumbers.Length;
        bool nonLinear = kind == InteractionKind.RealAgnosticResidualNonLinear;
        bool attention = kind == InteractionKind.RealAgnosticAttResidual;
        HasDensity = nonLinear || kind is InteractionKind.RealAgnosticDensity or InteractionKind.RealAgnosticDensityResidual;

        Up = EquivariantLinear<T>.Create(node, sent, model[prefix + "linear_up.weight"].Values);
        Irreps slots = new EdgeConvolution<T>(sent, h.HarmonicIrreps, target).Output.Irreps, mixed = target;
        Skip = kind switch
        {
            InteractionKind.RealAgnosticResidual or InteractionKind.RealAgnosticDensityResidual =>
                EquivariantLinear<T>.CreatePerElement(node, output, elements, model[prefix + "skip_tp.weight"].Values),
            InteractionKind.RealAgnosticAttResidual => EquivariantLinear<T>.Create(node, output, model[prefix + "skip_linear.weight"].Values),
            InteractionKind.RealAgnosticResidualNonLinear => EquivariantLinear<T>.Create(node, output, model[prefix + "skip_tp.weight"].Values),
            _ => null,
        };

        if (nonLinear)
        {
            Gate = new Gate<T>(
                new Irreps(target.Blocks.Where(static b => b.Irrep.Degree == 0)),
                new Irreps(target.Blocks.Where(static b => b.Irrep.Degree > 0)),
                ActivationKind.Silu,
                ActivationKind.Sigmoid);
            mixed = Gate.Input.Irreps;
            Residual = EquivariantLinear<T>.Create(sent, Gate.Input.Irreps, model[prefix + "linear_res.weight"].Values);
            FinalMix = EquivariantLinear<T>.Create(target, target, model[prefix + "linear_2.weight"].Values);
            DensityScale = model[prefix + "beta"].Values[0];
            DensityOffset = model[prefix + "alpha"].Values[0];
        }
        else if (HasDensity)
        {
            DensityScale = DensityOffset = 1;
        }

        bool withoutResidual = Skip is null && !nonLinear;
        RadialBlock radial = new(model, layer);
        double scale = HasDensity ? 1 : 1 / h.AverageNeighborCounts[layer];
        EquivariantLinear<double> mix = EquivariantLinear<double>.Create(slots, mixed, model[prefix + (nonLinear ? "linear_1.weight" : "linear.weight")].Values, scale);
        Mixed = mix.Output;
        if (layer == 0 && radial.IsPairFunction && h.Embeddings.IsEmpty)
        {
            Radial = radial.HiddenFunctions(out double[] lastLayer);
            EquivariantLinear<double>? final = withoutResidual ? EquivariantLinear<double>.CreatePerElement(target, target, elements, model[prefix + "skip_tp.weight"].Values) : null;
            Density = new ElementDensity<T>(Radial.Weights.OutputWidth, lastLayer, SentOfElements(model), elements, h.HarmonicIrreps, target, mix, final);
            Slabs = [];
        }
        else
        {
            Radial = radial;
            Slabs = ConvolutionSlab<T>.Cut(sent, h.HarmonicIrreps, target, mix, tabulate && radial.IsPairFunction ? SlabBytes / Unsafe.SizeOf<T>() : int.MaxValue);
        }

        if (attention)
        {
            double[] rows = Radial.FeatureRows;
            int first = Radial.Weights.FirstWidth, width = rows.Length / first / 2, half = width * first;
            Irreps down = new(new IrrepBlock(width, Irrep.Scalar)), terms = new(new IrrepBlock(first, Irrep.Scalar));
            Down = EquivariantLinear<T>.Create(node, down, model[prefix + "linear_down.weight"].Values);

            // The rows are normalised already; the factor undoes the normalisation of the map.
            SenderTerms = EquivariantLinear<T>.Create(down, terms, rows.AsSpan(0, half), Math.Sqrt(width));
            ReceiverTerms = EquivariantLinear<T>.Create(down, terms, rows.AsSpan(half), Math.Sqrt(width));
        }

        if (withoutResidual)
        {
            FinalMix = EquivariantLinear<T>.CreatePerElement(target, target, elements, model[prefix + "skip_tp.weight"].Values);
        }
    }

    /// <summary>Sent features of each element in the first layer, [elements, channels].</summary>
    private static double[] SentOfElements(MaceModel model)
    {
        HyperParameters h = model.HyperParameters;
        int elements = h.AtomicNumbers.Length;
        EquivariantLinear<double> up = EquivariantLinear<double>.Create(h.NodeIrreps(0), h.SentIrreps(0), model["interactions.0.linear_up.weight"].Values);
        double[] nodes = new double[elements * up.Input.Dimension], sent = new double[elements * up.Output.Dimension];
        new NodeEmbedding<double>(model).Evaluate([.. Enumerable.Range(0, elements)], default, nodes, 0);
        up.Forward(nodes, sent, elements, default, new RowBuffer());
        return sent;
    }

    /// <summary><c>linear_up</c>: node features to sent features.</summary>
    public EquivariantLinear<T> Up { get; }

    /// <summary>Node features past the message to the output (<c>skip_tp</c>, <c>skip_linear</c>); null without a residual connection.</summary>
    public EquivariantLinear<T>? Skip { get; }

    /// <summary>Distances and elements to radial weights and densities.</summary>
    public RadialBlock Radial { get; }

    /// <summary>Sender features times harmonics, summed over edges, and the first mixing after the sum (<c>linear</c>, <c>linear_1</c>, 1/avg_num_neighbors included), cut by channels; none where there is a <see cref="Density"/>.</summary>
    public ImmutableArray<ConvolutionSlab<T>> Slabs { get; }

    /// <summary>The same for a first layer whose sent features depend on the element alone; null for other layers.</summary>
    public ElementDensity<T>? Density { get; }

    /// <summary>Which of the functions of <see cref="Radial"/> each slab reads, or the density.</summary>
    public ImmutableArray<ImmutableArray<int>> WeightColumns => Density is null
        ? [.. Slabs.Select(static s => s.Columns)]
        : [[.. Enumerable.Range(0, Radial.Weights.OutputWidth)]];

    /// <summary>Layout of the message after the first mixing.</summary>
    public FeatureLayout Mixed { get; }

    /// <summary>Mixing at the end: per element (<c>skip_tp</c> of blocks without residual) or <c>linear_2</c>; null: none.</summary>
    public EquivariantLinear<T>? FinalMix { get; }

    /// <summary><c>linear_res</c> of the non-linear block.</summary>
    public EquivariantLinear<T>? Residual { get; }

    /// <summary>The gate of the non-linear block.</summary>
    public Gate<T>? Gate { get; }

    /// <summary>Whether messages are divided by <see cref="DensityScale"/>·ρ + <see cref="DensityOffset"/>.</summary>
    public bool HasDensity { get; }

    /// <summary>Factor β of the density.</summary>
    public double DensityScale { get; }

    /// <summary>Offset α added to the scaled density.</summary>
    public double DensityOffset { get; }

    /// <summary><c>linear_down</c> of the attention block: node features to scalars that enter the radial network.</summary>
    public EquivariantLinear<T>? Down { get; }

    /// <summary>Rows of the first radial layer that read the sender's scalars.</summary>
    public EquivariantLinear<T>? SenderTerms { get; }

    /// <summary>Rows of the first radial layer that read the receiver's scalars.</summary>
    public EquivariantLinear<T>? ReceiverTerms { get; }
}
