using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace data select</c> and <c>prepare</c> on the molecules of the examples.</summary>
public class DataSetTests
{
    private static readonly string Molecules = Path.Combine(GoldenData.RepositoryRoot, "examples", "molecules.xyz");

    [Theory]
    [InlineData("random")]
    [InlineData("fps")]
    [InlineData("composition")]
    public void SelectedFramesAreAsTheyWere(string method)
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run("data", "select", Molecules, "--count", "4", "--method", method, "--output", cli.PathOf("some.xyz"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("4 frames of 9, ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(method == "fps", outcome.Error.Contains("distance of a frame to the nearest selected one: largest ", StringComparison.Ordinal));
        string[] all = Frames(Molecules), some = Frames(cli.PathOf("some.xyz"));
        Assert.Equal(4, some.Distinct().Count());
        Assert.Equal(some, all.Where(some.Contains));
        Assert.Equal(0, cli.Run("data", "select", Molecules, "--count", "4", "--method", method, "--output", cli.PathOf("again.xyz"), "-q").ExitCode);
        Assert.Equal(cli.Read("some.xyz"), cli.Read("again.xyz"));
    }

    [Fact]
    public void IsolatedAtomsAreWrittenAndNotCounted()
    {
        using CommandLine cli = new();
        string file = cli.Write("all.xyz", "1\nconfig_type=IsolatedAtom energy=-13 Properties=species:S:1:pos:R:3\nH 0 0 0\n" + File.ReadAllText(Molecules));
        Outcome outcome = cli.Run("data", "select", file, "--count", "9", "--output", cli.PathOf("some.xyz"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Frames(file), Frames(cli.PathOf("some.xyz")));
        Assert.Contains("9 frames of 9", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Frames that were selected before are not selected again as long as there are others.</summary>
    [Theory]
    [InlineData("fps")]
    [InlineData("composition")]
    public void ReferencesCountAsSelected(string method)
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run("data", "select", Molecules, "--count", "5", "--method", method, "--reference", Molecules + "@:4", "--output", cli.PathOf("rest.xyz"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(Frames(Molecules)[4..], Frames(cli.PathOf("rest.xyz")));
        if (method == "fps") { Assert.Contains("nearest selected one or reference: largest 0, mean 0;", outcome.Error, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("mace: 10 frames are wanted, but there are only 9.", "--count", "10")]
    [InlineData("mace: --count cannot be '0'; give a whole number from 1 to 2147483647. See 'mace data select --help'.", "--count", "0")]
    [InlineData("mace: --method cannot be 'best'; it is one of random, fps, composition. See 'mace data select --help'.", "--count", "1", "--method", "best")]
    [InlineData("mace: --seed has no meaning with --method fps, which draws nothing.", "--count", "1", "--method", "fps", "--seed", "1")]
    [InlineData("mace: --reference has no meaning with --method random; use fps or composition.", "--count", "1", "--reference", "x.xyz")]
    [InlineData("mace: The file 'x.xyz' does not exist.", "--count", "1", "--method", "fps", "--reference", "x.xyz")]
    public void AMistakeInASelectionIsOneSentence(string sentence, params string[] arguments)
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run(["data", "select", Molecules, .. arguments]);
        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Equal(sentence, outcome.Error.Trim().Split('\n')[0]);
        Assert.Contains("cannot take standard input", cli.Run("data", "select", "-", "--count", "1").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnElementThatTheModelLacksIsNamed()
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run("data", "select", cli.Write("gold.xyz", "1\n\nAu 0 0 0\n"), "--count", "1", "--method", "fps");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("gold.xyz@0: ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>From structures to a model by way of a prepared data set: the same bytes as without it.</summary>
    [Fact]
    public void PreparedDataAreCheckedAndTrainedOn()
    {
        using CommandLine cli = new();
        string set = cli.PathOf("set");
        string[] prepare = ["data", "prepare", Molecules, "--r_max", "3", "--output", set, "--shard-size", "0.01"];
        Outcome outcome = cli.Run(prepare);
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.StartsWith($"{set}: 9 frames in ", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("neighbours within 3 Å\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(outcome.Output, cli.Run(prepare).Output);
        Outcome check = cli.Run("data", "check", set), direct = cli.Run("data", "check", Molecules);
        Assert.Equal(direct.Output, check.Output[(check.Output.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.Contains("all checksums fit\n", check.Output, StringComparison.Ordinal);
        Assert.Equal(0, cli.Run(Train("a", Molecules)).ExitCode);
        Assert.Equal(0, cli.Run(Train("b", set)).ExitCode);
        Assert.Equal(Weights("a"), Weights("b"));

        string shard = Path.Combine(set, "shard-00000.bin");
        byte[] bytes = File.ReadAllBytes(shard);
        bytes[200] ^= 1;
        File.WriteAllBytes(shard, bytes);
        Outcome damaged = cli.Run("data", "check", set);
        Assert.Equal((2, $"mace: {shard} is damaged: frame 0 of the data set (number 0 in the file) does not fit its checksum; prepare the data set again."), (damaged.ExitCode, damaged.ErrorLine));
        Assert.Equal(damaged.ErrorLine, cli.Run(Train("c", set)).ErrorLine);

        string[] Train(string name, string file) =>
        [
            "train", "-q", "--plot", "False", "--name", name, "--work_dir", cli.Folder, "--train_file", file, "--E0s", "average", "--valid_fraction", "0.3", "--r_max", "3", "--num_channels", "4", "--max_L", "0", "--max_ell", "1",
            "--correlation", "2", "--radial_MLP", "[8]", "--batch_size", "3", "--max_num_epochs", "2", "--threads", "1",
        ];

        // Beside the name of the run everything is the same.
        string Weights(string name) => Convert.ToHexString(File.ReadAllBytes(cli.PathOf(name + ".safetensors"))).Replace(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes($"\\u0022{name}\\u0022")), "", StringComparison.Ordinal)
            .Replace(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes($"\\\"{name}\\\"")), "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Option '--r_max' is required.", "--output", "set")]
    [InlineData("mace: --r_max cannot be '-1'; give a number from 0.001 to 100.", "--r_max", "-1", "--output", "set")]
    [InlineData("mace: --shard-size cannot be '0'; give a number from 0.001 to 1000000.", "--r_max", "3", "--output", "set", "--shard-size", "0")]
    public void AMistakeInAPreparationIsOneSentence(string sentence, params string[] arguments)
    {
        using CommandLine cli = new();
        Outcome outcome = cli.Run(["data", "prepare", Molecules, .. arguments]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(sentence, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists("set"));
        Assert.Contains("cannot take standard input", cli.Run("data", "prepare", "-", "--r_max", "3", "--output", "set").Error, StringComparison.Ordinal);
        Assert.Equal("mace: The file 'missing.xyz' does not exist.", cli.Run("data", "prepare", "missing.xyz", "--r_max", "3", "--output", "set").ErrorLine);
    }

    /// <summary>The frames of a file as texts.</summary>
    private static string[] Frames(string path) => [.. StructureReader.Read(path, FrameSlice.All).Select(static s =>
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        using StructureWriter writer = new(text);
        writer.Write(s);
        writer.Complete();
        return text.ToString();
    })];
}
