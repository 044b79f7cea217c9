using System.CommandLine;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace info</c>.</summary>
internal static class InfoCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("info", "Show what a model is: a model card.")
        {
            Examples = [],
        };
        command.SetAction(result => ExitCodes.Success);
        return command;
    }
}
