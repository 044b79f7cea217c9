using System.Globalization;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>One layer as maps with weights that change: what <see cref="MaceSharp.Network.InteractionBlock{T}"/> and <see cref="MaceSharp.Network.MaceLayer{T}"/> are to evaluation. Which maps exist says which interaction block it is.</summary>
internal sealed class LayerMaps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _alpha = -1;
    private readonly int _beta = -1;

    public LayerMaps(ParameterSet parameters, int layer)
    {
        HyperParameters h = parameters.Model.HyperParameters;
        InteractionKind kind = h.Interactions[layer];
        string name = string.Create(CultureInfo.InvariantCulture, $"interactions.{layer}.");
        Irreps node = h.NodeIrreps(layer), sent = h.SentIrreps(layer), target = h.TargetIrreps(layer), output = h.NodeIrreps(layer + 1);
        int elements = h.AtomicNumbers.Length;
        bool nonLinear = kind == InteractionKind.RealAgnosticResidualNonLinear, attention = kind == InteractionKind.RealAgnosticAttResidual;
        HasDensity = nonLinear || kind is InteractionKind.RealAgnosticDensity or InteractionKind.RealAgnosticDensityResidual;
        IsNormalized = nonLinear;
        InputWidth = node.Dimension;
        OutputWidth = output.Dimension;

        Up = new LinearMap<T>(parameters, name + "linear_up", node, sent);
        Convolution = new PairConvolution<T>(sent, h.HarmonicIrreps, target);
        Radial = new RadialMap<T>(parameters, name + "conv_tp_weights", nonLinear);
        Density = HasDensity ? new RadialMap<T>(parameters, name + "density_fn", nonLinear) : null;
        Skip = kind switch
        {
            InteractionKind.RealAgnosticResidual or InteractionKind.RealAgnosticDensityResidual => new LinearMap<T>(parameters, name + "skip_tp", node, output, elements),
            InteractionKind.RealAgnosticAttResidual => new LinearMap<T>(parameters, name + "skip_linear", node, output),
            InteractionKind.RealAgnosticResidualNonLinear => new LinearMap<T>(parameters, name + "skip_tp", node, output),
            _ => null,
        };

        if (nonLinear)
        {
            Gate = new Gate<T>(LinearMaps.Scalars(target), LinearMaps.Tensors(target), ActivationKind.Silu, ActivationKind.Sigmoid);
            Mix = new LinearMap<T>(parameters, name + "linear_1", Convolution.Output.Irreps, Gate.Input.Irreps);
            Residual = new LinearMap<T>(parameters, name + "linear_res", sent, Gate.Input.Irreps);
            FinalMix = new LinearMap<T>(parameters, name + "linear_2", target, target);
            SourceEmbedding = parameters[name + "source_embedding.weight"];
            TargetEmbedding = parameters[name + "target_embedding.weight"];
            FeatureCount = SourceEmbedding.Count / elements;
            _alpha = parameters[name + "alpha"].Offset;
            _beta = parameters[name + "beta"].Offset;
        }
        else
        {
            Mix = new LinearMap<T>(parameters, name + "linear", Convolution.Output.Irreps, target, scale: HasDensity ? 1 : 1 / h.AverageNeighborCounts[layer]);
            if (Skip is null) { FinalMix = new LinearMap<T>(parameters, name + "skip_tp", target, target, elements); }
        }

        if (attention)
        {
            FeatureCount = (Radial.InputWidth - h.RadialBasisCount) / 2;
            Down = new LinearMap<T>(parameters, name + "linear_down", node, new Irreps(new IrrepBlock(FeatureCount, Irrep.Scalar)));
        }

        TrainsDivisor = _alpha >= 0 && (parameters.Trains(parameters.Find(name + "alpha")) || parameters.Trains(parameters.Find(name + "beta")));
        TrainsEmbeddings = parameters.Trains(SourceEmbedding) || parameters.Trains(TargetEmbedding);
        Contraction = new ContractionMap<T>(parameters, layer);
        Product = new LinearMap<T>(parameters, string.Create(CultureInfo.InvariantCulture, $"products.{layer}.linear"), output, output);
        Readout = ReadoutMap<T>.Create(parameters, layer);
    }

    /// <summary>Whether anything but the readout changes.</summary>
    public bool Trains => TrainsDivisor || TrainsEmbeddings || Contraction.Trains || Radial.Trains || Density is { Trains: true } || Linears.Any(static l => l.Trains);

    /// <summary>Whether α or β of the divisor of messages changes.</summary>
    public bool TrainsDivisor { get; }

    /// <summary>Whether the scalars of elements change that enter the radial networks.</summary>
    public bool TrainsEmbeddings { get; }

    public int InputWidth { get; }

    public int OutputWidth { get; }

    /// <summary><c>linear_up</c>.</summary>
    public LinearMap<T> Up { get; }

    /// <summary><c>linear_down</c> of the attention block.</summary>
    public LinearMap<T>? Down { get; }

    /// <summary>Past the message to the output; null without residual connection.</summary>
    public LinearMap<T>? Skip { get; }

    /// <summary>Radial weights.</summary>
    public RadialMap<T> Radial { get; }

    /// <summary>Root of the edge density; null where messages are divided by a constant.</summary>
    public RadialMap<T>? Density { get; }

    /// <summary>Whether radial networks are normalised ones.</summary>
    public bool IsNormalized { get; }

    public PairConvolution<T> Convolution { get; }

    /// <summary>First mixing after the sum, 1/avg_num_neighbors included.</summary>
    public LinearMap<T> Mix { get; }

    /// <summary><c>linear_res</c> of the non-linear block.</summary>
    public LinearMap<T>? Residual { get; }

    public Gate<T>? Gate { get; }

    /// <summary>Mixing at the end.</summary>
    public LinearMap<T>? FinalMix { get; }

    public ContractionMap<T> Contraction { get; }

    public LinearMap<T> Product { get; }

    public ReadoutMap<T>? Readout { get; }

    /// <summary>Whether messages are divided by β·ρ + α.</summary>
    public bool HasDensity { get; }

    /// <summary>Scalars of sender and of receiver that enter the radial network, each; 0: the weights are a function of the pair alone.</summary>
    public int FeatureCount { get; }

    /// <summary>Scalars of the sender's element, <c>source_embedding</c> of the non-linear block.</summary>
    public ParameterSlot? SourceEmbedding { get; }

    /// <summary>Scalars of the receiver's element, <c>target_embedding</c> of the non-linear block.</summary>
    public ParameterSlot? TargetEmbedding { get; }

    /// <summary>Embeddings of sender and receiver [2, elements, features], normalised.</summary>
    public T[] Embeddings { get; private set; } = [];

    /// <summary>1/√elements.</summary>
    public double EmbeddingScale { get; private set; }

    /// <summary>β.</summary>
    public double DensityScale { get; private set; } = 1;

    /// <summary>α.</summary>
    public double DensityOffset { get; private set; } = 1;

    private IEnumerable<LinearMap<T>> Linears => ((LinearMap<T>?[])[Up, Down, Skip, Mix, Residual, FinalMix, Product]).OfType<LinearMap<T>>();

    /// <summary>Takes new weights.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="elements">The elements that will be met.</param>
    public void Load(ReadOnlySpan<double> parameters, ReadOnlySpan<bool> elements)
    {
        foreach (LinearMap<T> map in Linears) { map.Load(parameters, elements); }
        Radial.Load(parameters);
        Density?.Load(parameters);
        Contraction.Load(parameters, elements);
        Readout?.Load(parameters);
        if (SourceEmbedding is null || TargetEmbedding is null) { return; }
        DensityOffset = parameters[_alpha];
        DensityScale = parameters[_beta];
        EmbeddingScale = 1 / Math.Sqrt(elements.Length);
        if (Embeddings.Length == 0) { Embeddings = new T[2 * SourceEmbedding.Count]; }
        Simd.ScaleInto(EmbeddingScale, parameters[SourceEmbedding.Range], Embeddings.AsSpan());
        Simd.ScaleInto(EmbeddingScale, parameters[TargetEmbedding.Range], Embeddings.AsSpan(SourceEmbedding.Count));
    }

    /// <summary>Adds to the gradients of α and β.</summary>
    public void AddDensityGradient(double alpha, double beta, Span<double> gradient)
    {
        if (_alpha < 0) { return; }
        gradient[_alpha] += alpha;
        gradient[_beta] += beta;
    }

    /// <summary>Puts the normalisations into a gradient that was gathered without them.</summary>
    public void ScaleGradient(Span<double> gradient)
    {
        foreach (LinearMap<T> map in Linears) { map.ScaleGradient(gradient); }
        Radial.ScaleGradient(gradient);
        Density?.ScaleGradient(gradient);
        Readout?.ScaleGradient(gradient);
        if (SourceEmbedding is null || TargetEmbedding is null) { return; }
        Simd.Scale(EmbeddingScale, gradient[SourceEmbedding.Range]);
        Simd.Scale(EmbeddingScale, gradient[TargetEmbedding.Range]);
    }
}
