using System.Numerics;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Architecture;

/// <summary>
/// What one interaction block of mace-torch does, as data: which maps it has. All six kinds are one pipeline:
/// send (linear_up) – radial weights – convolution – mix – normalise – (add residual – gate –) mix again.
/// </summary>
internal sealed class InteractionBlock<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public InteractionBlock(MaceModel model, int layer)
    {
        HyperParameters h = model.HyperParameters;
        InteractionKind kind = h.Interactions[layer];
        string prefix = $"interactions.{layer}.";
        Irreps node = h.NodeIrreps(layer), sent = h.SentIrreps(layer), target = h.TargetIrreps(layer), output = h.NodeIrreps(layer + 1);
        int elements = h.AtomicNumbers.Length, basis = h.RadialBasisCount;
        bool nonLinear = kind == InteractionKind.RealAgnosticResidualNonLinear;
        bool attention = kind == InteractionKind.RealAgnosticAttResidual;
        HasDensity = nonLinear || kind is InteractionKind.RealAgnosticDensity or InteractionKind.RealAgnosticDensityResidual;

        Up = EquivariantLinear<T>.Create(node, sent, model[prefix + "linear_up.weight"].Values);
        Convolution = new EdgeConvolution<T>(sent, h.HarmonicIrreps, target);
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
            Radial = RadialNetwork<double>.FromRadialMlp(model, prefix + "conv_tp_weights.", basis, out double[] radialExtra);
            Density = RadialNetwork<double>.FromRadialMlp(model, prefix + "density_fn.", basis, out double[] densityExtra);
            double[] source = model[prefix + "source_embedding.weight"].Values, receiver = model[prefix + "target_embedding.weight"].Values;
            (SenderElementTerms, ReceiverElementTerms) = ElementTerms(source, receiver, elements, radialExtra, Radial.FirstWidth);
            (DensitySenderTerms, DensityReceiverTerms) = ElementTerms(source, receiver, elements, densityExtra, Density.FirstWidth);
            Gate = new Gate<T>(
                new Irreps(target.Blocks.Where(static b => b.Irrep.Degree == 0)),
                new Irreps(target.Blocks.Where(static b => b.Irrep.Degree > 0)),
                ActivationKind.Silu,
                ActivationKind.Sigmoid);
            Mix = EquivariantLinear<T>.Create(Convolution.Output.Irreps, Gate.Input.Irreps, model[prefix + "linear_1.weight"].Values);
            Residual = EquivariantLinear<T>.Create(sent, Gate.Input.Irreps, model[prefix + "linear_res.weight"].Values);
            FinalMix = EquivariantLinear<T>.Create(target, target, model[prefix + "linear_2.weight"].Values);
            DensityScale = model[prefix + "beta"].Values[0];
            DensityOffset = model[prefix + "alpha"].Values[0];
            return;
        }

        Radial = RadialNetwork<double>.FromFullyConnected(model, prefix + "conv_tp_weights.", basis, out double[] extra);
        if (attention)
        {
            int width = extra.Length / Radial.FirstWidth / 2;
            Irreps down = new(new IrrepBlock(width, Irrep.Scalar)), first = new(new IrrepBlock(Radial.FirstWidth, Irrep.Scalar));
            Down = EquivariantLinear<T>.Create(node, down, model[prefix + "linear_down.weight"].Values);
            int half = width * Radial.FirstWidth;

            // The rows are normalised already; the factor undoes the normalisation of the map.
            SenderTerms = EquivariantLinear<T>.Create(down, first, extra.AsSpan(0, half), Math.Sqrt(width));
            ReceiverTerms = EquivariantLinear<T>.Create(down, first, extra.AsSpan(half), Math.Sqrt(width));
        }

        double scale = 1;
        if (HasDensity)
        {
            Density = RadialNetwork<double>.FromFullyConnected(model, prefix + "density_fn.", basis, out _);
            DensityScale = DensityOffset = 1;
        }
        else
        {
            scale = 1 / h.AverageNeighborCounts[layer];
        }

        Mix = EquivariantLinear<T>.Create(Convolution.Output.Irreps, target, model[prefix + "linear.weight"].Values, scale);
        if (Skip is null)
        {
            FinalMix = EquivariantLinear<T>.CreatePerElement(target, target, elements, model[prefix + "skip_tp.weight"].Values);
        }
    }

    /// <summary><c>linear_up</c>: node features to sent features.</summary>
    public EquivariantLinear<T> Up { get; }

    /// <summary>Node features past the message to the output (<c>skip_tp</c>, <c>skip_linear</c>); null without a residual connection.</summary>
    public EquivariantLinear<T>? Skip { get; }

    /// <summary>Basis to radial weights; in double, because all that follows inherits its error.</summary>
    public RadialNetwork<double> Radial { get; }

    /// <summary>Basis to the edge density by which messages are normalised; null where they are divided by a constant.</summary>
    public RadialNetwork<double>? Density { get; }

    /// <summary>Sender features times harmonics, summed over edges.</summary>
    public EdgeConvolution<T> Convolution { get; }

    /// <summary>First mixing after the sum (<c>linear</c>, <c>linear_1</c>), 1/avg_num_neighbors included.</summary>
    public EquivariantLinear<T> Mix { get; }

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

    /// <summary>Terms of the first radial layer by the sender's element, [elements, first width]; empty without.</summary>
    public double[] SenderElementTerms { get; } = [];

    /// <summary>Terms of the first radial layer by the receiver's element.</summary>
    public double[] ReceiverElementTerms { get; } = [];

    /// <summary>Terms of the first density layer by the sender's element.</summary>
    public double[] DensitySenderTerms { get; } = [];

    /// <summary>Terms of the first density layer by the receiver's element.</summary>
    public double[] DensityReceiverTerms { get; } = [];

    /// <summary><c>linear_down</c> of the attention block: node features to scalars that enter the radial network.</summary>
    public EquivariantLinear<T>? Down { get; }

    /// <summary>Rows of the first radial layer that read the sender's scalars.</summary>
    public EquivariantLinear<T>? SenderTerms { get; }

    /// <summary>Rows of the first radial layer that read the receiver's scalars.</summary>
    public EquivariantLinear<T>? ReceiverTerms { get; }

    /// <summary>Whether more than the convolution must be kept of a forward pass to go back.</summary>
    public bool KeepsMixed => HasDensity;

    private static (double[] Sender, double[] Receiver) ElementTerms(double[] source, double[] target, int elements, double[] extra, int width)
    {
        int scalars = source.Length / elements;
        double norm = 1 / Math.Sqrt(elements);
        return (Product(source, extra.AsSpan(0, scalars * width)), Product(target, extra.AsSpan(scalars * width)));

        double[] Product(double[] embedding, ReadOnlySpan<double> rows)
        {
            double[] result = new double[elements * width];
            for (int z = 0; z < elements; z++)
            {
                for (int s = 0; s < scalars; s++)
                {
                    Simd.AddScaled(embedding[(z * scalars) + s] * norm, rows.Slice(s * width, width), result.AsSpan(z * width, width));
                }
            }

            return result;
        }
    }
}
