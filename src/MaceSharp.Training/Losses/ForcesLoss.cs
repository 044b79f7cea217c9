using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>mace-torch's <c>WeightedForcesLoss</c>: λ_F·⟨w·w_F·ΔF²⟩ over all components of the batch.</summary>
/// <param name="forcesFactor">λ_F.</param>
public sealed class ForcesLoss(double forcesFactor = 100) : ILoss
{
    private readonly WeightedLoss _inner = new(0, forcesFactor);

    /// <inheritdoc/>
    public Properties Reads => Properties.Forces;

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint) => _inner.Evaluate(batch, prediction, adjoint);
}
