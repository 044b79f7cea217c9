using System.CommandLine;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace convert-structure</c>.</summary>
internal static class ConvertStructureCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("convert-structure", "Convert structures between file formats.")
        {
            Examples = [],
        };
        command.SetAction(result => ExitCodes.Success);
        return command;
    }
}
