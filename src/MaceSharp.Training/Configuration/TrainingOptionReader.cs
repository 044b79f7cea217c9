using System.Collections.Immutable;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Configuration;

/// <summary>An option that was given but has no effect.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reason">Why, a sentence without a full stop.</param>
public readonly record struct IgnoredOption(string Name, string Reason);

/// <summary>The options of a run and what was made of them.</summary>
/// <param name="Options">The options.</param>
/// <param name="Ignored">Options that were given but have no effect.</param>
/// <param name="Notes">What else the user should know, sentences.</param>
public sealed record ReadTrainingOptions(TrainingOptions Options, ImmutableArray<IgnoredOption> Ignored, ImmutableArray<string> Notes);

/// <summary>Reads the options of a run from a YAML file and the command line.</summary>
public static class TrainingOptionReader
{
    /// <summary>All options, in the order of the help.</summary>
    public static IReadOnlyList<TrainingOption> Known => TrainingOptionTable.Options;

    /// <summary>Reads options; those of the command line win.</summary>
    /// <param name="configFile">A YAML file; null: none.</param>
    /// <param name="arguments">Options of the command line and their values; no value stands for True.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, an option is unknown, or a value is impossible.</exception>
    public static ReadTrainingOptions Read(string? configFile, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        List<KeyValuePair<string, OptionValue>> given = [];
        if (configFile is not null) { given.AddRange(OptionValue.ReadYaml(configFile).Entries); }
        foreach ((string name, IReadOnlyList<string> values) in arguments)
        {
            given.Add(new(name, values.Count switch
            {
                0 => OptionValue.OfText("True", "command line"),
                1 => OptionValue.OfText(values[0], "command line"),
                _ => OptionValue.OfTexts(values, "command line"),
            }));
        }

        TrainingOptions options = new();
        List<IgnoredOption> ignored = [];
        List<string> notes = [];

        // What others build on comes first: heads take keys from the data options, a statistics file gives way to what is said directly.
        foreach ((string name, OptionValue value) in given.OrderBy(static g => Rank(g.Key)))
        {
            if (!TrainingOptionTable.TryFind(name, out TrainingOption? option))
            {
                string hint = TrainingOptionTable.Nearest(name) is { } near ? $"; did you mean '{near}'?" : "; 'mace train --help' lists all.";
                throw new InvalidInputException($"{value.Source}: there is no option '{name}'{hint}");
            }

            if (option.IgnoredBecause is { } reason) { ignored.Add(new(option.Name, reason)); }
            else { options = option.Apply(options, option.Name, value); }
        }

        return new ReadTrainingOptions(Complete(options, notes), [.. ignored.Distinct()], [.. notes]);
    }

    private static int Rank(string name) => name switch { "statistics_file" => 0, "small" or "medium" or "large" => 1, "heads" => 3, _ => 2 };

    /// <summary>Settles what depends on several options.</summary>
    private static TrainingOptions Complete(TrainingOptions options, List<string> notes)
    {
        if (options.Name.Length == 0) { throw new InvalidInputException("The run needs a name, after which its files are called: name: my_run in the file of options, or --name my_run."); }
        bool hasFiles = !options.Data.TrainFiles.IsEmpty;
        if (!options.Heads.IsEmpty && hasFiles) { notes.Add("train_file is not used, because heads name files of their own."); }
        if (options.Heads.IsEmpty && !hasFiles) { throw new InvalidInputException("The run has no training data: give train_file, or heads with a train_file each."); }
        foreach (HeadOptions head in options.Heads)
        {
            if (head.Data.TrainFiles.IsEmpty) { throw new InvalidInputException($"The head '{head.Name}' has no train_file."); }
        }

        OptimizationOptions steps = options.Optimization;
        if (steps.StageTwo)
        {
            int start = steps.StageTwoStart ?? Math.Max(1, steps.MaxEpochs / 4 * 3);
            if (start >= steps.MaxEpochs) { notes.Add(FormattableString.Invariant($"There is no stage two: it would start at epoch {start}, but there are {steps.MaxEpochs}.")); }
            else if (options.Loss.Kind == "forces_only") { throw new InvalidInputException("Stage two needs a loss with an energy; loss: forces_only has none."); }
            options = options with { Optimization = steps with { StageTwo = start < steps.MaxEpochs, StageTwoStart = start } };
        }

        if (steps is { Lbfgs: true, LbfgsStart: { } first } && first >= steps.MaxEpochs)
        {
            notes.Add(FormattableString.Invariant($"There is no L-BFGS: it would start at epoch {first}, but there are {steps.MaxEpochs}."));
            options = options with { Optimization = options.Optimization with { Lbfgs = false } };
        }

        return FineTuned(WithDipoles(options), notes);
    }

    private static TrainingOptions WithDipoles(TrainingOptions options)
    {
        (string Loss, string Table)? needed = options.Network.Model switch
        {
            "AtomicDipolesMACE" => ("dipole", "DipoleRMSE"),
            "AtomicDielectricMACE" => ("dipole_polar", "DipolePolarRMSE"),
            "EnergyDipolesMACE" => ("energy_forces_dipole", "EnergyDipoleRMSE"),
            _ => null,
        };
        bool isDipoleLoss = options.Loss.Kind is "dipole" or "dipole_polar" or "energy_forces_dipole";
        if (needed is null)
        {
            if (isDipoleLoss) { throw new InvalidInputException($"loss: {options.Loss.Kind} needs a model with a dipole, not {options.Network.Model}."); }
            bool stressed = options.Loss.Kind is "stress" or "virials" or "huber" or "universal";
            return stressed && options.ErrorTable is not "PerAtomMAEstressvirials" ? options with { ErrorTable = "PerAtomRMSEstressvirials" } : options;
        }

        if (options.Loss.Kind != needed.Value.Loss) { throw new InvalidInputException($"model: {options.Network.Model} is trained with loss: {needed.Value.Loss}, not {options.Loss.Kind}."); }
        if (options.Optimization.StageTwo && options.Network.Model == "AtomicDipolesMACE") { throw new InvalidInputException("There is no stage two for a model of dipoles alone."); }
        return options with { ErrorTable = needed.Value.Table };
    }

    private static TrainingOptions FineTuned(TrainingOptions options, List<string> notes)
    {
        if (options.FineTuning is not { } tuning) { return options; }
        if (tuning.FoundationModel.Length == 0)
        {
            if (tuning.LowRank is { IsUsed: true }) { throw new InvalidInputException("lora adapts a model that is there: it needs a foundation_model."); }
            if (tuning.ReplayFile is not null || tuning.MultiHead) { throw new InvalidInputException("multiheads_finetuning and pt_train_file need a foundation_model."); }
            return options with { FineTuning = null };
        }

        bool multiHead = tuning.ReplayFile is not null && (tuning.MultiHead || tuning.ReplayFile is not null);
        if (tuning.MultiHead && tuning.ReplayFile is null) { throw new InvalidInputException("multiheads_finetuning needs replayed data: give pt_train_file."); }
        options = options with { FineTuning = tuning with { MultiHead = multiHead, LowRank = tuning.LowRank is { IsUsed: true } adapters ? adapters : null } };
        if (!multiHead) { return options; }
        if (options.Data.E0s == "average") { throw new InvalidInputException("E0s: average cannot be combined with multiheads_finetuning; give E0s, 'estimated', or isolated atoms in the training file."); }
        if (!tuning.KeepLearningRate)
        {
            notes.Add("With several heads lr is 0.0001 and parameters are averaged with ema_decay 0.99999, as in mace-torch; force_mh_ft_lr: True keeps what is given.");
            options = options with { Optimization = options.Optimization with { LearningRate = 1e-4, Ema = true, EmaDecay = 0.99999 } };
        }

        if (options.Loss.Kind != "universal")
        {
            notes.Add("With several heads the loss is universal, as in mace-torch.");
            options = options with { Loss = options.Loss with { Kind = "universal" }, ErrorTable = "PerAtomRMSEstressvirials" };
        }

        return options;
    }
}
