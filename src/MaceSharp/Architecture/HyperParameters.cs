using System.Collections.Immutable;
using MaceSharp.Equivariance;
using MaceSharp.Network;

namespace MaceSharp.Architecture;

/// <summary>Which of mace-torch's model classes a model is.</summary>
public enum ModelKind
{
    /// <summary><c>MACE</c>: energy = E0 + pair repulsion + readouts.</summary>
    Mace,

    /// <summary><c>ScaleShiftMACE</c>: energy = E0 + scale·(pair repulsion + readouts) + shift.</summary>
    ScaleShiftMace,

    /// <summary><c>AtomicDipolesMACE</c>: dipole only.</summary>
    AtomicDipolesMace,

    /// <summary><c>EnergyDipolesMACE</c>: energy and dipole.</summary>
    EnergyDipolesMace,

    /// <summary><c>AtomicDielectricMACE</c>: charges, dipole and polarizability.</summary>
    AtomicDielectricMace,
}

/// <summary>How messages are formed; names as in mace-torch without <c>InteractionBlock</c>.</summary>
public enum InteractionKind
{
    /// <summary><c>RealAgnosticInteractionBlock</c>.</summary>
    RealAgnostic,

    /// <summary><c>RealAgnosticResidualInteractionBlock</c>.</summary>
    RealAgnosticResidual,

    /// <summary><c>RealAgnosticDensityInteractionBlock</c>.</summary>
    RealAgnosticDensity,

    /// <summary><c>RealAgnosticDensityResidualInteractionBlock</c>.</summary>
    RealAgnosticDensityResidual,

    /// <summary><c>RealAgnosticAttResidualInteractionBlock</c>.</summary>
    RealAgnosticAttResidual,

    /// <summary><c>RealAgnosticResidualNonLinearInteractionBlock</c>.</summary>
    RealAgnosticResidualNonLinear,
}

/// <summary>Radial basis functions (<c>radial_type</c>).</summary>
public enum RadialBasisKind
{
    /// <summary>√(2/r_max) sin(nπr/r_max)/r (Gasteiger et al., arXiv:2003.03123, eq. 7).</summary>
    Bessel,

    /// <summary>Gaussians on a uniform grid.</summary>
    Gaussian,

    /// <summary>Chebyshev polynomials of the first kind.</summary>
    Chebyshev,
}

/// <summary>Transformation of the distance before the radial basis (<c>distance_transform</c>).</summary>
public enum DistanceTransformKind
{
    /// <summary>The distance itself.</summary>
    None,

    /// <summary>Agnesi transform (Witt et al., J. Chem. Phys. 159, 164101 (2023)).</summary>
    Agnesi,

    /// <summary>Soft transform: identity at long range, flattened below the sum of covalent radii.</summary>
    Soft,
}

/// <summary>Activation of the last readout (<c>gate</c>).</summary>
public enum ActivationKind
{
    /// <summary>Identity.</summary>
    None,

    /// <summary>x·sigmoid(x).</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>Absolute value.</summary>
    Abs,

    /// <summary>Logistic function.</summary>
    Sigmoid,
}

/// <summary>How a graph-level feature such as the total charge enters the node features.</summary>
/// <param name="Name">Name of the feature: <c>total_charge</c>, <c>total_spin</c>, or another key of the structure.</param>
/// <param name="IsCategorical">Whether the value selects a row of a table; otherwise a small network maps it.</param>
/// <param name="EmbeddingDimension">Width of the embedding.</param>
/// <param name="ClassCount">Rows of the table; 0 for a continuous feature.</param>
/// <param name="Offset">Added to the value before it selects a row.</param>
/// <param name="InputDimension">Number of values of a continuous feature (1 for charge and spin).</param>
public sealed record EmbeddingSpec(string Name, bool IsCategorical, int EmbeddingDimension, int ClassCount, int Offset, int InputDimension = 1);

/// <summary>Everything that determines the shape of a MACE network, with the meaning of mace-torch's options of the names given.</summary>
public sealed record HyperParameters
{
    /// <summary>Model class.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>Atomic numbers of the elements the model knows, ascending (<c>atomic_numbers</c>).</summary>
    public required ImmutableArray<int> AtomicNumbers { get; init; }

    /// <summary>Cutoff radius, Å (<c>r_max</c>).</summary>
    public required double CutoffRadius { get; init; }

    /// <summary>Radial basis (<c>radial_type</c>).</summary>
    public RadialBasisKind RadialBasis { get; init; }

    /// <summary>Number of radial basis functions (<c>num_radial_basis</c>, <c>num_bessel</c>).</summary>
    public required int RadialBasisCount { get; init; }

    /// <summary>Order p of the polynomial envelope (<c>num_cutoff_basis</c>, <c>num_polynomial_cutoff</c>).</summary>
    public int CutoffOrder { get; init; } = 5;

    /// <summary>Whether the envelope multiplies the radial basis; otherwise the radial weights (<c>apply_cutoff</c>).</summary>
    public bool ApplyCutoff { get; init; } = true;

    /// <summary>Distance transform (<c>distance_transform</c>).</summary>
    public DistanceTransformKind DistanceTransform { get; init; }

    /// <summary>Largest degree of the edge harmonics (<c>max_ell</c>).</summary>
    public required int MaxEll { get; init; }

    /// <summary>Whether all harmonics count as even (<c>use_so3</c>).</summary>
    public bool UseSo3 { get; init; }

    /// <summary>Node features (<c>hidden_irreps</c>).</summary>
    public required Irreps HiddenIrreps { get; init; }

    /// <summary>Hidden layer of the last readout (<c>MLP_irreps</c>), per head.</summary>
    public required Irreps MlpIrreps { get; init; }

    /// <summary>Features that are sent along edges (<c>edge_irreps</c>); null: the node features.</summary>
    public Irreps? EdgeIrreps { get; init; }

    /// <summary>Whether the first layer sends the scalars of <see cref="EdgeIrreps"/> too (<c>use_edge_irreps_first</c>).</summary>
    public bool UseEdgeIrrepsFirst { get; init; }

    /// <summary>Interaction block of each layer; their number is <c>num_interactions</c>.</summary>
    public required ImmutableArray<InteractionKind> Interactions { get; init; }

    /// <summary>Average number of neighbours by which messages of each layer are divided (<c>avg_num_neighbors</c>); unused by density and non-linear blocks.</summary>
    public required ImmutableArray<double> AverageNeighborCounts { get; init; }

    /// <summary>Correlation order ν of each layer (<c>correlation</c>).</summary>
    public required ImmutableArray<int> Correlations { get; init; }

    /// <summary>Hidden widths of the radial network (<c>radial_MLP</c>).</summary>
    public ImmutableArray<int> RadialMlp { get; init; } = [64, 64, 64];

    /// <summary>Activation of the last readout (<c>gate</c>).</summary>
    public ActivationKind Gate { get; init; } = ActivationKind.Silu;

    /// <summary>Whether the last readout is a <c>NonLinearBiasReadoutBlock</c>.</summary>
    public bool UseBiasReadout { get; init; }

    /// <summary>Names of the heads (<c>heads</c>), at least one.</summary>
    public ImmutableArray<string> Heads { get; init; } = ["Default"];

    /// <summary>Whether the ZBL pair repulsion is added (<c>pair_repulsion</c>).</summary>
    public bool PairRepulsion { get; init; }

    /// <summary>Whether the product weights are shared by all elements (<c>use_agnostic_product</c>).</summary>
    public bool UseAgnosticProduct { get; init; }

    /// <summary>Whether only the last layer is read out (<c>use_last_readout_only</c>).</summary>
    public bool UseLastReadoutOnly { get; init; }

    /// <summary>Whether the initial node features are read out too (<c>use_embedding_readout</c>).</summary>
    public bool UseEmbeddingReadout { get; init; }

    /// <summary>Graph-level features that enter the node features, in order (<c>embedding_specs</c>).</summary>
    public ImmutableArray<EmbeddingSpec> Embeddings { get; init; } = [];

    /// <summary>Number of layers (<c>num_interactions</c>).</summary>
    public int LayerCount => Interactions.Length;

    /// <summary>Number of channels: the multiplicity of 0e in <see cref="HiddenIrreps"/> (<c>num_channels</c>).</summary>
    public int ChannelCount => HiddenIrreps.CountOf(Irrep.Scalar);

    /// <summary>Whether the model has an energy.</summary>
    public bool HasEnergy => Kind is ModelKind.Mace or ModelKind.ScaleShiftMace or ModelKind.EnergyDipolesMace;

    /// <summary>Whether the model has a dipole.</summary>
    public bool HasDipole => Kind is ModelKind.AtomicDipolesMace or ModelKind.EnergyDipolesMace or ModelKind.AtomicDielectricMace;

    /// <summary>Irreps of the node features that enter layer <paramref name="layer"/>; those after the last layer for the number of layers.</summary>
    /// <param name="layer">0 to <see cref="LayerCount"/>.</param>
    public Irreps NodeIrreps(int layer)
    {
        if (layer == 0) { return new Irreps(new IrrepBlock(ChannelCount, Irrep.Scalar)); }
        if (layer < LayerCount || Kind == ModelKind.AtomicDielectricMace) { return HiddenIrreps; }
        return Kind switch
        {
            ModelKind.AtomicDipolesMace => new Irreps(HiddenIrreps[1]),
            ModelKind.EnergyDipolesMace => new Irreps(HiddenIrreps[0], HiddenIrreps[1]),
            _ => new Irreps(HiddenIrreps[0]),
        };
    }

    /// <summary>Irreps of the edge harmonics, one copy of each degree.</summary>
    public Irreps HarmonicIrreps => new(Enumerable.Range(0, MaxEll + 1).Select(l => new IrrepBlock(1, new Irrep(l, UseSo3 || (l & 1) == 0 ? 1 : -1))));

    /// <summary>Irreps of the messages (the A-basis) of a layer: <see cref="ChannelCount"/> channels of every harmonic, of both parities where the node features have a 0o.</summary>
    /// <param name="layer">0 to <see cref="LayerCount"/> − 1.</param>
    public Irreps TargetIrreps(int layer)
    {
        bool mixed = layer > 0 && Kind is ModelKind.Mace or ModelKind.ScaleShiftMace && HiddenIrreps.CountOf(new Irrep(0, -1)) > 0;
        return !mixed || layer == 0
            ? new Irreps(HarmonicIrreps.Blocks.Select(b => b with { Multiplicity = ChannelCount }))
            : new Irreps(Enumerable.Range(0, MaxEll + 1).SelectMany(l => new[] { new IrrepBlock(ChannelCount, new Irrep(l, -1)), new IrrepBlock(ChannelCount, new Irrep(l, 1)) }));
    }

    /// <summary>Irreps of the features that a layer sends along edges (after <c>linear_up</c>).</summary>
    /// <param name="layer">0 to <see cref="LayerCount"/> − 1.</param>
    public Irreps SentIrreps(int layer)
    {
        if (EdgeIrreps is null) { return NodeIrreps(layer); }
        if (layer > 0) { return EdgeIrreps; }
        return UseEdgeIrrepsFirst ? new Irreps(new IrrepBlock(EdgeIrreps.CountOf(Irrep.Scalar), Irrep.Scalar)) : NodeIrreps(0);
    }
}
