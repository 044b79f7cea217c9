using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// mace-torch's <c>WeightedHuberEnergyForcesStressLoss</c>: means of the Huber function of energy per atom, force components and stress components.
/// As there, no weight of a structure enters: a label that is missing counts as zero. Labels of the whole batch must therefore be complete, or zero where the reference takes zero.
/// </summary>
/// <param name="energyFactor">λ_E.</param>
/// <param name="forcesFactor">λ_F.</param>
/// <param name="stressFactor">λ_S.</param>
/// <param name="delta">Where the function turns from quadratic to linear, in the units of each quantity.</param>
public sealed class HuberLoss(double energyFactor = 1, double forcesFactor = 100, double stressFactor = 1, double delta = 0.01) : ILoss
{
    /// <inheritdoc/>
    public Properties Reads => Properties.Energy | Properties.Forces | Properties.Stress;

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
            int atoms = batch.AtomCountOf(g);
            (double e, double de) = HuberFunction.Evaluate((prediction.Energies[g] - (label.Energy ?? 0)) / atoms, delta);
            (double s, Matrix3 ds) = HuberFunction.Evaluate(prediction.Stresses[g] - (label.Stress ?? default), delta);
            energy += e;
            stress += s;
            if (adjoint is null) { continue; }
            adjoint.Energies[g] += energyScale * de / atoms;
            adjoint.Stresses[g] += stressScale * ds;
        }

        for (int i = 0; i < batch.AtomCount; i++)
        {
            (double f, Vector3D df) = HuberFunction.Evaluate(prediction.Forces[i] - batch.Forces[i], delta);
            forces += f;
            if (adjoint is not null) { adjoint.Forces[i] += forcesScale * df; }
        }

        return (energyScale * energy) + (forcesScale * forces) + (stressScale * stress);
    }
}
