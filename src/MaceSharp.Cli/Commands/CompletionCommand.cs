using System.CommandLine;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace completion</c>.</summary>
internal static class CompletionCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("completion", "Print a script that teaches a shell to complete mace commands.")
        {
            Examples = [],
        };
        command.SetAction(result => ExitCodes.Success);
        return command;
    }
}
