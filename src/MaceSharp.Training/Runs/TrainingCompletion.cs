using System.Collections.Immutable;
using MaceSharp.Serialization;

namespace MaceSharp.Training.Runs;

/// <summary>Errors of the best model of a stage on all sets of frames.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="TrainAndValid">Errors on the training and validation frames of each head.</param>
/// <param name="Test">Errors on the test frames by <c>config_type</c> and head.</param>
public sealed record StageResults(TrainedStage Stage, ImmutableArray<HeadMetrics> TrainAndValid, ImmutableArray<HeadMetrics> Test);

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

    /// <summary>Evaluates the best model of each stage on all frames.</summary>
    /// <param name="plan">The run.</param>
    /// <param name="run">The run, which evaluates.</param>
    /// <param name="outcome">What it ended with.</param>
    /// <param name="cancellationToken">Ends the evaluation early.</param>
    /// <exception cref="Atoms.InvalidInputException">A test file cannot be read.</exception>
    public static IReadOnlyList<StageResults> Evaluate(TrainingPlan plan, TrainingRun run, TrainingOutcome outcome, CancellationToken cancellationToken = default)
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

        return
        [
            .. outcome.Stages.Select(stage => new StageResults(
                stage,
                [
                    .. plan.Heads.Select(h => new HeadMetrics("train_" + h.Name, run.Evaluate(stage.Parameters, h.Train, stage.Loss, cancellationToken))),
                    .. plan.Heads.Select(h => new HeadMetrics("valid_" + h.Name, run.Evaluate(stage.Parameters, h.Valid, stage.Loss, cancellationToken))),
                ],
                [.. tests.Select(t => new HeadMetrics(t.Name, run.Evaluate(stage.Parameters, t.Frames, stage.Loss, cancellationToken)))])),
        ];
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
