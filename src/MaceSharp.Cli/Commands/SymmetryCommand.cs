using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;
using Spectre.Console;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace symmetry</c>: the space groups of crystals.</summary>
internal sealed class SymmetryCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "Crystals: files, with the frames that are meant behind an '@'; - is standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _format = new("--input-format") { Description = "Format of all inputs. Without it: told by name or content.", HelpName = "FORMAT" };
    private readonly Option<double?> _tolerance = SimulationOptions.Number("--symmetry-tolerance", "How far an atom may be from its place by symmetry, Å. Without it: 0.001.", "A", 1e-9, 0.5);
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON, one array with an object for each crystal." };

    private SymmetryCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    /// <param name="context">Streams.</param>
    public static Command Create(CliContext context)
    {
        SymmetryCommand self = new();
        DocumentedCommand command = new("symmetry", "Find the space groups of crystals.")
        {
            Examples =
            [
                new("mace symmetry crystal.cif", "type, conventional cell and equivalent atoms"),
                new("mace symmetry relaxed.extxyz@-1 --symmetry-tolerance 0.01", "of a crystal whose atoms are off their places"),
                new("mace symmetry crystals.extxyz --json | jq '.[].space_group_number'", "for machines"),
            ],
        };
        command.Arguments.Add(self._input);
        foreach (Option option in new Option[] { self._tolerance, self._format, self._json }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        StructureInputs inputs = new(context, result.GetValue(_input)!, result.GetValue(_format) is string name ? StructureFormats.Parse(name) : null);
        double tolerance = result.GetValue(_tolerance) ?? 1e-3;
        IEnumerable<(Structure Crystal, SpaceGroup Group)> found = inputs.Read().Select(crystal =>
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            return (crystal, SimulationSetup.Located(crystal, () => SpaceGroup.Find(crystal, tolerance)));
        });
        if (result.GetValue(_json))
        {
            JsonText.Write(context, context.Output, json =>
            {
                json.WriteStartArray();
                foreach ((Structure crystal, SpaceGroup group) in found) { Write(json, crystal, group); }
                json.WriteEndArray();
            });
            return ExitCodes.Success;
        }

        foreach ((Structure crystal, SpaceGroup group) in found) { Write(context.StyledOut, crystal, group); }
        return ExitCodes.Success;
    }

    private static void Write(StyledOutput output, Structure crystal, SpaceGroup group)
    {
        output.WriteLine($"{crystal.Origin}: {SymmetryText.Of(group.Type, group.PointGroup)}, {group.PointGroup.System.ToString().ToLowerInvariant()}");
        if (group.Setting is SpaceGroupSetting setting)
        {
            (double[] lengths, double[] angles) = Shape(setting.Cell);
            Vector3D origin = setting.Origin * crystal.Cell.Inverse();
            output.WriteLine($"  Hall symbol {setting.Type.HallSymbol}; conventional cell {string.Join(" ", lengths.Select(static x => Numbers.Fixed(x, 4)))} Å, {string.Join(" ", angles.Select(static x => Numbers.Fixed(x, 3)))}°, its origin at {Numbers.Fixed(origin.X, 4)} {Numbers.Fixed(origin.Y, 4)} {Numbers.Fixed(origin.Z, 4)} of the cell given");
        }
        else
        {
            output.WriteLine("  the operations found within the tolerance are those of no space group; take a smaller tolerance");
        }

        output.WriteLine($"  {Numbers.Count(group.Operations.Count, "operation")} of the cell given, {Numbers.Count(group.TranslationCount, "primitive cell")} in it");
        Table table = PlainLayout.Table(new("atom"), new("element", IsText: true), new("equivalent atoms"));
        foreach (IGrouping<int, int> orbit in group.EquivalentAtoms.GroupBy(static a => a))
        {
            table.Add((orbit.Key + 1).ToString(CultureInfo.InvariantCulture), Elements.Symbol(crystal.AtomicNumbers[orbit.Key]), orbit.Count().ToString(CultureInfo.InvariantCulture));
        }

        output.Write(table);
    }

    private static void Write(Utf8JsonWriter json, Structure crystal, SpaceGroup group)
    {
        json.WriteStartObject();
        json.WriteString("origin", crystal.Origin?.ToString());
        SymmetryText.Write(json, group.Type, group.PointGroup);
        json.WriteString("crystal_system", group.PointGroup.System.ToString().ToLowerInvariant());
        if (group.Setting is SpaceGroupSetting setting)
        {
            ReportFiles.WriteMatrix(json, "conventional_cell_A", 3, setting.Cell.ToArray());
            Vector3D o = setting.Origin;
            ReportFiles.WriteNumbers(json, "conventional_origin_A", [o.X, o.Y, o.Z]);
        }

        json.WriteNumber("operations", group.Operations.Count);
        json.WriteNumber("primitive_cells", group.TranslationCount);
        json.WriteNumber("symmetry_tolerance_A", group.Tolerance);
        json.WriteStartArray("equivalent_atoms");
        foreach (int atom in group.EquivalentAtoms) { json.WriteNumberValue(atom + 1); }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static (double[] Lengths, double[] Angles) Shape(Matrix3 cell)
    {
        double[] lengths = [cell.Row0.Norm, cell.Row1.Norm, cell.Row2.Norm];
        double[] angles = [.. Enumerable.Range(0, 3).Select(k => Math.Acos(Vector3D.Dot(cell[(k + 1) % 3], cell[(k + 2) % 3]) / (lengths[(k + 1) % 3] * lengths[(k + 2) % 3])) * 180 / Math.PI)];
        return (lengths, angles);
    }
}
