using MaceSharp.Atoms;

namespace MaceSharp.TestSupport;

/// <summary>Forces and virial as fourth-order central differences of the interaction energy (E0 left out, so that its rounding is not divided by the step).</summary>
internal static class EnergyDifferences
{
    private static readonly int[] Offsets = [-2, -1, 1, 2];
    private static readonly int[] Weights = [1, -8, 8, -1];

    /// <summary>−∂E/∂r of the chosen atoms (all when none are given), eV/Å, row-major [atoms, 3].</summary>
    /// <param name="evaluator">Computes the energy.</param>
    /// <param name="structure">The atoms; unchanged afterwards.</param>
    /// <param name="step">Displacement, Å.</param>
    /// <param name="atoms">Indices of atoms.</param>
    public static double[] Forces(IPotentialEvaluator evaluator, Structure structure, double step, params int[] atoms)
    {
        if (atoms.Length == 0) { atoms = [.. Enumerable.Range(0, structure.Count)]; }
        PotentialResult result = new();
        Structure moved = structure.Clone();
        double[] forces = new double[3 * atoms.Length];
        for (int i = 0; i < forces.Length; i++)
        {
            Vector3D position = structure.Positions[atoms[i / 3]];
            double sum = 0;
            for (int k = 0; k < 4; k++)
            {
                double d = Offsets[k] * step;
                moved.Positions[atoms[i / 3]] = position + new Vector3D(i % 3 == 0 ? d : 0, i % 3 == 1 ? d : 0, i % 3 == 2 ? d : 0);
                sum += Weights[k] * Energy(evaluator, moved, result);
            }

            moved.Positions[atoms[i / 3]] = position;
            forces[i] = -sum / (12 * step);
        }

        return forces;
    }

    /// <summary>−∂E/∂ε for positions and cell strained together, eV, row-major [3, 3].</summary>
    /// <param name="evaluator">Computes the energy.</param>
    /// <param name="structure">The atoms; unchanged afterwards.</param>
    /// <param name="step">Strain.</param>
    public static double[] Virial(IPotentialEvaluator evaluator, Structure structure, double step)
    {
        PotentialResult result = new();
        double[] virial = new double[9];
        for (int i = 0; i < 3; i++)
        {
            for (int j = i; j < 3; j++)
            {
                double sum = 0;
                for (int k = 0; k < 4; k++) { sum += Weights[k] * Energy(evaluator, Strained(structure, i, j, Offsets[k] * step), result); }
                virial[(3 * i) + j] = virial[(3 * j) + i] = -sum / (12 * step);
            }
        }

        return virial;
    }

    /// <summary>The structure under the symmetric strain whose elements (i, j) and (j, i) sum to 2·<paramref name="strain"/> on the diagonal and to <paramref name="strain"/> off it.</summary>
    private static Structure Strained(Structure structure, int i, int j, double strain)
    {
        double[] elements = Matrix3.Identity.ToArray();
        elements[(3 * i) + j] += 0.5 * strain;
        elements[(3 * j) + i] += 0.5 * strain;
        Matrix3 deformation = Matrix3.FromRowMajor(elements);
        Structure strained = structure.Clone();
        foreach (ref Vector3D position in strained.Positions) { position *= deformation; }
        strained.Cell = structure.Cell * deformation;
        return strained;
    }

    private static double Energy(IPotentialEvaluator evaluator, Structure structure, PotentialResult result)
    {
        evaluator.Evaluate(structure, Properties.Energy, result);
        return result.InteractionEnergy ?? result.Energy ?? throw new InvalidOperationException("The potential has no energy.");
    }
}
