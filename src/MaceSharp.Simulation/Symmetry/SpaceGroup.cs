using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MaceSharp.Simulation;

/// <summary>
/// The symmetry of a crystal within a tolerance: the operations that map its cell onto itself, which atom each maps to which, its point group and its primitive lattice.
/// </summary>
/// <remarks>
/// Method: translations first, then the rotations of the reduced primitive lattice, each tried with the translations that bring an atom of the rarest species onto another
/// (R. W. Grosse-Kunstleve, Acta Cryst. A 55, 383 (1999); A. Togo, K. Shinohara and I. Tanaka, Sci. Technol. Adv. Mater.: Methods 4, 2384822 (2024)).
/// Atoms are told apart by atomic number alone.
/// </remarks>
public sealed class SpaceGroup
{
    private readonly int[][] _permutations;
    private readonly Lazy<SpaceGroupSetting?> _setting;

    internal SpaceGroup(double tolerance, SpaceGroupOperation[] operations, int[][] permutations, Matrix3[] cartesian, IntegerMatrix3[] primitiveRotations, (Matrix3 Rotation, Vector3D Translation)[] crystalOperations, Matrix3 primitiveCell, int translations)
    {
        Tolerance = tolerance;
        Operations = operations;
        _permutations = permutations;
        _setting = new Lazy<SpaceGroupSetting?>(() => SpaceGroupIdentifier.Identify(this));
        CartesianRotations = cartesian;
        CrystalOperations = crystalOperations;
        CrystalRotations = [.. crystalOperations.Select(static o => o.Rotation)];
        PrimitiveCell = primitiveCell;
        PrimitiveRotations = primitiveRotations;
        PointGroup = PointGroup.Of(primitiveRotations);
        TranslationCount = translations;
        EquivalentAtoms = new int[permutations[0].Length];
        for (int i = 0; i < EquivalentAtoms.Length; i++) { EquivalentAtoms[i] = permutations.Min(p => p[i]); }
    }

    /// <summary>How far an atom may be from the place an operation gives it, Å.</summary>
    public double Tolerance { get; }

    /// <summary>The operations in fractional coordinates of the given cell, the identity first. With a cell that is not primitive, each rotation comes with every pure translation, and rotations that change the lattice of the cell are missing.</summary>
    public IReadOnlyList<SpaceGroupOperation> Operations { get; }

    /// <summary>The rotation of each operation as an orthogonal matrix Q that acts on Cartesian rows: r′ = r·Q.</summary>
    public IReadOnlyList<Matrix3> CartesianRotations { get; }

    /// <summary>The rotations of the crystal's point group, each once, acting on Cartesian rows; complete also where the given cell is less symmetric than the crystal.</summary>
    public IReadOnlyList<Matrix3> CrystalRotations { get; }

    /// <summary>The point group of the crystal.</summary>
    public PointGroup PointGroup { get; }

    /// <summary>The type of the space group, with the conventional cell and the origin of its standard setting; null where the operations, each found within the tolerance, make up no group.</summary>
    public SpaceGroupSetting? Setting => _setting.Value;

    /// <summary>The type of the space group; null where <see cref="Setting"/> is.</summary>
    public SpaceGroupType? Type => Setting?.Type;

    /// <summary>Lattice vectors of a reduced primitive cell as rows, Å.</summary>
    public Matrix3 PrimitiveCell { get; }

    /// <summary>Number of primitive cells in the given cell.</summary>
    public int TranslationCount { get; }

    /// <summary>For each atom the lowest index among the atoms that are equivalent to it.</summary>
    public int[] EquivalentAtoms { get; }

    /// <summary>The rotations of the point group in the basis of <see cref="PrimitiveCell"/>.</summary>
    internal IReadOnlyList<IntegerMatrix3> PrimitiveRotations { get; }

    /// <summary>One operation for each rotation of the point group, on Cartesian rows: r′ = r·Q + t, t in Å. The others follow by translations of <see cref="PrimitiveCell"/>.</summary>
    internal IReadOnlyList<(Matrix3 Rotation, Vector3D Translation)> CrystalOperations { get; }

    /// <summary>Finds the symmetry of a crystal.</summary>
    /// <param name="structure">A structure periodic in three directions.</param>
    /// <param name="tolerance">How far an atom may be from the place an operation gives it, Å.</param>
    /// <exception cref="InvalidInputException">The structure has no atoms, is not periodic in three directions, or atoms are closer than the tolerance.</exception>
    public static SpaceGroup Find(Structure structure, double tolerance = 1e-3) => SpaceGroupFinder.Find(structure, tolerance);

    /// <summary>The atom to which an operation maps each atom.</summary>
    /// <param name="operation">Index of the operation.</param>
    public ReadOnlySpan<int> Permutation(int operation) => _permutations[operation];

    /// <summary>Replaces vectors on the atoms, such as forces, by their average over the operations.</summary>
    /// <param name="vectors">One Cartesian vector an atom.</param>
    public void Symmetrize(Span<Vector3D> vectors)
    {
        Vector3D[] sum = new Vector3D[vectors.Length];
        for (int o = 0; o < Operations.Count; o++)
        {
            int[] to = _permutations[o];
            Matrix3 rotation = CartesianRotations[o];
            for (int i = 0; i < vectors.Length; i++) { sum[to[i]] += vectors[i] * rotation; }
        }

        for (int i = 0; i < vectors.Length; i++) { vectors[i] = sum[i] / Operations.Count; }
    }

    /// <summary>The average of a Cartesian tensor, such as a stress, over the operations.</summary>
    /// <param name="tensor">The tensor.</param>
    public Matrix3 Symmetrize(Matrix3 tensor)
    {
        Matrix3 sum = default;
        foreach (Matrix3 rotation in CartesianRotations) { sum += rotation.Transposed * tensor * rotation; }
        return (1.0 / CartesianRotations.Count) * sum;
    }

    /// <summary>Moves cell and atoms, each by less than the tolerance, to where the symmetry holds to rounding.</summary>
    /// <param name="structure">The structure the group was found for, or one with the same symmetry; changed.</param>
    public void Refine(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        Matrix3 old = structure.Cell;
        Vector3D[] fractional = Fractional(structure);
        structure.Cell = RefineCell(old, Operations);
        Vector3D[] shift = new Vector3D[fractional.Length];
        for (int o = 0; o < Operations.Count; o++)
        {
            int[] to = _permutations[o];
            for (int i = 0; i < fractional.Length; i++) { shift[to[i]] += SiteIndex.Nearest(Operations[o].Apply(fractional[i]) - fractional[to[i]]); }
        }

        for (int i = 0; i < fractional.Length; i++) { structure.Positions[i] = (fractional[i] + (shift[i] / Operations.Count)) * structure.Cell; }
    }

    internal static Vector3D[] Fractional(Structure structure)
    {
        Matrix3 inverse = structure.Cell.Inverse();
        Vector3D[] fractional = new Vector3D[structure.Count];
        for (int i = 0; i < fractional.Length; i++) { fractional[i] = structure.Positions[i] * inverse; }
        return fractional;
    }

    /// <summary>The cell nearest to the given one whose metric all rotations keep.</summary>
    internal static Matrix3 RefineCell(Matrix3 cell, IEnumerable<SpaceGroupOperation> operations)
    {
        Matrix3 metric = cell * cell.Transposed;
        Matrix3 sum = default;
        int count = 0;
        foreach (SpaceGroupOperation operation in operations)
        {
            Matrix3 w = operation.Rotation.ToMatrix3();
            sum += w.Transposed * metric * w;
            count++;
        }

        // cell·U with U symmetric has the metric cell·U²·cellᵀ: no rotation is added.
        Matrix3 inverse = cell.Inverse();
        return cell * SquareRoot(((1.0 / count) * (inverse * sum * inverse.Transposed)).Symmetrized);
    }

    private static Matrix3 SquareRoot(Matrix3 m)
    {
        Evd<double> evd = Matrix<double>.Build.Dense(3, 3, (i, j) => m[i, j]).Evd(Symmetricity.Symmetric);
        Matrix<double> root = evd.EigenVectors * Matrix<double>.Build.DiagonalOfDiagonalVector(evd.EigenValues.Map(static z => Math.Sqrt(z.Real))) * evd.EigenVectors.Transpose();
        return new Matrix3(root[0, 0], root[0, 1], root[0, 2], root[1, 0], root[1, 1], root[1, 2], root[2, 0], root[2, 1], root[2, 2]);
    }
}
