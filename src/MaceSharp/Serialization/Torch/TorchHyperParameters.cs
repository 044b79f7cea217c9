using System.Collections.Immutable;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>Reads the hyper-parameters of a pickled model off its modules, with the defaults of the versions that lacked an attribute.</summary>
internal sealed class TorchHyperParameters
{
    private readonly TorchModule _model;
    private readonly TorchValues _values;

    private TorchHyperParameters(TorchModule model, TorchValues values)
    {
        _model = model;
        _values = values;
    }

    /// <summary>Reads the hyper-parameters.</summary>
    /// <param name="model">The model module.</param>
    /// <param name="values">Reader of attribute values.</param>
    /// <exception cref="InvalidInputException">The model is of an unknown class, has unknown blocks, or contradicts itself.</exception>
    public static HyperParameters Read(TorchModule model, TorchValues values) => new TorchHyperParameters(model, values).Read();

    private HyperParameters Read()
    {
        ModelKind kind = ReadKind(_model.Class);
        IReadOnlyList<TorchModule> interactions = _model.ChildList("interactions");
        IReadOnlyList<TorchModule> products = _model.ChildList("products");
        int layers = _values.Integer(TorchValues.TensorOrAttribute(_model, "num_interactions"), "num_interactions");
        if (layers is < 1 or > 32 || interactions.Count != layers || products.Count != layers)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the model states {layers} layers but has {interactions.Count} interactions and {products.Count} products."));
        }

        TorchModule harmonics = _model.Child("spherical_harmonics");
        TorchModule radial = _model.Child("radial_embedding");
        HyperParameters result = new()
        {
            Kind = kind,
            AtomicNumbers = _values.IntegerVector(TorchValues.TensorOrAttribute(_model, "atomic_numbers"), "atomic_numbers"),
            CutoffRadius = _values.Number(TorchValues.TensorOrAttribute(_model, "r_max"), "r_max"),
            RadialBasis = ReadBasis(radial.Child("bessel_fn")),
            RadialBasisCount = _values.Integer(radial, "out_dim"),
            CutoffOrder = _values.Integer(TorchValues.TensorOrAttribute(radial.Child("cutoff_fn"), "p"), "radial_embedding.cutoff_fn.p"),
            ApplyCutoff = _values.Flag(radial, "apply_cutoff", absent: _values.Flag(_model, "apply_cutoff", absent: true)),
            DistanceTransform = ReadTransform(radial.TryChild("distance_transform")),
            MaxEll = _values.Integer(harmonics, "_lmax"),
            UseSo3 = _values.Flag(_model, "use_so3"),
            HiddenIrreps = TorchValues.Irreps(interactions[0], "hidden_irreps"),
            MlpIrreps = new Irreps(new IrrepBlock(16, Irrep.Scalar)),
            EdgeIrreps = ReadEdgeIrreps(),
            UseEdgeIrrepsFirst = _values.Flag(_model, "use_edge_irreps_first"),
            Interactions = [.. interactions.Select(static i => ReadInteraction(i))],
            AverageNeighborCounts = [.. interactions.Select(i => _values.Number(TorchValues.TensorOrAttribute(i, "avg_num_neighbors"), i.PathOf("avg_num_neighbors")))],
            Correlations = [.. products.Select(ReadCorrelation)],
            RadialMlp = ReadRadialMlp(interactions),
            Heads = ReadHeads(),
            PairRepulsion = _model.TryChild("pair_repulsion_fn") is not null,
            UseAgnosticProduct = ReadAgnosticProduct(products),
            UseLastReadoutOnly = _values.Flag(_model, "use_last_readout_only"),
            UseEmbeddingReadout = _model.TryChild("embedding_readout") is not null,
            Embeddings = ReadEmbeddings(),
        };
        result = TorchReadouts.Read(_model, _values, result);
        HyperParameterLimits.Check(result);
        new TorchConsistency(_model, _values, result).Check();
        return result;
    }

    private static ModelKind ReadKind(PickleGlobal type) => type.FullName switch
    {
        "mace.modules.models.MACE" => ModelKind.Mace,
        "mace.modules.models.ScaleShiftMACE" => ModelKind.ScaleShiftMace,
        "mace.modules.models.AtomicDipolesMACE" => ModelKind.AtomicDipolesMace,
        "mace.modules.models.EnergyDipolesMACE" => ModelKind.EnergyDipolesMace,
        "mace.modules.models.AtomicDielectricMACE" => ModelKind.AtomicDielectricMace,
        var name when name.Contains("lammps", StringComparison.OrdinalIgnoreCase) =>
            throw new InvalidInputException($"the file is a LAMMPS export of a model (class {name}); use the .model file it was made from."),
        var name => throw new InvalidInputException($"the file holds a model of the class {name}; known are MACE, ScaleShiftMACE, AtomicDipolesMACE, EnergyDipolesMACE and AtomicDielectricMACE of mace-torch."),
    };

    private static InteractionKind ReadInteraction(TorchModule module) => module.Class.FullName switch
    {
        "mace.modules.blocks.RealAgnosticInteractionBlock" => InteractionKind.RealAgnostic,
        "mace.modules.blocks.RealAgnosticResidualInteractionBlock" => InteractionKind.RealAgnosticResidual,
        "mace.modules.blocks.RealAgnosticDensityInteractionBlock" => InteractionKind.RealAgnosticDensity,
        "mace.modules.blocks.RealAgnosticDensityResidualInteractionBlock" => InteractionKind.RealAgnosticDensityResidual,
        "mace.modules.blocks.RealAgnosticAttResidualInteractionBlock" => InteractionKind.RealAgnosticAttResidual,
        "mace.modules.blocks.RealAgnosticResidualNonLinearInteractionBlock" => InteractionKind.RealAgnosticResidualNonLinear,
        var name => throw new InvalidInputException($"the layer '{module.Path}' is a {name}, which is none of the interaction blocks of mace-torch that are known here."),
    };

    private static RadialBasisKind ReadBasis(TorchModule module) => module.Class.FullName switch
    {
        "mace.modules.radial.BesselBasis" => RadialBasisKind.Bessel,
        "mace.modules.radial.GaussianBasis" => RadialBasisKind.Gaussian,
        "mace.modules.radial.ChebychevBasis" => RadialBasisKind.Chebyshev,
        var name => throw new InvalidInputException($"the radial basis is a {name}; known are BesselBasis, GaussianBasis and ChebychevBasis."),
    };

    private static DistanceTransformKind ReadTransform(TorchModule? module) => module?.Class.FullName switch
    {
        null => DistanceTransformKind.None,
        "mace.modules.radial.AgnesiTransform" => DistanceTransformKind.Agnesi,
        "mace.modules.radial.SoftTransform" => DistanceTransformKind.Soft,
        var name => throw new InvalidInputException($"the distance transform is a {name}; known are AgnesiTransform and SoftTransform."),
    };

    private Irreps? ReadEdgeIrreps()
    {
        if (!_model.TryAttribute("edge_irreps", out object? value) || value is null) { return null; }
        return TorchValues.TryIrreps(value, out Irreps? irreps) ? irreps : throw new InvalidInputException("'edge_irreps' is not a sum of irreps such as 128x0e+128x1o.");
    }

    private int ReadCorrelation(TorchModule product)
    {
        IReadOnlyList<TorchModule> contractions = product.Child("symmetric_contractions").ChildList("contractions");
        if (contractions.Count == 0) { throw new InvalidInputException($"the product '{product.Path}' has no symmetric contraction."); }
        int correlation = _values.Integer(contractions[0], "correlation");
        foreach (TorchModule contraction in contractions)
        {
            if (_values.Integer(contraction, "correlation") != correlation) { throw new InvalidInputException($"the contractions of '{product.Path}' differ in correlation order."); }
        }

        return correlation;
    }

    /// <summary>The hidden widths of the radial networks, from the shapes of their weights; the attention block has its own, fixed ones.</summary>
    private ImmutableArray<int> ReadRadialMlp(IReadOnlyList<TorchModule> interactions)
    {
        ImmutableArray<int>? result = null;
        foreach (TorchModule interaction in interactions)
        {
            if (ReadInteraction(interaction) == InteractionKind.RealAgnosticAttResidual) { continue; }
            TorchModule network = interaction.Child("conv_tp_weights");
            ImmutableArray<int> widths = network.Class.Name == "RadialMLP" ? ReadNormalizedWidths(network.Child("net")) : ReadWidths(network);
            if (result is ImmutableArray<int> known && !known.AsSpan().SequenceEqual(widths.AsSpan()))
            {
                throw new InvalidInputException("the radial networks of the layers differ in their widths (radial_MLP).");
            }

            result = widths;
        }

        return result ?? (interactions[0].TryAttribute("radial_MLP", out object? value) && value is not null ? _values.Integers(value, "radial_MLP") : [64, 64, 64]);
    }

    private static ImmutableArray<int> ReadWidths(TorchModule network)
    {
        List<int> widths = [];
        foreach (TorchModule layer in network.Children)
        {
            int[] shape = WeightShape(layer);
            if (widths.Count > 0 && widths[^1] != shape[0]) { throw new InvalidInputException($"the layers of '{network.Path}' do not fit each other."); }
            widths.Add(shape[1]);
        }

        return Hidden(widths, network);
    }

    private static ImmutableArray<int> ReadNormalizedWidths(TorchModule network)
    {
        List<int> widths = [];
        foreach (TorchModule layer in network.Children)
        {
            switch (layer.Class.FullName)
            {
                case "torch.nn.modules.linear.Linear": widths.Add(WeightShape(layer)[0]); break;
                case "torch.nn.modules.normalization.LayerNorm" when layer.TryAttribute("eps", out object? eps) && eps is 1e-5: break;
                case "torch.nn.modules.activation.SiLU": break;
                default: throw new InvalidInputException($"the radial network '{network.Path}' has a {layer.Class.FullName} that mace-torch does not put there.");
            }
        }

        return Hidden(widths, network);
    }

    private static ImmutableArray<int> Hidden(List<int> widths, TorchModule network) => widths.Count is >= 1 and <= 17
        ? [.. widths[..^1]]
        : throw new InvalidInputException($"the radial network '{network.Path}' has {widths.Count} layers.");

    private static int[] WeightShape(TorchModule layer) => TorchTensor.Parse(layer.TryTensor("weight"), layer.PathOf("weight")).Shape is { Length: 2 } shape
        ? shape
        : throw new InvalidInputException($"the weight of '{layer.Path}' is not a matrix.");

    private ImmutableArray<string> ReadHeads()
    {
        if (!_model.TryAttribute("heads", out object? value) || value is null) { return ["Default"]; }
        IReadOnlyList<object?> names = TorchValues.List(value) ?? [];
        return names.Count is >= 1 and <= 256 && names.All(static n => n is string)
            ? [.. names.Cast<string>()]
            : throw new InvalidInputException("'heads' is not a list of one to 256 names.");
    }

    private bool ReadAgnosticProduct(IReadOnlyList<TorchModule> products)
    {
        bool[] flags = [.. products.Select(p => _values.Flag(p, "use_agnostic_product")).Distinct()];
        return flags.Length == 1 ? flags[0] : throw new InvalidInputException("some products share their weights among the elements and some do not.");
    }

    private ImmutableArray<EmbeddingSpec> ReadEmbeddings()
    {
        if (_model.TryChild("joint_embedding") is not TorchModule joint) { return []; }
        if (joint.Class.FullName != "mace.modules.embeddings.GenericJointEmbedding") { throw new InvalidInputException($"the joint embedding is a {joint.Class.FullName}; known is GenericJointEmbedding."); }
        object? specs = joint.TryAttribute("specs", out object? own) ? own : TorchValues.Attribute(_model, "embedding_specs");
        if (specs is not PickleDictionary { Entries.Count: <= 16 } dictionary) { throw new InvalidInputException("'embedding_specs' is not a dictionary of a few features."); }
        return [.. dictionary.Entries.Select(e => ReadEmbedding(e.Key as string ?? throw new InvalidInputException("'embedding_specs' has a feature without a name."), e.Value))];
    }

    private EmbeddingSpec ReadEmbedding(string name, object? value)
    {
        if (value is not PickleDictionary spec) { throw new InvalidInputException($"the embedding '{name}' has no specification."); }
        string type = spec.TryGet("type", out object? t) && t is string text ? text : string.Empty;
        if (type is not ("categorical" or "continuous")) { throw new InvalidInputException($"the embedding '{name}' is neither categorical nor continuous."); }
        if (!spec.TryGet("per", out object? per) || per is not "graph") { throw new InvalidInputException($"the embedding '{name}' is of single atoms; known are those of whole structures (per: graph)."); }
        bool isCategorical = type == "categorical";
        return new EmbeddingSpec(
            name,
            isCategorical,
            Entry("emb_dim", required: true),
            isCategorical ? Entry("num_classes", required: true) : 0,
            Entry("offset", required: false),
            Math.Max(1, Entry("in_dim", required: false)));

        int Entry(string key, bool required) => spec.TryGet(key, out object? number) && number is not null
            ? _values.Integer(number, $"embedding_specs.{name}.{key}")
            : required ? throw new InvalidInputException($"the embedding '{name}' lacks '{key}'.") : 0;
    }
}
