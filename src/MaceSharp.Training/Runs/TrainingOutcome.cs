using MaceSharp.Architecture;

namespace MaceSharp.Training.Runs;

/// <summary>The best model of a stage.</summary>
/// <param name="Stage">1 or 2.</param>
/// <param name="Epoch">Epoch from 0 after which it was found.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Model">The model.</param>
/// <param name="Loss">The loss of the stage.</param>
public sealed record TrainedStage(int Stage, int Epoch, double[] Parameters, MaceModel Model, ILoss Loss);

/// <summary>What a run ends with.</summary>
/// <param name="Stages">The best model of each stage, in order; the last one is the result.</param>
/// <param name="Time">How long training took.</param>
public sealed record TrainingOutcome(IReadOnlyList<TrainedStage> Stages, TimeSpan Time)
{
    /// <summary>The result.</summary>
    public TrainedStage Final => Stages[^1];
}
