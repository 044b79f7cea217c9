using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli;

/// <summary>Turns whatever goes wrong into one line on standard error and an exit code. The only place that does.</summary>
internal static class ErrorHandling
{
    /// <summary>Set to 1 to see where an unexpected error comes from.</summary>
    private const string DebugVariable = "MACE_DEBUG";

    /// <summary>Runs a command.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="command">What to run; returns an exit code.</param>
    public static int Guard(CliContext context, Func<int> command)
    {
        try
        {
            int exitCode = command();
            context.Flush();
            return exitCode;
        }
#pragma warning disable CA1031 // The last line of defence: nobody above could do better.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            try
            {
                return Report(context, exception is AggregateException { InnerExceptions.Count: 1 } ? exception.InnerException! : exception);
            }
            catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
            {
                // Standard error cannot be written either: there is nobody left to tell.
                return ExitCodes.InvalidInput;
            }
        }
    }

    /// <summary>Reports the first thing that is wrong with the command line.</summary>
    public static int ReportParseErrors(CliContext context, ParseResult result)
    {
        Command command = result.CommandResult.Command;
        string sentence = command.Subcommands.Count > 0 && result.UnmatchedTokens is [string word, ..]
            ? $"'{word}' is not a command; the commands are {string.Join(", ", command.Subcommands.Select(static c => c.Name))}."
            : OneLine(result.Errors[0].Message);
        Write(context, $"{sentence} See '{CommandPath(result.CommandResult)} --help'.");
        return ExitCodes.InvalidInput;
    }

    /// <summary>Refuses a word that looks like an option but was taken for a file, because arguments may have any name.</summary>
    /// <returns>An exit code; null when there is none.</returns>
    public static int? ReportUnknownOption(CliContext context, ParseResult result)
    {
        if (result.Tokens.Any(static token => token.Type == TokenType.DoubleDash)) { return null; }
        Token? unknown = result.CommandResult.Children.SelectMany(static child => child.Tokens).FirstOrDefault(static token =>
            token.Type == TokenType.Argument && token.Value is ['-', var next, ..] && (next == '-' || char.IsAsciiLetter(next)) && !File.Exists(token.Value));
        if (unknown is null) { return null; }
        Write(context, $"'{unknown.Value}' is not an option of '{CommandPath(result.CommandResult)}'. See '{CommandPath(result.CommandResult)} --help'.");
        return ExitCodes.InvalidInput;
    }

    private static int Report(CliContext context, Exception exception)
    {
        switch (exception)
        {
            case BrokenPipeException:
                return ExitCodes.BrokenPipe;
            case OperationCanceledException when context.CancellationToken.IsCancellationRequested:
                FlushQuietly(context);
                Write(context, exception is CommandCanceledException ? exception.Message : "cancelled.");
                return ExitCodes.Interrupted;
            case InvalidInputException:
                FlushQuietly(context);
                Write(context, exception.Message);
                break;
            case FileNotFoundException { FileName: { Length: > 0 } name }:
                Write(context, $"'{name}' does not exist.");
                break;
            case IOException or UnauthorizedAccessException:
                Write(context, exception.Message);
                break;
            case OutOfMemoryException:
                Write(context, "there is not enough memory for this structure or model; fewer threads (--threads 1) need less.");
                break;
            default:
                FlushQuietly(context);
                string hint = IsDebugging(context) ? "" : $" Run it again with {DebugVariable}=1 and report what it prints.";
                Write(context, $"unexpected error, a defect of mace: {exception.GetType().Name}: {exception.Message}{hint}");
                if (IsDebugging(context)) { context.Error.WriteLine(exception.ToString()); }
                return ExitCodes.Defect;
        }

        if (IsDebugging(context)) { context.Error.WriteLine(exception.ToString()); }
        return ExitCodes.InvalidInput;
    }

    private static void Write(CliContext context, string sentence)
    {
        bool color = context.UseColor(context.ErrorIsTerminal);
        context.Error.Write(color ? "\e[1;31mmace:\e[0m " : "mace: ");
        context.Error.WriteLine(OneLine(sentence));
        context.Error.Flush();
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static bool IsDebugging(CliContext context) => context.Variable(DebugVariable) is { Length: > 0 } value && value != "0";

    private static void FlushQuietly(CliContext context)
    {
        try
        {
            context.Flush();
        }
        catch (Exception exception) when (exception is IOException or BrokenPipeException or ObjectDisposedException)
        {
            // The first error is the one to report.
        }
    }

    private static string CommandPath(CommandResult result)
    {
        List<string> names = [];
        for (SymbolResult? at = result; at is not null; at = at.Parent)
        {
            if (at is CommandResult command) { names.Insert(0, command.Command is RootCommand ? "mace" : command.Command.Name); }
        }

        return string.Join(' ', names);
    }
}

/// <summary>A command was cancelled and says what it left behind.</summary>
internal sealed class CommandCanceledException(string message, OperationCanceledException? cause = null) : OperationCanceledException(message, cause);
