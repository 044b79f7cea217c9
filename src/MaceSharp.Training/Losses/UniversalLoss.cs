using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// mace-torch's <c>UniversalLoss</c>: Huber functions of energy per atom, forces and stress, each difference multiplied by the weight of its quantity;
/// atoms with larger reference forces get a smaller δ (δ times 1, 0.7, 0.4, 0.1 from 0, 100, 200, 300 eV/Å). The weight of a structure as a whole does not enter.
/// </summary>
/// <param name="energyFactor">λ_E.</param>
/// <param name="forcesFactor">λ_F.</param>
/// <param name="stressFactor">λ_S.</param>
/// <param name="delta">Where the function turns from quadratic to linear, in the units of each quantity.</param>
public sealed class UniversalLoss(double energyFactor = 1, double forcesFactor = 100, double stressFactor = 1, double delta = 0.01) : ILoss
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
            int atoms = batch.AtomCountOf(g), first = batch.FirstAtom(g);
            double w = batch.EnergyWeight(g);
            (double e, double de) = HuberFunction.Evaluate(w * (prediction.Energies[g] - (label.Energy ?? 0)) / atoms, delta);
            energy += e;
            if (adjoint is not null) { adjoint.Energies[g] += energyScale * w * de / atoms; }
            w = batch.StressWeight(g);
            (double s, Matrix3 ds) = HuberFunction.Evaluate(w * (prediction.Stresses[g] - (label.Stress ?? default)), delta);
            stress += s;
            if (adjoint is not null) { adjoint.Stresses[g] += stressScale * w * ds; }
            w = batch.ForcesWeight(g);
            for (int i = first; i < first + atoms; i++)
            {
                (double f, Vector3D df) = HuberFunction.Evaluate(w * (prediction.Forces[i] - batch.Forces[i]), delta * Factor((w * batch.Forces[i]).Norm));
                forces += f;
                if (adjoint is not null) { adjoint.Forces[i] += forcesScale * w * df; }
            }
        }

        return (energyScale * energy) + (forcesScale * forces) + (stressScale * stress);
    }

    /// <summary>Factor of δ by the size of the reference force, eV/Å.</summary>
    private static double Factor(double force) => force switch
    {
        < 100 => 1,
        < 200 => 0.7,
        < 300 => 0.4,
        _ => 0.1,
    };
}
