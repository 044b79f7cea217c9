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

    /// <summary><c>--head</c>: head of a multi-head model.</summary>
    public Option<string?> Head { get; } = new("--head") { Description = "Head of a multi-head model. Without it: the 'head' key of a frame, or else the head named Default.", HelpName = "HEAD" };

    /// <summary><c>--charge</c>: total charge.</summary>
    public Option<double?> Charge { get; } = new("--charge") { Description = "Total charge in e, for models that use it. Without it: the 'charge' key of a frame, or else 0.", HelpName = "Q", CustomParser = ParseReal };

    /// <summary><c>--spin</c>: spin multiplicity.</summary>
    public Option<double?> Spin { get; } = new("--spin") { Description = "Spin multiplicity 2S+1, for models that use it. Without it: the 'spin' key of a frame, or else 1.", HelpName = "S", CustomParser = ParseReal };

    /// <summary><c>--threads</c>: number of threads.</summary>
    public Option<int?> Threads { get; } = new("--threads", "-t") { Description = "Number of threads. Without it: one a core.", HelpName = "N" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Model);
        command.Options.Add(Dtype);
        command.Options.Add(Head);
        command.Options.Add(Charge);
        command.Options.Add(Spin);
        command.Options.Add(Threads);
    }

    /// <summary>Adds the options that say which potential is used and how fast, but nothing of the state of the atoms.</summary>
    public void AddTechnicalTo(Command command)
    {
        foreach (Option option in new Option[] { Model, Dtype, Head, Threads }) { command.Options.Add(option); }
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

    /// <summary>The precision of a name that <see cref="Dtype"/> accepts.</summary>
    public static Precision ParsePrecision(string name) => name == "float32" ? Precision.Float32 : Precision.Float64;

    /// <summary>The name of a precision, as in numpy and mace-torch.</summary>
    public static string NameOf(Precision precision) => precision == Precision.Float32 ? "float32" : "float64";

    /// <summary>The number of threads that was asked for.</summary>
    public int ThreadCountOf(ParseResult result)
    {
        int? threads = result.GetValue(Threads);
        return threads is null ? Environment.ProcessorCount
            : threads is >= 1 and <= 4096 ? threads.Value
            : throw new Atoms.InvalidInputException($"--threads {threads.Value} is not a number of threads; give 1 or more.");
    }

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
        option.Validators.Add(result =>
        {
            string? value = result.Tokens.Count == 1 ? result.Tokens[0].Value : null;
            if (value is not null && !values.Contains(value, StringComparer.Ordinal))
            {
                result.AddError($"{name} cannot be '{value}'; it is one of {string.Join(", ", values)}.");
            }
        });
        return option;
    }
}
