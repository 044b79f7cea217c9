using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Theory]
    [InlineData("eval")]
    [InlineData("info")]
    [InlineData("convert")]
    [InlineData("convert-structure")]
    [InlineData("relax")]
    [InlineData("md")]
    [InlineData("bench")]
    [InlineData("completion")]
    [InlineData("neb")]
    [InlineData("analyze")]
    [InlineData("build", "crystal")]
    [InlineData("build", "molecule")]
    [InlineData("build", "supercell")]
    [InlineData("build", "slab")]
    [InlineData("build", "strain")]
    [InlineData("build", "rattle")]
    [InlineData("build", "vacancy")]
    [InlineData("build", "pack")]
    [InlineData("build", "solvate")]
    [InlineData("models", "list")]
    [InlineData("models", "get")]
    [InlineData("models", "verify")]
    public void EveryCommandHasAnExample(params string[] command)
    {
        Outcome outcome = _mace.Run([.. command, "--help"]);
        Assert.Equal(0, outcome.ExitCode);
        int at = outcome.Output.IndexOf("Examples:", StringComparison.Ordinal);
        Assert.True(at > 0, outcome.Output);
        Assert.Contains($"mace {string.Join(' ', command)}", outcome.Output[at..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    public void TheOverviewListsTheCommands(params string[] args)
    {
        Outcome outcome = _mace.Run(args);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("convert-structure", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  mace eval molecule.xyz", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheVersionIsOneLine()
    {
        Outcome outcome = _mace.Run("--version");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+\\S*\n$", outcome.Output);
    }

    [Fact]
    public void AWrongWordPointsToTheHelpOfItsCommand() => Assert.EndsWith("See 'mace info --help'.", _mace.Run("info", "a", "b").ErrorLine, StringComparison.Ordinal);

    [Theory]
    [InlineData("mace ev", "eval")]
    [InlineData("mace eval --stress ", "auto\noff\non")]
    [InlineData("mace eval x.xyz --model mpa", "mpa-0-medium")]
    [InlineData("mace models get mpa", "mpa-0-medium")]
    [InlineData("mace info mpa", "mpa-0-medium")]
    [InlineData("mace convert --dtype ", "float32\nfloat64")]
    public void ShellsGetSuggestions(string line, string expected) =>
        Assert.Equal(expected, _mace.Run($"[suggest:{line.Length}]", line).Output.TrimEnd().ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("bash", "complete -o default -F _mace mace")]
    [InlineData("zsh", "compdef _mace mace")]
    [InlineData("fish", "complete -c mace")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public void EveryShellHasAScript(string shell, string part)
    {
        Outcome outcome = _mace.Run("completion", shell);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains(part, outcome.Output, StringComparison.Ordinal);
    }
}
