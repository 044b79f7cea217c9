using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Training;
using MaceSharp.Training;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace data</c>: labelled structures before training.</summary>
internal sealed class DataCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "Files of labelled structures, with frames behind an '@' where not all are meant; - is standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly LabelKeyOptions _keys = new();
    private readonly Option<double?> _fraction = new("--valid_fraction") { Description = "Share of the second set. Without it: 0.1.", HelpName = "X" };
    private readonly Option<int?> _seed = new("--seed") { Description = "Seed of the draw. Without it: 123.", HelpName = "N" };
    private readonly Option<string> _train = new("--train") { Description = "File of the first set; isolated atoms go there.", HelpName = "OUT", Required = true };
    private readonly Option<string> _valid = new("--valid") { Description = "File of the second set.", HelpName = "OUT", Required = true };

    private DataCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context) => new("data", "Look at labelled structures before training, divide and select them, and prepare large data sets.")
    {
        CreateCheck(context),
        CreateSplit(context),
        DataSelectCommand.Create(context),
        DataPrepareCommand.Create(context),
    };

    private static DocumentedCommand CreateCheck(CliContext context)
    {
        DataCommand self = new();
        DocumentedCommand command = new("check", "Say what is in files of labelled structures and what looks wrong: missing labels, outliers, duplicates, close contacts, and forces or stresses that do not fit the energies.")
        {
            Examples =
            [
                new("mace data check train.xyz", "labels under the keys of mace-torch"),
                new("mace data check dft.xyz --energy_key energy --forces_key forces", "labels under other keys"),
                new("mace data check train-set", "a folder of mace data prepare: every byte is checked too"),
            ],
        };
        command.Arguments.Add(self._files);
        self._keys.AddTo(command);
        command.SetAction(result => self.Check(context, result));
        return command;
    }

    private static DocumentedCommand CreateSplit(CliContext context)
    {
        DataCommand self = new();
        DocumentedCommand command = new("split", "Divide structures at random into a training and a validation set. The frames are written as they are, in their order.")
        {
            Examples = [new("mace data split all.xyz --train train.xyz --valid valid.xyz --valid_fraction 0.05 --seed 7", "one frame in twenty to valid.xyz")],
        };
        command.Arguments.Add(self._files);
        foreach (Option option in new Option[] { self._train, self._valid, self._fraction, self._seed }) { command.Options.Add(option); }
        command.SetAction(result => self.Split(context, result));
        return command;
    }

    private int Check(CliContext context, ParseResult result)
    {
        LabelReader reader = new(_keys.Read(result));
        string[] names = result.GetValue(_files)!;
        string[] folders = [.. names.Where(static n => Directory.Exists(n) && PreparedDataSet.IsOne(n))], files = [.. names.Except(folders, StringComparer.Ordinal)];
        List<LabelledStructure> read = [];
        foreach (Structure structure in files.Length == 0 ? [] : new StructureInputs(context, files, null).Read())
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            structure.Validate();
            read.Add(reader.Read(structure));
        }

        FrameSet frames = FrameSet.Join([.. folders.Select(f => Verified(context, f)), FrameSet.Of(read)]);
        if (frames.Count == 0) { throw new InvalidInputException("There is no frame."); }
        DataSetCheck check = DataSetCheck.Of(frames);
        new DataCheckText(context.StyledOut).Write(check);
        return check.IsUsable ? ExitCodes.Success : throw new InvalidInputException("the data should not be trained on as they are; see what is marked error above.");
    }

    /// <summary>The frames of a prepared data set of which every byte is as it was written; they are read again whenever they are needed.</summary>
    private static FrameSet Verified(CliContext context, string folder)
    {
        PreparedDataSet set = PreparedDataSet.Open(folder);
        using (ProgressDisplay display = ProgressDisplay.OfFrames(context, true)) { set.Verify(n => display.Report(n, n / (double)set.FrameCount), context.CancellationToken); }
        context.Out.WriteLine($"{folder}: {PreparedText.Of(set)}; all checksums fit");
        return set.Frames;
    }

    private int Split(CliContext context, ParseResult result)
    {
        double fraction = result.GetValue(_fraction) ?? 0.1;
        if (!(fraction is > 0 and < 1)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"--valid_fraction cannot be {fraction}; it is between 0 and 1.")); }
        string train = result.GetValue(_train)!, valid = result.GetValue(_valid)!;
        if (Path.GetFullPath(train) == Path.GetFullPath(valid)) { throw new InvalidInputException("--train and --valid name the same file."); }
        List<Structure> isolated = [], frames = [];
        foreach (Structure structure in new StructureInputs(context, result.GetValue(_files)!, null).Read()) { (LabelReader.IsIsolatedAtom(structure) ? isolated : frames).Add(structure); }
        if (frames.Count < 2) { throw new InvalidInputException("There must be at least two frames besides isolated atoms."); }
        (List<Structure> first, List<Structure> second) = DataSetReader.Split(frames, fraction, result.GetValue(_seed) ?? 123);
        Write(train, [.. isolated, .. first]);
        Write(valid, second);
        context.Out.WriteLine($"{train}: {Numbers.Count(first.Count, "frame")}{(isolated.Count > 0 ? $" and {Numbers.Count(isolated.Count, "isolated atom")}" : "")}; {valid}: {Numbers.Count(second.Count, "frame")}");
        return ExitCodes.Success;
    }

    private static void Write(string path, IEnumerable<Structure> structures)
    {
        using StructureWriter writer = StructureWriter.Create(path);
        foreach (Structure structure in structures) { writer.Write(structure); }
        writer.Complete();
    }
}
