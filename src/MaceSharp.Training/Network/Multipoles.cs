using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Evaluation;

namespace MaceSharp.Training.Network;

/// <summary>Dipole, charges and polarizability from what the readouts of dipole models say, and back. In the units of the models: Debye, or e·Å for dielectric ones.</summary>
internal static class Multipoles
{
    /// <summary>Fills in the multipoles of one structure.</summary>
    /// <param name="kind">Model class.</param>
    /// <param name="basis">The matrices [6, 3, 3] of which a polarizability is composed.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="graph">The structure.</param>
    /// <param name="sums">What the readouts say of its atoms, [atoms, width].</param>
    /// <param name="width">Numbers an atom.</param>
    /// <param name="prediction">Receives dipole, charges and polarizability.</param>
    public static void Predict(ModelKind kind, double[] basis, TrainingBatch batch, int graph, ReadOnlySpan<double> sums, int width, BatchPrediction prediction)
    {
        Structure structure = batch.Structures[graph].Structure;
        int atoms = structure.Count, offset = DipoleOffset(kind), first = batch.FirstAtom(graph);
        bool dielectric = kind == ModelKind.AtomicDielectricMace;
        double[]? given = dielectric ? null : GraphFeature.PartialCharges(structure);
        double mean = 0;
        for (int i = 0; dielectric && i < atoms; i++) { mean += sums[i * width] / atoms; }
        double excess = dielectric ? mean - (GraphFeature.Read(structure, GraphFeature.TotalCharge) / atoms) : 0;
        Vector3D dipole = default;
        Span<double> spherical = stackalloc double[6];
        for (int i = 0; i < atoms; i++)
        {
            ReadOnlySpan<double> y = sums.Slice(i * width, width);
            double charge = dielectric ? y[0] - excess : given?[i] ?? 0;
            prediction.Charges[first + i] = charge;
            dipole += new Vector3D(y[offset], y[offset + 1], y[offset + 2]) + (charge / (dielectric ? 1 : Units.Debye) * structure.Positions[i]);
            if (!dielectric) { continue; }
            spherical[0] += y[1];
            for (int m = 0; m < 5; m++) { spherical[m + 1] += y[5 + m]; }
        }

        prediction.Dipoles[graph] = dipole;
        if (!dielectric) { return; }
        Span<double> tensor = stackalloc double[9];
        for (int k = 0; k < 54; k++) { tensor[k % 9] += basis[k] * spherical[k / 9]; }
        prediction.Polarizabilities[graph] = Matrix3.FromRowMajor(tensor);
    }

    /// <summary>Derivative of the loss with respect to what the readouts say of one atom.</summary>
    /// <param name="kind">Model class.</param>
    /// <param name="basis">The matrices of a polarizability.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="graph">The structure.</param>
    /// <param name="atom">The atom in arrays over all atoms of the batch.</param>
    /// <param name="adjoint">Derivatives of the loss.</param>
    /// <param name="seeds">Receives the derivatives; an energy is left as it is.</param>
    public static void Seed(ModelKind kind, double[] basis, TrainingBatch batch, int graph, int atom, PredictionAdjoint adjoint, Span<double> seeds)
    {
        int offset = DipoleOffset(kind);
        Vector3D dipole = adjoint.Dipoles[graph];
        (seeds[offset], seeds[offset + 1], seeds[offset + 2]) = (dipole.X, dipole.Y, dipole.Z);
        if (kind != ModelKind.AtomicDielectricMace) { return; }

        // Charges are what the readouts say less the mean over the atoms.
        Structure structure = batch.Structures[graph].Structure;
        int first = batch.FirstAtom(graph), atoms = structure.Count;
        double mean = 0;
        for (int i = 0; i < atoms; i++) { mean += (adjoint.Charges[first + i] + Vector3D.Dot(dipole, structure.Positions[i])) / atoms; }
        seeds[0] = adjoint.Charges[atom] + Vector3D.Dot(dipole, structure.Positions[atom - first]) - mean;
        Matrix3 polarizability = adjoint.Polarizabilities[graph];
        for (int k = 0; k < 6; k++)
        {
            double sum = 0;
            for (int e = 0; e < 9; e++) { sum += basis[(k * 9) + e] * polarizability[e / 3, e % 3]; }
            seeds[k == 0 ? 1 : 4 + k] = sum;
        }
    }

    /// <summary>Where the dipole stands in a readout: [dipole], [energy, dipole], or [charge, isotropic, dipole, five of degree two].</summary>
    private static int DipoleOffset(ModelKind kind) => kind switch { ModelKind.AtomicDipolesMace => 0, ModelKind.EnergyDipolesMace => 1, _ => 2 };
}
