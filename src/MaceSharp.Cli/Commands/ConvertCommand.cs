using System.CommandLine;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Serialization;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace convert</c>: a model as one safetensors file, perhaps with less in it.</summary>
internal sealed class ConvertCommand
{
    private readonly Argument<string> _input = new("IN") { HelpName = "IN", Description = "A .model or .safetensors file, or a name of 'mace models list'.", CompletionSources = { ModelOptions.PublishedNames } };
    private readonly Argument<string> _output = new("OUT") { Description = "The .safetensors file to write; an existing one is replaced when the new one is complete." };
    private readonly Option<string?> _dtype = new("--dtype") { Description = "Precision of the stored weights. Without it: that of the input.", HelpName = "float64|float32" };
    private readonly Option<string?> _head = new("--head") { Description = "Keep this head only.", HelpName = "HEAD" };
    private readonly Option<string?> _elements = new("--elements") { Description = "Keep these elements only, for example H,C,O.", HelpName = "SYMBOLS" };
    private readonly Option<string?> _name = Text("--name", "Short name of the model.");
    private readonly Option<string?> _level = Text("--level-of-theory", "Level of theory of the training data.");
    private readonly Option<string?> _licence = new("--licence", "--license") { Description = "Licence of the weights.", HelpName = "TEXT" };
    private readonly Option<string?> _citation = Text("--citation", "How to cite the model.");
    private readonly Option<string?> _description = Text("--description", "What else a user has to know.");

    private ConvertCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        ConvertCommand self = new();
        DocumentedCommand command = new("convert", "Convert a model to safetensors, whole or cut down.")
        {
            Examples =
            [
                new("mace convert my.model my.safetensors", "from PyTorch, every bit kept"),
                new("mace convert mp-0-small water.safetensors --elements H,O --dtype float32", "two elements of a large model"),
                new("mace convert my.model my.safetensors --name 'Solvents 1' --licence MIT", "say what it is"),
            ],
        };
        command.Arguments.Add(self._input);
        command.Arguments.Add(self._output);
        foreach (Option option in new Option[] { self._dtype, self._head, self._elements, self._name, self._level, self._licence, self._citation, self._description }) { command.Options.Add(option); }
        self._dtype.CompletionSources.Add("float64", "float32");
        self._dtype.Validators.Add(static result => ModelOptions.CheckWord(result, "--dtype", "float64", "float32"));
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        string output = result.GetValue(_output)!;
        if (!output.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidInputException($"'{output}' would hold safetensors, so its name should end with .safetensors; PyTorch files are read, not written.");
        }

        int[]? elements = result.GetValue(_elements) is string symbols ? ParseElements(symbols) : null;
        MaceModel model = ModelFile.Read(context.Models.ResolveOne(result.GetValue(_input)));
        if (result.GetValue(_head) is string head) { model = ModelTransforms.SelectHead(model, head); }
        if (elements is not null) { model = ModelTransforms.SelectElements(model, elements); }
        if (result.GetValue(_dtype) is string dtype) { model = ModelTransforms.ToPrecision(model, ModelOptions.ParsePrecision(dtype)); }
        ModelProvenance known = model.Provenance;
        model = model with
        {
            Provenance = known with
            {
                Name = result.GetValue(_name) ?? known.Name,
                LevelOfTheory = result.GetValue(_level) ?? known.LevelOfTheory,
                Licence = result.GetValue(_licence) ?? known.Licence,
                Citation = result.GetValue(_citation) ?? known.Citation,
                Description = result.GetValue(_description) ?? known.Description,
            },
        };
        context.CancellationToken.ThrowIfCancellationRequested();
        ModelFile.Write(model, output);
        context.Out.WriteLine($"{output}: {Numbers.Bytes(new FileInfo(output).Length)}, {Numbers.Count(model.HyperParameters.AtomicNumbers.Length, "element")}, {ModelOptions.NameOf(model.StoredPrecision)}");
        return ExitCodes.Success;
    }

    private static int[] ParseElements(string symbols)
    {
        string[] words = symbols.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words.Length == 0
            ? throw new InvalidInputException("--elements names no element; give symbols, for example H,C,O.")
            : [.. words.Select(static w => Elements.TryGetAtomicNumber(w, out int z) ? z : throw new InvalidInputException($"--elements: '{w}' is not a chemical symbol; give symbols, for example H,C,O."))];
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, HelpName = "TEXT" };
}
