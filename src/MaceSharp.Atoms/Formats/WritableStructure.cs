using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>What the writers of crystal formats ask of a structure.</summary>
internal static class WritableStructure
{
    /// <summary>The smallest ratio of volume to the product of lattice-vector lengths that counts as three independent vectors.</summary>
    private const double SmallestShape = 1e-6;

    /// <summary>Refuses positions or a cell that are not finite.</summary>
    /// <exception cref="InvalidInputException">Some number is NaN or infinite.</exception>
    public static void RequireFinite(Structure structure, string format)
    {
        for (int i = 0; i < structure.Count; i++)
        {
            if (!structure.Positions[i].IsFinite)
            {
                throw new InvalidInputException($"The position of atom {i + 1} is not finite ({structure.Positions[i]}), which {format} cannot hold.");
            }
        }

        if (!structure.Cell.IsFinite) { throw new InvalidInputException($"The cell has an element that is not finite, which {format} cannot hold."); }
    }

    /// <summary>Refuses a structure without three independent lattice vectors.</summary>
    /// <exception cref="InvalidInputException">There is no cell, or it has no volume.</exception>
    public static void RequireVolume(Structure structure, string format)
    {
        if (!HasVolume(structure.Cell))
        {
            throw new InvalidInputException($"A {format} file needs a cell of three independent lattice vectors, which this structure does not have; give it a box or write extended XYZ.");
        }
    }

    /// <summary>Whether the three lattice vectors are independent.</summary>
    public static bool HasVolume(Matrix3 cell) =>
        Math.Abs(cell.Determinant) > SmallestShape * cell.Row0.Norm * cell.Row1.Norm * cell.Row2.Norm;

    /// <summary>A per-atom array of three finite reals an atom.</summary>
    /// <returns>Whether the structure has such an array.</returns>
    /// <exception cref="InvalidInputException">The array has a number that is not finite.</exception>
    public static bool TryGetVectors(Structure structure, string name, out Vector3D[] vectors)
    {
        vectors = [];
        if (!TryGetReals(structure, name, 3, out double[] values)) { return false; }
        vectors = MemoryMarshal.Cast<double, Vector3D>(values).ToArray();
        return true;
    }

    /// <summary>A per-atom array of finite reals.</summary>
    /// <returns>Whether the structure has such an array of that width.</returns>
    /// <exception cref="InvalidInputException">The array has a number that is not finite.</exception>
    public static bool TryGetReals(Structure structure, string name, int width, out double[] values)
    {
        values = [];
        if (!structure.Arrays.TryGetValue(name, out DataArray? array) || array.Count != width * structure.Count || !array.TryGetNumbers(out values)) { return false; }
        int bad = Array.FindIndex(values, static v => !double.IsFinite(v));
        return bad < 0 ? true : throw new InvalidInputException($"The array '{name}' of atom {(bad / width) + 1} is not finite.");
    }
}
