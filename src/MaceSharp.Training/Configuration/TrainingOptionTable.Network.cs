using System.Collections.Immutable;
using MaceSharp.Architecture;
using static MaceSharp.Training.Configuration.OptionParsing;

namespace MaceSharp.Training.Configuration;

/// <content>The network.</content>
internal static partial class TrainingOptionTable
{
    private static IEnumerable<TrainingOption> Network() =>
    [
        Shape("model", "CLASS", "Model class: MACE, ScaleShiftMACE, AtomicDipolesMACE, EnergyDipolesMACE or AtomicDielectricMACE.", static (o, n, v) => o with { Model = Word(n, v, "MACE", "ScaleShiftMACE", "AtomicDipolesMACE", "EnergyDipolesMACE", "AtomicDielectricMACE") }),
        Flag("small", "Preset: 64 channels, scalars only.", static (o, b) => b ? o with { Network = o.Network with { ChannelCount = 64, MaxL = 0, HiddenIrreps = null } } : o),
        Flag("medium", "Preset: 128 channels, vectors.", static (o, b) => b ? o with { Network = o.Network with { ChannelCount = 128, MaxL = 1, HiddenIrreps = null } } : o),
        Flag("large", "Preset: 256 channels, degree 2.", static (o, b) => b ? o with { Network = o.Network with { ChannelCount = 256, MaxL = 2, HiddenIrreps = null } } : o),
        Shape("r_max", "R", "Cutoff radius, Å.", static (o, n, v) => o with { CutoffRadius = Real(n, v, 0.5, 50) }),
        Shape("radial_type", "KIND", "Radial basis: bessel, gaussian or chebyshev.", static (o, n, v) => o with { RadialBasis = Choice(n, v, ("bessel", RadialBasisKind.Bessel), ("gaussian", RadialBasisKind.Gaussian), ("chebyshev", RadialBasisKind.Chebyshev)) }),
        Shape("num_radial_basis", "N", "Number of radial basis functions.", static (o, n, v) => o with { RadialBasisCount = Integer(n, v, 1, 1000) }, "num_bessel"),
        Shape("num_cutoff_basis", "P", "Order of the cutoff polynomial.", static (o, n, v) => o with { CutoffOrder = Integer(n, v, 1, 100) }, "num_polynomial_cutoff"),
        Flag("pair_repulsion", "Add a ZBL repulsion.", static (o, b) => o with { Network = o.Network with { PairRepulsion = b } }),
        Shape("distance_transform", "KIND", "Distance transform: None, Agnesi or Soft.", static (o, n, v) => o with { DistanceTransform = Choice(n, v, ("None", DistanceTransformKind.None), ("Agnesi", DistanceTransformKind.Agnesi), ("Soft", DistanceTransformKind.Soft)) }),
        Shape("apply_cutoff", "BOOL", "Whether the envelope multiplies the radial basis, not the radial weights.", static (o, n, v) => o with { ApplyCutoff = Boolean(n, v) }),
        Shape("use_last_readout_only", "BOOL", "Whether only the last layer is read out.", static (o, n, v) => o with { UseLastReadoutOnly = Boolean(n, v) }),
        Shape("use_embedding_readout", "BOOL", "Whether the initial features are read out too.", static (o, n, v) => o with { UseEmbeddingReadout = Boolean(n, v) }),
        Shape("interaction", "BLOCK", "Interaction block of the later layers, for example RealAgnosticResidualInteractionBlock.", static (o, n, v) => o with { Interaction = Block(n, v) }),
        Shape("interaction_first", "BLOCK", "Interaction block of the first layer.", static (o, n, v) => o with { InteractionFirst = Block(n, v) }),
        Shape("max_ell", "L", "Largest degree of the harmonics.", static (o, n, v) => o with { MaxEll = Integer(n, v, 0, 11) }),
        Shape("correlation", "N", "Correlation order of each layer.", static (o, n, v) => o with { Correlation = Integer(n, v, 1, 4) }),
        Shape("use_so3", "BOOL", "Whether all harmonics count as even.", static (o, n, v) => o with { UseSo3 = Boolean(n, v) }),
        Shape("use_agnostic_product", "BOOL", "Whether product weights are shared by the elements.", static (o, n, v) => o with { UseAgnosticProduct = Boolean(n, v) }),
        Shape("num_interactions", "N", "Number of layers.", static (o, n, v) => o with { InteractionCount = Integer(n, v, 1, 10) }),
        Shape("MLP_irreps", "IRREPS", "Hidden layer of the last readout, for example 16x0e.", static (o, n, v) => o with { MlpIrreps = Text(n, v) }),
        Shape("radial_MLP", "LIST", "Hidden widths of the radial network, for example '[64, 64, 64]'.", static (o, n, v) => o with { RadialMlp = Integers(n, v, 1, 4096) }),
        Shape("hidden_irreps", "IRREPS", "Node features, for example '128x0e + 128x1o'; or give num_channels and max_L.", static (o, n, v) => o with { HiddenIrreps = TextOrNone(n, v) }),
        Shape("edge_irreps", "IRREPS", "Features that are sent along edges.", static (o, n, v) => o with { EdgeIrreps = TextOrNone(n, v) }),
        Shape("num_channels", "N", "Number of channels. Without it: 128.", static (o, n, v) => o with { ChannelCount = IsNone(v) ? null : Integer(n, v, 1, 4096) }),
        Shape("max_L", "L", "Largest degree of the node features. Without it: 1.", static (o, n, v) => o with { MaxL = IsNone(v) ? null : Integer(n, v, 0, 6) }),
        Shape("gate", "KIND", "Activation of the last readout: silu, tanh, abs or None.", static (o, n, v) => o with { Gate = Choice(n, v, ("silu", ActivationKind.Silu), ("tanh", ActivationKind.Tanh), ("abs", ActivationKind.Abs), ("None", ActivationKind.None)) }),
        Shape("embedding_specs", "MAP", "Total charge, spin or other graph-level features that enter the node features.", static (o, n, v) => o with { Embeddings = Embeddings(n, v) }),
        Shape("scaling", "KIND", "How scale and shift are found: rms_forces_scaling, std_scaling or no_scaling.", static (o, n, v) => o with { Scaling = Word(n, v, "rms_forces_scaling", "std_scaling", "no_scaling") }),
        Shape("avg_num_neighbors", "X", "Average number of neighbours, where it is not computed.", static (o, n, v) => o with { AverageNeighborCount = Real(n, v, 1e-3, 1e6) }),
        Shape("compute_avg_num_neighbors", "BOOL", "Whether it is computed from the training data.", static (o, n, v) => o with { ComputeAverageNeighborCount = Boolean(n, v) }),
        Shape("mean", "X", "Shift of the energy of an atom, eV. Without it: from the data.", static (o, n, v) => o with { Mean = IsNone(v) ? null : Real(n, v) }),
        Shape("std", "X", "Scale of the energy. Without it: from the data.", static (o, n, v) => o with { Scale = IsNone(v) ? null : Real(n, v, 1e-12) }),
        Shape("atomic_numbers", "LIST", "Atomic numbers that the model knows. Without it: those of the data.", static (o, n, v) => o with { AtomicNumbers = IsNone(v) ? [] : Integers(n, v, 1, 118) }),
    ];

    private static TrainingOption Shape(string name, string valueName, string description, Func<NetworkOptions, string, OptionValue, NetworkOptions> apply, params string[] aliases) =>
        Make(name, valueName, description, (o, n, v) => o with { Network = apply(o.Network, n, v) }, aliases);

    private static InteractionKind Block(string option, OptionValue value) => Choice(
        option,
        value,
        ("RealAgnosticResidualInteractionBlock", InteractionKind.RealAgnosticResidual),
        ("RealAgnosticInteractionBlock", InteractionKind.RealAgnostic),
        ("RealAgnosticDensityInteractionBlock", InteractionKind.RealAgnosticDensity),
        ("RealAgnosticDensityResidualInteractionBlock", InteractionKind.RealAgnosticDensityResidual),
        ("RealAgnosticAttResidualInteractionBlock", InteractionKind.RealAgnosticAttResidual),
        ("RealAgnosticResidualNonLinearInteractionBlock", InteractionKind.RealAgnosticResidualNonLinear));

    private static ImmutableArray<EmbeddingSpec> Embeddings(string option, OptionValue value)
    {
        if (IsNone(value)) { return []; }
        OptionValue expanded = value.Expanded();
        if (!expanded.IsMapping) { throw Wrong(option, value, "a mapping of names to type, emb_dim and num_classes or in_dim"); }
        return [.. expanded.Entries.Select(entry => Embedding(option, entry.Key, entry.Value.Expanded()))];
    }

    private static EmbeddingSpec Embedding(string option, string name, OptionValue value)
    {
        if (!value.IsMapping) { throw Wrong(option, value, "a mapping of names to type, emb_dim and num_classes or in_dim"); }
        bool categorical = true;
        int width = 64, classes = 0, offset = 0, inputs = 1;
        foreach ((string key, OptionValue part) in value.Entries)
        {
            string place = $"{option}.{name}.{key}";
            switch (key)
            {
                case "type": categorical = Choice(place, part, ("categorical", true), ("continuous", false)); break;
                case "emb_dim": width = Integer(place, part, 1, 4096); break;
                case "num_classes": classes = Integer(place, part, 1, 100_000); break;
                case "offset": offset = Integer(place, part, 0, 100_000); break;
                case "in_dim": inputs = Integer(place, part, 1, 1); break;
                case "per": Choice(place, part, ("graph", true)); break;
                case "key" or "use_bias": break;
                default: throw Wrong(option, part, $"a mapping without '{key}'");
            }
        }

        if (categorical && classes == 0) { throw Wrong(option, value, "a mapping with num_classes for a categorical feature"); }
        return new EmbeddingSpec(name, categorical, width, categorical ? classes : 0, offset, inputs);
    }
}
