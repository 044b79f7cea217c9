using System.CommandLine;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace eval</c>.</summary>
internal static class EvalCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("eval", "Evaluate structures: energy, forces, stress and more.")
        {
            Examples = [],
        };
        command.SetAction(result => ExitCodes.Success);
        return command;
    }
}
