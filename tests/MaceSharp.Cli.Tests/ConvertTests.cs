using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace info</c>, <c>mace convert</c> and <c>mace convert-structure</c>, with the potential that ships.</summary>
public sealed class ConvertTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors");
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void TheCardTellsWhatAModelIs()
    {
        string card = _mace.Run("info", Shipped).Output;
        MaceModel model = ModelFile.Read(Shipped);
        Assert.Matches("class +ScaleShiftMACE", card);
        Assert.Matches("elements +4: H C N O", card);
        Assert.Matches("cutoff r_max +4.5 Å \\(9 Å through 2 layers\\)", card);
        Assert.Matches("hidden_irreps +64x0e", card);
        Assert.Matches("correlation +3\n", card);
        Assert.Matches("precision +float32", card);
        Assert.Matches($"parameters +{ParameterLayout.CountParameters(model) / 1000} ", card);
        Assert.Contains("isolated-atom energies E0, eV", card, StringComparison.Ordinal);
        Assert.Matches("SHA-256 +[0-9a-f]{64}", card);
    }

    [Fact]
    public void TheCardIsAlsoJson()
    {
        using JsonDocument json = JsonDocument.Parse(_mace.Run("info", Shipped, "--json").Output);
        JsonElement card = json.RootElement;
        MaceModel model = ModelFile.Read(Shipped);
        Assert.Equal(4.5, card.GetProperty("r_max").GetDouble());
        Assert.Equal(64, card.GetProperty("num_channels").GetInt32());
        Assert.Equal(["H", "C", "N", "O"], card.GetProperty("elements").EnumerateArray().Select(static e => e.GetString()!));
        Assert.Equal(model["atomic_energies_fn.atomic_energies"].Values[3], card.GetProperty("atomic_energies").GetProperty(model.HyperParameters.Heads[0]).GetProperty("O").GetDouble());
        Assert.Equal(new FileInfo(Shipped).Length, card.GetProperty("bytes").GetInt64());
    }

    [Fact]
    public void AModelCanBeCutDownAndNamed()
    {
        string output = _mace.PathOf("small.safetensors");
        Outcome outcome = _mace.Run("convert", Shipped, output, "--elements", "O,H", "--dtype", "float64", "--name", "Water", "--licence", "MIT", "--citation", "Me (2026)", "--description", "A test.", "--level-of-theory", "GFN2-xTB");
        Assert.Equal(0, outcome.ExitCode);
        MaceModel model = ModelFile.Read(output);
        Assert.Equal([1, 8], model.HyperParameters.AtomicNumbers.ToArray());
        Assert.Equal(Precision.Float64, model.StoredPrecision);
        ModelProvenance p = model.Provenance;
        Assert.Equal(("Water", "MIT", "Me (2026)", "A test.", "GFN2-xTB"), (p.Name, p.Licence, p.Citation, p.Description, p.LevelOfTheory));
        string card = _mace.Run("info", output).Output;
        Assert.StartsWith("Water\n", card, StringComparison.Ordinal);
        Assert.Matches("cite +Me \\(2026\\)", card);
    }

    [Theory]
    [InlineData("'Hg2' is not a chemical symbol", "--elements", "H,Hg2")]
    [InlineData("does not know Fe", "--elements", "H,Fe")]
    [InlineData("no head 'x'", "--head", "x")]
    [InlineData("float16", "--dtype", "float16")]
    public void WhatCannotBeConvertedIsRefused(string part, params string[] options)
    {
        Outcome outcome = _mace.Run(["convert", Shipped, _mace.PathOf("out.safetensors"), .. options]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_mace.Folder));
    }

    [Fact]
    public void PyTorchFilesAreNotWritten() => Assert.Contains(".safetensors", _mace.Run("convert", Shipped, _mace.PathOf("out.model")).ErrorLine, StringComparison.Ordinal);

    [GoldenTheory]
    [InlineData("a_mace_8x0e", 21928)]
    [InlineData("g1_omol_like", 55775)]
    [InlineData("h3_dielectric", 28960)]
    [InlineData("f_multihead", 24848)]
    public void ParametersAreCountedAsByPyTorch(string name, long expected)
    {
        // The counts of the manifest of the reference data.
        using JsonDocument json = JsonDocument.Parse(_mace.Run("info", GoldenData.PathOf("models", name + ".model"), "--json").Output);
        Assert.Equal(expected, json.RootElement.GetProperty("parameters").GetInt64());
        Assert.Equal(0, _mace.Run("info", GoldenData.PathOf("models", name + ".model")).ExitCode);
    }

    [Theory]
    [InlineData("crystal.extxyz")]
    [InlineData("crystal.jsonl")]
    [InlineData("crystal.cif")]
    [InlineData("POSCAR")]
    [InlineData("crystal.data")]
    public void StructuresGoFromFormatToFormat(string name)
    {
        string input = _mace.Write("in.xyz", Samples.Crystal);
        Outcome outcome = _mace.Run("convert-structure", input, _mace.PathOf(name));
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal(0, _mace.Run("convert-structure", _mace.PathOf(name), _mace.PathOf("back.xyz")).ExitCode);
        Structure before = StructureFile.Read(input), after = StructureFile.Read(_mace.PathOf("back.xyz"));
        Assert.Equal(before.AtomicNumbers.ToArray().Order(), after.AtomicNumbers.ToArray().Order());
        Assert.Equal(before.Volume, after.Volume, 1e-6);
        Assert.Equal(before.Periodicity, after.Periodicity);
    }

    [Fact]
    public void FramesAreChosenBySlices()
    {
        string input = _mace.Write("in.xyz", Samples.Trajectory(10));
        Outcome outcome = _mace.Run("convert-structure", input + "@-2:", "-", "--format", "jsonl");
        Assert.Equal(2, outcome.Output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("\"step\":8", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("2 frames, ", outcome.Error, StringComparison.Ordinal);

        Outcome many = _mace.Run("convert-structure", input, _mace.PathOf("POSCAR"));
        Assert.Equal(2, many.ExitCode);
        Assert.Contains("in.xyz@", many.ErrorLine, StringComparison.Ordinal);
        Assert.False(File.Exists(_mace.PathOf("POSCAR")));
    }
}
