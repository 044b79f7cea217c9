using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Serialization;

/// <summary>Models survive safetensors bit by bit, and damaged files are refused.</summary>
public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("macesharp-").FullName;

    public static TheoryData<string> AllModels => GoldenData.Exists
        ? [.. new[] { "models", "trained" }.SelectMany(static f => Directory.GetFiles(GoldenData.PathOf(f), "*.model")).Order(StringComparer.Ordinal)]
        : ["(none)"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GoldenTheory]
    [MemberData(nameof(AllModels))]
    public void A_round_trip_gives_identical_bits(string path)
    {
        MaceModel before = ModelFile.Read(path);
        string first = Path.Combine(_folder, "first.safetensors"), second = Path.Combine(_folder, "second.safetensors");
        ModelFile.Write(before, first);
        MaceModel after = ModelFile.Read(first);
        ModelFile.Write(after, second);

        AssertSame(before, after);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(["first.safetensors", "second.safetensors"], Directory.GetFiles(_folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [GoldenFact]
    public void The_file_is_safetensors_as_specified()
    {
        // https://github.com/huggingface/safetensors: u64 length, JSON header, tensors without gaps.
        byte[] file = Bytes(Model());
        long length = BitConverter.ToInt64(file);
        Assert.Equal(0, length % 8);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, (int)length));
        long position = 0;
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject())
        {
            if (tensor.Name == "__metadata__")
            {
                Assert.All(tensor.Value.EnumerateObject(), static p => Assert.Equal(JsonValueKind.String, p.Value.ValueKind));
                continue;
            }

            Assert.Equal(position, tensor.Value.GetProperty("data_offsets")[0].GetInt64());
            position = tensor.Value.GetProperty("data_offsets")[1].GetInt64();
        }

        Assert.Equal(file.Length - 8 - length, position);
        using JsonDocument shape = JsonDocument.Parse(header.RootElement.GetProperty("__metadata__").GetProperty("hyperparameters").GetString()!);
        Assert.Equal("ScaleShiftMACE", shape.RootElement.GetProperty("class").GetString());
        Assert.Equal(4.0, shape.RootElement.GetProperty("r_max").GetDouble());
    }

    [GoldenFact]
    public void Origin_licence_and_citation_are_kept()
    {
        ModelProvenance provenance = new()
        {
            Name = "name",
            Source = "source",
            LevelOfTheory = "PBE+U",
            Licence = "MIT",
            Citation = "Müller, \"A\" & B\n2024",
            Description = "for tests",
        };
        MaceModel model = ModelBytes.Read(Bytes(Model() with { Provenance = provenance }));
        Assert.Equal(provenance, model.Provenance);
    }

    [GoldenFact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        File.WriteAllText(path, "old");
        MaceModel model = Model();
        MaceModel broken = model with { Tensors = model.Tensors.Remove("node_embedding.linear.weight") };
        string message = Assert.ThrowsAny<InvalidInputException>(() => ModelFile.Write(broken, path)).Message;
        Assert.Contains("node_embedding.linear.weight", message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder));
        Assert.Contains("cannot be written", Assert.ThrowsAny<InvalidInputException>(() => ModelFile.Write(model, Path.Combine(_folder, "none", "x"))).Message, StringComparison.Ordinal);
        Assert.Contains("directory", Assert.ThrowsAny<InvalidInputException>(() => ModelFile.Write(model, _folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not the JSON")]
    [InlineData("{}", "something else")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "not the JSON")]
    [InlineData("{\"__metadata__\":[]}", "not the JSON")]
    [InlineData("{\"a\":1}", "not the JSON")]
    [InlineData("{\"a\":{}}", "not the JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", "ends early")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1000000,1000000],\"data_offsets\":[0,8]}}", "more elements than")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1000000000000],\"data_offsets\":[0,8]}}", "not the JSON")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[-1],\"data_offsets\":[0,8]}}", "negative extent")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[8,16]}}", "does not lie")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,16]}}", "does not lie")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,9223372036854775807]}}", "does not lie")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[-8,0]}}", "does not lie")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"b\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", "does not lie")]
    [InlineData("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", "not of type F64")]
    [InlineData("{\"a\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]},\"a\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[0,0]}}", "two entries")]
    [InlineData("{\"__metadata__\":{\"format\":\"macesharp\",\"format_version\":\"2\",\"hyperparameters\":\"{}\"}}", "version '2'")]
    [InlineData("{\"__metadata__\":{\"format\":\"macesharp\",\"format_version\":\"1\",\"hyperparameters\":\"{}\"}}", "lack 'class'")]
    [InlineData("{\"__metadata__\":{\"format\":\"macesharp\",\"format_version\":\"1\",\"hyperparameters\":\"[]\"}}", "not the JSON")]
    [InlineData("{\"__metadata__\":{\"format\":\"macesharp\",\"format_version\":\"1\",\"hyperparameters\":\"{\\\"new\\\":1}\"}}", "'new' is not known")]
    public void A_damaged_header_is_refused(string header, string words) => ModelBytes.AssertRefused(WithHeader(header), words);

    [Fact]
    public void A_header_longer_than_the_file_or_the_limit_is_refused()
    {
        ModelBytes.AssertRefused([.. BitConverter.GetBytes(50_000_000L), (byte)'{'], "ends early");
        ModelBytes.AssertRefused([.. BitConverter.GetBytes(100_000_001L), (byte)'{'], "not a model");
        ModelBytes.AssertRefused([.. BitConverter.GetBytes(ulong.MaxValue), (byte)'{'], "not a model");
    }

    [Fact]
    public void Deep_json_is_refused() => ModelBytes.AssertRefused(WithHeader("{\"a\":" + new string('[', 1_000_000)), "not the JSON");

    [GoldenFact]
    public void A_truncated_file_is_refused()
    {
        byte[] file = Bytes(Model());
        ModelBytes.AssertRefused(file[..^1], "ends early");
        ModelBytes.AssertRefused(file[..20], "ends early");
        ModelBytes.AssertRefused([.. file, 0], "after its last tensor");
    }

    [GoldenFact]
    public void Hyper_parameters_that_do_not_fit_the_tensors_are_refused()
    {
        Refuse("\"max_ell\":2", "\"max_ell\":3", "has the shape");
        Refuse("\"max_ell\":2", "\"max_ell\":9", "has the shape");
        Refuse("\"num_radial_basis\":8", "\"num_radial_basis\":7", "has the shape");
        Refuse("\"correlation\":[3]", "\"correlation\":[2]", "none that the hyper-parameters");
        Refuse("\"correlation\":[3]", "\"correlation\":[9]", "correlation orders");
        Refuse("\"r_max\":4", "\"r_max\":0", "cutoff radius");
        Refuse("\"avg_num_neighbors\":[9.37]", "\"avg_num_neighbors\":[0.00]", "neighbours");
        Refuse("\"atomic_numbers\":[1,6,7,8]", "\"atomic_numbers\":[1,7,6,8]", "do not ascend");
        Refuse("\"heads\":[\"Default\"]", "\"heads\":[]", "heads");
        Refuse("\"hidden_irreps\":\"8x0e\"", "\"hidden_irreps\":\"8x1o\"", "scalar channels");
        Refuse("\"class\":\"ScaleShiftMACE\"", "\"class\":\"MACE\"", "none that the hyper-parameters");
        Refuse("\"class\":\"ScaleShiftMACE\"", "\"class\":\"ScaleShiftMACX\"", "known are MACE");
    }

    private void Refuse(string known, string changed, string words)
    {
        byte[] file = Bytes(Model());
        byte[] search = Encoding.UTF8.GetBytes(known.Replace("\"", "\\u0022", StringComparison.Ordinal));
        byte[] replacement = Encoding.UTF8.GetBytes(changed.Replace("\"", "\\u0022", StringComparison.Ordinal).PadRight(search.Length));
        int at = file.AsSpan().IndexOf(search);
        Assert.True(at > 0 && search.Length == replacement.Length, known);
        replacement.CopyTo(file, at);
        ModelBytes.AssertRefused(file, words);
    }

    internal static void AssertSame(MaceModel expected, MaceModel actual)
    {
        HyperParameters a = expected.HyperParameters, b = actual.HyperParameters;
        Assert.True(a.AtomicNumbers.SequenceEqual(b.AtomicNumbers) && a.Interactions.SequenceEqual(b.Interactions) && a.AverageNeighborCounts.SequenceEqual(b.AverageNeighborCounts)
            && a.Correlations.SequenceEqual(b.Correlations) && a.RadialMlp.SequenceEqual(b.RadialMlp) && a.Heads.SequenceEqual(b.Heads) && a.Embeddings.SequenceEqual(b.Embeddings));

        // Everything but the lists, which compare by reference.
        Assert.Equal(a, b with
        {
            AtomicNumbers = a.AtomicNumbers,
            Interactions = a.Interactions,
            AverageNeighborCounts = a.AverageNeighborCounts,
            Correlations = a.Correlations,
            RadialMlp = a.RadialMlp,
            Heads = a.Heads,
            Embeddings = a.Embeddings,
        });
        Assert.Equal(expected.Provenance, actual.Provenance);
        Assert.Equal(expected.Tensors.Keys, actual.Tensors.Keys);
        foreach ((string name, NamedTensor tensor) in expected.Tensors)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            Assert.Equal(tensor.Precision, actual[name].Precision);
            Assert.True(MemoryMarshal.AsBytes(tensor.Values.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(actual[name].Values.AsSpan())), name);
        }
    }

    private static MaceModel Model() => ModelFile.Read(GoldenData.PathOf("models", "e2_one_interaction.model"));

    private byte[] Bytes(MaceModel model)
    {
        string path = Path.Combine(_folder, "bytes.safetensors");
        ModelFile.Write(model, path);
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    private static byte[] WithHeader(string header)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)bytes.Length), .. bytes];
    }
}
