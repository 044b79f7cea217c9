using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Inputs;

namespace MaceSharp.Cli.Building;

/// <summary>The structures that a command changes: one input of any number of frames.</summary>
internal sealed class StructureSource
{
    private readonly Argument<string> _input = new("IN") { Description = "A file, with the frames that are meant behind an '@'; - is standard input." };
    private readonly Option<string?> _format = new("--input-format") { Description = "Format of the input. Without it: told by name or content.", HelpName = "FORMAT" };

    /// <summary>Adds argument and option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_input);
        command.Options.Add(_format);
    }

    /// <summary>Changes every frame.</summary>
    /// <param name="context">Streams.</param>
    /// <param name="result">The command line.</param>
    /// <param name="change">Makes the new structure of the frame and its number from 0.</param>
    /// <exception cref="InvalidInputException">There is no such input; while enumerating, that a frame cannot be changed.</exception>
    public IEnumerable<Structure> Change(CliContext context, ParseResult result, Func<Structure, int, Structure> change)
    {
        StructureInputs inputs = new(context, [result.GetValue(_input)!], result.GetValue(_format) is string name ? StructureFormats.Parse(name) : null);
        return Enumerate();

        IEnumerable<Structure> Enumerate()
        {
            int frame = 0;
            foreach (Structure structure in inputs.Read())
            {
                Structure changed;
                try
                {
                    changed = change(structure, frame++);
                }
                catch (InvalidInputException exception)
                {
                    throw new InvalidInputException($"{structure.Origin}: {exception.Message}", exception);
                }

                yield return changed;
            }
        }
    }
}
