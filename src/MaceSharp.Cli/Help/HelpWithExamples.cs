using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace MaceSharp.Cli.Help;

/// <summary>The usual help, followed by examples: those of the command, or the first of every command for <c>mace --help</c>.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        List<Example> examples = [.. ExamplesOf(parseResult.CommandResult.Command)];
        if (examples.Count > 0)
        {
            output.WriteLine("Examples:");
            foreach (Example example in examples)
            {
                output.WriteLine($"  # {example.Purpose}");
                output.WriteLine($"  {example.Line}");
            }

            output.WriteLine();
        }

        return exitCode;
    }

    private static IEnumerable<Example> ExamplesOf(Command command) => command is DocumentedCommand documented
        ? documented.Examples
        : command.Subcommands.SelectMany(static c => ExamplesOf(c).Take(1));
}
