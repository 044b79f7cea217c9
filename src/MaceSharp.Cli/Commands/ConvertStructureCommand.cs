using System.CommandLine;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace convert-structure</c>: structures from one file format to another.</summary>
internal static class ConvertStructureCommand
{
    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        Argument<string> input = new("IN") { Description = "A file, with the frames that are meant behind an '@'; - is standard input." };
        Argument<string> output = new("OUT") { Description = "The file to write; - is standard output. An existing file is replaced when the new one is complete." };
        Option<string?> format = new("--format") { Description = "Format of the output: extxyz, xyz, cif, vasp, lammps-data or jsonl. Without it: told by its name.", HelpName = "FORMAT" };
        Option<string?> inputFormat = new("--input-format") { Description = "Format of the input. Without it: told by name or content.", HelpName = "FORMAT" };
        Option<bool> quiet = new("--quiet", "-q") { Description = "No progress and no summary." };
        DocumentedCommand command = new("convert-structure", "Convert structures between file formats.")
        {
            Examples =
            [
                new("mace convert-structure crystal.cif crystal.xyz", "from CIF to extended XYZ"),
                new("mace convert-structure run.xyz@-1 POSCAR", "the last frame for VASP"),
                new("mace convert-structure run.xyz@::10 - --format jsonl | head -1", "into a pipe"),
            ],
        };
        command.Arguments.Add(input);
        command.Arguments.Add(output);
        command.Options.Add(format);
        command.Options.Add(inputFormat);
        command.Options.Add(quiet);
        command.SetAction(result =>
        {
            StructureInputs inputs = new(context, [result.GetValue(input)!], Parse(result.GetValue(inputFormat)));
            Convert(context, inputs, result.GetValue(output)!, Parse(result.GetValue(format)), result.GetValue(quiet));
            return ExitCodes.Success;
        });
        return command;
    }

    private static StructureFormat? Parse(string? name) => name is null ? null : StructureFormats.Parse(name);

    private static void Convert(CliContext context, StructureInputs inputs, string output, StructureFormat? format, bool quiet)
    {
        bool isPipe = output == StructureInputs.StandardInput;
        using StructureWriter writer = isPipe ? new(context.Output, format ?? StructureFormat.ExtendedXyz) : StructureWriter.Create(output, format);
        using ProgressDisplay progress = ProgressDisplay.OfFrames(context, !quiet && !(isPipe && context.OutputIsTerminal));
        long atoms = 0;
        try
        {
            foreach (Structure structure in inputs.Read())
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                Write(writer, structure);
                atoms += structure.Count;
                progress.Report(writer.Count, inputs.FractionRead);
            }
        }
        catch (OperationCanceledException exception)
        {
            string left = isPipe ? "" : $"; '{output}' was not written, and what was there before is unchanged";
            throw new CommandCanceledException($"Cancelled after {Numbers.Count(writer.Count, "frame")}{left}.", exception);
        }

        writer.Complete();
        progress.Dispose();
        if (!quiet) { context.Error.WriteLine($"{Numbers.Count(writer.Count, "frame")}, {Numbers.Count(atoms, "atom")}: {(isPipe ? "standard output" : output)} ({StructureFormats.NameOf(writer.Format)})"); }
    }

    private static void Write(StructureWriter writer, Structure structure)
    {
        try
        {
            writer.Write(structure);
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidInputException($"{structure.Origin}: {exception.Message}", exception);
        }
    }
}
