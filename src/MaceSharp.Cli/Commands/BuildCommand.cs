using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Building;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace build</c>: structures from nothing or from other structures.</summary>
internal static class BuildCommand
{
    /// <summary>Creates the command.</summary>
    /// <param name="context">Streams of the command.</param>
    public static Command Create(CliContext context) => new("build", "Build structures: crystals, molecules, supercells, slabs, strained and rattled cells, liquids, solutions.")
    {
        CreateCrystal(context),
        CreateMolecule(context),
        CreateSupercell(context),
        CreateSlab(context),
        CreateStrain(context),
        CreateRattle(context),
        CreateVacancy(context),
        BuildLiquidCommands.CreatePack(context),
        BuildLiquidCommands.CreateSolvate(context),
    };

    /// <summary>The option for a seed.</summary>
    internal static Option<long?> Seed() => SimulationOptions.Integer("--seed", "Seed of what is random; the same seed gives the same structure. Without it: 1.", "N", 0, int.MaxValue);

    private static DocumentedCommand CreateCrystal(CliContext context)
    {
        Argument<string> formula = new("FORMULA") { Description = "The elements in the order of the sites: Cu, NaCl, CaF2, SrTiO3." };
        Option<string?> prototype = new("--prototype", "-t") { Description = $"Structure type: {string.Join(", ", CrystalPrototype.Names)}.", HelpName = "TYPE", Required = true };
        prototype.CompletionSources.Add([.. CrystalPrototype.Names]);
        Option<double?> a = SimulationOptions.Number("-a", "Lattice constant, Å.", "A", 0.1, 1000);
        a.Required = true;
        Option<double?> c = SimulationOptions.Number("-c", "Second lattice constant of hcp and wurtzite, Å. Without it: the ideal ratio c/a = (8/3)^½.", "A", 0.1, 1000);
        Option<double?> u = SimulationOptions.Number("-u", "Internal coordinate of wurtzite. Without it: the one that makes all bonds equal.", "U", 0, 1);
        Option<string> cell = ModelOptions.Choice("--cell", "Which cell.", "primitive", "cubic", "orthorhombic");
        StructureSink sink = new();
        DocumentedCommand command = new("crystal", "A crystal of a simple structure type.")
        {
            Examples = [new("mace build crystal NaCl --prototype rocksalt -a 5.64 --cell cubic -o salt.xyz", "rock salt"), new("mace build crystal Mg -t hcp -a 3.21 -c 5.21", "to standard output")],
        };
        command.Arguments.Add(formula);
        AddTo(command, prototype, a, c, u, cell);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            CrystalCell kind = result.GetValue(cell) switch { "cubic" => CrystalCell.Cubic, "orthorhombic" => CrystalCell.Orthorhombic, _ => CrystalCell.Primitive };
            sink.Write(context, result, CrystalPrototype.Create(result.GetValue(formula)!, result.GetValue(prototype)!, result.GetValue(a)!.Value, result.GetValue(c), kind, result.GetValue(u)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateMolecule(CliContext context)
    {
        Argument<string?> name = new("NAME") { HelpName = "NAME", Description = "Name or formula: water, H2O, acetic-acid; or the symbol of an element.", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { static _ => MoleculeLibrary.Names.Select(static names => new System.CommandLine.Completions.CompletionItem(names[0])) } };
        Option<bool> list = new("--list") { Description = "List the molecules that are known." };
        Option<double?> vacuum = SimulationOptions.Number("--vacuum", "Give it a cell with so much space on every side, Å; it stays a molecule.", "A", 0, 1e6);
        StructureSink sink = new();
        DocumentedCommand command = new("molecule", "A common molecule: geometries of the G2/97 set.")
        {
            Examples = [new("mace build molecule ethanol -o ethanol.xyz", "one molecule"), new("mace build molecule --list", "which there are")],
        };
        command.Arguments.Add(name);
        AddTo(command, list, vacuum);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            if (result.GetValue(list))
            {
                foreach (IReadOnlyList<string> names in MoleculeLibrary.Names) { context.Out.WriteLine(string.Join(", ", names)); }
                return ExitCodes.Success;
            }

            Structure molecule = MoleculeLibrary.Get(result.GetValue(name) ?? throw new InvalidInputException("Name a molecule, for example water; --list shows which there are."));
            sink.Write(context, result, result.GetValue(vacuum) is double space ? InCell(molecule, space) : molecule);
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateSupercell(CliContext context)
    {
        StructureSource source = new();
        Option<int[]?> repeat = NumberLists.Integers("--repeat", "Number of cells along each lattice vector.", "NA NB NC", 3);
        Option<int[]?> matrix = NumberLists.Integers("--matrix", "Nine integers by rows: each row is a new lattice vector in terms of the old ones.", "M", 9);
        StructureSink sink = new();
        DocumentedCommand command = new("supercell", "A larger cell.")
        {
            Examples = [new("mace build supercell urea.cif --repeat 2 2 3 -o urea223.xyz", "along the lattice vectors"), new("mace build supercell si.xyz --matrix -1 1 1 1 -1 1 1 1 -1", "the cube of a face-centred primitive cell")],
        };
        source.AddTo(command);
        AddTo(command, repeat, matrix);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            int[]? times = result.GetNumbers(repeat), rows = result.GetNumbers(matrix);
            if ((times is null) == (rows is null)) { throw new InvalidInputException("Give either --repeat with 3 numbers or --matrix with 9."); }
            sink.Write(context, result, source.Change(context, result, (s, _) => times is not null ? Supercell.Repeat(s, times[0], times[1], times[2]) : Supercell.Create(s, rows)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateSlab(CliContext context)
    {
        StructureSource source = new();
        Option<int[]?> miller = NumberLists.Integers("--miller", "Miller indices of the surface, of the cell that is given (take the conventional one).", "H K L", 3);
        miller.Required = true;
        Option<long?> layers = SimulationOptions.Integer("--layers", "Number of layers, each with all atoms of the cell. Without it: 4.", "N", 1, 100_000);
        Option<double?> vacuum = SimulationOptions.Number("--vacuum", "Vacuum on either side, Å. Without it: 10.", "A", 0, 1e6);
        Option<bool> periodic = new("--periodic") { Description = "No vacuum: the slab stays periodic along its normal." };
        StructureSink sink = new();
        DocumentedCommand command = new("slab", "A slab with two surfaces, cut from a crystal.")
        {
            Examples = [new("mace build slab cu.xyz --miller 1 1 1 --layers 4 --vacuum 8 -o cu111.xyz", "copper (111)")],
        };
        source.AddTo(command);
        AddTo(command, miller, layers, vacuum, periodic);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            int[] indices = result.GetNumbers(miller)!;
            if (result.GetValue(periodic) && result.GetValue(vacuum) is not null) { throw new InvalidInputException("--vacuum and --periodic exclude each other."); }
            double? gap = result.GetValue(periodic) ? null : result.GetValue(vacuum) ?? 10;
            sink.Write(context, result, source.Change(context, result, (s, _) => Surface.Create(s, indices[0], indices[1], indices[2], (int)(result.GetValue(layers) ?? 4), gap)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateStrain(CliContext context)
    {
        StructureSource source = new();
        Option<double[]?> strain = NumberLists.Reals("--strain", "One number for all three directions, or six: xx yy zz yz xz xy of the symmetric strain (off-diagonal elements of the tensor, not twice them).", "E", 1, 6);
        strain.Required = true;
        StructureSink sink = new();
        DocumentedCommand command = new("strain", "A strained cell; atoms move with it.")
        {
            Examples = [new("mace build strain salt.xyz --strain 0.01", "one per cent longer in every direction"), new("mace build strain salt.xyz --strain 0 0 0 0 0 0.005 -o sheared.xyz", "a shear")],
        };
        source.AddTo(command);
        AddTo(command, strain);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            double[] values = result.GetNumbers(strain)!;
            Matrix3 tensor = values.Length == 1 ? values[0] * Matrix3.Identity : Matrix3.FromVoigt(values);
            sink.Write(context, result, source.Change(context, result, (s, _) => Deformation.Strain(s, tensor)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateRattle(CliContext context)
    {
        StructureSource source = new();
        Option<double?> deviation = SimulationOptions.Number("--stdev", "Standard deviation of every Cartesian component, Å. Without it: 0.05.", "A", 0, 10);
        Option<long?> seed = Seed(), copies = SimulationOptions.Integer("--copies", "So many rattled copies of every frame. Without it: 1.", "N", 1, 1_000_000);
        StructureSink sink = new();
        DocumentedCommand command = new("rattle", "Atoms moved at random.")
        {
            Examples = [new("mace build rattle salt.xyz --stdev 0.1 --copies 10 --seed 7 -o rattled.xyz", "ten copies")],
        };
        source.AddTo(command);
        AddTo(command, deviation, seed, copies);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            int first = (int)(result.GetValue(seed) ?? 1), number = (int)(result.GetValue(copies) ?? 1), next = 0;
            IEnumerable<Structure> frames = source.Change(context, result, static (s, _) => s);
            sink.Write(context, result, frames.SelectMany(s => Enumerable.Range(0, number).Select(_ => Deformation.Rattle(s, result.GetValue(deviation) ?? 0.05, unchecked(first + next++)))));
            return ExitCodes.Success;
        });
        return command;
    }

    private static DocumentedCommand CreateVacancy(CliContext context)
    {
        StructureSource source = new();
        Option<string[]> remove = new("--remove") { Description = "Atoms to remove, counted from 1 (1-4,7), or an element and how many of it, chosen at random: Na:2.", HelpName = "ATOM", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore, Required = true };
        Option<long?> seed = Seed();
        StructureSink sink = new();
        DocumentedCommand command = new("vacancy", "A structure without some of its atoms.")
        {
            Examples = [new("mace build vacancy salt.xyz --remove 1 -o vacancy.xyz", "without the first atom"), new("mace build vacancy salt.xyz --remove Na:2 Cl:2 --seed 3", "without some at random")],
        };
        source.AddTo(command);
        AddTo(command, remove, seed);
        sink.AddTo(command);
        command.SetAction(result =>
        {
            sink.Write(context, result, source.Change(context, result, (s, frame) => AtomRemoval.Apply(s, result.GetValue(remove)!, unchecked((int)(result.GetValue(seed) ?? 1) + frame))));
            return ExitCodes.Success;
        });
        return command;
    }

    private static void AddTo(Command command, params Option[] options)
    {
        foreach (Option option in options) { command.Options.Add(option); }
    }

    private static Structure InCell(Structure molecule, double space)
    {
        Vector3D low = new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity), high = -low;
        foreach (Vector3D r in molecule.Positions)
        {
            low = new(Math.Min(low.X, r.X), Math.Min(low.Y, r.Y), Math.Min(low.Z, r.Z));
            high = new(Math.Max(high.X, r.X), Math.Max(high.Y, r.Y), Math.Max(high.Z, r.Z));
        }

        Vector3D margin = new(space, space, space), size = high - low + (2 * margin);
        foreach (ref Vector3D r in molecule.Positions) { r += margin - low; }
        molecule.Cell = new Matrix3(size.X, 0, 0, 0, size.Y, 0, 0, 0, size.Z);
        return molecule;
    }
}
