using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// mace-torch's <c>WeightedEnergyForcesL1L2Loss</c>: λ_E·⟨w·w_E·|ΔE|/n⟩ over structures + λ_F·⟨|ΔF|⟩ over atoms, the length of the difference of vectors.
/// As there, no weight enters the forces: those of structures without labels count as zero.
/// </summary>
/// <param name="energyFactor">λ_E.</param>
/// <param name="forcesFactor">λ_F.</param>
public sealed class L1L2Loss(double energyFactor = 1, double forcesFactor = 100) : ILoss
{
    /// <inheritdoc/>
    public Properties Reads => Properties.Energy | Properties.Forces;

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        double energy = 0, forces = 0, energyScale = energyFactor / batch.GraphCount, forcesScale = forcesFactor / batch.AtomCount;
        for (int g = 0; g < batch.GraphCount; g++)
        {
            LabelledStructure label = batch.Structures[g];
            double share = label.Weight * batch.EnergyWeight(g) / batch.AtomCountOf(g), difference = prediction.Energies[g] - (label.Energy ?? 0);
            energy += share * Math.Abs(difference);
            if (adjoint is not null) { adjoint.Energies[g] += energyScale * share * Math.Sign(difference); }
        }

        for (int i = 0; i < batch.AtomCount; i++)
        {
            Vector3D difference = prediction.Forces[i] - batch.Forces[i];
            double norm = difference.Norm;
            forces += norm;

            // At a vanishing difference the derivative is taken as zero, as PyTorch does.
            if (adjoint is not null && norm > 0) { adjoint.Forces[i] += forcesScale / norm * difference; }
        }

        return (energyScale * energy) + (forcesScale * forces);
    }
}
