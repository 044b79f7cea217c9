using System.Collections.Immutable;
using MaceSharp.Serialization;

namespace MaceSharp.Training.Runs;

/// <summary>Errors of the best model of a stage on all sets of frames.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="TrainAndValid">Errors on the training and validation frames of each head.</param>
/// <param name="Test">Errors on the test frames by <c>config_type</c> and head.</param>
public sealed record StageResults(TrainedStage Stage, ImmutableArray<HeadMetrics> TrainAndValid, ImmutableArray<HeadMetrics> Test);

/// <summary>Errors of a run on all sets of frames.</summary>
/// <param name="Stages">Those of the best model of each stage, in order; the last one is the result.</param>
/// <param name="Before">Those of the foundation model, with the isolated-atom energies of each head, on the sets of the last stage: training, validation and test frames. Empty for a new model.</param>
public sealed record TrainingResults(ImmutableArray<StageResults> Stages, ImmutableArray<HeadMetrics> Before);

/// <summary>What is done when training is over: models are written and judged. Test files are read here, never before.</summary>
public static class TrainingCompletion
{
    /// <summary>Writes the models of a run.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="outcome">What it ended with.</param>
    /// <returns>The files.</returns>
    /// <exception cref="Atoms.InvalidInputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> WriteModels(TrainingPlan plan, TrainingOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(outcome);
        RunFiles files = new(plan.Options);
        List<string> written = [];
        if (outcome.Stages.Count > 1)
        {
            ModelFile.Write(outcome.Stages[0].Model, files.StageOneModel);
            written.Add(files.StageOneModel);
        }

        ModelFile.Write(outcome.Final.Model, files.Model);
        written.Add(files.Model);
        return written;
    }

    /// <summary>Evaluates the best model of each stage, and the foundation model where there is one, on all frames.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="run">The run, which evaluates.</param>
    /// <param name="outcome">What it ended with.</param>
    /// <param name="cancellationToken">Ends the evaluation early.</param>
    /// <exception cref="Atoms.InvalidInputException">A test file cannot be read.</exception>
    public static TrainingResults Evaluate(TrainingPlan plan, TrainingRun run, TrainingOutcome outcome, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(outcome);
        List<(string Name, FrameSet Frames)> tests = [];
        for (int head = 0; head < plan.Heads.Length; head++)
        {
            foreach ((string type, FrameSet frames) in DataSetReader.ReadTest(head, plan.HeadOptions[head], cancellationToken).GroupBy(static f => LabelReader.ConfigTypeOf(f.Structure)))
            {
                tests.Add(($"{type}_{plan.Heads[head].Name}", frames));
            }
        }

        (string Name, FrameSet Frames)[] trained = [.. plan.Heads.Select(static h => ("train_" + h.Name, h.Train)), .. plan.Heads.Select(static h => ("valid_" + h.Name, h.Valid))];
        ImmutableArray<StageResults> stages = [.. outcome.Stages.Select(stage => new StageResults(stage, Errors(stage.Parameters, trained, stage.Loss), Errors(stage.Parameters, tests, stage.Loss)))];
        return new TrainingResults(stages, plan.Foundation is null ? [] : Errors(new ParameterSet(plan.Model).Values, trained.Concat(tests), outcome.Final.Loss));

        ImmutableArray<HeadMetrics> Errors(double[] parameters, IEnumerable<(string Name, FrameSet Frames)> sets, ILoss loss) =>
            [.. sets.Select(s => new HeadMetrics(s.Name, run.Evaluate(parameters, s.Frames, loss, cancellationToken)))];
    }

    /// <summary>Errors before and after fine-tuning side by side.</summary>
    /// <param name="results">Errors of a fine-tuning run.</param>
    /// <returns>Titles, and a row a set; root mean square errors of the energy per atom, meV, the forces, meV/Å, and, where frames have it, the stress, meV/Å³.</returns>
    public static ReportRows BeforeAndAfter(TrainingResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        (string Title, Func<ErrorMetrics, ErrorNumbers?> Numbers)[] quantities =
        [
            ("RMSE E / meV / atom", static m => m.EnergyPerAtom), ("RMSE F / meV / A", static m => m.Forces), ("RMSE Stress / meV / A^3", static m => m.Stress),
        ];
        quantities = [.. quantities.Where(q => results.Before.Any(row => q.Numbers(row.Metrics) is not null))];
        StageResults final = results.Stages[^1];
        return new ReportRows(
            ["config_type", .. quantities.SelectMany(static q => new[] { q.Title + ", before", "after" })],
            [
                .. results.Before.Zip(final.TrainAndValid.Concat(final.Test), (before, after) => (IReadOnlyList<string>)
                [
                    before.Head, .. quantities.SelectMany(q => new[] { ErrorTable.Milli(q.Numbers(before.Metrics)?.Rmse), ErrorTable.Milli(q.Numbers(after.Metrics)?.Rmse) }),
                ]),
            ]);
    }

    /// <summary>The table of results in the layout of mace-torch.</summary>
    /// <param name="kind">Kind of the table.</param>
    /// <param name="rows">Errors by set of frames.</param>
    public static ErrorTable TableOf(string kind, IEnumerable<HeadMetrics> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ErrorTable table = new(kind);
        foreach (HeadMetrics row in rows) { table.Add(row.Head, row.Metrics); }
        return table;
    }
}
