using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO.Compression;
using System.Text.RegularExpressions;
using MaceSharp.Cli.Help;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests.Documentation;

/// <summary>What the pages say can be done is done here; the conventions are those of CONTRIBUTING.md.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>Blocks that are run, compiled or compared; blocks that cannot be run and say why; illustrations.</summary>
    private static readonly string[] Languages = ["bash", "csharp", "text", "sh", "python", "json", "yaml"];

    public static TheoryData<string> Pages => [.. Page.Names];

    public static TheoryData<string> PagesWithCommands => [.. Page.Names.Where(static name => Page.Read(name).Blocks.Any(static block => block.Language is "bash" or "csharp"))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void BlocksAreOfKnownKinds(string name)
    {
        foreach (CodeBlock block in Page.Read(name).Blocks)
        {
            Assert.True(Languages.Contains(block.Language), $"{name}, line {block.Line}: the language '{block.Language}' is not one of {string.Join(", ", Languages)}.");
            if (block.Language == "sh") { Assert.StartsWith("# Not run by the tests: ", block.Lines[0], StringComparison.Ordinal); }
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void LinksLeadSomewhere(string name)
    {
        Page page = Page.Read(name);
        foreach (Match link in RelativeLink().Matches(page.Text))
        {
            string path = link.Groups[1].Value, anchor = link.Groups[2].Value;
            string target = path.Length == 0 ? name : Path.GetRelativePath(GoldenData.RepositoryRoot, Path.Combine(GoldenData.RepositoryRoot, Path.GetDirectoryName(name)!, path)).Replace('\\', '/');
            string full = Path.Combine(GoldenData.RepositoryRoot, target);
            Assert.True(File.Exists(full) || Directory.Exists(full), $"{name}: there is no {path}.");
            Assert.True(anchor.Length == 0 || Page.Read(target).Anchors.Contains(anchor), $"{name}: {target} has no heading #{anchor}.");
        }
    }

    /// <summary>Runs the commands of a page one after the other, as a reader would, and compares what the page shows as output.</summary>
    [BashTheory]
    [MemberData(nameof(PagesWithCommands))]
    public void CommandsDoWhatThePageSays(string name)
    {
        using ReaderShell shell = new();
        Dictionary<string, (string Output, int End)> programs = [];
        string output = "";
        CodeBlock? code = null;
        foreach (CodeBlock block in Page.Read(name).Blocks)
        {
            string where = $"{name}, line {block.Line}";
            switch (block.Language)
            {
                case "bash":
                    output = string.Concat(block.Commands().Select(command => RunCommand(shell, command.Text, $"{name}, line {command.Line}")));
                    break;
                case "csharp":
                    Assert.True(ProgramWith(block) is not null, $"{where}: these lines stand in no program below examples/.");
                    break;
                case "text" when code?.Language == "bash":
                    Assert.True(OutputPattern.IsOutput(block.Lines, output), $"{where}: the output now is:\n{output}");
                    break;
                case "json" when code?.Language == "bash":
                    OutputPattern.AssertSameJson(string.Join('\n', block.Lines), output, where);
                    break;
                case "text" when code?.Language == "csharp":
                    string program = ProgramWith(code)!;
                    (string all, int end) = programs.TryGetValue(program, out (string, int) known) ? known : (shell.Run(program, where), 0);
                    end = OutputPattern.FindEnd(block.Lines, all, end);
                    Assert.True(end >= 0, $"{where}: {program} now prints:\n{all}");
                    programs[program] = (all, end);
                    break;
            }

            code = block;
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void CommandsThatAreNotRunAreParsed(string name)
    {
        foreach (CodeBlock block in Page.Read(name).Blocks.Where(static block => block.Language == "sh"))
        {
            foreach ((int line, string text) in block.Commands()) { AssertParses(text, $"{name}, line {line}"); }
        }
    }

    [Fact]
    public void EveryOptionOfTheCommandIsDocumented()
    {
        using CliContext context = new(Stream.Null, Stream.Null, TextWriter.Null);
        string page = Page.Read("docs/cli.md").Text;
        foreach (Command command in Cli.CreateRoot(context).Subcommands)
        {
            Assert.Contains($"`mace {command.Name}", page, StringComparison.Ordinal);
            foreach (Option option in command.Subcommands.Append(command).SelectMany(static c => c.Options))
            {
                Assert.True(page.Contains(option.Name, StringComparison.Ordinal), $"docs/cli.md does not mention {option.Name} of 'mace {command.Name}'.");
            }
        }
    }

    [Fact]
    public void EveryOptionOfEvaluationIsDocumented()
    {
        string page = Page.Read("docs/library.md").Text;
        Assert.All(typeof(MaceOptions).GetProperties(), property => Assert.Contains($"\n| `{property.Name}` | ", page, StringComparison.Ordinal));
    }

    [Fact]
    public void ExamplesOfTheHelpAreParsed()
    {
        using CliContext context = new(Stream.Null, Stream.Null, TextWriter.Null);
        List<Example> examples = [.. ExamplesOf(Cli.CreateRoot(context))];
        Assert.NotEmpty(examples);
        Assert.All(examples, static example => Assert.True(AssertParses(example.Line, "the help") > 0, $"'{example.Line}' does not run mace."));
    }

    [Fact]
    public void ThePackedToolBringsItsModels()
    {
        using ReaderShell shell = new();
        shell.Run("dotnet pack src/MaceSharp.Cli -c Release -o package", "the tool");
        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(shell.PathOf("package"), "*.nupkg")));
        foreach (string name in new[] { "gfn2-chno", "gfn2-chno-dipoles" })
        {
            Assert.EndsWith($"/any/models/{name}.safetensors", Assert.Single(package.Entries, entry => entry.Name == name + ".safetensors").FullName, StringComparison.Ordinal);
        }
    }

    private static string RunCommand(ReaderShell shell, string command, string where)
    {
        if (!CheckedByCi().IsMatch(command)) { return shell.Run(command, where); }
        Assert.True(File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, ".ci", "run")).Contains(command, StringComparison.Ordinal), $"{where}: .ci/run does not run '{command}'.");
        return "";
    }

    /// <summary>The example program in which the lines of a block stand, whatever their indentation.</summary>
    private static string? ProgramWith(CodeBlock block)
    {
        string wanted = Dedented(block.Lines);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(GoldenData.RepositoryRoot, "examples"), "*.cs", SearchOption.AllDirectories))
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i + block.Lines.Count <= lines.Length; i++)
            {
                if (lines[i].Trim() == block.Lines[0].Trim() && Dedented(lines[i..(i + block.Lines.Count)]) == wanted) { return Path.GetFileName(Path.GetDirectoryName(file)); }
            }
        }

        return null;
    }

    private static string Dedented(IReadOnlyList<string> lines)
    {
        int indentation = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line.Length > indentation ? line[indentation..] : line.Trim()));
    }

    private static IEnumerable<Example> ExamplesOf(Command command) =>
        (command is DocumentedCommand documented ? documented.Examples : []).Concat(command.Subcommands.SelectMany(ExamplesOf));

    /// <summary>Parses every call of mace in a line of a shell.</summary>
    /// <returns>The number of calls.</returns>
    private static int AssertParses(string line, string where)
    {
        int calls = 0;
        using CliContext context = new(Stream.Null, Stream.Null, TextWriter.Null);
        foreach (string part in ShellOperators().Split(line))
        {
            string[] words = [.. CommandLineParser.SplitCommandLine(part.Replace('\'', '"'))];
            if (words is not ["mace", ..]) { continue; }
            calls++;
            ParseResult result = Cli.CreateRoot(context).Parse(words[1..]);
            Assert.True(result.Errors.Count == 0, $"{where}: '{line}' is not understood: {(result.Errors.Count > 0 ? result.Errors[0].Message : "")}");

            // Where any number of inputs is taken, the parser takes a misspelled option for one.
            Assert.DoesNotContain(result.Tokens, static token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal));
        }

        return calls;
    }

    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)#\s]*)#?([^)\s]*)\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"^dotnet (restore|build|format|test)\b")]
    private static partial Regex CheckedByCi();

    [GeneratedRegex(@"\||<\(|\$\(|\)$|;|&&|>")]
    private static partial Regex ShellOperators();
}
