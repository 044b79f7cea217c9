using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The cells of a phonon calculation: the unit cell, a supercell that repeats it, and the primitive cell whose atoms the supercell's are images of.</summary>
/// <remarks>Atoms of the supercell are in the order of phonopy: all images of the first atom of the unit cell, along a fastest, then those of the second.</remarks>
public sealed class PhononCell
{
    private readonly int[] _primitiveOf;

    /// <summary>Creates the cells.</summary>
    /// <param name="unitCell">The crystal; moved within the tolerance to where its symmetry is exact.</param>
    /// <param name="repetitions">How often the supercell repeats the unit cell along a, b and c.</param>
    /// <param name="symmetryTolerance">How far an atom may be from the place a symmetry gives it, Å.</param>
    /// <param name="usePrimitive">Whether the phonons are those of the primitive cell; otherwise of the unit cell.</param>
    /// <exception cref="InvalidInputException">The structure is not periodic in three directions, or a repetition is not positive.</exception>
    public PhononCell(Structure unitCell, (int A, int B, int C) repetitions, double symmetryTolerance = 1e-3, bool usePrimitive = true)
    {
        ArgumentNullException.ThrowIfNull(unitCell);
        if (!unitCell.Periodicity.IsFull) { throw new InvalidInputException("Phonons need a structure that is periodic in three directions; 'vibrations' is for molecules."); }
        if (repetitions.A < 1 || repetitions.B < 1 || repetitions.C < 1) { throw new InvalidInputException($"A supercell of {repetitions.A} × {repetitions.B} × {repetitions.C} cells is none; the numbers are positive."); }
        if ((long)unitCell.Count * repetitions.A * repetitions.B * repetitions.C > 1_000_000) { throw new InvalidInputException("The supercell has more than a million atoms; take fewer repetitions."); }
        UnitCell = unitCell.Clone();
        SpaceGroup.Find(UnitCell, symmetryTolerance).Refine(UnitCell);
        Symmetry = SpaceGroup.Find(UnitCell, symmetryTolerance);
        Repetitions = repetitions;
        Supercell = Repeat(UnitCell, repetitions);
        Matrix3 lattice = usePrimitive && Symmetry.TranslationCount > 1 ? Symmetry.PrimitiveCell : UnitCell.Cell;

        Matrix3 inverse = lattice.Inverse();
        Vector3D[] sites = [.. UnitCell.Positions.ToArray().Select(p => p * inverse)];
        SiteIndex index = new(sites, UnitCell.AtomicNumbers.ToArray(), lattice, 2 * symmetryTolerance);
        int[] firstOf = new int[UnitCell.Count];
        for (int i = 0; i < firstOf.Length; i++)
        {
            firstOf[i] = i;
            for (int j = 0; j < i; j++)
            {
                if (UnitCell.AtomicNumbers[j] == UnitCell.AtomicNumbers[i] && firstOf[j] == j && (SiteIndex.Nearest(sites[i] - sites[j]) * lattice).Norm < 2 * symmetryTolerance)
                {
                    firstOf[i] = j;
                    break;
                }
            }
        }

        int[] kept = [.. Enumerable.Range(0, firstOf.Length).Where(i => firstOf[i] == i)];
        int cells = repetitions.A * repetitions.B * repetitions.C;
        PrimitiveAtoms = [.. kept.Select(i => i * cells)];
        _primitiveOf = [.. Enumerable.Range(0, Supercell.Count).Select(i => Array.IndexOf(kept, firstOf[i / cells]))];
        Primitive = new Structure([.. kept.Select(i => UnitCell.AtomicNumbers[i])], [.. kept.Select(i => UnitCell.Positions[i])], lattice, Periodicity.All) { Origin = unitCell.Origin };
        Masses = [.. kept.Select(i => MassOf(UnitCell, i))];
        PrimitiveSites = new SiteIndex([.. kept.Select(i => sites[i])], [.. kept.Select(i => UnitCell.AtomicNumbers[i])], lattice, 4 * symmetryTolerance);
        Matrix3 superInverse = Supercell.Cell.Inverse();
        SupercellSites = new SiteIndex([.. Supercell.Positions.ToArray().Select(p => p * superInverse)], Supercell.AtomicNumbers.ToArray(), Supercell.Cell, 4 * symmetryTolerance);
        Operations = [.. Symmetry.CrystalOperations.Where(o => Keeps(o.Rotation, Supercell.Cell) && Keeps(o.Rotation, lattice))];
    }

    /// <summary>The crystal as it was given, its symmetry made exact.</summary>
    public Structure UnitCell { get; }

    /// <summary>The supercell in which atoms are displaced.</summary>
    public Structure Supercell { get; }

    /// <summary>The primitive cell, whose phonons are computed.</summary>
    public Structure Primitive { get; }

    /// <summary>Masses of the atoms of the primitive cell, u.</summary>
    public IReadOnlyList<double> Masses { get; }

    /// <summary>How often the supercell repeats the unit cell along a, b and c.</summary>
    public (int A, int B, int C) Repetitions { get; }

    /// <summary>The symmetry of the unit cell.</summary>
    public SpaceGroup Symmetry { get; }

    /// <summary>For each atom of the primitive cell its index in the supercell.</summary>
    public IReadOnlyList<int> PrimitiveAtoms { get; }

    /// <summary>For each atom of the supercell the atom of the primitive cell that it is an image of.</summary>
    public ReadOnlySpan<int> PrimitiveOf => _primitiveOf;

    /// <summary>Operations r′ = r·Q + t that keep the lattices of supercell and primitive cell.</summary>
    internal IReadOnlyList<(Matrix3 Rotation, Vector3D Translation)> Operations { get; }

    /// <summary>Finds atoms of the primitive cell by fractional coordinates of it.</summary>
    internal SiteIndex PrimitiveSites { get; }

    /// <summary>Finds atoms of the supercell by fractional coordinates of it.</summary>
    internal SiteIndex SupercellSites { get; }

    /// <summary>The mass of an atom, u: the array <c>masses</c> where the structure has one, or else the standard one.</summary>
    internal static double MassOf(Structure structure, int atom) =>
        structure.Arrays.TryGetValue("masses", out DataArray? masses) && masses.Kind == DataKind.Real && masses.Count == structure.Count && masses.Reals[atom] > 0
            ? masses.Reals[atom]
            : Elements.Mass(structure.AtomicNumbers[atom]);

    /// <summary>For an operation that maps one atom of the supercell onto another: where it maps every atom.</summary>
    internal int[] Permutation(Matrix3 rotation, Vector3D translation)
    {
        int[] to = new int[Supercell.Count];
        Matrix3 inverse = Supercell.Cell.Inverse();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = SupercellSites.Find(((Supercell.Positions[i] * rotation) + translation) * inverse, Supercell.AtomicNumbers[i], out _);
            if (to[i] < 0) { throw new InvalidOperationException("An operation of the crystal does not keep the supercell."); }
        }

        return to;
    }

    private static Structure Repeat(Structure cell, (int A, int B, int C) n)
    {
        int cells = n.A * n.B * n.C;
        int[] numbers = new int[cell.Count * cells];
        Vector3D[] positions = new Vector3D[numbers.Length];
        for (int atom = 0, k = 0; atom < cell.Count; atom++)
        {
            for (int c = 0; c < n.C; c++)
            {
                for (int b = 0; b < n.B; b++)
                {
                    for (int a = 0; a < n.A; a++, k++)
                    {
                        numbers[k] = cell.AtomicNumbers[atom];
                        positions[k] = cell.Positions[atom] + (new Vector3D(a, b, c) * cell.Cell);
                    }
                }
            }
        }

        Structure supercell = new(numbers, positions, new(n.A * cell.Cell.Row0, n.B * cell.Cell.Row1, n.C * cell.Cell.Row2), Periodicity.All) { Origin = cell.Origin };
        foreach ((string key, DataArray value) in cell.Info)
        {
            // Charge, spin and head of the cell are what the model is told; extensive ones are the user's business.
            supercell.Info.Add(key, value.Clone());
        }

        return supercell;
    }

    private static bool Keeps(Matrix3 rotation, Matrix3 lattice)
    {
        IntegerMatrix3.Round(lattice * rotation * lattice.Inverse(), out double error);
        return error < 1e-3;
    }
}
