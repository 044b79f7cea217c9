using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Training;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Optimization;
using MaceSharp.Training.Runs;

namespace MaceSharp.Cli.Training;

/// <summary>What a run will do, in lines for the terminal and the log.</summary>
internal static class TrainingSummary
{
    /// <summary>How often an epoch of L-BFGS goes over the training frames, about.</summary>
    private const double EvaluationsOfPolish = 22;

    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(TrainingPlan plan, TrainingRun run)
    {
        TrainingOptions options = plan.Options;
        HyperParameters shape = plan.Model.HyperParameters;
        for (int i = 0; i < plan.Heads.Length; i++)
        {
            HeadDataSet head = plan.Heads[i];
            yield return $"Head {head.Name}: training {LabelCounts.Of(head.Train)}";
            yield return $"Head {head.Name}: validation {LabelCounts.Of(head.Valid)}";
            yield return $"Head {head.Name}: E0 from {plan.AtomicEnergies[i].Source}: {string.Join(", ", shape.AtomicNumbers.Select(z => string.Create(CultureInfo.InvariantCulture, $"{Elements.Symbol(z)} {plan.AtomicEnergies[i].Energies.GetValueOrDefault(z):F4}")))} eV";
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"Model: {options.Network.Model}, {ParameterLayout.CountParameters(plan.Model)} parameters, hidden {shape.HiddenIrreps}, cutoff {shape.CutoffRadius} Å, {shape.LayerCount} layers, correlation {shape.Correlations[0]}, max_ell {shape.MaxEll}, {shape.Interactions[0]} then {shape.Interactions[^1]}, {plan.AverageNeighborCount:F4} neighbours on average");
        if (shape.Kind == ModelKind.ScaleShiftMace) { yield return $"Scale {List(plan.Model["scale_shift.scale"].Values)}, shift {List(plan.Model["scale_shift.shift"].Values)} eV"; }
        yield return string.Create(CultureInfo.InvariantCulture, $"Loss: {options.Loss.Kind}; {options.Optimization.Optimizer}, lr {options.Optimization.LearningRate}, batches of {options.Optimization.BatchSize}, {plan.StepsPerEpoch} steps an epoch, {options.Optimization.MaxEpochs} epochs{(options.Optimization.StageTwo ? $", stage two from {options.Optimization.StageTwoStart}" : "")}{(options.Optimization.Ema ? $", parameters averaged with {options.Optimization.EmaDecay}" : "")}; {options.Precision}");
        if (options.FineTuning is { LowRank: { } adapters })
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Low-rank adapters: rank {adapters.Rank}, alpha {adapters.Alpha}; {run.TrainedCount} numbers are trained, all parameters of the foundation model stay");
        }

        if (options.Optimization.Lbfgs) { yield return $"L-BFGS: from {(options.Optimization.LbfgsStart is { } first ? string.Create(CultureInfo.InvariantCulture, $"epoch {first}") : "the first epoch")}, 20 iterations an epoch over all training frames"; }
        foreach (OptimizerGroup group in run.Groups)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Group {group.Name}: {group.Count} parameters, learning rate × {group.LearningRateFactor}, weight decay {group.WeightDecay}");
        }
    }

    /// <summary>How long the run will take, judged by one step, and its memory.</summary>
    public static string Estimate(TrainingPlan plan, TimeSpan step)
    {
        OptimizationOptions options = plan.Options.Optimization;
        int polish = options.Lbfgs ? options.MaxEpochs - (options.LbfgsStart ?? 0) : 0;
        double steps = (double)plan.StepsPerEpoch * (options.MaxEpochs - polish + (EvaluationsOfPolish * polish));
        long validation = plan.Heads.Sum(static h => (long)h.Valid.Count), training = plan.TrainingFrameCount;

        // A frame that is only evaluated costs about a third of one that is trained on.
        double share = 1 + (validation / 3.0 / Math.Max(1, training));
        TimeSpan total = TimeSpan.FromSeconds(Math.Min(1e9, steps * step.TotalSeconds * share));
        return $"A step takes {Numbers.Duration(step)}; all of the run about {Numbers.Duration(total)} and {Numbers.Bytes(Environment.WorkingSet)} of memory.";
    }

    private static string List(double[] values) => string.Join(", ", values.Select(static v => v.ToString("F6", CultureInfo.InvariantCulture)));
}
