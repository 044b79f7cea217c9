using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The proper rotations that map a molecule onto itself.</summary>
public static class RotationalSymmetry
{
    /// <summary>Counts the rotations: the symmetry number of a molecule, 1 for an atom.</summary>
    /// <param name="molecule">The molecule.</param>
    /// <param name="tolerance">How far an atom may be from the place a rotation gives it, Å.</param>
    public static int SymmetryNumber(Structure molecule, double tolerance = 0.05)
    {
        ArgumentNullException.ThrowIfNull(molecule);
        Vector3D centre = default;
        double mass = 0;
        double[] masses = [.. Enumerable.Range(0, molecule.Count).Select(i => PhononCell.MassOf(molecule, i))];
        for (int i = 0; i < molecule.Count; i++)
        {
            double m = masses[i];
            (centre, mass) = (centre + (m * molecule.Positions[i]), mass + m);
        }

        centre /= Math.Max(mass, 1e-300);
        Vector3D[] at = [.. molecule.Positions.ToArray().Select(p => p - centre)];

        // Isotopes are told apart, as the sum over states does.
        int[] species = [.. Enumerable.Range(0, at.Length).Select(i => Enumerable.Range(0, i + 1).First(k => molecule.AtomicNumbers[k] == molecule.AtomicNumbers[i] && Math.Abs(masses[k] - masses[i]) < 1e-3))];
        int first = Enumerable.Range(0, at.Length).OrderByDescending(i => at[i].Norm > 10 * tolerance).ThenBy(i => Alike(i).Length).FirstOrDefault(-1);
        if (first < 0 || at[first].Norm <= 10 * tolerance) { return 1; }
        int second = Enumerable.Range(0, at.Length).OrderByDescending(i => Vector3D.Cross(at[i], at[first]).Norm > 10 * tolerance * at[first].Norm).ThenBy(i => Alike(i).Length).First();
        if (Vector3D.Cross(at[second], at[first]).Norm <= 10 * tolerance * at[first].Norm)
        {
            // Linear: turned end for end or not.
            return Enumerable.Range(0, at.Length).All(i => HasAtom(-at[i], species[i])) ? 2 : 1;
        }

        int count = 0;
        Matrix3 frame = Frame(at[first], at[second]);
        foreach (int i in Alike(first))
        {
            foreach (int j in Alike(second))
            {
                if (i == j || Math.Abs((at[i] - at[j]).Norm - (at[first] - at[second]).Norm) > 2 * tolerance || Vector3D.Cross(at[i], at[j]).Norm <= 1e-6) { continue; }
                Matrix3 rotation = frame.Transposed * Frame(at[i], at[j]);
                if (Enumerable.Range(0, at.Length).All(k => HasAtom(at[k] * rotation, species[k]))) { count++; }
            }
        }

        return Math.Max(1, count);

        int[] Alike(int i) => [.. Enumerable.Range(0, at.Length).Where(k => species[k] == species[i] && Math.Abs(at[k].Norm - at[i].Norm) < 2 * tolerance)];
        bool HasAtom(Vector3D place, int z) => Enumerable.Range(0, at.Length).Any(k => species[k] == z && (at[k] - place).Norm < tolerance);
    }

    /// <summary>An orthonormal frame: along the first vector, towards the second, and perpendicular to both, as rows.</summary>
    private static Matrix3 Frame(Vector3D a, Vector3D b)
    {
        Vector3D x = a / a.Norm;
        Vector3D y = b - (Vector3D.Dot(b, x) * x);
        y /= y.Norm;
        return new(x, y, Vector3D.Cross(x, y));
    }
}
