using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;

namespace MaceSharp.Cli.Simulation;

/// <summary>The options that all commands share which do something with a potential: which one, how fast, where results go and what is told.</summary>
internal sealed class SimulationOptions
{
    /// <summary>Where atoms move step by step this saves most neighbour lists, Å.</summary>
    public const double DefaultSkin = 0.5;

    /// <summary>Creates the options.</summary>
    public SimulationOptions()
    {
        Model.Radial.Description = "Radial weights of the edges by the network itself (exact) or from tables of it (table, much faster, forces to 1e-6 eV/Å in float64). auto: tables.";
    }

    /// <summary>Model, arithmetic, head, charge, spin and threads.</summary>
    public ModelOptions Model { get; } = new();

    /// <summary><c>--d3</c>: a dispersion correction.</summary>
    public DispersionOptions Dispersion { get; } = new();

    /// <summary><c>--potential</c>: a potential without a model file.</summary>
    public Option<string?> Potential { get; } = new("--potential") { Description = "A built-in potential in place of a model: lj:epsilon=E,sigma=S,rc=R,smooth (eV, Å; ASE's conventions) or lj:argon.", HelpName = "NAME" };

    /// <summary><c>--skin</c>: reach of neighbour lists beyond the cutoff.</summary>
    public Option<double?> Skin { get; } = Number("--skin", "How much farther than the cutoff neighbour lists reach, Å, so that they serve several steps. Without it: 0.5.", "A", 0, 10);

    /// <summary><c>--file-prefix</c>: where results go.</summary>
    public Option<string?> FilePrefix { get; } = new("--file-prefix", "-p") { Description = "First part of the names of all output files, folders included. Without it: the name of the input, in the current folder.", HelpName = "PREFIX" };

    /// <summary><c>--input-format</c>: format of the inputs.</summary>
    public Option<string?> InputFormat { get; } = new("--input-format") { Description = "Format of all inputs. Without it: told by name or content.", HelpName = "FORMAT" };

    /// <summary><c>--json</c>: the summary as JSON.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "The summary on standard output as JSON." };

    /// <summary><c>--quiet</c>: nothing for a person.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No progress and no summary." };

    /// <summary><c>--dry-run</c>: the cost and nothing else.</summary>
    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be done and how long it would take, from a few evaluations; write nothing." };

    /// <summary><c>--cite</c>: what to cite.</summary>
    public Option<bool> Cite { get; } = new("--cite") { Description = "List the works to cite for the methods that were used." };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Model.AddTo(command);
        Dispersion.AddTo(command);
        foreach (Option option in new Option[] { Potential, Skin, FilePrefix, InputFormat, Json, Quiet, DryRun, Cite }) { command.Options.Add(option); }
    }

    /// <summary>Finds inputs and potential.</summary>
    /// <param name="context">Streams and models.</param>
    /// <param name="result">The command line.</param>
    /// <param name="input">The argument that names structures.</param>
    /// <exception cref="InvalidInputException">A file or model cannot be used, or options exclude each other.</exception>
    public SimulationSetup Resolve(CliContext context, ParseResult result, Argument<string[]> input)
    {
        (List<string> names, List<string> references) = CapturedArguments.Split(result, input, Model.Model);
        StructureFormat? format = result.GetValue(InputFormat) is string name ? StructureFormats.Parse(name) : null;
        StructureInputs inputs = new(context, names, format);
        string? builtIn = result.GetValue(Potential);
        if (builtIn is not null && references.Count > 0) { throw new InvalidInputException("--model and --potential exclude each other; give one of them."); }
        IReadOnlyList<ModelHandle> models = builtIn is null ? context.Models.Load(references) : [];
        double? charge = result.GetValue(Model.Charge), spin = result.GetValue(Model.Spin);
        if (charge is not null && !models.Any(static m => m.UsesCharge)) { throw new InvalidInputException("The potential does not know of charges: --charge would change nothing."); }
        if (spin is not null && !models.Any(static m => m.UsesSpin)) { throw new InvalidInputException("The potential does not know of spins: --spin would change nothing."); }
        DispersionRequest? dispersion = Dispersion.Resolve(result);
        dispersion?.WarnIfTwice(context, models);
        return new SimulationSetup
        {
            Inputs = inputs,
            InputNames = names,
            Models = models,
            BuiltIn = builtIn,
            Dispersion = dispersion,
            Precision = Model.PrecisionOf(result),
            Radial = Model.RadialOf(result),
            Head = result.GetValue(Model.Head),
            Charge = charge,
            Spin = spin,
            Threads = Model.ThreadCountOf(result),
            Skin = result.GetValue(Skin) ?? DefaultSkin,
            Files = new ResultFiles(result.GetValue(FilePrefix) ?? ResultFiles.StemOf(names[0])),
            Json = result.GetValue(Json),
            Quiet = result.GetValue(Quiet),
            DryRun = result.GetValue(DryRun),
            Cite = result.GetValue(Cite),
        };
    }

    /// <summary>An option that takes a number within limits.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">What it does.</param>
    /// <param name="helpName">What the number is called in the help.</param>
    /// <param name="smallest">The smallest number it takes.</param>
    /// <param name="largest">The largest number it takes.</param>
    public static Option<double?> Number(string name, string description, string helpName, double smallest, double largest) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= smallest && value <= largest) { return value; }
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} cannot be '{text}'; give a number from {smallest} to {largest}."));
            return null;
        },
    };

    /// <summary>An option that takes a whole number within limits.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">What it does.</param>
    /// <param name="helpName">What the number is called in the help.</param>
    /// <param name="smallest">The smallest number it takes.</param>
    /// <param name="largest">The largest number it takes.</param>
    public static Option<long?> Integer(string name, string description, string helpName, long smallest, long largest) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= smallest && value <= largest) { return value; }
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} cannot be '{text}'; give a whole number from {smallest} to {largest}."));
            return null;
        },
    };
}
