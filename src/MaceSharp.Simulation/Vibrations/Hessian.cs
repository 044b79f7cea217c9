using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Second derivatives of the energy by central differences of forces.</summary>
public static class Hessian
{
    /// <summary>Computes the second derivatives; in a periodic structure all images of an atom move together, which gives the modes at Γ.</summary>
    /// <param name="structure">The atoms; unchanged.</param>
    /// <param name="evaluator">Computes the forces.</param>
    /// <param name="distance">Step of the differences, Å.</param>
    /// <param name="fourthOrder">Whether four points a coordinate are taken, with an error of the fourth order of the step, instead of two with one of the second.</param>
    /// <param name="progress">Told the done and the total number of evaluations.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The matrix [3N, 3N], eV/Å², made symmetric.</returns>
    /// <exception cref="InvalidInputException">The step is not a reasonable length.</exception>
    public static double[,] Compute(Structure structure, IPotentialEvaluator evaluator, double distance = 0.01, bool fourthOrder = false, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(evaluator);
        CheckStep(distance);
        int n = 3 * structure.Count;
        double[,] hessian = new double[n, n];
        PotentialResult result = new();
        int done = 0;
        foreach ((int offset, double weight) in Stencil(fourthOrder))
        {
            for (int row = 0; row < n; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Structure moved = structure.Clone();
                moved.Positions[row / 3] += Unit(row % 3) * (offset * distance);
                evaluator.Evaluate(moved, Properties.Energy | Properties.Forces, result, cancellationToken);
                for (int k = 0; k < n; k++) { hessian[row, k] -= weight / distance * result.Forces[k / 3][k % 3]; }
                progress?.Report((++done, n * Stencil(fourthOrder).Length));
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++) { hessian[i, j] = hessian[j, i] = 0.5 * (hessian[i, j] + hessian[j, i]); }
        }

        return hessian;
    }

    /// <summary>Offsets and weights of a central first difference.</summary>
    internal static (int Offset, double Weight)[] Stencil(bool fourthOrder) =>
        fourthOrder ? [(-2, 1.0 / 12), (-1, -8.0 / 12), (1, 8.0 / 12), (2, -1.0 / 12)] : [(-1, -0.5), (1, 0.5)];

    internal static Vector3D Unit(int axis) => new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);

    internal static void CheckStep(double distance)
    {
        if (!(distance is > 1e-6 and < 0.5)) { throw new InvalidInputException(FormattableString.Invariant($"A displacement of {distance} Å gives no second derivatives; take a number from 1e-6 to 0.5, such as 0.01.")); }
    }
}
