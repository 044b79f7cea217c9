using System.CommandLine;
using MaceSharp.Cli.Help;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace convert</c>.</summary>
internal static class ConvertCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("convert", "Convert a model to safetensors.")
        {
            Examples = [],
        };
        command.SetAction(result => ExitCodes.Success);
        return command;
    }
}
