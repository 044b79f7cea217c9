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
    private readonly Option<string> _energyKey = Key("--energy_key", "energies, eV", "REF_energy");
    private readonly Option<string> _forcesKey = Key("--forces_key", "forces, eV/Å", "REF_forces");
    private readonly Option<string> _stressKey = Key("--stress_key", "stresses, eV/Å³, positive under tension", "REF_stress");
    private readonly Option<string> _virialsKey = Key("--virials_key", "virials, eV", "REF_virials");
    private readonly Option<double?> _fraction = new("--valid_fraction") { Description = "Share of the second set. Without it: 0.1.", HelpName = "X" };
    private readonly Option<int?> _seed = new("--seed") { Description = "Seed of the draw. Without it: 123.", HelpName = "N" };
    private readonly Option<string> _train = new("--train") { Description = "File of the first set; isolated atoms go there.", HelpName = "OUT", Required = true };
    private readonly Option<string> _valid = new("--valid") { Description = "File of the second set.", HelpName = "OUT", Required = true };

    private DataCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context) => new("data", "Look at labelled structures before training, and divide them.")
    {
        CreateCheck(context),
        CreateSplit(context),
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
            ],
        };
        command.Arguments.Add(self._files);
        foreach (Option option in new Option[] { self._energyKey, self._forcesKey, self._stressKey, self._virialsKey }) { command.Options.Add(option); }
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
        TrainingKeys keys = new()
        {
            Energy = result.GetValue(_energyKey)!,
            Forces = result.GetValue(_forcesKey)!,
            Stress = result.GetValue(_stressKey)!,
            Virials = result.GetValue(_virialsKey)!,
        };
        LabelReader reader = new(keys);
        List<LabelledStructure> frames = [];
        foreach (Structure structure in new StructureInputs(context, result.GetValue(_files)!, null).Read())
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            structure.Validate();
            frames.Add(reader.Read(structure));
        }

        if (frames.Count == 0) { throw new InvalidInputException("There is no frame."); }
        DataSetCheck check = DataSetCheck.Of(frames);
        new DataCheckText(context.StyledOut).Write(check);
        return check.IsUsable ? ExitCodes.Success : throw new InvalidInputException("the data should not be trained on as they are; see what is marked error above.");
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

    private static Option<string> Key(string name, string quantity, string key) => new(name) { Description = $"Key of {quantity}. Without it: {key}.", HelpName = "KEY", DefaultValueFactory = _ => key };
}
