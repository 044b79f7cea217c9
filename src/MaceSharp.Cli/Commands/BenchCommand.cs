using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Benchmarking;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace bench</c>: how fast a model is on this machine.</summary>
internal sealed class BenchCommand
{
    private const int DefaultMolecules = 64;
    private const int DefaultRepeats = 5;
    private const int BoxSeed = 1;

    /// <summary>Skin of a list that serves several steps, Å.</summary>
    private const double Skin = 1;

    private readonly ModelOptions _model = new();
    private readonly Option<string?> _structure = new("--structure", "-s") { Description = "Measure this structure: a file, of which the first frame counts (or the one behind an '@': run.xyz@-1). Without it: water.", HelpName = "FILE" };
    private readonly Option<int?> _water = ModelOptions.WholeNumber($"Measure a periodic box of this many molecules of water at {WaterBox.LiquidDensity} g/cm³. Without it: {DefaultMolecules}.", "N", WaterBox.LargestCount, "--water");
    private readonly Option<int?> _atoms = ModelOptions.WholeNumber("Measure a box of water of about this many atoms.", "N", 3 * WaterBox.LargestCount, "--atoms");
    private readonly Option<int?> _repeat = ModelOptions.WholeNumber($"Number of repeats after the warm-up, of which the median is given. Without it: {DefaultRepeats}.", "R", 10_000, "--repeat", "-r");
    private readonly Option<int?> _rebuild = ModelOptions.WholeNumber($"Build the neighbour list every K steps, as dynamics does, with a skin of {Skin} Å; its share of the time is included. Without it: every step.", "K", 1000, "--rebuild");
    private readonly Option<bool> _json = new("--json") { Description = "The results as JSON." };

    private BenchCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        BenchCommand self = new();
        DocumentedCommand command = new("bench", "Measure how fast a model is here: time an atom, memory, share of the machine's peak. The atoms move a little before each step, as in dynamics. At the end, where the time of an evaluation goes, by stage.")
        {
            Examples =
            [
                new("mace bench --threads 1", "the shipped potential on 64 molecules of water, one core"),
                new("mace bench --model my.model --dtype float32 --structure slab.xyz", "a model on a structure of yours"),
                new("mace bench --water 216 --rebuild 20", "with a neighbour list that lasts 20 steps"),
                new("mace bench --atoms 10000 --repeat 3 --json", "a larger box, for machines"),
            ],
        };
        self._model.Model.Description = "Model: a .model or .safetensors file, or a name of 'mace models list'. Without it: the potential that ships with mace.";
        self._model.Radial.Description = "Radial weights of the edges by the network itself (exact) or from tables of it (table, much faster). auto: tables, as in all that steps.";
        self._model.AddTechnicalTo(command);
        foreach (Option option in new Option[] { self._structure, self._water, self._atoms, self._rebuild, self._repeat, self._json }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        int repeats = result.GetValue(_repeat) ?? DefaultRepeats;
        int threads = _model.ThreadCountOf(result);
        (Structure structure, string description, bool isWater) = StructureOf(context, result);
        IReadOnlyList<ModelHandle> models = context.Models.Load(result.GetValue(_model.Model) ?? []);
        if (models.Count != 1) { throw new InvalidInputException($"mace bench measures one model, but --model names {models.Count}."); }
        int period = result.GetValue(_rebuild) ?? 1;
        RadialMode radial = _model.RadialOf(result);
        if (radial == RadialMode.Auto) { radial = models[0].HasTables ? RadialMode.Table : RadialMode.Exact; }
        BenchReport report = BenchRunner.Run(context, new BenchRequest
        {
            Model = models[0],
            Structure = structure,
            Description = description,
            IsWater = isWater,
            Options = new MaceOptions { Precision = _model.PrecisionOf(result), Radial = radial, Head = result.GetValue(_model.Head), Skin = period > 1 ? Skin : 0, ThreadCount = threads },
            ListPeriod = period,
            Repeats = repeats,
        });
        if (result.GetValue(_json)) { JsonText.Write(context, context.Output, writer => BenchJson.Write(writer, report)); }
        else { new BenchText(context.StyledOut).Write(report); }
        return ExitCodes.Success;
    }

    private (Structure Structure, string Description, bool IsWater) StructureOf(CliContext context, ParseResult result)
    {
        string? file = result.GetValue(_structure);
        int? molecules = result.GetValue(_water), atoms = result.GetValue(_atoms);
        if ((file is null ? 0 : 1) + (molecules is null ? 0 : 1) + (atoms is null ? 0 : 1) > 1) { throw new InvalidInputException("--structure, --water and --atoms exclude each other; give one of them."); }
        if (file is not null)
        {
            Structure structure = new StructureInputs(context, [file], null).Read().FirstOrDefault() ?? throw new InvalidInputException($"'{file}' holds no structure.");
            return structure.Count > 0 ? (structure, structure.Origin ?? file, false) : throw new InvalidInputException($"{structure.Origin ?? file}: The structure has no atoms.");
        }

        int count = molecules ?? (atoms is int wanted ? Math.Max(1, (wanted + 1) / 3) : DefaultMolecules);
        Structure box = WaterBox.Create(count, BoxSeed, cancellationToken: context.CancellationToken);
        return (box, $"{Numbers.Count(count, "molecule")} of water", true);
    }
}
