using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Zoo;

namespace MaceSharp.Cli;

/// <summary>The options by which every command is told which potential to use and how.</summary>
internal sealed class ModelOptions
{
    /// <summary><c>--model</c>: one model, or several for a committee.</summary>
    public Option<string[]> Model { get; } = new("--model", "-m")
    {
        Description = "Model: a .model or .safetensors file, a name of 'mace models list', or several of them (or a glob) for a committee. Without it: the potential that ships with mace.",
        HelpName = "MODEL",
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
        CompletionSources = { static _ => ModelZoo.Models.Select(static m => new CompletionItem(m.Name)) },
    };

    /// <summary><c>--dtype</c>: arithmetic.</summary>
    public Option<string> Dtype { get; } = Choice("--dtype", "Arithmetic of the network: float64 is the reference, float32 is faster.", "float64", "float32");

    /// <summary><c>--radial</c>: how radial weights are computed.</summary>
    public Option<string> Radial { get; } = Choice("--radial", "Radial weights of the edges by the network itself (exact) or from tables of it (table, much faster). auto: exact in float64, tables in float32.", "auto", "exact", "table");

    /// <summary><c>--head</c>: head of a multi-head model.</summary>
    public Option<string?> Head { get; } = new("--head") { Description = "Head of a multi-head model. Without it: the 'head' key of a frame, or else the head named Default.", HelpName = "HEAD" };

    /// <summary><c>--charge</c>: total charge.</summary>
    public Option<double?> Charge { get; } = new("--charge") { Description = "Total charge in e, for models that use it. Without it: the 'charge' key of a frame, or else 0.", HelpName = "Q", CustomParser = ParseReal };

    /// <summary><c>--spin</c>: spin multiplicity.</summary>
    public Option<double?> Spin { get; } = new("--spin") { Description = "Spin multiplicity 2S+1, for models that use it. Without it: the 'spin' key of a frame, or else 1.", HelpName = "S", CustomParser = ParseReal };

    /// <summary><c>--threads</c>: number of threads.</summary>
    public Option<int?> Threads { get; } = WholeNumber("Number of threads. Without it: one a core.", "N", Math.Max(256, Environment.ProcessorCount), "--threads", "-t");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Model);
        command.Options.Add(Dtype);
        command.Options.Add(Radial);
        command.Options.Add(Head);
        command.Options.Add(Charge);
        command.Options.Add(Spin);
        command.Options.Add(Threads);
    }

    /// <summary>Adds the options that say which potential is used and how fast, but nothing of the state of the atoms.</summary>
    public void AddTechnicalTo(Command command)
    {
        foreach (Option option in new Option[] { Model, Dtype, Radial, Head, Threads }) { command.Options.Add(option); }
    }

    /// <summary>Reads a number; unlike the parser of the library it takes no thousands separators, so that <c>1,5</c> is not 15.</summary>
    private static double? ParseReal(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)) { return value; }
        result.AddError($"'{text}' is not a number; write for example 1 or -0.5.");
        return null;
    }

    /// <summary>The arithmetic that was asked for.</summary>
    public Precision PrecisionOf(ParseResult result) => ParsePrecision(result.GetValue(Dtype)!);

    /// <summary>How radial weights are to be computed.</summary>
    public RadialMode RadialOf(ParseResult result) => result.GetValue(Radial) switch { "exact" => RadialMode.Exact, "table" => RadialMode.Table, _ => RadialMode.Auto };

    /// <summary>The name of a way to compute radial weights, as <see cref="Radial"/> takes it.</summary>
    public static string NameOf(RadialMode radial) => radial switch { RadialMode.Exact => "exact", RadialMode.Table => "table", _ => "auto" };

    /// <summary>The precision of a name that <see cref="Dtype"/> accepts.</summary>
    public static Precision ParsePrecision(string name) => name == "float32" ? Precision.Float32 : Precision.Float64;

    /// <summary>The name of a precision, as in numpy and mace-torch.</summary>
    public static string NameOf(Precision precision) => precision == Precision.Float32 ? "float32" : "float64";

    /// <summary>The number of threads that was asked for.</summary>
    public int ThreadCountOf(ParseResult result) => result.GetValue(Threads) ?? Environment.ProcessorCount;

    /// <summary>An option that takes a whole number from 1.</summary>
    /// <param name="description">What it does.</param>
    /// <param name="helpName">What the number is called in the help.</param>
    /// <param name="largest">The largest number it takes.</param>
    /// <param name="name">Name of the option.</param>
    /// <param name="aliases">Other names.</param>
    public static Option<int?> WholeNumber(string description, string helpName, int largest, string name, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= 1 && value <= largest) { return value; }
            result.AddError($"{name} cannot be '{text}'; give a whole number from 1 to {largest.ToString(CultureInfo.InvariantCulture)}.");
            return null;
        },
    };

    /// <summary>An option that takes one of a few words.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">What it does.</param>
    /// <param name="values">The words; the first is the default.</param>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        Option<string> option = new(name)
        {
            Description = description,
            DefaultValueFactory = _ => values[0],
            HelpName = string.Join('|', values),
        };
        option.CompletionSources.Add(values);
        option.Validators.Add(result => CheckWord(result, name, values));
        return option;
    }

    /// <summary>Checks a value that is one of a few words.</summary>
    /// <param name="result">The value; the error goes there.</param>
    /// <param name="name">Name of the option or argument.</param>
    /// <param name="values">The words.</param>
    public static void CheckWord(SymbolResult result, string name, params string[] values)
    {
        if (result.Tokens is [Token token] && !values.Contains(token.Value, StringComparer.Ordinal))
        {
            result.AddError($"{name} cannot be '{token.Value}'; it is one of {string.Join(", ", values)}.");
        }
    }
}
