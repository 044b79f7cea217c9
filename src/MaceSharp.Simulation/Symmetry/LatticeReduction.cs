using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Short bases of lattices.</summary>
internal static class LatticeReduction
{
    /// <summary>
    /// A basis of the same lattice whose vectors are as short as can be (Minkowski-reduced), right-handed, shortest first.
    /// Greedy algorithm: P. Q. Nguyen and D. Stehlé, ACM Trans. Algorithms 5, 46 (2009).
    /// </summary>
    public static Matrix3 Reduce(Matrix3 cell)
    {
        Vector3D[] rows = [cell.Row0, cell.Row1, cell.Row2];
        for (int round = 0; round < 1000; round++)
        {
            Array.Sort(rows, static (a, b) => a.Norm.CompareTo(b.Norm));

            // Two shortest first, then the longest against all near combinations of both.
            rows[1] -= Math.Round(Vector3D.Dot(rows[1], rows[0]) / Vector3D.Dot(rows[0], rows[0])) * rows[0];
            if (rows[1].Norm < rows[0].Norm * (1 - 1e-12)) { continue; }
            Vector3D best = Closest(rows[0], rows[1], rows[2]);
            if (best.Norm >= rows[2].Norm * (1 - 1e-12)) { break; }
            rows[2] = best;
        }

        Matrix3 reduced = new(rows[0], rows[1], rows[2]);
        return reduced.Determinant < 0 ? -1 * reduced : reduced;
    }

    private static Vector3D Closest(Vector3D a, Vector3D b, Vector3D c)
    {
        double aa = Vector3D.Dot(a, a), bb = Vector3D.Dot(b, b), ab = Vector3D.Dot(a, b);
        double ac = Vector3D.Dot(a, c), bc = Vector3D.Dot(b, c);
        double determinant = (aa * bb) - (ab * ab);
        double u = Math.Round(((ac * bb) - (bc * ab)) / determinant), v = Math.Round(((bc * aa) - (ac * ab)) / determinant);
        Vector3D best = c;
        for (int i = -1; i <= 1; i++)
        {
            for (int j = -1; j <= 1; j++)
            {
                Vector3D trial = c - ((u + i) * a) - ((v + j) * b);
                if (trial.Norm < best.Norm * (1 - 1e-12)) { best = trial; }
            }
        }

        return best;
    }

    /// <summary>A reduced basis of the lattice that a cell and further translations span.</summary>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <param name="translations">Cartesian translations that keep the crystal, Å; with the lattice they form a group.</param>
    public static Matrix3 Extend(Matrix3 cell, IReadOnlyList<Vector3D> translations)
    {
        Matrix3 reduced = Reduce(cell);
        if (translations.Count == 0) { return reduced; }
        double volume = Math.Abs(cell.Determinant) / (translations.Count + 1);
        Matrix3 inverse = reduced.Inverse();

        // The shortest vectors of the finer lattice are among the shortest images of the translations and the reduced basis.
        List<Vector3D> candidates = [reduced.Row0, reduced.Row1, reduced.Row2];
        foreach (Vector3D translation in translations)
        {
            Vector3D s = translation * inverse;
            Vector3D near = new Vector3D(s.X - Math.Round(s.X), s.Y - Math.Round(s.Y), s.Z - Math.Round(s.Z)) * reduced;
            candidates.Add(near);
        }

        candidates.Sort(static (a, b) => a.Norm.CompareTo(b.Norm));
        for (int k = 2; k < candidates.Count; k++)
        {
            for (int j = 1; j < k; j++)
            {
                for (int i = 0; i < j; i++)
                {
                    Matrix3 trial = new(candidates[i], candidates[j], candidates[k]);
                    if (Math.Abs(Math.Abs(trial.Determinant) - volume) < 0.1 * volume) { return Reduce(trial); }
                }
            }

            // Many equivalent translations: the first few shells are enough.
            if (k > 60) { break; }
        }

        throw new InvalidInputException("The translations of the crystal do not form a lattice within the tolerance; take a smaller tolerance.");
    }
}
