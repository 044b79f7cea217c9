using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>mace-torch's <c>WeightedEnergyForcesVirialsLoss</c>: the weighted loss of energy and forces, and λ_V·⟨w·w_V·(ΔV/n)²⟩ over structures and nine components.</summary>
/// <param name="energyFactor">λ_E.</param>
/// <param name="forcesFactor">λ_F.</param>
/// <param name="virialsFactor">λ_V.</param>
public sealed class VirialsLoss(double energyFactor = 1, double forcesFactor = 100, double virialsFactor = 1) : ILoss
{
    private readonly WeightedLoss _inner = new(energyFactor, forcesFactor);

    /// <inheritdoc/>
    public Properties Reads => Properties.Energy | Properties.Forces | Properties.Virial;

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint)
    {
        double sum = 0, scale = virialsFactor / (9.0 * batch.GraphCount);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            double w = batch.Structures[g].Weight * batch.VirialsWeight(g);
            if (w == 0) { continue; }
            double share = 1.0 / batch.AtomCountOf(g);
            Matrix3 d = share * (prediction.Virials[g] - (batch.Structures[g].Virials ?? default));
            sum += w * (d.Row0.NormSquared + d.Row1.NormSquared + d.Row2.NormSquared);
            if (adjoint is not null) { adjoint.Virials[g] += 2 * scale * w * share * d; }
        }

        return _inner.Evaluate(batch, prediction, adjoint) + (scale * sum);
    }
}
