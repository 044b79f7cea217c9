using MaceSharp.Atoms;

namespace MaceSharp.Evaluation;

/// <summary>Second derivatives of the energy by fourth-order central differences of exact forces.</summary>
internal static class Hessian
{
    /// <summary>
    /// Largest displacement, Å. The formula errs by h⁴/30 times the fifth derivative of the force, the forces by some
    /// 1e-13 eV/Å divided by h: at this step both are below 1e-9 of a typical force constant.
    /// </summary>
    private const double LargestStep = 1e-4;

    /// <summary>Below this, rounding would show.</summary>
    private const double SmallestStep = 1e-6;

    /// <summary>The matrix [3N, 3N], eV/Å², symmetrised.</summary>
    public static double[] Compute(IPotential potential, Structure structure, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken)
    {
        int atoms = structure.Count, size = 3 * atoms;
        if ((long)size * size > Array.MaxLength) { throw new InvalidInputException($"The Hessian of {atoms} atoms is too large."); }
        double[] matrix = new double[size * size];
        Structure moved = structure.Clone();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        double step = ChooseStep(structure, potential.CutoffRadius, cancellationToken);
        ReadOnlySpan<(double Offset, double Weight)> stencil = [(-2, 1.0 / 12), (-1, -8.0 / 12), (1, 8.0 / 12), (2, -1.0 / 12)];
        for (int row = 0; row < size; row++)
        {
            int atom = row / 3, axis = row % 3;
            Vector3D origin = structure.Positions[atom];
            Vector3D direction = new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
            foreach ((double offset, double weight) in stencil)
            {
                moved.Positions[atom] = origin + (offset * step * direction);
                evaluator.Evaluate(moved, Properties.Forces, result, cancellationToken);
                double factor = -weight / step;
                for (int j = 0; j < atoms; j++)
                {
                    Vector3D force = result.Forces[j];
                    matrix[(row * size) + (3 * j)] += factor * force.X;
                    matrix[(row * size) + (3 * j) + 1] += factor * force.Y;
                    matrix[(row * size) + (3 * j) + 2] += factor * force.Z;
                }
            }

            moved.Positions[atom] = origin;
            progress?.Report((row + 1, size));
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

    /// <summary>
    /// A step so small that no pair crosses the cutoff within the stencil: there derivatives jump (in models whose radial
    /// weights do not vanish at the cutoff even the energy does).
    /// </summary>
    private static double ChooseStep(Structure structure, double cutoff, CancellationToken cancellationToken)
    {
        double gap = 1;
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, cutoff + (8 * LargestStep), cancellationToken);
        Vector3D[] wrapped = new Vector3D[structure.Count];
        list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        for (int i = 0; i < structure.Count; i++)
        {
            ReadOnlySpan<int> senders = list.Senders(i), shifts = list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                Vector3D vector = wrapped[i] - wrapped[senders[e]] + NeighborList.ShiftVector(shifts[e], structure.Cell);
                gap = Math.Min(gap, Math.Abs(vector.Norm - cutoff));
            }
        }

        // The stencil reaches two steps; an atom and its image move together, so a pair changes by at most that.
        return Math.Clamp(gap / 4, SmallestStep, LargestStep);
    }
}
