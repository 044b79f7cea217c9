using MaceSharp.Atoms;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>A sum of all predictions with fixed random coefficients: its derivatives are the coefficients, and every path from parameters to predictions counts.</summary>
internal sealed class LinearLoss(int seed, Properties reads) : ILoss
{
    public Properties Reads => reads;

    public double Evaluate(TrainingBatch batch, BatchPrediction prediction, PredictionAdjoint? adjoint)
    {
        Random random = new(seed);
        double Next() => (2 * random.NextDouble()) - 1;
        Vector3D NextVector() => new(Next(), Next(), Next());
        Matrix3 NextMatrix() => new(NextVector(), NextVector(), NextVector());
        double loss = 0;
        for (int g = 0; g < batch.GraphCount; g++)
        {
            double energy = Next();
            Matrix3 stress = 100 * NextMatrix(), virial = NextMatrix(), polarizability = NextMatrix();
            Vector3D dipole = NextVector();
            if ((reads & Properties.Stress) == 0) { stress = virial = default; }
            loss += (energy * prediction.Energies[g]) + Dot(stress, prediction.Stresses[g]) + Dot(virial, prediction.Virials[g]) + Vector3D.Dot(dipole, prediction.Dipoles[g]) + Dot(polarizability, prediction.Polarizabilities[g]);
            if (adjoint is null) { continue; }
            adjoint.Energies[g] = energy;
            adjoint.Stresses[g] = stress;
            adjoint.Virials[g] = virial;
            adjoint.Dipoles[g] = dipole;
            adjoint.Polarizabilities[g] = polarizability;
        }

        for (int i = 0; i < batch.AtomCount; i++)
        {
            Vector3D force = NextVector();
            double charge = Next();
            if ((reads & Properties.Forces) == 0) { force = default; }
            loss += Vector3D.Dot(force, prediction.Forces[i]) + (charge * prediction.Charges[i]);
            if (adjoint is null) { continue; }
            adjoint.Forces[i] = force;
            adjoint.Charges[i] = charge;
        }

        return loss;
    }

    private static double Dot(Matrix3 a, Matrix3 b) => Vector3D.Dot(a.Row0, b.Row0) + Vector3D.Dot(a.Row1, b.Row1) + Vector3D.Dot(a.Row2, b.Row2);
}
