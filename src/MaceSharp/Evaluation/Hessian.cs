using MaceSharp.Atoms;

namespace MaceSharp.Evaluation;

/// <summary>Second derivatives of the energy by fourth-order central differences of exact forces.</summary>
internal static class Hessian
{
    /// <summary>
    /// Displacement, Å. The error of the formula is h⁴/30 times the fifth derivative of the force; at this step it and the
    /// rounding of the forces divided by h are both some 1e-9 of a typical force constant.
    /// </summary>
    private const double Step = 2e-3;

    /// <summary>The matrix [3N, 3N], eV/Å², symmetrised.</summary>
    public static double[] Compute(IPotential potential, Structure structure, CancellationToken cancellationToken)
    {
        int atoms = structure.Count, size = 3 * atoms;
        if ((long)size * size > Array.MaxLength) { throw new InvalidInputException($"The Hessian of {atoms} atoms is too large."); }
        double[] matrix = new double[size * size];
        Structure moved = structure.Clone();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        ReadOnlySpan<(double Offset, double Weight)> stencil = [(-2, 1.0 / 12), (-1, -8.0 / 12), (1, 8.0 / 12), (2, -1.0 / 12)];
        for (int row = 0; row < size; row++)
        {
            int atom = row / 3, axis = row % 3;
            Vector3D origin = structure.Positions[atom];
            Vector3D direction = new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
            foreach ((double offset, double weight) in stencil)
            {
                moved.Positions[atom] = origin + (offset * Step * direction);
                evaluator.Evaluate(moved, Properties.Forces, result, cancellationToken);
                double factor = -weight / Step;
                for (int j = 0; j < atoms; j++)
                {
                    Vector3D force = result.Forces[j];
                    matrix[(row * size) + (3 * j)] += factor * force.X;
                    matrix[(row * size) + (3 * j) + 1] += factor * force.Y;
                    matrix[(row * size) + (3 * j) + 2] += factor * force.Z;
                }
            }

            moved.Positions[atom] = origin;
        }

        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double mean = 0.5 * (matrix[(i * size) + j] + matrix[(j * size) + i]);
                matrix[(i * size) + j] = matrix[(j * size) + i] = mean;
            }
        }

        return matrix;
    }
}
