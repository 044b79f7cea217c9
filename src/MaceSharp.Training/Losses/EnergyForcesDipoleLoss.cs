using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>mace-torch's <c>WeightedEnergyForcesDipoleLoss</c>: the weighted loss of energy and forces, and 100·λ_μ·⟨(Δμ/n)²⟩ over structures and three components.</summary>
/// <param name="energyFactor">λ_E.</param>
/// <param name="forcesFactor">λ_F.</param>
/// <param name="dipoleFactor">λ_μ.</param>
public sealed class EnergyForcesDipoleLoss(double energyFactor = 1, double forcesFactor = 100, double dipoleFactor = 1) : ILoss
{
    private readonly WeightedLoss _inner = new(energyFactor, forcesFactor);
    private readonly DipoleLoss _dipole = new(dipoleFactor);

    /// <inheritdoc/>
    public Properties Reads => Properties.Energy | Properties.Forces | Properties.Dipole;

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint) =>
        _inner.Evaluate(batch, prediction, adjoint) + _dipole.Evaluate(batch, prediction, adjoint);
}
