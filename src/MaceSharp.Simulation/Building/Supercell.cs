using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Larger cells of a periodic structure.</summary>
public static class Supercell
{
    /// <summary>Most atoms of a built structure.</summary>
    public const int LargestCount = 100_000_000;

    /// <summary>Largest element of a matrix of a supercell.</summary>
    public const int LargestElement = 10_000;

    /// <summary>Repeats a structure along its lattice vectors, copy by copy with the last vector innermost (the order of ASE's <c>repeat</c>).</summary>
    /// <param name="structure">The structure. A direction that is not periodic can be repeated where it has a lattice vector.</param>
    /// <param name="a">Number of cells along the first lattice vector.</param>
    /// <param name="b">Number of cells along the second lattice vector.</param>
    /// <param name="c">Number of cells along the third lattice vector.</param>
    /// <returns>The supercell. Data of the atoms go with them; energies, forces and other results do not.</returns>
    /// <exception cref="InvalidInputException">A number is not positive, a repeated direction has no lattice vector, or the supercell is too large.</exception>
    public static Structure Repeat(Structure structure, int a, int b, int c)
    {
        ArgumentNullException.ThrowIfNull(structure);
        int[] times = [a, b, c];
        for (int axis = 0; axis < 3; axis++)
        {
            if (times[axis] < 1) { throw new InvalidInputException($"A structure cannot be repeated {times[axis].ToString(CultureInfo.InvariantCulture)} times along lattice vector {"abc"[axis]}; give 1 or more."); }
            if (times[axis] > 1 && structure.Cell[axis].Norm == 0) { throw new InvalidInputException($"The structure cannot be repeated along lattice vector {"abc"[axis]}, because it has none; give it a cell first."); }
        }

        int count = CountOf(structure, (double)a * b * c);
        int[] atoms = new int[count];
        Vector3D[] positions = new Vector3D[count];
        int at = 0;
        for (int i = 0; i < a; i++)
        {
            for (int j = 0; j < b; j++)
            {
                for (int k = 0; k < c; k++)
                {
                    Vector3D shift = new Vector3D(i, j, k) * structure.Cell;
                    for (int atom = 0; atom < structure.Count; atom++, at++)
                    {
                        atoms[at] = atom;
                        positions[at] = structure.Positions[atom] + shift;
                    }
                }
            }
        }

        Matrix3 cell = new(a * structure.Cell.Row0, b * structure.Cell.Row1, c * structure.Cell.Row2);
        return CarriedData.Select(structure, atoms, positions, cell, structure.Periodicity);
    }

    /// <summary>A supercell whose lattice vectors are integer combinations of those of a structure.</summary>
    /// <param name="structure">The structure, periodic in three directions.</param>
    /// <param name="matrix">Nine integers by rows: row i holds the new lattice vector i in terms of the old ones.</param>
    /// <returns>The supercell with all atoms wrapped into it.</returns>
    /// <exception cref="InvalidInputException">There are not nine integers, the determinant is not positive, the structure is not periodic in three directions, or the supercell is too large.</exception>
    public static Structure Create(Structure structure, ReadOnlySpan<int> matrix)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (matrix.Length != 9) { throw new InvalidInputException($"A matrix of a supercell has 9 integers, not {matrix.Length.ToString(CultureInfo.InvariantCulture)}."); }
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException("A supercell by a matrix is made of a structure that is periodic in three directions; repeat slabs and wires along their lattice vectors instead."); }
        foreach (int element in matrix)
        {
            if (Math.Abs((long)element) > LargestElement) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"An element of the matrix of a supercell cannot be {element}; its size is at most {LargestElement}.")); }
        }

        structure.Validate();
        long determinant = Determinant(matrix);
        if (determinant <= 0)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The matrix of a supercell needs a positive determinant, the number of cells; this one has {determinant}{(determinant < 0 ? " (exchange two rows)" : "")}."));
        }

        int count = CountOf(structure, determinant);
        List<Vector3D> shifts = LatticePoints(matrix, determinant);
        Matrix3 cell = new Matrix3(matrix[0], matrix[1], matrix[2], matrix[3], matrix[4], matrix[5], matrix[6], matrix[7], matrix[8]) * structure.Cell;
        Matrix3 inverse = cell.Inverse();
        int[] atoms = new int[count];
        Vector3D[] positions = new Vector3D[count];
        int at = 0;
        foreach (Vector3D shift in shifts)
        {
            Vector3D translation = shift * structure.Cell;
            for (int atom = 0; atom < structure.Count; atom++, at++)
            {
                atoms[at] = atom;
                positions[at] = Wrapping.Wrap(structure.Positions[atom] + translation, cell, inverse, Periodicity.All);
            }
        }

        return CarriedData.Select(structure, atoms, positions, cell, structure.Periodicity);
    }

    /// <summary>
    /// The lattice points inside the supercell, one for each of the cells it is made of: those of the Hermite normal form of the matrix,
    /// whose diagonal says how many points there are along each lattice vector.
    /// </summary>
    private static List<Vector3D> LatticePoints(ReadOnlySpan<int> matrix, long determinant)
    {
        long[,] h = HermiteNormalForm(matrix);
        List<Vector3D> points = new((int)determinant);
        for (long i = 0; i < h[0, 0]; i++)
        {
            for (long j = 0; j < h[1, 1]; j++)
            {
                for (long k = 0; k < h[2, 2]; k++) { points.Add(new Vector3D(i, j, k)); }
            }
        }

        return points;
    }

    /// <summary>Row operations that make the matrix upper triangular without changing the lattice its rows span.</summary>
    private static long[,] HermiteNormalForm(ReadOnlySpan<int> matrix)
    {
        long[,] h = new long[3, 3];
        for (int i = 0; i < 9; i++) { h[i / 3, i % 3] = matrix[i]; }
        for (int column = 0; column < 3; column++)
        {
            for (int row = column + 1; row < 3; row++)
            {
                while (h[row, column] != 0)
                {
                    long factor = h[column, column] / h[row, column];
                    for (int k = 0; k < 3; k++)
                    {
                        long rest = h[column, k] - (factor * h[row, k]);
                        h[column, k] = h[row, k];
                        h[row, k] = rest;
                    }
                }
            }

            if (h[column, column] < 0)
            {
                for (int k = 0; k < 3; k++) { h[column, k] = -h[column, k]; }
            }
        }

        return h;
    }

    private static long Determinant(ReadOnlySpan<int> m) =>
        (m[0] * (((long)m[4] * m[8]) - ((long)m[5] * m[7]))) - (m[1] * (((long)m[3] * m[8]) - ((long)m[5] * m[6]))) + (m[2] * (((long)m[3] * m[7]) - ((long)m[4] * m[6])));

    private static int CountOf(Structure structure, double cells) => structure.Count * cells <= LargestCount
        ? (int)(structure.Count * cells)
        : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A supercell of {structure.Count * cells:G6} atoms is too large; {LargestCount} are the most."));
}
