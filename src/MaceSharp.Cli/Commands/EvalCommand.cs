using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Atoms;
using MaceSharp.Cli.Evaluation;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace eval</c>: energies, forces, stress and more of any number of structures.</summary>
internal sealed class EvalCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "Files of structures, with the frames that are meant behind an '@' (water.xyz@0, @-1, @::10); - is standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly ModelOptions _model = new();
    private readonly DispersionOptions _dispersion = new();
    private readonly Option<string?> _output = new("--output", "-o") { Description = "Where the structures go with their results: .xyz, .extxyz or .jsonl, or - for standard output. Without it: a table.", HelpName = "OUT" };
    private readonly Option<string?> _format = new("--format") { Description = "Format of the output, whatever its name: extxyz or jsonl.", HelpName = "extxyz|jsonl" };
    private readonly Option<string?> _inputFormat = new("--input-format") { Description = "Format of all inputs. Without it: told by name or content.", HelpName = "FORMAT" };
    private readonly Option<string> _stress = ModelOptions.Choice("--stress", "Stress: of structures periodic in three directions (auto), of all, which then must be (on), or of none (off).", "auto", "on", "off");
    private readonly Option<string?> _descriptors = new("--descriptors") { Description = "Features of each atom: the rotation-invariant ones or all of them.", HelpName = "invariant|full", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _nodeEnergies = new("--node-energies") { Description = "Energy of each atom." };
    private readonly Option<bool> _atomicVirials = new("--atomic-virials") { Description = "Virial of each atom." };
    private readonly Option<bool> _hessian = new("--hessian") { Description = "Second derivatives of the energy." };
    private readonly Option<string> _reference = ModelOptions.Choice("--reference", "Energy as the model gives it (total), minus its E0 (interaction), or minus its energies of the isolated atoms (atomization: negative when bound).", "total", "interaction", "atomization");
    private readonly Option<string?> _energyKey = new("--energy-key") { Description = "Key of the energy to compare with. Without it: REF_energy, or else energy.", HelpName = "KEY" };
    private readonly Option<string?> _forcesKey = new("--forces-key") { Description = "Key of the forces to compare with. Without it: REF_forces, or else forces.", HelpName = "KEY" };
    private readonly Option<string?> _stressKey = new("--stress-key") { Description = "Key of the stress (or virials) to compare with. Without it: REF_stress, REF_virials, stress, virials.", HelpName = "KEY" };
    private readonly Option<string> _prefix = new("--prefix") { Description = "Put before the name of every result, for example MACE_.", HelpName = "P", DefaultValueFactory = _ => "" };
    private readonly Option<bool> _json = new("--json") { Description = "Results (without --output) and summary as JSON." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "No progress and no summary." };

    private EvalCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        EvalCommand self = new();
        DocumentedCommand command = new("eval", "Evaluate structures: energy, forces, stress and more.")
        {
            Examples =
            [
                new("mace eval molecule.xyz", "look at one structure"),
                new("mace eval run.xyz@::10 --model my.model --output run_mace.xyz", "every tenth frame, results to a file"),
                new("mace eval test.xyz -m com1.model com2.model com3.model -o out.xyz", "a committee: mean and variance"),
                new("mace eval test.xyz --energy-key energy_dft --forces-key forces_dft", "errors against other labels"),
                new("mace eval crystal.cif --model mp-0-medium --d3 pbe", "with the dispersion that PBE lacks"),
                new("cat run.xyz | mace eval - --output - --format jsonl | head -1", "in a pipe"),
            ],
        };
        command.Arguments.Add(self._input);
        self._model.AddTo(command);
        self._dispersion.AddTo(command);
        foreach (Option option in new Option[] { self._output, self._format, self._inputFormat, self._stress, self._descriptors, self._nodeEnergies, self._atomicVirials, self._hessian, self._reference, self._energyKey, self._forcesKey, self._stressKey, self._prefix, self._json, self._quiet })
        {
            command.Options.Add(option);
        }

        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        (Properties descriptors, Token? captured) = DescriptorsOf(result);
        (List<string> names, List<string> references) = CapturedArguments.Split(result, _input, _model.Model, captured is null ? [] : [captured]);
        StructureFormat? inputFormat = result.GetValue(_inputFormat) is string name ? StructureFormats.Parse(name) : null;
        StructureInputs inputs = new(context, names, inputFormat);
        EvalRequest request = RequestOf(result, descriptors);
        string? output = result.GetValue(_output);
        StructureFormat outputFormat = OutputFormat(output, result.GetValue(_format));
        IReadOnlyList<ModelHandle> models = context.Models.Load(references);
        CheckGlobals(models, request);
        request.Dispersion?.WarnIfTwice(context, models);

        bool json = result.GetValue(_json);
        bool quiet = result.GetValue(_quiet);
        EvalSummary summary = new()
        {
            Models = [.. models.Select(static m => m.Name)],
            Dtype = ModelOptions.NameOf(request.Precision),
            Dispersion = request.Dispersion?.Name,
            Threads = _model.ThreadCountOf(result),
            Output = output,
        };
        using IEvalSink sink = output switch
        {
            null when json => new JsonSink(context.Output),
            null => new TableSink(context.StyledOut, request),
            "-" => new FileSink(new StructureWriter(context.Output, outputFormat), isPipe: true),
            _ => new FileSink(StructureWriter.Create(output, outputFormat), isPipe: false),
        };

        // Frames that appear on the terminal are progress enough, and a bar would write over them.
        bool showsFrames = output is null or "-" && context.OutputIsTerminal;
        try
        {
            EvalRunner.Run(context, inputs, models, request, sink, summary, showProgress: !quiet && !json && !showsFrames);
        }
        catch (OperationCanceledException exception)
        {
            string left = output is null or "-" ? "" : $"; '{output}' was not written, and what was there before is unchanged";
            throw new CommandCanceledException($"Cancelled after {Numbers.Count(summary.Frames, "frame")}{left}.", exception);
        }

        Report(context, request, summary, output, json, quiet);
        return ExitCodes.Success;
    }

    private static void Report(CliContext context, EvalRequest request, EvalSummary summary, string? output, bool json, bool quiet)
    {
        context.Flush();
        if (output is null && !json) { WarnIfNotShown(context, request); }
        WarnIfUnused(context, request.Labels.Energy, summary.Errors.Energy);
        WarnIfUnused(context, request.Labels.Forces, summary.Errors.Forces);
        WarnIfUnused(context, request.Labels.Stress, summary.Errors.Stress);
        if (quiet || (json && output is null)) { return; }
        if (!json)
        {
            summary.Write(context.StyledError);
            return;
        }

        if (output == "-")
        {
            using MemoryStream text = new();
            JsonText.Write(context, text, summary.Write);
            context.Error.Write(System.Text.Encoding.UTF8.GetString(text.ToArray()));
        }
        else
        {
            JsonText.Write(context, context.Output, summary.Write);
        }
    }

    private static void WarnIfNotShown(CliContext context, EvalRequest request)
    {
        List<string> options = [];
        if (request.Hessian) { options.Add("--hessian"); }
        if ((request.Extra & (Properties.Descriptors | Properties.FullDescriptors)) != 0) { options.Add("--descriptors"); }
        if ((request.Extra & Properties.AtomicVirials) != 0) { options.Add("--atomic-virials"); }
        if (options.Count > 0) { context.Error.WriteLine($"mace: warning: tables do not show what {string.Join(" and ", options)} gave; write it with --output or --json."); }
    }

    private static void WarnIfUnused(CliContext context, string? key, in DifferenceSum errors)
    {
        if (key is not null && errors.Count == 0) { context.Error.WriteLine($"mace: warning: no frame has a label '{key}' to compare with."); }
    }

    private EvalRequest RequestOf(ParseResult result, Properties descriptors)
    {
        string prefix = result.GetValue(_prefix)!;
        if (prefix.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.')))
        {
            throw new InvalidInputException($"--prefix '{prefix}' cannot begin the name of a result; use letters, digits, '_', '-' and '.'.");
        }

        Properties extra = descriptors;
        if (result.GetValue(_nodeEnergies)) { extra |= Properties.AtomicEnergies; }
        if (result.GetValue(_atomicVirials)) { extra |= Properties.AtomicVirials; }
        return new EvalRequest
        {
            Precision = _model.PrecisionOf(result),
            Radial = _model.RadialOf(result),
            Stress = result.GetValue(_stress) switch { "on" => StressMode.On, "off" => StressMode.Off, _ => StressMode.Auto },
            Head = result.GetValue(_model.Head),
            Dispersion = _dispersion.Resolve(result),
            Charge = result.GetValue(_model.Charge),
            Spin = result.GetValue(_model.Spin),
            Extra = extra,
            Hessian = result.GetValue(_hessian),
            Reference = result.GetValue(_reference) switch { "interaction" => EnergyReference.Interaction, "atomization" => EnergyReference.Atomization, _ => EnergyReference.Total },
            Labels = new(result.GetValue(_energyKey), result.GetValue(_forcesKey), result.GetValue(_stressKey)),
            Names = new OutputNames(prefix),
            ShowsBinding = result.GetValue(_output) is null && !result.GetValue(_json),
        };
    }

    /// <summary>The descriptors asked for. A word that is neither kind is the input that follows the bare option.</summary>
    private (Properties, Token?) DescriptorsOf(ParseResult result)
    {
        if (result.GetResult(_descriptors) is not OptionResult { Implicit: false } option) { return (Properties.None, null); }
        return option.Tokens is [Token token]
            ? token.Value switch
            {
                "full" => (Properties.FullDescriptors, null),
                "invariant" => (Properties.Descriptors, null),
                _ => (Properties.Descriptors, token),
            }
            : (Properties.Descriptors, null);
    }

    private static StructureFormat OutputFormat(string? output, string? name)
    {
        StructureFormat format = StructureFormat.ExtendedXyz;
        if (name is not null)
        {
            format = StructureFormats.Parse(name);
        }
        else if (output is not (null or "-") && !StructureFormats.TryFromFileName(output, out format))
        {
            throw new InvalidInputException($"The name '{output}' does not tell a format; end it with .xyz, .extxyz or .jsonl, or say --format extxyz or jsonl.");
        }

        return format is StructureFormat.ExtendedXyz or StructureFormat.JsonLines
            ? format
            : throw new InvalidInputException($"The format {StructureFormats.NameOf(format)} cannot hold energies and forces; write extxyz or jsonl.");
    }

    private static void CheckGlobals(IReadOnlyList<ModelHandle> models, EvalRequest request)
    {
        string which = models.Count == 1 ? $"The model '{models[0].Name}' does" : "These models do";
        if (request.Charge is not null && !models.Any(static m => m.UsesCharge)) { throw new InvalidInputException($"{which} not know of charges: --charge would change nothing."); }
        if (request.Spin is not null && !models.Any(static m => m.UsesSpin)) { throw new InvalidInputException($"{which} not know of spins: --spin would change nothing."); }
    }
}
