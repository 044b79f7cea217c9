using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Network;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Serialization;

/// <summary>Every reference model loads, with the hyper-parameters that were recorded when it was made.</summary>
public sealed class GoldenModelTests
{
    public static TheoryData<string> Models => [.. Names("models")];

    public static TheoryData<string> Trained => [.. Names("trained")];

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Golden_model_has_the_recorded_hyper_parameters(string name)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(GoldenData.PathOf("models", "hyperparameters.json")));
        JsonElement recorded = document.RootElement.GetProperty(name);
        HyperParameters actual = model.HyperParameters;
        int layers = recorded.GetProperty("num_interactions").GetInt32();

        Assert.Equal(recorded.GetProperty("class").GetString(), actual.Kind.ToString(), ignoreCase: true);
        Assert.Equal(Integers(recorded.GetProperty("atomic_numbers")), actual.AtomicNumbers);
        Assert.Equal(recorded.GetProperty("r_max").GetDouble(), actual.CutoffRadius);
        Assert.Equal(recorded.GetProperty("num_bessel").GetInt32(), actual.RadialBasisCount);
        Assert.Equal(recorded.GetProperty("num_polynomial_cutoff").GetInt32(), actual.CutoffOrder);
        Assert.Equal(recorded.GetProperty("max_ell").GetInt32(), actual.MaxEll);
        Assert.Equal(layers, actual.LayerCount);
        Assert.Equal(Text(recorded, "interaction_cls_first"), actual.Interactions[0] + "InteractionBlock");
        Assert.All(actual.Interactions.Skip(1), kind => Assert.Equal(Text(recorded, "interaction_cls"), kind + "InteractionBlock"));
        Assert.Equal(Enumerable.Repeat(recorded.GetProperty("avg_num_neighbors").GetDouble(), layers), actual.AverageNeighborCounts);
        Assert.Equal(Correlations(recorded, layers), actual.Correlations);
        Assert.Equal(Text(recorded, "radial_type"), actual.RadialBasis.ToString(), ignoreCase: true);
        Assert.Equal(Text(recorded, "distance_transform"), actual.DistanceTransform.ToString(), ignoreCase: true);
        Assert.Equal(Integers(recorded.GetProperty("radial_MLP")), actual.RadialMlp);
        Assert.Equal(recorded.GetProperty("heads").EnumerateArray().Select(static h => h.GetString()), actual.Heads);
        Assert.Equal(recorded.GetProperty("apply_cutoff").GetBoolean(), actual.ApplyCutoff);
        Assert.Equal(recorded.GetProperty("pair_repulsion").GetBoolean(), actual.PairRepulsion);
        Assert.Equal(Flag(recorded, "use_so3"), actual.UseSo3);
        Assert.Equal(Flag(recorded, "use_agnostic_product"), actual.UseAgnosticProduct);
        Assert.Equal(Flag(recorded, "use_last_readout_only"), actual.UseLastReadoutOnly);
        Assert.Equal(Flag(recorded, "use_embedding_readout"), actual.UseEmbeddingReadout);
        Assert.Equal(Flag(recorded, "use_edge_irreps_first"), actual.UseEdgeIrrepsFirst);
        Assert.Equal(Text(recorded, "readout_cls") == "NonLinearBiasReadoutBlock", actual.UseBiasReadout);
        Assert.Equal(Text(recorded, "edge_irreps") is string edge ? Irreps.Parse(edge) : null, actual.EdgeIrreps);
        Assert.Equal(Embeddings(recorded), actual.Embeddings);
        Assert.Equal(recorded.GetProperty("dtype").GetString() == "torch.float32" ? Precision.Float32 : Precision.Float64, model.StoredPrecision);
        Assert.Equal(recorded.GetProperty("num_parameters").GetInt64(), ParameterLayout.CountParameters(model));

        // A model of one layer keeps only the first block of its hidden irreps, and has no hidden layer in its readout.
        Irreps hidden = Irreps.Parse(Text(recorded, "hidden_irreps")!);
        Assert.Equal(layers > 1 ? hidden : new Irreps(hidden[0]), actual.HiddenIrreps);
        Assert.Equal(Irreps.Parse(Text(recorded, "MLP_irreps")!), actual.MlpIrreps);
        Assert.Equal(Text(recorded, "gate") ?? "None", actual.Gate.ToString(), ignoreCase: true);
    }

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Golden_model_has_the_recorded_energies_and_scales(string name)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(GoldenData.PathOf("models", "hyperparameters.json")));
        JsonElement recorded = document.RootElement.GetProperty(name);
        int heads = model.HyperParameters.Heads.Length, elements = model.HyperParameters.AtomicNumbers.Length;
        if (model.HyperParameters.HasEnergy)
        {
            NamedTensor energies = model["atomic_energies_fn.atomic_energies"];
            Assert.Equal([heads, elements], energies.Shape);
            Assert.Equal(Flatten(recorded.GetProperty("atomic_energies")).Select(v => Rounded(v, energies)), energies.Values);
        }

        if (model.HyperParameters.Kind == ModelKind.ScaleShiftMace)
        {
            NamedTensor scale = model["scale_shift.scale"], shift = model["scale_shift.shift"];
            Assert.Equal([heads], scale.Shape);
            Assert.Equal([heads], shift.Shape);
            Assert.Equal(Flatten(recorded.GetProperty("atomic_inter_scale")).Select(v => Rounded(v, scale)), scale.Values);
            Assert.Equal(Flatten(recorded.GetProperty("atomic_inter_shift")).Select(v => Rounded(v, shift)), shift.Values);
        }
    }

    [GoldenTheory]
    [InlineData("a_mace_8x0e")]
    [InlineData("b_ss_16x0e_16x1o")]
    [InlineData("d_density_agnesi_zbl")]
    public void Parameters_have_the_names_and_shapes_of_mace_torch(string name)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(GoldenData.PathOf("training", name + ".json")));
        var expected = document.RootElement.GetProperty("parameter_names_shapes").EnumerateObject()
            .ToDictionary(static p => p.Name, static p => Integers(p.Value), StringComparer.Ordinal);
        var actual = ParameterLayout.Of(model.HyperParameters).Where(static s => s.Role == TensorRole.Parameter).Select(static s => s.Name).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        foreach ((string parameter, int[] shape) in expected) { Assert.Equal(shape, model[parameter].Shape); }
    }

    [GoldenTheory]
    [MemberData(nameof(Trained))]
    public void Trained_model_loads(string name)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("trained", name + ".model"));
        HyperParameters shape = model.HyperParameters;
        Assert.Equal(ModelKind.ScaleShiftMace, shape.Kind);
        Assert.Equal([1, 6, 8], shape.AtomicNumbers.ToArray());
        Assert.Equal(["Default"], shape.Heads.ToArray());
        Assert.Equal(Precision.Float64, model.StoredPrecision);
        Assert.Equal(8, shape.RadialBasisCount);
        Assert.Equal(2, shape.LayerCount);
    }

    [GoldenFact]
    public void Mace01_has_the_shape_of_its_published_configuration()
    {
        // golden/solvents/config-02.yml and mace01_run-123.log: num_channels 32, max_L 0, max_ell 2, r_max 4.0, correlation 2,
        // average number of neighbours 9.86205556634933.
        HyperParameters shape = ModelFile.Read(GoldenData.PathOf("trained", "mace01.model")).HyperParameters;
        Assert.Equal(Irreps.Parse("32x0e"), shape.HiddenIrreps);
        Assert.Equal(4.0, shape.CutoffRadius);
        Assert.Equal(2, shape.MaxEll);
        Assert.Equal([2, 2], shape.Correlations.ToArray());
        Assert.Equal([InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual], shape.Interactions.ToArray());
        Assert.Equal([9.86205556634933, 9.86205556634933], shape.AverageNeighborCounts.ToArray());
        Assert.Equal(5, shape.CutoffOrder);
        Assert.Equal(Irreps.Parse("16x0e"), shape.MlpIrreps);
    }

    [GoldenFact]
    public void A_large_model_costs_little_more_than_its_numbers()
    {
        // 22 MB of float32: the bytes of the storages once, and the values as doubles once.
        string path = GoldenData.PathOf("models", "j_mp0_medium_shape.model");
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFile.Read(path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3.5 * new FileInfo(path).Length);
    }

    [GoldenFact]
    public void The_first_potential_loads()
    {
        MaceModel model = ModelFile.Read(Path.Combine(GoldenData.SharedRoot, "starter", "gfn2_chno.model"));
        HyperParameters shape = model.HyperParameters;
        Assert.Equal([1, 6, 7, 8], shape.AtomicNumbers.ToArray());
        Assert.Equal(4.5, shape.CutoffRadius);
        Assert.Equal(Irreps.Parse("64x0e"), shape.HiddenIrreps);
        Assert.Equal(3, shape.MaxEll);
        Assert.Equal([3, 3], shape.Correlations.ToArray());
        Assert.Equal(Precision.Float32, model.StoredPrecision);
        Assert.Equal("gfn2_chno.model", model.Provenance.Source);
    }

    private static IEnumerable<string> Names(string folder) => GoldenData.Exists
        ? Directory.GetFiles(GoldenData.PathOf(folder), "*.model").Select(static p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)
        : ["(none)"];

    private static string? Text(JsonElement recorded, string key) =>
        recorded.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement recorded, string key) => recorded.TryGetProperty(key, out JsonElement value) && value.GetBoolean();

    private static int[] Integers(JsonElement list) => [.. list.EnumerateArray().Select(static v => v.GetInt32())];

    private static IEnumerable<double> Flatten(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany(Flatten) : [value.GetDouble()];

    private static double Rounded(double value, NamedTensor tensor) => tensor.Precision == Precision.Float32 ? (float)value : value;

    private static int[] Correlations(JsonElement recorded, int layers)
    {
        JsonElement value = recorded.GetProperty("correlation");
        return value.ValueKind == JsonValueKind.Array ? Integers(value) : [.. Enumerable.Repeat(value.GetInt32(), layers)];
    }

    private static IEnumerable<EmbeddingSpec> Embeddings(JsonElement recorded)
    {
        if (!recorded.TryGetProperty("embedding_specs", out JsonElement specs)) { yield break; }
        foreach (JsonProperty spec in specs.EnumerateObject())
        {
            bool isCategorical = spec.Value.GetProperty("type").GetString() == "categorical";
            yield return new EmbeddingSpec(
                spec.Name,
                isCategorical,
                spec.Value.GetProperty("emb_dim").GetInt32(),
                isCategorical ? spec.Value.GetProperty("num_classes").GetInt32() : 0,
                spec.Value.TryGetProperty("offset", out JsonElement offset) ? offset.GetInt32() : 0,
                spec.Value.GetProperty("in_dim").GetInt32());
        }
    }
}
