using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Building;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace build pack</c> and <c>mace build solvate</c>: cells filled with molecules.</summary>
internal static class BuildLiquidCommands
{
    /// <summary>Creates <c>mace build pack</c>.</summary>
    public static DocumentedCommand CreatePack(CliContext context)
    {
        Argument<string[]> molecules = new("MOLECULE:N") { Description = "A molecule, by name or as a file, and how many of it: water:64, ion.xyz:2.", Arity = ArgumentArity.OneOrMore };
        Option<double?> density = SimulationOptions.Number("--density", "Density, g/cm³; the cell is a cube.", "D", 1e-6, 30);
        Option<double[]?> box = Box();
        Packing packing = new();
        StructureSink sink = new();
        DocumentedCommand command = new("pack", "A periodic box of molecules at a density.")
        {
            Examples = [new("mace build pack water:64 --density 0.997 -o water.xyz", "liquid water"), new("mace build pack water:50 ethanol:10 --box 14 --seed 3 -o mixture.xyz", "a mixture in a box")],
        };
        command.Arguments.Add(molecules);
        command.Options.Add(density);
        command.Options.Add(box);
        packing.AddTo(command);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            List<(Structure Molecule, int Count)> counted = [.. result.GetValue(molecules)!.Select(ReadCounted)];
            double[]? edges = result.GetNumbers(box);
            if ((edges is null) == (result.GetValue(density) is null)) { throw new InvalidInputException("Give either --density or --box."); }
            double edge = edges is null ? MoleculePacking.EdgeOf(counted, result.GetValue(density)!.Value) : 0;
            sink.Write(context, result, MoleculePacking.Pack(counted, edges is null ? Cube(edge, edge, edge) : Cell(edges), packing.Resolve(result), null, context.CancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>Creates <c>mace build solvate</c>.</summary>
    public static DocumentedCommand CreateSolvate(CliContext context)
    {
        StructureSource source = new();
        Option<string> solvent = new("--solvent") { Description = "The solvent, by name or as a file.", HelpName = "MOLECULE", DefaultValueFactory = static _ => "water" };
        Option<double?> density = SimulationOptions.Number("--density", "Density of the pure solvent, g/cm³. Without it: 0.997, for water.", "D", 1e-6, 30);
        Option<long?> count = SimulationOptions.Integer("--count", "Number of molecules of the solvent, in place of a density.", "N", 1, Supercell.LargestCount);
        Option<double[]?> box = Box();
        Option<double?> padding = SimulationOptions.Number("--padding", "Space between a molecule and each face of its box, Å. Without it: 6. A periodic solute keeps its cell.", "A", 0, 1000);
        Packing packing = new();
        StructureSink sink = new();
        DocumentedCommand command = new("solvate", "A molecule (or the void of a crystal) surrounded by a solvent.")
        {
            Examples = [new("mace build solvate ethanol.xyz --padding 8 -o solution.xyz", "in water"), new("mace build solvate dye.xyz --solvent acetonitrile --density 0.786 --box 25", "in a box")],
        };
        source.AddTo(command);
        foreach (Option option in new Option[] { solvent, density, count, box, padding }) { command.Options.Add(option); }
        packing.AddTo(command);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            string name = result.GetValue(solvent)!;
            Structure molecule = Read(name);
            double? grams = result.GetValue(density);
            if (result.GetValue(count) is not null && grams is not null) { throw new InvalidInputException("--count and --density exclude each other."); }
            if (grams is null && result.GetValue(count) is null && !MoleculeLibrary.Get("water").AtomicNumbers.SequenceEqual(molecule.AtomicNumbers)) { throw new InvalidInputException($"How dense is {name}? Give its density in g/cm³ with --density, or a number of molecules with --count."); }
            sink.Write(context, result, source.Change(context, result, (solute, frame) =>
            {
                Structure placed = Place(solute, result.GetNumbers(box), result.GetValue(padding));
                int number = (int)(result.GetValue(count) ?? MoleculePacking.CountOf(placed, molecule, grams ?? WaterBox.LiquidDensity, context.CancellationToken));
                PackingOptions options = packing.Resolve(result);
                return MoleculePacking.Pack([(molecule, number)], placed.Cell, options with { Seed = unchecked(options.Seed + frame) }, placed, context.CancellationToken);
            }));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Option<double[]?> Box() => NumberLists.Reals("--box", "Edges of the cell, Å: one number for a cube or three.", "A", 1, 3);

    private static Structure Place(Structure solute, double[]? box, double? padding)
    {
        if (solute.Periodicity.IsAny)
        {
            if (!solute.Periodicity.IsFull) { throw new InvalidInputException("A solute is a molecule or periodic in three directions; give a slab a periodic cell first."); }
            return box is null && padding is null ? solute : throw new InvalidInputException("A periodic solute keeps its cell; leave out --box and --padding.");
        }

        if (box is not null && padding is not null) { throw new InvalidInputException("--box and --padding exclude each other."); }
        if (solute.Count == 0) { throw new InvalidInputException("The solute has no atoms."); }
        solute.Validate();
        Vector3D low = solute.Positions[0], high = low;
        foreach (Vector3D r in solute.Positions)
        {
            low = new(Math.Min(low.X, r.X), Math.Min(low.Y, r.Y), Math.Min(low.Z, r.Z));
            high = new(Math.Max(high.X, r.X), Math.Max(high.Y, r.Y), Math.Max(high.Z, r.Z));
        }

        Vector3D size = high - low;
        double space = 2 * (padding ?? 6);
        Matrix3 cell = box is null ? Cube(size.X + space, size.Y + space, size.Z + space) : Cell(box);
        if (cell.Row0.X < size.X || cell.Row1.Y < size.Y || cell.Row2.Z < size.Z) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The solute of {size.X:F1} × {size.Y:F1} × {size.Z:F1} Å does not fit into the box.")); }
        Structure placed = solute.Clone();
        Vector3D shift = (0.5 * new Vector3D(cell.Row0.X, cell.Row1.Y, cell.Row2.Z)) - (0.5 * (low + high));
        foreach (ref Vector3D r in placed.Positions) { r += shift; }
        placed.Cell = cell;
        placed.Periodicity = Periodicity.All;
        return placed;
    }

    private static (Structure, int) ReadCounted(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1)
        {
            throw new InvalidInputException($"'{text}' does not say how many molecules; write a name or file, a colon and a number, for example water:64.");
        }

        return (Read(text[..colon]), count);
    }

    /// <summary>A molecule of the library, or the only frame of a file.</summary>
    private static Structure Read(string name)
    {
        if (MoleculeLibrary.TryGet(name, out Structure? molecule)) { return molecule; }
        if (!File.Exists(FrameSlice.ParsePath(name).Path)) { return MoleculeLibrary.Get(name); }
        Structure read = StructureFile.Read(name);
        read.Validate();
        return read.Count > 0 ? read : throw new InvalidInputException($"{name}: the structure has no atoms.");
    }

    private static Matrix3 Cell(double[] edges)
    {
        foreach (double edge in edges)
        {
            if (!(edge is > 0 and < 1e6)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"--box cannot be {edge} Å; give lengths above 0.")); }
        }

        return edges.Length == 1 ? Cube(edges[0], edges[0], edges[0]) : Cube(edges[0], edges[1], edges[2]);
    }

    private static Matrix3 Cube(double a, double b, double c) => new(a, 0, 0, 0, b, 0, 0, 0, c);

    /// <summary>The options of packing that both commands have.</summary>
    private sealed class Packing
    {
        private readonly Option<double?> _distance = SimulationOptions.Number("--min-distance", "Atoms of different molecules end at least this far apart, Å. Without it: 2.", "A", 0.01, 10);
        private readonly Option<long?> _seed = BuildCommand.Seed();

        public void AddTo(Command command)
        {
            command.Options.Add(_distance);
            command.Options.Add(_seed);
        }

        public PackingOptions Resolve(ParseResult result) => new() { MinimalDistance = result.GetValue(_distance) ?? new PackingOptions().MinimalDistance, Seed = (int)(result.GetValue(_seed) ?? 1) };
    }
}
