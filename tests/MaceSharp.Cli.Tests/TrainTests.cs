using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace train</c>, <c>data</c> and <c>export</c> on the molecules of the examples.</summary>
public class TrainTests
{
    private static readonly string Molecules = Path.Combine(GoldenData.RepositoryRoot, "examples", "molecules.xyz");

    [Fact]
    public void ARunLeavesAModelAReportALogAndResults()
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run(["train", .. Small(cli)]);
        Assert.Equal(0, outcome.ExitCode);

        // Two epochs do not make a wall, and this is said.
        Assert.StartsWith("mace: note: The model has holes: ", outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("WARNING: Dimer ", cli.Read("logs/tiny_run-123.log"), StringComparison.Ordinal);
        Assert.Contains("Atoms close together", cli.Read("tiny.html"), StringComparison.Ordinal);
        Assert.Contains("| train_Default |", outcome.Output, StringComparison.Ordinal);
        Assert.True(MacePotential.Load(cli.PathOf("tiny.safetensors")).Compute(StructureReader.Read(Molecules, FrameSlice.All).First(), Properties.Energy).Energy < 0);
        Assert.Contains("Epoch 1: head: Default, loss=", cli.Read("logs/tiny_run-123.log"), StringComparison.Ordinal);
        Assert.Contains("Learning curves", cli.Read("tiny.html"), StringComparison.Ordinal);
        Assert.Equal(3, File.ReadLines(cli.PathOf("results/tiny_run-123_train.txt")).Count(static l => JsonDocument.Parse(l).RootElement.GetProperty("mode").GetString() == "eval"));
    }

    /// <summary>A file of results that something else wrote to costs the report, not the model.</summary>
    [Fact]
    public void SpoiledResultsAreNamed()
    {
        using CommandLine cli = new();
        Assert.Equal(0, cli.Run(["train", "-q", "--plot", "False", .. Small(cli)]).ExitCode);
        string results = cli.PathOf("results/tiny_run-123_train.txt");
        File.WriteAllText(results, "x" + File.ReadAllText(results)[1..]);
        Outcome outcome = cli.Run(["train", "-q", "--restart_latest", .. Small(cli)]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("line 1: not a line of results", outcome.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(cli.PathOf("tiny.safetensors")));
    }

    /// <summary>The same options and seed give the same bytes; another seed gives others.</summary>
    [Fact]
    public void ARunIsReproducible()
    {
        using CommandLine first = new(), second = new(), third = new();
        Assert.Equal(0, first.Run(["train", "-q", "--plot", "False", .. Small(first)]).ExitCode);
        Assert.Equal(0, second.Run(["train", "-q", "--plot", "False", .. Small(second)]).ExitCode);
        Assert.Equal(0, third.Run(["train", "-q", "--plot", "False", "--seed", "4", .. Small(third)]).ExitCode);
        byte[] expected = File.ReadAllBytes(first.PathOf("tiny.safetensors"));
        Assert.Equal(expected, File.ReadAllBytes(second.PathOf("tiny.safetensors")));
        Assert.NotEqual(expected, File.ReadAllBytes(third.PathOf("tiny.safetensors")));
    }

    [Fact]
    public void ADryRunWritesNothing()
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run(["train", "--dry_run", "--device", "cuda", .. Small(cli)]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("A step takes", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("mace: note: device is ignored: training runs on the processor.", outcome.ErrorLine);
        Assert.Empty(Directory.EnumerateFileSystemEntries(cli.Folder));
    }

    [Theory]
    [InlineData("--r_max", "five", "mace: command line: r_max cannot be 'five'; it should be a number.")]
    [InlineData("--energy_key", "E", null)]
    [InlineData("--train_file", "missing.xyz", "mace: The file 'missing.xyz' does not exist.")]
    [InlineData("--E0s", "{1: 2}", "mace: There is no isolated-atom energy for ")]
    [InlineData("--foundation_model", "missing.model", "mace: ")]
    [InlineData("--lora", "True", "mace: lora adapts a model that is there: it needs a foundation_model.")]
    [InlineData("--lora_rank", "0", "mace: command line: lora_rank cannot be '0'; it should be a whole number from 1 to 4096.")]
    [InlineData("--lora_alpha", "-1", "mace: command line: lora_alpha cannot be '-1'; it should be a number from ")]
    [InlineData("--lbfgs", "maybe", "mace: command line: lbfgs cannot be 'maybe'; it should be True or False.")]
    [InlineData("--freeze", "7", "mace: Nothing is left to train: freeze and lr_params_factors leave out every parameter.")]
    public void AMistakeIsOneSentence(string option, string value, string? sentence)
    {
        using CommandLine cli = new();
        List<string> arguments = [.. Small(cli)];
        int at = arguments.IndexOf(option);
        if (at >= 0) { arguments.RemoveRange(at, 2); }
        Outcome outcome = cli.Run(["train", "--plot", "False", .. arguments, option, value]);
        if (sentence is null)
        {
            // Energies are not found under that key: they are missing, which is said, and forces alone are learned.
            Assert.Equal(2, outcome.ExitCode);
            return;
        }

        Assert.Equal(2, outcome.ExitCode);
        Assert.StartsWith(sentence, outcome.Error.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
    }

    /// <summary>Adapters, replay, a new element and a polish in one run: errors of every head before and after, and an ordinary model.</summary>
    [Fact]
    public void AFoundationIsAdapted()
    {
        using CommandLine cli = new();
        string foundation = Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors"), file = cli.PathOf("sulphur.xyz");
        File.WriteAllText(file, string.Concat(Enumerable.Range(0, 6).Select(static i => FormattableString.Invariant($"3\nProperties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy={-300 + (0.01 * i)}\nS 0 0 0 0 0 0\nH {1.3 + (0.02 * i)} 0 0 0 0 0\nH 0 1.34 0 0 0 0\n"))));
        Outcome outcome = cli.Run(
            "train", "--name", "adapted", "--work_dir", cli.Folder, "--foundation_model", foundation, "--foundation_model_extend_elements", "True", "--train_file", file, "--valid_fraction", "0.34", "--E0s", "{1: -10.7, 16: -278}",
            "--pt_train_file", Molecules, "--force_mh_ft_lr", "True", "--lora", "True", "--lora_rank", "2", "--batch_size", "6", "--max_num_epochs", "2", "--start_lbfgs", "1", "--default_dtype", "float32", "--threads", "1");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("S is new to the foundation model; its weights begin as those of O.", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Low-rank adapters: rank 2, alpha 1; ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("L-BFGS begins at epoch 1", outcome.Output, StringComparison.Ordinal);
        string table = outcome.Output[outcome.Output.IndexOf("before and the model after fine-tuning", StringComparison.Ordinal)..];
        foreach (string set in new[] { "train_pt_head", "train_Default", "valid_pt_head", "valid_Default" }) { Assert.Contains($"| {set} |", table, StringComparison.Ordinal); }
        Assert.Contains("Before and after", cli.Read("adapted.html"), StringComparison.Ordinal);
        Architecture.MaceModel before = Serialization.ModelFile.Read(foundation), after = Serialization.ModelFile.Read(cli.PathOf("adapted.safetensors"));
        Assert.Equal(before.Tensors.Keys.Where(static k => !k.StartsWith("readouts", StringComparison.Ordinal)), after.Tensors.Keys.Where(static k => !k.StartsWith("readouts", StringComparison.Ordinal)));
        Assert.Equal(before["products.0.symmetric_contractions.contractions.0.weights_max"].Values, after["products.0.symmetric_contractions.contractions.0.weights_max"].Values[..before["products.0.symmetric_contractions.contractions.0.weights_max"].Count]);
        Assert.NotEqual(before["products.0.linear.weight"].Values, after["products.0.linear.weight"].Values);
    }

    [Fact]
    public void DataAreCheckedAndDivided()
    {
        using CommandLine cli = new();
        Outcome check = cli.Run("data", "check", Molecules);
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("energy: 9, forces: 9", check.Output, StringComparison.Ordinal);
        Assert.Equal(2, cli.Run("data", "check", Molecules, "--energy_key", "E", "--forces_key", "F").ExitCode);
        Outcome split = cli.Run("data", "split", Molecules, "--train", cli.PathOf("a.xyz"), "--valid", cli.PathOf("b.xyz"), "--valid_fraction", "0.3");
        Assert.Equal((0, 7, 2), (split.ExitCode, (int)StructureReader.CountFrames(cli.PathOf("a.xyz")), (int)StructureReader.CountFrames(cli.PathOf("b.xyz"))));
    }

    [Fact]
    public void ExportWritesWeightsAndHyperParameters()
    {
        using CommandLine cli = new();
        Assert.Equal(0, cli.Run(["train", "-q", "--plot", "False", .. Small(cli)]).ExitCode);
        string model = cli.PathOf("tiny.safetensors");
        using MemoryStream output = new();
        using (StringWriter error = new()) { Assert.Equal(0, Cli.Run(["export", model, cli.PathOf("tiny.pt")], Stream.Null, output, error)); }
        Assert.True(new FileInfo(cli.PathOf("tiny.pt")).Length > 1000);
        Assert.Equal("ScaleShiftMACE", JsonDocument.Parse(cli.Read("tiny.json")).RootElement.GetProperty("class").GetString());
        Assert.Equal(2, cli.Run("export", model, cli.PathOf("tiny.model")).ExitCode);
    }

    private static string[] Small(CommandLine cli) =>
    [
        "--name", "tiny", "--work_dir", cli.Folder, "--train_file", Molecules, "--E0s", "average", "--valid_fraction", "0.25", "--num_channels", "4", "--max_L", "0", "--max_ell", "1",
        "--correlation", "2", "--radial_MLP", "[8]", "--MLP_irreps", "4x0e", "--r_max", "3", "--batch_size", "3", "--max_num_epochs", "2", "--threads", "1",
    ];
}
