using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Finds the type of a space group: conventional cells are made from the axes of its rotations, and for every type with the same rotations and the same centring in such a cell
/// the shift of the origin that makes the translations equal is a system of linear congruences (R. W. Grosse-Kunstleve, Acta Cryst. A 55, 383 (1999)).
/// </summary>
internal static class SpaceGroupIdentifier
{
    /// <summary>Types differ by translations of 1/12 at least; what is found may be off by some tolerances of the search.</summary>
    private const double Tolerance = 0.04;

    /// <summary>Short lattice vectors are looked for with coefficients up to this in the reduced basis.</summary>
    private const int Reach = 3;

    /// <summary>Finds type, cell and origin; null where no type fits, as can be within a large tolerance.</summary>
    public static SpaceGroupSetting? Identify(SpaceGroup group)
    {
        Matrix3 primitive = group.PrimitiveCell, inverse = primitive.Inverse();
        SpaceGroupOperation[] found = [.. group.PrimitiveRotations.Select((w, k) => new SpaceGroupOperation(w, group.CrystalOperations[k].Translation * inverse))];
        foreach (IntegerMatrix3 basis in Bases(group.PointGroup.System, found, primitive))
        {
            if (basis.Determinant <= 0) { continue; }

            // In the conventional basis: the rotations, and the primitive translations as centring.
            Matrix3 toConventional = basis.ToMatrix3().Inverse();
            Dictionary<IntegerMatrix3, SpaceGroupOperation> byRotation = [];
            foreach (SpaceGroupOperation o in found)
            {
                IntegerMatrix3 w = IntegerMatrix3.Round(toConventional * o.Rotation.ToMatrix3() * basis.ToMatrix3(), out double error);
                if (error < 1e-6) { byRotation[w] = o; }
            }

            if (byRotation.Count != found.Length) { continue; }
            foreach (SpaceGroupType type in SpaceGroupType.All)
            {
                if (type.PointGroup.Symbol != group.PointGroup.Symbol || type.Centring.Count != basis.Determinant || !type.Centring.All(t => IsLatticeVector(basis * t))) { continue; }
                if (OriginOf(type, byRotation, basis) is not Vector3D origin) { continue; }

                // Adding zero leaves no negative zeros behind.
                return new SpaceGroupSetting(type, (basis.Transposed.ToMatrix3() * primitive) + default(Matrix3), (origin * primitive) + default(Vector3D));
            }
        }

        return null;
    }

    /// <summary>The origin, in the primitive basis, about which the operations are those of a type.</summary>
    private static Vector3D? OriginOf(SpaceGroupType type, Dictionary<IntegerMatrix3, SpaceGroupOperation> byRotation, IntegerMatrix3 basis)
    {
        // About an origin p the translation w becomes w − (1 − W)·p.
        List<int[]> rows = [];
        List<double> right = [];
        foreach (SpaceGroupOperation generator in type.Generators)
        {
            if (!byRotation.TryGetValue(generator.Rotation, out SpaceGroupOperation own)) { return null; }
            Vector3D difference = own.Translation - (basis * generator.Translation);
            IntegerMatrix3 w = own.Rotation;
            rows.AddRange([[1 - w.M00, -w.M01, -w.M02], [-w.M10, 1 - w.M11, -w.M12], [-w.M20, -w.M21, 1 - w.M22]]);
            right.AddRange([difference.X, difference.Y, difference.Z]);
        }

        return IntegerCongruence.Solve(rows, right, Tolerance) is [double x, double y, double z] ? new Vector3D(x, y, z) : null;
    }

    /// <summary>Conventional bases to try, as columns of coefficients in the primitive basis.</summary>
    private static IEnumerable<IntegerMatrix3> Bases(CrystalSystem system, SpaceGroupOperation[] found, Matrix3 primitive)
    {
        switch (system)
        {
            case CrystalSystem.Triclinic:
                return [IntegerMatrix3.Identity];
            case CrystalSystem.Monoclinic:
                return Monoclinic(Proper(found, 2)[0], primitive);
            case CrystalSystem.Orthorhombic:
                Vector3D[] axes = [.. Proper(found, 2).Select(Axis)];
                return from order in (int[][])[[0, 1, 2], [1, 2, 0], [2, 0, 1], [1, 0, 2], [0, 2, 1], [2, 1, 0]]
                       select RightHanded(axes[order[0]], axes[order[1]], axes[order[2]]);
            case CrystalSystem.Tetragonal:
                return AboutMainAxis(Proper(found, 4)[0], primitive);
            case CrystalSystem.Trigonal or CrystalSystem.Hexagonal:
                return AboutMainAxis(Proper(found, 3)[0], primitive);
            default:
                Vector3D[] cube = [.. (Proper(found, 4) is { Length: > 0 } fourfold ? fourfold : Proper(found, 2)).Select(Axis)];
                return [RightHanded(cube[0], cube[1], cube[2]), RightHanded(cube[1], cube[0], cube[2])];
        }
    }

    /// <summary>The axis is b; of the bases of the plane across it those with short vectors first.</summary>
    private static IEnumerable<IntegerMatrix3> Monoclinic(IntegerMatrix3 rotation, Matrix3 primitive)
    {
        Vector3D axis = Axis(rotation);
        Vector3D[] plane = Plane(rotation, primitive);
        List<(double Length, IntegerMatrix3 Basis)> bases = [];
        int[] range = [.. Enumerable.Range(-2, 5)];
        foreach (int p in range)
        {
            foreach (int q in range)
            {
                foreach (int r in range)
                {
                    foreach (int s in range)
                    {
                        if ((p * s) - (q * r) is not (1 or -1)) { continue; }
                        Vector3D a = (p * plane[0]) + (q * plane[1]), c = (r * plane[0]) + (s * plane[1]);
                        double cosine = Vector3D.Dot(a * primitive, c * primitive);
                        bases.Add(((a * primitive).Norm + (c * primitive).Norm + (cosine > 1e-6 ? 1e-6 : 0), RightHanded(a, axis, c, flip: 1)));
                    }
                }
            }
        }

        return bases.OrderBy(static b => b.Length).Select(static b => b.Basis);
    }

    /// <summary>The axis is c; a is the shortest vector across it, b its image.</summary>
    private static IEnumerable<IntegerMatrix3> AboutMainAxis(IntegerMatrix3 rotation, Matrix3 primitive)
    {
        Vector3D c = Axis(rotation), a = Plane(rotation, primitive)[0], b = rotation * a;
        IntegerMatrix3 basis = RightHanded(a, b, c, flip: 2);
        yield return basis;
        yield return basis * IntegerMatrix3.Diagonal(-1, -1, 1);
        yield return basis * new IntegerMatrix3(0, 1, 0, 1, 0, 0, 0, 0, -1);
    }

    /// <summary>The proper parts of the rotations of an order, one for each axis.</summary>
    private static IntegerMatrix3[] Proper(SpaceGroupOperation[] found, int order)
    {
        IEnumerable<IntegerMatrix3> rotations = found.Select(static o => o.Rotation).Where(w => Math.Abs(PointGroup.Fold(w)) == order);
        return [.. rotations.Select(static w => w.Determinant * w).DistinctBy(static w => Axis(w))];
    }

    /// <summary>The shortest lattice vector that a proper rotation keeps, one of the two.</summary>
    private static Vector3D Axis(IntegerMatrix3 rotation)
    {
        IntegerMatrix3 s = SumOfPowers(rotation);
        int[] column = (s.M00, s.M10, s.M20) is not (0, 0, 0) ? [s.M00, s.M10, s.M20] : (s.M01, s.M11, s.M21) is not (0, 0, 0) ? [s.M01, s.M11, s.M21] : [s.M02, s.M12, s.M22];
        int divisor = GreatestDivisor(GreatestDivisor(column[0], column[1]), column[2]) * Math.Sign(column.First(static x => x != 0));
        return new(column[0] / divisor, column[1] / divisor, column[2] / divisor);
    }

    /// <summary>Two shortest vectors that span the lattice across the axis of a rotation.</summary>
    private static Vector3D[] Plane(IntegerMatrix3 rotation, Matrix3 primitive)
    {
        IntegerMatrix3 s = SumOfPowers(rotation);
        List<Vector3D> across = [];
        for (int x = -Reach; x <= Reach; x++)
        {
            for (int y = -Reach; y <= Reach; y++)
            {
                for (int z = -Reach; z <= Reach; z++)
                {
                    Vector3D v = new(x, y, z);
                    if (v != default && s * v == default) { across.Add(v); }
                }
            }
        }

        Vector3D[] sorted = [.. across.OrderBy(v => Math.Round((v * primitive).Norm, 6))];
        return [sorted[0], sorted.First(v => Spans(sorted[0], v))];
    }

    /// <summary>Whether two vectors span all lattice vectors of their plane.</summary>
    private static bool Spans(Vector3D a, Vector3D b)
    {
        Vector3D n = Vector3D.Cross(a, b);
        return GreatestDivisor(GreatestDivisor((int)n.X, (int)n.Y), (int)n.Z) == 1;
    }

    private static IntegerMatrix3 SumOfPowers(IntegerMatrix3 rotation)
    {
        Matrix3 sum = Matrix3.Identity;
        for (IntegerMatrix3 power = rotation; power != IntegerMatrix3.Identity; power *= rotation) { sum += power.ToMatrix3(); }
        return IntegerMatrix3.Round(sum, out _);
    }

    /// <summary>Columns as a basis; where it is left-handed, one vector (or, without a preference, every one) is turned round.</summary>
    private static IntegerMatrix3 RightHanded(Vector3D a, Vector3D b, Vector3D c, int? flip = null)
    {
        IntegerMatrix3 m = IntegerMatrix3.Round(new Matrix3(a, b, c).Transposed, out _);
        return m.Determinant > 0 ? m : m * (flip switch { 1 => IntegerMatrix3.Diagonal(1, -1, 1), 2 => IntegerMatrix3.Diagonal(1, 1, -1), _ => IntegerMatrix3.Diagonal(-1, -1, -1) });
    }

    private static bool IsLatticeVector(Vector3D v) => SiteIndex.Nearest(v).Norm < 1e-6;

    private static int GreatestDivisor(int a, int b) => b == 0 ? Math.Abs(a) : GreatestDivisor(b, a % b);
}
