using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The search behind <see cref="SpaceGroup.Find"/>.</summary>
internal static class SpaceGroupFinder
{
    public static SpaceGroup Find(Structure structure, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!(tolerance > 0 && tolerance < 1)) { throw new InvalidInputException($"A symmetry tolerance of {tolerance} Å makes no sense; give a number between 0 and 1, such as 0.001."); }
        if (structure.Count == 0) { throw new InvalidInputException("A structure without atoms has no space group."); }
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException("Only a structure that is periodic in three directions has a space group."); }
        structure.Validate();

        // All work is done in a reduced basis of the given lattice, so that nearest images are nearest.
        Matrix3 given = structure.Cell;
        Matrix3 reduced = LatticeReduction.Reduce(given);
        Matrix3 toReduced = reduced.Inverse();
        int[] species = structure.AtomicNumbers.ToArray();
        Vector3D[] sites = [.. structure.Positions.ToArray().Select(p => p * toReduced)];
        SiteIndex index = new(sites, species, reduced, tolerance);
        int[] rare = RarestSpecies(species);
        for (int i = 0; i < sites.Length; i++)
        {
            if (index.Find(sites[i], species[i], out _, except: i) >= 0) { throw new InvalidInputException($"Atom {i + 1} coincides with another within the symmetry tolerance of {tolerance} Å; take a smaller one."); }
        }

        List<Vector3D> translations = [];
        bool[] repeats = new bool[sites.Length];
        foreach (int other in rare.Skip(1))
        {
            Vector3D t = sites[other] - sites[rare[0]];
            if (Match(Matrix3.Identity, ref t, sites, species, index) is not int[] permutation) { continue; }
            translations.Add(t);

            // Of the atoms that translations map onto each other the first stands for all.
            for (int i = 0; i < sites.Length; i++) { repeats[Math.Max(i, permutation[i])] = true; }
        }

        Matrix3 primitive = LatticeReduction.Extend(reduced, [.. translations.Select(t => t * reduced)]);
        int[] kept = [.. Enumerable.Range(0, sites.Length).Where(i => !repeats[i])];
        List<(IntegerMatrix3 Rotation, Vector3D Translation)> found = SearchPrimitive(primitive, [.. kept.Select(i => sites[i] * (reduced * primitive.Inverse()))], [.. kept.Select(i => species[i])], tolerance);
        return Assemble(structure, tolerance, reduced, primitive, found, [default, .. translations], sites, species);
    }

    private static List<(IntegerMatrix3 Rotation, Vector3D Translation)> SearchPrimitive(Matrix3 cell, Vector3D[] sites, int[] species, double tolerance)
    {
        SiteIndex index = new(sites, species, cell, tolerance);
        int[] rare = RarestSpecies(species);
        List<(IntegerMatrix3 Rotation, Vector3D Translation)> found = [];
        foreach (IntegerMatrix3 w in LatticeRotations(cell, tolerance))
        {
            foreach (int other in rare)
            {
                Vector3D t = sites[other] - (w * sites[rare[0]]);
                if (Match(w.ToMatrix3(), ref t, sites, species, index) is null) { continue; }
                found.Add((w, t));
                break;
            }
        }

        return Closed(found);
    }

    /// <summary>Within a tolerance the rotations found may not form a group: those are dropped whose products with others are missing most often.</summary>
    private static List<(IntegerMatrix3 Rotation, Vector3D Translation)> Closed(List<(IntegerMatrix3 Rotation, Vector3D Translation)> found)
    {
        while (true)
        {
            HashSet<IntegerMatrix3> rotations = [.. found.Select(static f => f.Rotation)];
            int[] missing = [.. found.Select(a => found.Count(b => !rotations.Contains(a.Rotation * b.Rotation)))];
            int worst = Array.IndexOf(missing, missing.Max());
            if (missing[worst] == 0) { return found; }
            found.RemoveAt(worst);
        }
    }

    private static SpaceGroup Assemble(Structure structure, double tolerance, Matrix3 reduced, Matrix3 primitive, List<(IntegerMatrix3 Rotation, Vector3D Translation)> found, List<Vector3D> translations, Vector3D[] sites, int[] species)
    {
        // All rotations keep the metric of the primitive lattice once it is the average over them; the given lattice is strained with it.
        Matrix3 given = structure.Cell;
        Matrix3 refinedPrimitive = SpaceGroup.RefineCell(primitive, found.Select(static f => new SpaceGroupOperation(f.Rotation, default)));
        Matrix3 refinedInverse = refinedPrimitive.Inverse();
        Matrix3[] crystal = [.. found.Select(f => refinedInverse * f.Rotation.ToMatrix3().Transposed * refinedPrimitive)];

        // From one basis to another, for rows: s_given = s_reduced · reducedToGiven.
        Matrix3 reducedToGiven = reduced * given.Inverse(), primitiveToReduced = primitive * reduced.Inverse(), primitiveToGiven = primitive * given.Inverse();
        Matrix3 givenToPrimitive = primitiveToGiven.Inverse(), reducedToPrimitive = primitiveToReduced.Inverse();
        SiteIndex index = new(sites, species, reduced, 4 * tolerance);
        List<SpaceGroupOperation> operations = [];
        List<Matrix3> cartesian = [];
        List<int[]> permutations = [];
        for (int f = 0; f < found.Count; f++)
        {
            // For columns the matrices stand transposed.
            Matrix3 rotation = found[f].Rotation.ToMatrix3();
            IntegerMatrix3 w = IntegerMatrix3.Round(primitiveToGiven.Transposed * rotation * givenToPrimitive.Transposed, out double error);
            if (error > 1e-3) { continue; }
            Matrix3 inReduced = primitiveToReduced.Transposed * rotation * reducedToPrimitive.Transposed;
            foreach (Vector3D pure in translations)
            {
                Vector3D t = (found[f].Translation * primitiveToReduced) + pure;
                if (Match(inReduced, ref t, sites, species, index) is not int[] permutation) { continue; }
                operations.Add(new SpaceGroupOperation(w, Wrap(t * reducedToGiven)));
                cartesian.Add(crystal[f]);
                permutations.Add(permutation);
            }
        }

        return new SpaceGroup(tolerance, [.. operations], [.. permutations], [.. cartesian], [.. found.Select(static f => f.Rotation)], [.. found.Select((f, i) => (crystal[i], f.Translation * primitive))], primitive, translations.Count);
    }

    /// <summary>The rotations that keep a reduced lattice, the identity first.</summary>
    internal static List<IntegerMatrix3> LatticeRotations(Matrix3 cell, double tolerance)
    {
        List<(int A, int B, int C, Vector3D Vector)>[] images = [[], [], []];
        for (int a = -2; a <= 2; a++)
        {
            for (int b = -2; b <= 2; b++)
            {
                for (int c = -2; c <= 2; c++)
                {
                    Vector3D v = (a * cell.Row0) + (b * cell.Row1) + (c * cell.Row2);
                    for (int axis = 0; axis < 3; axis++)
                    {
                        if (Math.Abs(v.Norm - cell[axis].Norm) < tolerance) { images[axis].Add((a, b, c, v)); }
                    }
                }
            }
        }

        List<IntegerMatrix3> rotations = [];
        foreach ((int A, int B, int C, Vector3D Vector) x in images[0])
        {
            foreach ((int A, int B, int C, Vector3D Vector) y in images[1])
            {
                if (!SameAngle(x.Vector, y.Vector, cell.Row0, cell.Row1, tolerance)) { continue; }
                foreach ((int A, int B, int C, Vector3D Vector) z in images[2])
                {
                    // The images of the basis vectors are the columns of W.
                    IntegerMatrix3 w = new(x.A, y.A, z.A, x.B, y.B, z.B, x.C, y.C, z.C);
                    if (w.Determinant is not (1 or -1)) { continue; }
                    if (SameAngle(x.Vector, z.Vector, cell.Row0, cell.Row2, tolerance) && SameAngle(y.Vector, z.Vector, cell.Row1, cell.Row2, tolerance)) { rotations.Add(w); }
                }
            }
        }

        rotations.RemoveAll(static w => w == IntegerMatrix3.Identity);
        rotations.Insert(0, IntegerMatrix3.Identity);
        return rotations;
    }

    /// <summary>Whether two angles differ by less than what moves the end of a vector by the tolerance.</summary>
    private static bool SameAngle(Vector3D a, Vector3D b, Vector3D c, Vector3D d, double tolerance)
    {
        double first = Math.Acos(Math.Clamp(Vector3D.Dot(a, b) / (a.Norm * b.Norm), -1, 1)), second = Math.Acos(Math.Clamp(Vector3D.Dot(c, d) / (c.Norm * d.Norm), -1, 1));
        return Math.Abs(first - second) * 0.5 * (c.Norm + d.Norm) < 2 * tolerance;
    }

    /// <summary>The permutation of the atoms under an operation, or null; the translation is moved to where the atoms fit best.</summary>
    private static int[]? Match(Matrix3 rotation, ref Vector3D translation, Vector3D[] sites, int[] species, SiteIndex index)
    {
        int[] permutation = new int[sites.Length];
        bool[] taken = new bool[sites.Length];
        Vector3D sum = default;
        for (int i = 0; i < sites.Length; i++)
        {
            int j = index.Find(Apply(rotation, sites[i]) + translation, species[i], out Vector3D offset);
            if (j < 0 || taken[j]) { return null; }
            taken[j] = true;
            permutation[i] = j;
            sum += offset;
        }

        translation += sum / sites.Length;
        return permutation;
    }

    private static Vector3D Apply(Matrix3 rotation, Vector3D column) => column * rotation.Transposed;

    private static int[] RarestSpecies(int[] species) =>
        [.. Enumerable.Range(0, species.Length).GroupBy(i => species[i]).OrderBy(static g => g.Count()).ThenBy(static g => g.Key).First()];

    private static Vector3D Wrap(Vector3D s) => new(Wrap(s.X), Wrap(s.Y), Wrap(s.Z));

    private static double Wrap(double s)
    {
        double w = s - Math.Floor(s);
        return w > 1 - 1e-9 ? 0 : w;
    }
}
