using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>mace-torch's <c>DipolePolarLoss</c>: λ_μ·⟨(Δμ/n)²⟩ over three components + λ_α·⟨(Δα/n)²⟩ over nine. As there, no weight of a structure enters.</summary>
/// <param name="dipoleFactor">λ_μ.</param>
/// <param name="polarizabilityFactor">λ_α.</param>
public sealed class DipolePolarizabilityLoss(double dipoleFactor = 1, double polarizabilityFactor = 1) : ILoss
{
    private readonly DipoleLoss _dipole = new(dipoleFactor, scale: 1);

    /// <inheritdoc/>
    public Properties Reads => Properties.Dipole | Properties.Polarizability;

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        double sum = 0, factor = polarizabilityFactor / (9.0 * batch.GraphCount);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            double share = 1.0 / batch.AtomCountOf(g);
            Matrix3 d = share * (prediction.Polarizabilities[g] - (batch.Structures[g].Polarizability ?? default));
            sum += d.Row0.NormSquared + d.Row1.NormSquared + d.Row2.NormSquared;
            if (adjoint is not null) { adjoint.Polarizabilities[g] += 2 * factor * share * d; }
        }

        return _dipole.Evaluate(batch, prediction, adjoint) + (factor * sum);
    }
}
