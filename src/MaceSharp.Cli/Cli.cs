using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using MaceSharp.Cli.Commands;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli;

/// <summary>The <c>mace</c> command: its commands and the one way in.</summary>
internal static class Cli
{
    /// <summary>Parses the arguments and runs the command they name.</summary>
    /// <param name="args">Arguments without the name of the program.</param>
    /// <param name="context">Streams, environment and models.</param>
    /// <returns>An exit code (<see cref="ExitCodes"/>).</returns>
    public static int Run(string[] args, CliContext context) => ErrorHandling.Guard(context, () =>
    {
        RootCommand root = CreateRoot(context);
        ParseResult result = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (args.Length == 0) { result = root.Parse(["--help"]); }
        if (result.Action is not SynchronousCommandLineAction { ClearsParseErrors: true } && ErrorHandling.ReportUnknownOption(context, result) is int exitCode) { return exitCode; }
        if (result.Action is ParseErrorAction || (result.Action is not SynchronousCommandLineAction { ClearsParseErrors: true } && result.Errors.Count > 0))
        {
            return ErrorHandling.ReportParseErrors(context, result);
        }

        return result.Invoke(new InvocationConfiguration
        {
            Output = context.Out,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    });

    /// <summary>Runs with the given streams; for tests.</summary>
    /// <param name="args">Arguments without the name of the program.</param>
    /// <param name="stdin">Standard input.</param>
    /// <param name="stdout">Standard output.</param>
    /// <param name="stderr">Standard error.</param>
    public static int Run(string[] args, Stream stdin, Stream stdout, TextWriter stderr) => Run(args, new CliContext(stdin, stdout, stderr));

    /// <summary>The command with all its commands and options.</summary>
    /// <param name="context">Streams, environment and models.</param>
    internal static RootCommand CreateRoot(CliContext context)
    {
        RootCommand root = new("MACE interatomic potentials: energies, forces and stress of molecules and materials.")
        {
            EvalCommand.Create(context),
            InfoCommand.Create(context),
            ModelsCommand.Create(context),
            ConvertCommand.Create(context),
            ExportCommand.Create(context),
            ConvertStructureCommand.Create(context),
            RelaxCommand.Create(context),
            MdCommand.Create(context),
            DataCommand.Create(context),
            TrainCommand.Create(context),
            BuildCommand.Create(context),
            NebCommand.Create(context),
            AnalyzeCommand.Create(context),
            HeatFluxCommand.Create(context),
            SymmetryCommand.Create(context),
            BenchCommand.Create(context),
            EosCommand.Create(context),
            ElasticCommand.Create(context),
            PhononsCommand.Create(context),
            VibrationsCommand.Create(context),
            IrCommand.Create(context),
            CompletionCommand.Create(context),
        };

        // The built-in option also answers to the slashes of Windows, which would be offered as completions.
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        HelpOption help = new("--help", "-h", "-?") { Description = "Show this help." };
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Options.Add(help);
        return root;
    }
}
