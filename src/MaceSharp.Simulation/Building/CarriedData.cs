using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What a built structure takes over from the one it was built of: labels and charges, but no result that no longer holds.</summary>
internal static class CarriedData
{
    /// <summary>Results of a calculation, with or without a prefix such as <c>REF_</c>.</summary>
    private static readonly string[] Results = ["energy", "free_energy", "energies", "node_energy", "forces", "stress", "stresses", "virial", "virials", "dipole", "dipoles", "polarizability", "hessian", "magmom", "momenta", "velocities"];

    /// <summary>Whether a key names a result that belongs to the atoms as they were.</summary>
    public static bool IsResult(string key) => Results.Any(result => key.EndsWith(result, StringComparison.OrdinalIgnoreCase)) || key.Contains("energy", StringComparison.OrdinalIgnoreCase);

    /// <summary>A structure of atoms of another one, in any order and number.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="atoms">For each new atom the index of the old one.</param>
    /// <param name="positions">Where they are now, Å.</param>
    /// <param name="cell">The new cell, Å.</param>
    /// <param name="periodicity">The new periodicity.</param>
    public static Structure Select(Structure source, ReadOnlySpan<int> atoms, ReadOnlySpan<Vector3D> positions, Matrix3 cell, Periodicity periodicity)
    {
        int[] numbers = new int[atoms.Length];
        for (int i = 0; i < atoms.Length; i++) { numbers[i] = source.AtomicNumbers[atoms[i]]; }
        Structure built = new(numbers, positions, cell, periodicity) { Origin = source.Origin };
        foreach ((string key, DataArray value) in source.Info)
        {
            if (!IsResult(key)) { built.Info.Add(key, value.Clone()); }
        }

        foreach ((string key, DataArray value) in source.Arrays)
        {
            if (!IsResult(key)) { built.Arrays.Add(key, Gather(value, atoms)); }
        }

        return built;
    }

    private static DataArray Gather(DataArray values, ReadOnlySpan<int> atoms)
    {
        int[] shape = [atoms.Length, .. values.Shape.Skip(1)];
        return values.Kind switch
        {
            DataKind.Boolean => DataArray.Of(Rows<bool>(values.Booleans, values.Shape[0], atoms), shape),
            DataKind.Integer => DataArray.Of(Rows<long>(values.Integers, values.Shape[0], atoms), shape),
            DataKind.Real => DataArray.Of(Rows<double>(values.Reals, values.Shape[0], atoms), shape),
            _ => DataArray.Of(Rows<string>(values.Texts, values.Shape[0], atoms), shape),
        };
    }

    private static T[] Rows<T>(ReadOnlySpan<T> values, int count, ReadOnlySpan<int> atoms)
    {
        int width = count == 0 ? 0 : values.Length / count;
        T[] rows = new T[atoms.Length * width];
        for (int i = 0; i < atoms.Length; i++) { values.Slice(atoms[i] * width, width).CopyTo(rows.AsSpan(i * width)); }
        return rows;
    }
}
