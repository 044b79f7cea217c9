using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Simulation;

/// <summary>
/// The fewest displacements from which symmetry gives all force constants of a supercell: of equivalent atoms one, of directions that its site symmetry maps onto each other one
/// (K. Parlinski, Z. Q. Li and Y. Kawazoe, Phys. Rev. Lett. 78, 4063 (1997)).
/// </summary>
public static class FiniteDisplacements
{
    /// <summary>Plans the displacements.</summary>
    /// <param name="cell">The cells.</param>
    /// <param name="distance">Length of each displacement, Å.</param>
    /// <exception cref="InvalidInputException">The distance is not a reasonable length.</exception>
    public static IReadOnlyList<AtomDisplacement> Plan(PhononCell cell, double distance = 0.01)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (!(distance is > 1e-6 and < 0.5)) { throw new InvalidInputException(FormattableString.Invariant($"A displacement of {distance} Å gives no force constants; take a number from 1e-6 to 0.5, such as 0.01.")); }
        List<AtomDisplacement> plan = [];
        foreach (int p in Orbits(cell).Distinct().Order())
        {
            int atom = cell.PrimitiveAtoms[p];
            Matrix3[] site = [.. SiteOperations(cell, p).Select(static o => o.Rotation)];
            foreach (Vector3D direction in Directions(cell.Primitive.Cell, site))
            {
                plan.Add(new(atom, distance * direction));
                if (!site.Any(q => ((direction * q) + direction).Norm < 1e-4)) { plan.Add(new(atom, -distance * direction)); }
            }
        }

        return plan;
    }

    /// <summary>Evaluates the forces of each displacement.</summary>
    /// <param name="cell">The cells.</param>
    /// <param name="plan">The displacements.</param>
    /// <param name="evaluator">Computes the forces.</param>
    /// <param name="progress">Told how many of them are done.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static IReadOnlyList<ForceSet> Evaluate(PhononCell cell, IReadOnlyList<AtomDisplacement> plan, IPotentialEvaluator evaluator, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(evaluator);
        PotentialResult result = new();
        evaluator.Evaluate(cell.Supercell, Properties.Energy | Properties.Forces, result, cancellationToken);
        Vector3D[] rest = result.Forces.ToArray();
        List<ForceSet> sets = [];
        foreach (AtomDisplacement displacement in plan)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Structure displaced = cell.Supercell.Clone();
            displaced.Positions[displacement.Atom] += displacement.Vector;
            evaluator.Evaluate(displaced, Properties.Energy | Properties.Forces, result, cancellationToken);
            Vector3D[] forces = result.Forces.ToArray();
            for (int i = 0; i < forces.Length; i++) { forces[i] -= rest[i]; }
            sets.Add(new(displacement, forces));
            progress?.Report(sets.Count);
        }

        return sets;
    }

    /// <summary>For each atom of the primitive cell the first that is equivalent.</summary>
    internal static int[] Orbits(PhononCell cell)
    {
        int[] orbit = [.. Enumerable.Range(0, cell.Primitive.Count)];
        for (int p = 0; p < orbit.Length; p++)
        {
            foreach ((Matrix3 q, Vector3D t) in cell.Operations) { orbit[p] = Math.Min(orbit[p], ImageOf(cell, p, q, t)); }
        }

        return orbit;
    }

    /// <summary>The atom of the primitive cell onto an image of which an operation maps another.</summary>
    internal static int ImageOf(PhononCell cell, int atom, Matrix3 rotation, Vector3D translation)
    {
        Vector3D place = ((cell.Primitive.Positions[atom] * rotation) + translation) * cell.Primitive.Cell.Inverse();
        int found = cell.PrimitiveSites.Find(place, cell.Primitive.AtomicNumbers[atom], out _);
        return found >= 0 ? found : throw new InvalidOperationException("An operation of the crystal does not keep the primitive cell.");
    }

    /// <summary>Operations that map an atom of the primitive cell onto itself, translations included.</summary>
    internal static IEnumerable<(Matrix3 Rotation, Vector3D Translation)> SiteOperations(PhononCell cell, int atom)
    {
        Vector3D at = cell.Primitive.Positions[atom];
        foreach ((Matrix3 q, Vector3D t) in cell.Operations)
        {
            if (ImageOf(cell, atom, q, t) == atom) { yield return (q, at - (at * q)); }
        }
    }

    /// <summary>The fewest directions whose images under the rotations span space, and among them those that span it best.</summary>
    private static Vector3D[] Directions(Matrix3 lattice, Matrix3[] rotations)
    {
        List<Vector3D> candidates = [new(1, 0, 0), new(0, 1, 0), new(0, 0, 1)];
        for (int a = -1; a <= 1; a++)
        {
            for (int b = -1; b <= 1; b++)
            {
                for (int c = -1; c <= 1; c++)
                {
                    Vector3D v = new Vector3D(a, b, c) * lattice;
                    if (v.Norm > 0) { candidates.Add(v / v.Norm); }
                }
            }
        }

        Vector3D[] best = [candidates[0], candidates[1], candidates[2]];
        double bestSpan = 0;
        foreach (Vector3D single in candidates)
        {
            if (Span(rotations, single) > bestSpan + 1e-6) { (best, bestSpan) = ([single], Span(rotations, single)); }
        }

        if (bestSpan > 0.1) { return best; }
        foreach (Vector3D first in candidates)
        {
            foreach (Vector3D second in candidates)
            {
                if (Span(rotations, first, second) > bestSpan + 1e-6) { (best, bestSpan) = ([first, second], Span(rotations, first, second)); }
            }
        }

        return bestSpan > 0.1 ? best : [candidates[0], candidates[1], candidates[2]];
    }

    /// <summary>The smallest singular value of the images of directions, over the root of their number.</summary>
    private static double Span(Matrix3[] rotations, params ReadOnlySpan<Vector3D> directions)
    {
        Matrix3 normal = default;
        foreach (Vector3D direction in directions)
        {
            foreach (Matrix3 q in rotations)
            {
                Vector3D image = direction * q;
                normal += Matrix3.Outer(image, image);
            }
        }

        double smallest = Matrix<double>.Build.Dense(3, 3, (i, j) => normal[i, j]).Evd(Symmetricity.Symmetric).EigenValues.Min(static z => z.Real);
        return Math.Sqrt(Math.Max(0, smallest) / (rotations.Length * directions.Length));
    }
}
