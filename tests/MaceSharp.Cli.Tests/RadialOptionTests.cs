using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Models;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary><c>--radial</c> and <c>mace info --tables</c>, with the potential that ships and with reference models.</summary>
public sealed class RadialOptionTests : IDisposable
{
    private static readonly string Shipped = Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mace-cli-");
    private readonly string _input;

    public RadialOptionTests()
    {
        _input = Path.Combine(_folder.FullName, "water.xyz");
        File.WriteAllText(_input, "3\nProperties=species:S:1:pos:R:3\nO 0.0 0.0 0.119\nH 0.0 0.763 -0.477\nH 0.1 -0.763 -0.477\n");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("exact", "float64")]
    [InlineData("table", "float32")]
    [InlineData("exact", "float64", "--radial", "auto")]
    [InlineData("table", "float64", "--radial", "table")]
    [InlineData("exact", "float32", "--radial", "exact")]
    public void TheModeThatWasUsedIsTold(string mode, string dtype, params string[] options)
    {
        string output = Path.Combine(_folder.FullName, "out.xyz");
        (_, _, string line) = Run(["eval", _input, "--dtype", dtype, .. options]);
        Assert.Contains($"; {dtype}, radial {mode}, ", line, StringComparison.Ordinal);
        (_, string summary, _) = Run(["eval", _input, "--json", "-o", output, "-t", "1", "--dtype", dtype, .. options]);
        using JsonDocument json = JsonDocument.Parse(summary);
        Assert.Equal(mode, json.RootElement.GetProperty("radial").GetString());
        (_, string all, _) = Run(["eval", _input, "--json", "--dtype", dtype, .. options]);
        using JsonDocument frames = JsonDocument.Parse(all);
        Assert.Equal(mode, frames.RootElement.GetProperty("summary").GetProperty("radial").GetString());

        // What was written is what that mode gives, to the last bit: the two modes differ.
        RadialMode used = mode == "table" ? RadialMode.Table : RadialMode.Exact;
        Precision precision = dtype == "float32" ? Precision.Float32 : Precision.Float64;
        Structure structure = StructureFile.Read(_input);
        double expected = MacePotential.Load(Shipped, new MaceOptions { Precision = precision, Radial = used }).Compute(structure, Properties.Energy | Properties.Forces).Forces[0].Z;
        Assert.Equal(expected, StructureFile.Read(output).Arrays["forces"].Reals[2]);
    }

    [Fact]
    public void TheModeThatWasMeasuredIsTold()
    {
        using JsonDocument json = JsonDocument.Parse(Run("bench", "--model", Shipped, "--water", "1", "--repeat", "1", "-t", "1", "--radial", "table", "--json").Output);
        Assert.Equal("table", json.RootElement.GetProperty("radial").GetString());
    }

    [Fact]
    public void AnotherModeIsRefused()
    {
        (int exitCode, _, string error) = Run("eval", _input, "--radial", "spline");
        Assert.Equal(2, exitCode);
        Assert.Contains("--radial cannot be 'spline'; it is one of auto, exact, table.", error, StringComparison.Ordinal);
    }

    [GoldenFact]
    public void AModelWithAttentionHasNoTables()
    {
        string model = GoldenData.PathOf("models", "e9_attention_residual.model");
        foreach (string[] arguments in new string[][] { ["eval", _input, "-m", model, "--radial", "table"], ["info", model, "--tables"] })
        {
            (int exitCode, _, string error) = Run(arguments);
            Assert.Equal(2, exitCode);
            Assert.Contains("cannot be tabulated", error, StringComparison.Ordinal);
        }

        Assert.Contains("float32, radial exact, ", Run("eval", _input, "-m", model, "--dtype", "float32").Error, StringComparison.Ordinal);
        Assert.Contains("float32, radial exact and table, ", Run("eval", _input, "-m", model, Shipped, "--dtype", "float32").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCardMeasuresTablesWhenAsked()
    {
        Assert.DoesNotContain("radial tables", Run("info", Shipped).Output, StringComparison.Ordinal);
        string card = Run("info", Shipped, "--tables").Output;
        Assert.Contains("radial tables", card, StringComparison.Ordinal);
        Assert.Matches("float32 +0 +1 +.*all pairs\n", card);
        Assert.Matches("float64 +1 +1 +.*all pairs\n", card);
        using JsonDocument json = JsonDocument.Parse(Run("info", Shipped, "--tables", "--json").Output);
        foreach (JsonElement table in json.RootElement.GetProperty("radial_tables").EnumerateArray())
        {
            bool single = table.GetProperty("dtype").GetString() == "float32";
            Assert.InRange(table.GetProperty("slope_error").GetDouble(), 1e-15, single ? 5e-7 : 5e-8);

            // A row of anchors an interval and four more rows of differences.
            long rows = (2 * table.GetProperty("most_intervals").GetInt64()) + 4;
            Assert.Equal(rows * table.GetProperty("functions").GetInt64() * (single ? 4 : 8), table.GetProperty("bytes").GetInt64());
        }
    }

    [GoldenTheory]
    [InlineData("d_density_agnesi_zbl", 10)]
    [InlineData("g1_omol_like", 16)]
    public void PairsHaveTablesOfTheirOwnWhereElementsMatter(string model, int tables)
    {
        using JsonDocument json = JsonDocument.Parse(Run("info", GoldenData.PathOf("models", model + ".model"), "--tables", "--json").Output);
        foreach (JsonElement report in json.RootElement.GetProperty("radial_tables").EnumerateArray())
        {
            Assert.Equal(tables, report.GetProperty("tables").GetInt32());
            Assert.Equal(2, report.GetProperty("slope_error_pair").GetArrayLength());
        }
    }

    private static (int ExitCode, string Output, string Error) Run(params string[] args)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        using CliContext context = new(Stream.Null, output, error) { Models = ModelSource.Default };
        int exitCode = Cli.Run(args, context);
        return (exitCode, System.Text.Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
