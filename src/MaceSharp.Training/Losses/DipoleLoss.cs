using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>mace-torch's <c>DipoleSingleLoss</c>: 100·λ_μ·⟨(Δμ/n)²⟩ over structures and three components. As there, no weight of a structure enters.</summary>
/// <param name="dipoleFactor">λ_μ.</param>
/// <param name="scale">The constant factor, which <c>DipolePolarLoss</c> does without.</param>
public sealed class DipoleLoss(double dipoleFactor = 1, double scale = 100) : ILoss
{
    /// <inheritdoc/>
    public Properties Reads => Properties.Dipole;

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        double sum = 0, factor = scale * dipoleFactor / (3.0 * batch.GraphCount);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            double share = 1.0 / batch.AtomCountOf(g);
            Vector3D d = share * (prediction.Dipoles[g] - (batch.Structures[g].Dipole ?? default));
            sum += d.NormSquared;
            if (adjoint is not null) { adjoint.Dipoles[g] += 2 * factor * share * d; }
        }

        return factor * sum;
    }
}
