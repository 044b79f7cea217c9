using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// mace-torch's <c>WeightedEnergyForcesLoss</c> and <c>WeightedEnergyForcesStressLoss</c>: λ_E·⟨w·w_E·(ΔE/n)²⟩ over structures + λ_F·⟨w·w_F·ΔF²⟩ over all components of the batch
/// + λ_S·⟨w·w_S·Δσ²⟩ over structures and nine components.
/// </summary>
/// <param name="energyFactor">λ_E.</param>
/// <param name="forcesFactor">λ_F.</param>
/// <param name="stressFactor">λ_S; zero leaves the stress out.</param>
public sealed class WeightedLoss(double energyFactor = 1, double forcesFactor = 100, double stressFactor = 0) : ILoss
{
    /// <inheritdoc/>
    public Properties Reads => Properties.Energy | Properties.Forces | (stressFactor == 0 ? Properties.None : Properties.Stress);

    /// <inheritdoc/>
    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        double energy = 0, forces = 0, stress = 0;
        double energyScale = energyFactor / batch.GraphCount, forcesScale = forcesFactor / (3.0 * batch.AtomCount), stressScale = stressFactor / (9.0 * batch.GraphCount);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            LabelledStructure label = batch.Structures[g];
            int atoms = batch.AtomCountOf(g), first = batch.FirstAtom(g);
            double w = label.Weight * batch.EnergyWeight(g), difference = (prediction.Energies[g] - (label.Energy ?? 0)) / atoms;
            energy += w * difference * difference;
            if (adjoint is not null) { adjoint.Energies[g] += 2 * energyScale * w * difference / atoms; }
            w = label.Weight * batch.ForcesWeight(g);
            for (int i = first; w != 0 && i < first + atoms; i++)
            {
                Vector3D d = prediction.Forces[i] - batch.Forces[i];
                forces += w * d.NormSquared;
                if (adjoint is not null) { adjoint.Forces[i] += 2 * forcesScale * w * d; }
            }

            w = label.Weight * batch.StressWeight(g);
            if (w == 0 || stressFactor == 0) { continue; }
            Matrix3 s = prediction.Stresses[g] - (label.Stress ?? default);
            stress += w * (s.Row0.NormSquared + s.Row1.NormSquared + s.Row2.NormSquared);
            if (adjoint is not null) { adjoint.Stresses[g] += 2 * stressScale * w * s; }
        }

        return (energyScale * energy) + (forcesScale * forces) + (stressScale * stress);
    }
}
