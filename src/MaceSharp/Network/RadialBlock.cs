using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>
/// The radial part of an interaction block: the networks from the basis to the radial weights and to the edge density,
/// and what the elements of an edge add to their first layers. In double whatever the precision of the features,
/// because all that follows inherits its error.
/// </summary>
internal sealed class RadialBlock
{
    public RadialBlock(MaceModel model, int layer)
    {
        HyperParameters h = model.HyperParameters;
        InteractionKind kind = h.Interactions[layer];
        string prefix = $"interactions.{layer}.";
        int basis = h.RadialBasisCount;
        if (kind == InteractionKind.RealAgnosticResidualNonLinear)
        {
            Weights = RadialNetwork<double>.FromRadialMlp(model, prefix + "conv_tp_weights.", basis, out double[] extra);
            Density = RadialNetwork<double>.FromRadialMlp(model, prefix + "density_fn.", basis, out double[] densityExtra);
            WeightTerms = new ElementTerms(model, layer, extra, Weights.FirstWidth);
            DensityTerms = new ElementTerms(model, layer, densityExtra, Density.FirstWidth);
            return;
        }

        Weights = RadialNetwork<double>.FromFullyConnected(model, prefix + "conv_tp_weights.", basis, out double[] rows);
        FeatureRows = rows;
        if (kind is InteractionKind.RealAgnosticDensity or InteractionKind.RealAgnosticDensityResidual)
        {
            Density = RadialNetwork<double>.FromFullyConnected(model, prefix + "density_fn.", basis, out _);
        }
    }

    private RadialBlock(RadialBlock whole, RadialNetwork<double> weights)
    {
        Weights = weights;
        Density = whole.Density;
        WeightTerms = whole.WeightTerms;
        DensityTerms = whole.DensityTerms;
        FeatureRows = whole.FeatureRows;
    }

    /// <summary>Basis to radial weights.</summary>
    public RadialNetwork<double> Weights { get; }

    /// <summary>Basis to the root of the edge density; null where messages are divided by a constant.</summary>
    public RadialNetwork<double>? Density { get; }

    /// <summary>What the elements add in the first layer of the weights; null: nothing.</summary>
    public ElementTerms? WeightTerms { get; }

    /// <summary>What the elements add in the first layer of the density; null: nothing.</summary>
    public ElementTerms? DensityTerms { get; }

    /// <summary>Rows of the first layer that read features of sender and receiver (attention block), [2·features, first width]; empty without.</summary>
    public double[] FeatureRows { get; } = [];

    /// <summary>Whether the weights depend on the distance and the two elements alone, so that they can be tabulated.</summary>
    public bool IsPairFunction => FeatureRows.Length == 0;

    /// <summary>The same block with the last hidden functions of the radial network in place of the weights.</summary>
    /// <param name="lastLayer">Receives the matrix [functions, weights] from those functions to the weights.</param>
    public RadialBlock HiddenFunctions(out double[] lastLayer) => new(this, Weights.Hidden(out lastLayer));

    /// <summary>Terms of a first layer by the element of the sender and of the receiver, each [elements, width].</summary>
    internal sealed class ElementTerms
    {
        public ElementTerms(MaceModel model, int layer, ReadOnlySpan<double> rows, int width)
        {
            int elements = model.HyperParameters.AtomicNumbers.Length;
            double[] source = model[$"interactions.{layer}.source_embedding.weight"].Values, target = model[$"interactions.{layer}.target_embedding.weight"].Values;
            int scalars = source.Length / elements;
            Width = width;
            Sender = Product(source, rows[..(scalars * width)], elements, scalars, width);
            Receiver = Product(target, rows[(scalars * width)..], elements, scalars, width);
        }

        public int Width { get; }

        public double[] Sender { get; }

        public double[] Receiver { get; }

        /// <summary>Adds the terms of one edge to its row of the first layer.</summary>
        public void AddTo(Span<double> row, int sender, int receiver)
        {
            Simd.Add(Sender.AsSpan(sender * Width, Width), row);
            Simd.Add(Receiver.AsSpan(receiver * Width, Width), row);
        }

        private static double[] Product(double[] embedding, ReadOnlySpan<double> rows, int elements, int scalars, int width)
        {
            double norm = 1 / Math.Sqrt(elements);
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
