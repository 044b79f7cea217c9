namespace MaceSharp.Simulation;

/// <summary>One of the 32 crystallographic point groups.</summary>
/// <param name="Symbol">Hermann–Mauguin symbol, such as <c>-42m</c>; settings (-42m or -4m2) are not told apart.</param>
/// <param name="LaueClass">Symbol of the point group with inversion added, such as <c>4/mmm</c>; it decides which elastic constants are independent.</param>
/// <param name="System">The crystal system.</param>
/// <param name="Order">Number of operations.</param>
public sealed record PointGroup(string Symbol, string LaueClass, CrystalSystem System, int Order)
{
    // How many operations of each kind a group has: -6 -4 -3 m -1 1 2 3 4 6 (International Tables for Crystallography A, chapter 10).
    private static readonly (int[] Counts, string Symbol, string Laue, CrystalSystem System)[] Table =
    [
        ([0, 0, 0, 0, 0, 1, 0, 0, 0, 0], "1", "-1", CrystalSystem.Triclinic),
        ([0, 0, 0, 0, 1, 1, 0, 0, 0, 0], "-1", "-1", CrystalSystem.Triclinic),
        ([0, 0, 0, 0, 0, 1, 1, 0, 0, 0], "2", "2/m", CrystalSystem.Monoclinic),
        ([0, 0, 0, 1, 0, 1, 0, 0, 0, 0], "m", "2/m", CrystalSystem.Monoclinic),
        ([0, 0, 0, 1, 1, 1, 1, 0, 0, 0], "2/m", "2/m", CrystalSystem.Monoclinic),
        ([0, 0, 0, 0, 0, 1, 3, 0, 0, 0], "222", "mmm", CrystalSystem.Orthorhombic),
        ([0, 0, 0, 2, 0, 1, 1, 0, 0, 0], "mm2", "mmm", CrystalSystem.Orthorhombic),
        ([0, 0, 0, 3, 1, 1, 3, 0, 0, 0], "mmm", "mmm", CrystalSystem.Orthorhombic),
        ([0, 0, 0, 0, 0, 1, 1, 0, 2, 0], "4", "4/m", CrystalSystem.Tetragonal),
        ([0, 2, 0, 0, 0, 1, 1, 0, 0, 0], "-4", "4/m", CrystalSystem.Tetragonal),
        ([0, 2, 0, 1, 1, 1, 1, 0, 2, 0], "4/m", "4/m", CrystalSystem.Tetragonal),
        ([0, 0, 0, 0, 0, 1, 5, 0, 2, 0], "422", "4/mmm", CrystalSystem.Tetragonal),
        ([0, 0, 0, 4, 0, 1, 1, 0, 2, 0], "4mm", "4/mmm", CrystalSystem.Tetragonal),
        ([0, 2, 0, 2, 0, 1, 3, 0, 0, 0], "-42m", "4/mmm", CrystalSystem.Tetragonal),
        ([0, 2, 0, 5, 1, 1, 5, 0, 2, 0], "4/mmm", "4/mmm", CrystalSystem.Tetragonal),
        ([0, 0, 0, 0, 0, 1, 0, 2, 0, 0], "3", "-3", CrystalSystem.Trigonal),
        ([0, 0, 2, 0, 1, 1, 0, 2, 0, 0], "-3", "-3", CrystalSystem.Trigonal),
        ([0, 0, 0, 0, 0, 1, 3, 2, 0, 0], "32", "-3m", CrystalSystem.Trigonal),
        ([0, 0, 0, 3, 0, 1, 0, 2, 0, 0], "3m", "-3m", CrystalSystem.Trigonal),
        ([0, 0, 2, 3, 1, 1, 3, 2, 0, 0], "-3m", "-3m", CrystalSystem.Trigonal),
        ([0, 0, 0, 0, 0, 1, 1, 2, 0, 2], "6", "6/m", CrystalSystem.Hexagonal),
        ([2, 0, 0, 1, 0, 1, 0, 2, 0, 0], "-6", "6/m", CrystalSystem.Hexagonal),
        ([2, 0, 2, 1, 1, 1, 1, 2, 0, 2], "6/m", "6/m", CrystalSystem.Hexagonal),
        ([0, 0, 0, 0, 0, 1, 7, 2, 0, 2], "622", "6/mmm", CrystalSystem.Hexagonal),
        ([0, 0, 0, 6, 0, 1, 1, 2, 0, 2], "6mm", "6/mmm", CrystalSystem.Hexagonal),
        ([2, 0, 0, 4, 0, 1, 3, 2, 0, 0], "-6m2", "6/mmm", CrystalSystem.Hexagonal),
        ([2, 0, 2, 7, 1, 1, 7, 2, 0, 2], "6/mmm", "6/mmm", CrystalSystem.Hexagonal),
        ([0, 0, 0, 0, 0, 1, 3, 8, 0, 0], "23", "m-3", CrystalSystem.Cubic),
        ([0, 0, 8, 3, 1, 1, 3, 8, 0, 0], "m-3", "m-3", CrystalSystem.Cubic),
        ([0, 0, 0, 0, 0, 1, 9, 8, 6, 0], "432", "m-3m", CrystalSystem.Cubic),
        ([0, 6, 0, 6, 0, 1, 3, 8, 0, 0], "-43m", "m-3m", CrystalSystem.Cubic),
        ([0, 6, 8, 9, 1, 1, 9, 8, 6, 0], "m-3m", "m-3m", CrystalSystem.Cubic),
    ];

    /// <summary>The order of a rotation by its trace: ±1, ±2, ±3, ±4 or ±6, negative for improper ones (-2 is a mirror).</summary>
    /// <param name="rotation">A rotation in the basis of a lattice.</param>
    /// <exception cref="ArgumentException">The matrix is not of finite order in a lattice.</exception>
    public static int Fold(IntegerMatrix3 rotation)
    {
        int sign = rotation.Determinant;
        int fold = (sign * rotation.Trace) switch { 3 => 1, -1 => 2, 0 => 3, 1 => 4, 2 => 6, _ => 0 };
        return fold != 0 && sign is 1 or -1 ? sign * fold : throw new ArgumentException("The matrix is not a rotation of a lattice.", nameof(rotation));
    }

    /// <summary>Names the group of the given rotations.</summary>
    /// <param name="rotations">Each rotation of the group once.</param>
    /// <exception cref="ArgumentException">The rotations do not make up a crystallographic point group.</exception>
    public static PointGroup Of(IEnumerable<IntegerMatrix3> rotations)
    {
        ArgumentNullException.ThrowIfNull(rotations);
        int[] counts = new int[10];
        foreach (IntegerMatrix3 rotation in rotations)
        {
            counts[Fold(rotation) switch { -6 => 0, -4 => 1, -3 => 2, -2 => 3, -1 => 4, 1 => 5, 2 => 6, 3 => 7, 4 => 8, _ => 9 }]++;
        }

        foreach ((int[] known, string symbol, string laue, CrystalSystem system) in Table)
        {
            if (counts.AsSpan().SequenceEqual(known)) { return new PointGroup(symbol, laue, system, counts.Sum()); }
        }

        throw new ArgumentException("The rotations do not make up a crystallographic point group.", nameof(rotations));
    }
}
