using System.CommandLine;
using System.CommandLine.Parsing;
using MaceSharp.Architecture;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Training;
using MaceSharp.Serialization;
using MaceSharp.Training;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace train</c>: a potential from labelled structures.</summary>
internal sealed class TrainCommand
{
    private readonly Option<string?> _config = new("--config", "-c") { Description = "A YAML file of options, as mace_run_train takes it. Options of the command line win.", HelpName = "FILE" };
    private readonly Option<string[]> _seeds = new("--seeds") { Description = "Train one model for each of these seeds, a committee; their names end with the seed.", HelpName = "N", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only the results and what needs attention." };
    private readonly List<(TrainingOption Definition, Option<string[]> Option)> _options = [];

    private TrainCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        TrainCommand self = new();
        DocumentedCommand command = new("train", "Train a potential on labelled structures, or fine-tune one. The options are those of mace_run_train.")
        {
            Examples =
            [
                new("mace train --config run.yaml", "a file of options of mace-torch, as it is"),
                new("mace train --config run.yaml --dry_run", "check everything and estimate the time"),
                new("mace train --config run.yaml --restart_latest", "go on after an interruption"),
                new("mace train --name mine --foundation_model small --train_file mine.xyz --E0s estimated --lora True --lr 0.005", "fine-tune by low-rank adapters"),
                new("mace train --config run.yaml --restart_latest --lbfgs True --max_num_epochs 210", "go on with L-BFGS after 200 epochs"),
                new("mace train --name water --train_file water.xyz --E0s average --small --max_num_epochs 200 --stage_two", "without a file of options"),
            ],
        };
        command.Options.Add(self._config);
        command.Options.Add(self._seeds);
        command.Options.Add(self._quiet);
        foreach (TrainingOption definition in TrainingOptionReader.Known)
        {
            Option<string[]> option = new("--" + definition.Name, [.. definition.Aliases.Select(static a => "--" + a)])
            {
                Description = definition.Description,
                HelpName = definition.ValueName,
                Hidden = definition.IgnoredBecause is not null,
                Arity = definition.TakesSeveral ? new ArgumentArity(definition.IsFlag ? 0 : 1, 100_000) : definition.IsFlag ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
                AllowMultipleArgumentsPerToken = definition.TakesSeveral,
                CustomParser = static words => [.. words.Tokens.Select(static t => t.Value)],
            };
            self._options.Add((definition, option));
            command.Options.Add(option);
        }

        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        List<KeyValuePair<string, IReadOnlyList<string>>> given = [];
        foreach ((TrainingOption definition, Option<string[]> option) in _options)
        {
            if (result.GetResult(option) is { Implicit: false } found) { given.Add(new(definition.Name, [.. found.Tokens.Select(static t => t.Value)])); }
        }

        string[] seeds = result.GetValue(_seeds) ?? [];
        bool quiet = result.GetValue(_quiet);
        if (seeds.Length == 0) { return RunOne(context, TrainingOptionReader.Read(result.GetValue(_config), given), quiet); }
        foreach (string seed in seeds)
        {
            ReadTrainingOptions read = TrainingOptionReader.Read(result.GetValue(_config), [.. given, new("seed", [seed])]);
            RunOne(context, read with { Options = read.Options with { Name = $"{read.Options.Name}_{seed}" } }, quiet);
        }

        return ExitCodes.Success;
    }

    private static int RunOne(CliContext context, ReadTrainingOptions read, bool quiet)
    {
        TrainingOptions options = read.Options;
        RunFiles files = new(options);
        if (!options.DryRun) { files.CreateFolders(); }
        using TrainingLog log = new(context, options.DryRun ? null : files.Log, options.Optimization.MaxEpochs, quiet);
        foreach (IgnoredOption ignored in read.Ignored) { log.Warn($"{ignored.Name} is ignored: {ignored.Reason}."); }
        foreach (string note in read.Notes) { log.Warn(note); }
        TrainingPlan plan = TrainingPlanner.Prepare(options, reference => LoadFoundation(context, reference), context.CancellationToken);
        foreach (string note in plan.Notes) { log.Warn(note); }
        using TrainingRun run = new(plan, log);
        foreach (string line in TrainingSummary.Lines(plan, run)) { log.Note(line); }
        if (options.DryRun)
        {
            log.Note(TrainingSummary.Estimate(plan, run.TryStep(context.CancellationToken)));
            log.Note("This was a dry run: nothing was trained or written.");
            return ExitCodes.Success;
        }

        TrainingOutcome outcome;
        try
        {
            outcome = run.Run(context.CancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw new CommandCanceledException($"training was stopped; {files.Latest} is complete, and the same command with --restart_latest goes on from there.", exception);
        }

        Finish(context, plan, run, outcome, log);
        return ExitCodes.Success;
    }

    private static void Finish(CliContext context, TrainingPlan plan, TrainingRun run, TrainingOutcome outcome, TrainingLog log)
    {
        log.Note($"Training took {Numbers.Duration(outcome.Time)}.");
        IReadOnlyList<string> models = TrainingCompletion.WriteModels(plan, outcome);
        TrainingResults results = TrainingCompletion.Evaluate(plan, run, outcome, context.CancellationToken);
        foreach (StageResults stage in results.Stages)
        {
            string which = outcome.Stages.Count > 1 ? $" of stage {stage.Stage.Stage}" : "";
            log.Result(FormattableString.Invariant($"Best model{which}: epoch {stage.Stage.Epoch}\n{TrainingCompletion.TableOf(plan.Options.ErrorTable, stage.TrainAndValid)}"));
            if (!stage.Test.IsEmpty) { log.Result($"Test{which}\n{TrainingCompletion.TableOf(plan.Options.ErrorTable, stage.Test)}"); }
        }

        if (!results.Before.IsEmpty) { log.Result($"The foundation model, with E0 of the heads, before and the model after fine-tuning\n{TrainingCompletion.BeforeAndAfter(results)}"); }
        DimerCheck? dimers = DimerCheck.Of(plan, outcome.Final.Model, context.CancellationToken);
        if (dimers is not null) { log.Dimers(dimers); }
        foreach (string model in models) { log.Result($"Wrote {model}"); }
        if (plan.Options.Report) { WriteReport(context, plan, run, outcome, results, dimers, log); }
    }

    private static void WriteReport(CliContext context, TrainingPlan plan, TrainingRun run, TrainingOutcome outcome, TrainingResults results, DimerCheck? dimers, TrainingLog log)
    {
        List<ParityData> parities = [];
        if (plan.Model.HyperParameters.HasEnergy)
        {
            for (int head = 0; head < plan.Heads.Length; head++)
            {
                FrameSet test = DataSetReader.ReadTest(head, plan.HeadOptions[head], context.CancellationToken);
                parities.Add(run.Compare("valid_" + plan.Heads[head].Name, outcome.Final.Parameters, plan.Heads[head].Valid, context.CancellationToken));
                if (test.Count > 0) { parities.Add(run.Compare("test_" + plan.Heads[head].Name, outcome.Final.Parameters, test, context.CancellationToken)); }
            }
        }

        RunFiles files = new(plan.Options);
        new TrainingReport(plan, outcome, results, dimers).Create(TrainingSummary.Lines(plan, run), files.Results, parities).Save(files.Report);
        log.Result($"Wrote {files.Report}");
    }

    private static MaceModel LoadFoundation(CliContext context, string reference) =>
        ModelFile.Read(File.Exists(reference) ? reference : context.Models.ResolveOne(reference));
}
