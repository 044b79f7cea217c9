using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Building;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;
using MaceSharp.Training;
using MaceSharp.Training.Selection;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace data select</c>: some of many frames.</summary>
internal sealed class DataSelectCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Files of structures, with frames behind an '@' where not all are meant. They are read twice, and no frame is kept in memory.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<int?> _count = ModelOptions.WholeNumber("Number of frames to select, isolated atoms not counted.", "N", int.MaxValue, "--count", "-n");
    private readonly Option<string> _method = ModelOptions.Choice("--method", "At random; by farthest-point sampling on the mean descriptors of a model (fps), which draws nothing; or evenly over compositions.", "random", "fps", "composition");
    private readonly Option<long?> _seed = new("--seed") { Description = "Seed of what is drawn. Without it: 123.", HelpName = "N" };
    private readonly Option<string[]> _reference = new("--reference") { Description = "Files of frames that were selected before: new ones are to differ from them (fps), or to even out their compositions.", HelpName = "FILE", AllowMultipleArgumentsPerToken = true, Arity = ArgumentArity.OneOrMore };
    private readonly ModelOptions _model = new();
    private readonly StructureSink _sink = new();

    private DataSelectCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        DataSelectCommand self = new();
        self._count.Required = true;
        DocumentedCommand command = new("select", "Select some of many frames and write them as they are, with all their data, in their order. Isolated atoms are always written. On standard error: how well the selection stands for all, as the largest and the mean distance of a frame to the nearest selected one.")
        {
            Examples =
            [
                new("mace data select all.xyz --count 200 --output some.xyz", "at random"),
                new("mace data select md.xyz --count 50 --method fps --model my.model --output far.xyz", "frames as different as possible, as a model sees them"),
                new("mace data select md.xyz --count 50 --method fps --reference train.xyz --output new.xyz", "different from those of train.xyz too"),
                new("mace data select all.xyz --count 300 --method composition --output even.xyz", "as many of each composition"),
            ],
        };
        self._model.Model.Description = "Model whose descriptors tell frames apart: a .model or .safetensors file, or a name of 'mace models list'. Without it, and with --method fps: the potential that ships with mace.";
        command.Arguments.Add(self._files);
        foreach (Option option in new Option[] { self._count, self._method, self._seed, self._reference }) { command.Options.Add(option); }
        self._sink.AddTo(command);
        self._model.AddTechnicalTo(command);
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        string[] references = result.GetValue(_reference) ?? [];
        (List<string> names, List<string> models) = CapturedArguments.Split(result, _files, _model.Model, []);
        string method = result.GetValue(_method)!;
        if (names.Concat(references).Any(static n => n == StructureInputs.StandardInput || n.StartsWith("-@", StringComparison.Ordinal))) { throw new InvalidInputException("mace data select reads its files twice and cannot take standard input; name a file."); }
        if (method == "fps" && result.GetValue(_seed) is not null) { throw new InvalidInputException("--seed has no meaning with --method fps, which draws nothing."); }
        if (method == "random" && references.Length > 0) { throw new InvalidInputException("--reference has no meaning with --method random; use fps or composition."); }
        Frames frames = new(context, names);
        int wanted = result.GetValue(_count)!.Value;
        DescriptorTable? table = null, referenceTable = null;
        List<int> compositions = [], present = [];
        Dictionary<string, int> known = new(StringComparer.Ordinal);
        if (method == "fps" || models.Count > 0)
        {
            table = Describe(context, result, models, frames.Read(Note), out IPotential potential);
            if (references.Length > 0) { referenceTable = DescriptorTable.Compute(new Frames(context, references).Read(NotePresent), potential, _model.ThreadCountOf(result), null, context.CancellationToken); }
        }
        else
        {
            foreach (Structure frame in frames.Read(Note)) { context.CancellationToken.ThrowIfCancellationRequested(); }
            if (references.Length > 0) { foreach (Structure frame in new Frames(context, references).Read(NotePresent)) { context.CancellationToken.ThrowIfCancellationRequested(); } }
        }

        IReadOnlyList<int> chosen = method switch
        {
            "fps" => SubsetSelection.FarthestPoints(table!, wanted, referenceTable, null, context.CancellationToken).Indices,
            "composition" => SubsetSelection.ByComposition(compositions, wanted, result.GetValue(_seed) ?? 123, present),
            _ => SubsetSelection.AtRandom(compositions.Count, wanted, result.GetValue(_seed) ?? 123),
        };
        HashSet<int> set = [.. chosen];
        _sink.Write(context, result, frames.ReadChosen(set));
        if (_sink.IsQuiet(result)) { return ExitCodes.Success; }
        context.Error.WriteLine($"{Numbers.Count(wanted, "frame")} of {Numbers.Grouped(compositions.Count)}, {Numbers.Grouped(chosen.Select(i => compositions[i]).Distinct().Count())} of {Numbers.Count(compositions.Distinct().Count(), "composition")}");
        if (table is not null)
        {
            SelectionCoverage coverage = SubsetSelection.Coverage(table, chosen, referenceTable, context.CancellationToken);
            SelectionCoverage typical = SubsetSelection.Coverage(table, SubsetSelection.FarthestPoints(table, 1).Indices, null, context.CancellationToken);
            context.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"distance of a frame to the nearest selected one{(referenceTable is null ? "" : " or reference")}: largest {coverage.Largest:G4}, mean {coverage.Mean:G4}; to the most typical frame: largest {typical.Largest:G4}, mean {typical.Mean:G4}"));
        }

        return ExitCodes.Success;

        void Note(Structure frame) => compositions.Add(CompositionOf(frame));

        void NotePresent(Structure frame)
        {
            int composition = CompositionOf(frame);
            while (present.Count <= composition) { present.Add(0); }
            present[composition]++;
        }

        int CompositionOf(Structure frame)
        {
            string formula = Formula.Hill(frame.AtomicNumbers);
            if (!known.TryGetValue(formula, out int number)) { known.Add(formula, number = known.Count); }
            return number;
        }
    }

    private DescriptorTable Describe(CliContext context, ParseResult result, List<string> models, IEnumerable<Structure> frames, out IPotential potential)
    {
        IReadOnlyList<ModelHandle> handles = context.Models.Load(models);
        if (handles.Count != 1) { throw new InvalidInputException($"Frames are told apart by one model, but --model names {handles.Count}."); }

        // One thread a frame: many frames are worked on at the same time.
        potential = handles[0].CreatePotential(new MaceOptions { Precision = _model.PrecisionOf(result), Radial = _model.RadialOf(result), Head = result.GetValue(_model.Head), ThreadCount = 1 });
        using ProgressDisplay display = ProgressDisplay.OfFrames(context, !_sink.IsQuiet(result));
        return DescriptorTable.Compute(frames, potential, _model.ThreadCountOf(result), n => display.Report(n, null), context.CancellationToken);
    }

    /// <summary>The frames of the inputs that can be selected, and the isolated atoms between them.</summary>
    private sealed class Frames(CliContext context, IReadOnlyCollection<string> names)
    {
        /// <summary>Reads the frames besides isolated atoms.</summary>
        public IEnumerable<Structure> Read(Action<Structure> note)
        {
            foreach (Structure structure in new StructureInputs(context, names, null).Read())
            {
                if (LabelReader.IsIsolatedAtom(structure)) { continue; }
                note(structure);
                yield return structure;
            }
        }

        /// <summary>Reads isolated atoms and chosen frames.</summary>
        public IEnumerable<Structure> ReadChosen(HashSet<int> chosen)
        {
            int index = 0;
            foreach (Structure structure in new StructureInputs(context, names, null).Read())
            {
                if (LabelReader.IsIsolatedAtom(structure) || chosen.Contains(index++)) { yield return structure; }
            }
        }
    }
}
