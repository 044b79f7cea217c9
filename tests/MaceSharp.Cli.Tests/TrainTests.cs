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
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Contains("| train_Default |", outcome.Output, StringComparison.Ordinal);
        Assert.True(MacePotential.Load(cli.PathOf("tiny.safetensors")).Compute(StructureReader.Read(Molecules, FrameSlice.All).First(), Properties.Energy).Energy < 0);
        Assert.Contains("Epoch 1: head: Default, loss=", cli.Read("logs/tiny_run-123.log"), StringComparison.Ordinal);
        Assert.Contains("Learning curves", cli.Read("tiny.html"), StringComparison.Ordinal);
        Assert.Equal(3, File.ReadLines(cli.PathOf("results/tiny_run-123_train.txt")).Count(static l => JsonDocument.Parse(l).RootElement.GetProperty("mode").GetString() == "eval"));
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
