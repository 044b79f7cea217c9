using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Building;

/// <summary>Where the structures of a command that builds some go: a file or standard output.</summary>
internal sealed class StructureSink
{
    private readonly Option<string> _output = new("--output", "-o") { Description = "The file to write; - is standard output. An existing file is replaced when the new one is complete.", HelpName = "OUT", DefaultValueFactory = static _ => StructureInputs.StandardInput };
    private readonly Option<string?> _format = new("--format") { Description = "Format of the output: extxyz, xyz, cif, vasp, lammps-data or jsonl. Without it: told by its name, extxyz for standard output.", HelpName = "FORMAT" };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No summary." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _output, _format, _quiet }) { command.Options.Add(option); }
    }

    /// <summary>Whether the user wants no words besides.</summary>
    public bool IsQuiet(ParseResult result) => result.GetValue(_quiet);

    /// <summary>Writes structures and says in a line on standard error what they are.</summary>
    /// <param name="context">Streams.</param>
    /// <param name="result">The command line.</param>
    /// <param name="structures">What is written, as it is built.</param>
    /// <exception cref="InvalidInputException">A structure cannot be built or written.</exception>
    public void Write(CliContext context, ParseResult result, params IEnumerable<Structure> structures)
    {
        string output = result.GetValue(_output)!;
        StructureFormat? format = result.GetValue(_format) is string name ? StructureFormats.Parse(name) : null;
        bool isPipe = output == StructureInputs.StandardInput;
        using StructureWriter writer = isPipe ? new(context.Output, format ?? StructureFormat.ExtendedXyz) : StructureWriter.Create(output, format);
        Structure? last = null;
        long atoms = 0;
        foreach (Structure structure in structures)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                writer.Write(structure);
            }
            catch (InvalidInputException exception) when (structure.Origin is not null)
            {
                throw new InvalidInputException($"{structure.Origin}: {exception.Message}", exception);
            }

            last = structure;
            atoms += structure.Count;
        }

        writer.Complete();
        if (result.GetValue(_quiet) || last is null) { return; }
        string what = writer.Count == 1 ? $"{Formula.Hill(last.AtomicNumbers)}, {Numbers.Count(last.Count, "atom")}{Cell(last)}" : $"{Numbers.Count(writer.Count, "frame")}, {Numbers.Count(atoms, "atom")}";
        context.Error.WriteLine($"{what}: {(isPipe ? "standard output" : output)} ({StructureFormats.NameOf(writer.Format)})");
    }

    private static string Cell(Structure structure)
    {
        if (!structure.Periodicity.IsAny) { return ""; }
        Matrix3 cell = structure.Cell;
        string lengths = $", cell {Numbers.Fixed(cell.Row0.Norm, 3)} {Numbers.Fixed(cell.Row1.Norm, 3)} {Numbers.Fixed(cell.Row2.Norm, 3)} Å";
        if (!structure.Periodicity.IsFull) { return lengths; }
        double mass = 0;
        foreach (int z in structure.AtomicNumbers) { mass += Elements.Mass(z); }
        return $"{lengths}, {Numbers.Fixed(mass / structure.Volume / Units.GramPerCubicCentimetre, 3)} g/cm³";
    }
}
