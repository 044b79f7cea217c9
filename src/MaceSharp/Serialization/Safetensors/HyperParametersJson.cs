using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Network;

namespace MaceSharp.Serialization.Safetensors;

/// <summary>Hyper-parameters as JSON, under the names of mace-torch's options; docs/file-formats.md lists them.</summary>
internal static class HyperParametersJson
{
    private static readonly (ModelKind Kind, string Name)[] Classes =
    [
        (ModelKind.Mace, "MACE"), (ModelKind.ScaleShiftMace, "ScaleShiftMACE"), (ModelKind.AtomicDipolesMace, "AtomicDipolesMACE"),
        (ModelKind.EnergyDipolesMace, "EnergyDipolesMACE"), (ModelKind.AtomicDielectricMace, "AtomicDielectricMACE"),
    ];

    private static readonly (InteractionKind Kind, string Name)[] InteractionClasses =
        [.. Enum.GetValues<InteractionKind>().Select(static k => (k, k + "InteractionBlock"))];

    private static readonly (RadialBasisKind Kind, string Name)[] Bases =
        [(RadialBasisKind.Bessel, "bessel"), (RadialBasisKind.Gaussian, "gaussian"), (RadialBasisKind.Chebyshev, "chebyshev")];

    private static readonly (DistanceTransformKind Kind, string Name)[] Transforms =
        [(DistanceTransformKind.None, "None"), (DistanceTransformKind.Agnesi, "Agnesi"), (DistanceTransformKind.Soft, "Soft")];

    private static readonly (ActivationKind Kind, string Name)[] Gates =
        [(ActivationKind.None, "None"), (ActivationKind.Silu, "silu"), (ActivationKind.Tanh, "tanh"), (ActivationKind.Abs, "abs"), (ActivationKind.Sigmoid, "sigmoid")];

    private static readonly FrozenSet<string> Keys = FrozenSet.ToFrozenSet(
        [
            "class", "atomic_numbers", "r_max", "radial_type", "num_radial_basis", "num_cutoff_basis", "apply_cutoff", "distance_transform", "max_ell", "use_so3",
            "hidden_irreps", "MLP_irreps", "edge_irreps", "use_edge_irreps_first", "interactions", "avg_num_neighbors", "correlation", "radial_MLP", "gate",
            "use_bias_readout", "heads", "pair_repulsion", "use_agnostic_product", "use_last_readout_only", "use_embedding_readout", "embedding_specs",
        ],
        StringComparer.Ordinal);

    /// <summary>Writes hyper-parameters; the same ones give the same text.</summary>
    public static string Write(HyperParameters model)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("class", NameOf(Classes, model.Kind));
            WriteList(writer, "atomic_numbers", model.AtomicNumbers, static (w, v) => w.WriteNumberValue(v));
            writer.WriteNumber("r_max", model.CutoffRadius);
            writer.WriteString("radial_type", NameOf(Bases, model.RadialBasis));
            writer.WriteNumber("num_radial_basis", model.RadialBasisCount);
            writer.WriteNumber("num_cutoff_basis", model.CutoffOrder);
            writer.WriteBoolean("apply_cutoff", model.ApplyCutoff);
            writer.WriteString("distance_transform", NameOf(Transforms, model.DistanceTransform));
            writer.WriteNumber("max_ell", model.MaxEll);
            writer.WriteBoolean("use_so3", model.UseSo3);
            writer.WriteString("hidden_irreps", model.HiddenIrreps.ToString());
            writer.WriteString("MLP_irreps", model.MlpIrreps.ToString());
            if (model.EdgeIrreps is Irreps edge) { writer.WriteString("edge_irreps", edge.ToString()); }
            writer.WriteBoolean("use_edge_irreps_first", model.UseEdgeIrrepsFirst);
            WriteList(writer, "interactions", model.Interactions, static (w, v) => w.WriteStringValue(NameOf(InteractionClasses, v)));
            WriteList(writer, "avg_num_neighbors", model.AverageNeighborCounts, static (w, v) => w.WriteNumberValue(v));
            WriteList(writer, "correlation", model.Correlations, static (w, v) => w.WriteNumberValue(v));
            WriteList(writer, "radial_MLP", model.RadialMlp, static (w, v) => w.WriteNumberValue(v));
            writer.WriteString("gate", NameOf(Gates, model.Gate));
            writer.WriteBoolean("use_bias_readout", model.UseBiasReadout);
            WriteList(writer, "heads", model.Heads, static (w, v) => w.WriteStringValue(v));
            writer.WriteBoolean("pair_repulsion", model.PairRepulsion);
            writer.WriteBoolean("use_agnostic_product", model.UseAgnosticProduct);
            writer.WriteBoolean("use_last_readout_only", model.UseLastReadoutOnly);
            writer.WriteBoolean("use_embedding_readout", model.UseEmbeddingReadout);
            if (!model.Embeddings.IsEmpty) { WriteEmbeddings(writer, model.Embeddings); }
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads hyper-parameters; those that are absent have the defaults of mace-torch.</summary>
    /// <exception cref="InvalidInputException">The text is not such an object, lacks a required key, or has one of a newer version.</exception>
    public static HyperParameters Read(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException("the hyper-parameters in the header are not the JSON they should be.", exception);
        }
    }

    private static HyperParameters Read(JsonElement root)
    {
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (!Keys.Contains(property.Name)) { throw new InvalidInputException($"the hyper-parameter '{property.Name}' is not known; the file may be of a newer version."); }
        }

        HyperParameters defaults = new()
        {
            Kind = ValueOf(Classes, Required(root, "class"), "class"),
            AtomicNumbers = Integers(Required(root, "atomic_numbers")),
            CutoffRadius = Required(root, "r_max").GetDouble(),
            RadialBasisCount = Required(root, "num_radial_basis").GetInt32(),
            MaxEll = Required(root, "max_ell").GetInt32(),
            HiddenIrreps = ReadIrreps(Required(root, "hidden_irreps"), "hidden_irreps"),
            MlpIrreps = ReadIrreps(Required(root, "MLP_irreps"), "MLP_irreps"),
            Interactions = [.. Required(root, "interactions").EnumerateArray().Select(static v => ValueOf(InteractionClasses, v, "interactions"))],
            AverageNeighborCounts = [.. Required(root, "avg_num_neighbors").EnumerateArray().Select(static v => v.GetDouble())],
            Correlations = Integers(Required(root, "correlation")),
        };
        return defaults with
        {
            RadialBasis = root.TryGetProperty("radial_type", out JsonElement basis) ? ValueOf(Bases, basis, "radial_type") : defaults.RadialBasis,
            CutoffOrder = root.TryGetProperty("num_cutoff_basis", out JsonElement order) ? order.GetInt32() : defaults.CutoffOrder,
            ApplyCutoff = Flag(root, "apply_cutoff", defaults.ApplyCutoff),
            DistanceTransform = root.TryGetProperty("distance_transform", out JsonElement transform) ? ValueOf(Transforms, transform, "distance_transform") : defaults.DistanceTransform,
            UseSo3 = Flag(root, "use_so3", defaults.UseSo3),
            EdgeIrreps = root.TryGetProperty("edge_irreps", out JsonElement edge) ? ReadIrreps(edge, "edge_irreps") : null,
            UseEdgeIrrepsFirst = Flag(root, "use_edge_irreps_first", defaults.UseEdgeIrrepsFirst),
            RadialMlp = root.TryGetProperty("radial_MLP", out JsonElement widths) ? Integers(widths) : defaults.RadialMlp,
            Gate = root.TryGetProperty("gate", out JsonElement gate) ? ValueOf(Gates, gate, "gate") : defaults.Gate,
            UseBiasReadout = Flag(root, "use_bias_readout", defaults.UseBiasReadout),
            Heads = root.TryGetProperty("heads", out JsonElement heads) ? [.. heads.EnumerateArray().Select(static h => h.GetString() ?? string.Empty)] : defaults.Heads,
            PairRepulsion = Flag(root, "pair_repulsion", defaults.PairRepulsion),
            UseAgnosticProduct = Flag(root, "use_agnostic_product", defaults.UseAgnosticProduct),
            UseLastReadoutOnly = Flag(root, "use_last_readout_only", defaults.UseLastReadoutOnly),
            UseEmbeddingReadout = Flag(root, "use_embedding_readout", defaults.UseEmbeddingReadout),
            Embeddings = root.TryGetProperty("embedding_specs", out JsonElement specs) ? [.. specs.EnumerateObject().Select(ReadEmbedding)] : [],
        };
    }

    private static void WriteEmbeddings(Utf8JsonWriter writer, ImmutableArray<EmbeddingSpec> specs)
    {
        writer.WriteStartObject("embedding_specs");
        foreach (EmbeddingSpec spec in specs)
        {
            writer.WriteStartObject(spec.Name);
            writer.WriteString("type", spec.IsCategorical ? "categorical" : "continuous");
            writer.WriteString("per", "graph");
            writer.WriteNumber("in_dim", spec.InputDimension);
            writer.WriteNumber("emb_dim", spec.EmbeddingDimension);
            if (spec.IsCategorical)
            {
                writer.WriteNumber("num_classes", spec.ClassCount);
                writer.WriteNumber("offset", spec.Offset);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static EmbeddingSpec ReadEmbedding(JsonProperty property)
    {
        JsonElement spec = property.Value;
        string? type = Required(spec, "type").GetString();
        if (type is not ("categorical" or "continuous")) { throw new InvalidInputException($"the embedding '{property.Name}' is neither categorical nor continuous."); }
        bool isCategorical = type == "categorical";
        return new EmbeddingSpec(
            property.Name,
            isCategorical,
            Required(spec, "emb_dim").GetInt32(),
            isCategorical ? Required(spec, "num_classes").GetInt32() : 0,
            spec.TryGetProperty("offset", out JsonElement offset) ? offset.GetInt32() : 0,
            spec.TryGetProperty("in_dim", out JsonElement width) ? width.GetInt32() : 1);
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, ImmutableArray<T> values, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (T value in values) { write(writer, value); }
        writer.WriteEndArray();
    }

    private static JsonElement Required(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value)
        ? value
        : throw new InvalidInputException($"the hyper-parameters in the header lack '{name}'.");

    private static bool Flag(JsonElement root, string name, bool absent) => root.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : absent;

    private static ImmutableArray<int> Integers(JsonElement list) => [.. list.EnumerateArray().Select(static v => v.GetInt32())];

    private static Irreps ReadIrreps(JsonElement value, string name)
    {
        string text = value.GetString() ?? string.Empty;
        return text.Length <= 1024 && Irreps.TryParse(text, out Irreps? irreps)
            ? irreps
            : throw new InvalidInputException($"the hyper-parameter '{name}' is not a sum of irreps such as 128x0e+128x1o.");
    }

    private static string NameOf<T>((T Kind, string Name)[] table, T kind)
        where T : struct, Enum => Array.Find(table, e => EqualityComparer<T>.Default.Equals(e.Kind, kind)).Name;

    private static T ValueOf<T>((T Kind, string Name)[] table, JsonElement value, string key)
        where T : struct, Enum
    {
        string? name = value.GetString();
        int index = Array.FindIndex(table, e => e.Name == name);
        return index >= 0 ? table[index].Kind : throw new InvalidInputException($"the hyper-parameter '{key}' is '{name}'; known are {string.Join(", ", table.Select(static e => e.Name))}.");
    }
}
