using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>
/// POSCAR and CONTCAR, the structure files of VASP (https://www.vasp.at/wiki/index.php/POSCAR): one structure, periodic in three directions.
/// </summary>
/// <remarks>
/// <para>Selective dynamics are the per-atom truth values <c>move_mask</c> (N×3, true where the atom may move, as in ASE's extended XYZ);
/// VASP counts the three flags along the lattice vectors, not along x, y and z.</para>
/// <para>Velocities are the per-atom reals <c>velocities</c> (N×3, Å/fs), the unit of the file. The predictor-corrector block after them is passed over.</para>
/// </remarks>
internal static class PoscarFormat
{
    /// <summary>The per-atom array of selective dynamics.</summary>
    public const string MoveMask = "move_mask";

    /// <summary>The per-atom array of velocities, Å/fs.</summary>
    public const string Velocities = "velocities";

    /// <summary>Reads the structure of the file.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">The name of the text in messages.</param>
    /// <returns>One structure.</returns>
    /// <exception cref="InvalidInputException">The text is not a POSCAR that can be read; the message names the line.</exception>
    public static IEnumerable<Structure> Read(TextReader reader, string source)
    {
        yield return new PoscarParser(new TextLines(reader, source)).Read();
    }

    /// <summary>Writes a structure in the form of VASP 5 with Cartesian positions, which keeps every bit of them.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="structure">The structure; consecutive atoms of one element become one group, so the order of the atoms stays.</param>
    /// <exception cref="InvalidInputException">The structure has no atoms, no cell with a volume, or a number that is not finite.</exception>
    public static void Write(TextWriter writer, Structure structure) => Write(writer, structure, direct: false);

    /// <summary>Writes a structure in the form of VASP 5.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="structure">The structure.</param>
    /// <param name="direct">Whether to write fractional coordinates (Direct) rather than Cartesian ones.</param>
    /// <exception cref="InvalidInputException">The structure has no atoms, no cell with a volume, or a number that is not finite.</exception>
    public static void Write(TextWriter writer, Structure structure, bool direct)
    {
        WritableStructure.RequireFinite(structure, "POSCAR");
        WritableStructure.RequireVolume(structure, "POSCAR");
        if (structure.Count == 0) { throw new InvalidInputException("A POSCAR file needs at least one atom, and this structure has none."); }
        bool hasVelocities = WritableStructure.TryGetVectors(structure, Velocities, out Vector3D[] velocities);
        List<(int Element, int Count)> groups = Group(structure.AtomicNumbers);
        writer.Write(string.Join(' ', groups.Select(static g => Elements.Symbol(g.Element))));
        writer.Write("\n1.0\n");
        for (int axis = 0; axis < 3; axis++) { WriteVector(writer, structure.Cell[axis], "\n"); }
        writer.Write(string.Join(' ', groups.Select(static g => Elements.Symbol(g.Element))));
        writer.Write('\n');
        writer.Write(string.Join(' ', groups.Select(static g => g.Count.ToString(CultureInfo.InvariantCulture))));
        writer.Write('\n');

        ReadOnlySpan<bool> mask = structure.Arrays.TryGetValue(MoveMask, out DataArray? moves) && moves.Kind == DataKind.Boolean && moves.Count == 3 * structure.Count
            ? moves.Booleans
            : [];
        if (!mask.IsEmpty) { writer.Write("Selective dynamics\n"); }
        writer.Write(direct ? "Direct\n" : "Cartesian\n");
        Matrix3 inverse = direct ? structure.Cell.Inverse() : default;
        for (int i = 0; i < structure.Count; i++)
        {
            Vector3D position = structure.Positions[i];
            WriteVector(writer, direct ? position * inverse : position, "");
            for (int axis = 0; axis < 3 && !mask.IsEmpty; axis++) { writer.Write(mask[(3 * i) + axis] ? " T" : " F"); }
            writer.Write('\n');
        }

        if (hasVelocities)
        {
            writer.Write("Cartesian\n");
            foreach (Vector3D velocity in velocities) { WriteVector(writer, velocity, "\n"); }
        }
    }

    private static List<(int Element, int Count)> Group(ReadOnlySpan<int> atomicNumbers)
    {
        List<(int Element, int Count)> groups = [];
        foreach (int z in atomicNumbers)
        {
            if (groups.Count > 0 && groups[^1].Element == z) { groups[^1] = (z, groups[^1].Count + 1); }
            else { groups.Add((z, 1)); }
        }

        return groups;
    }

    private static void WriteVector(TextWriter writer, Vector3D vector, string end) =>
        writer.Write(string.Create(CultureInfo.InvariantCulture, $" {vector.X,24:R} {vector.Y,24:R} {vector.Z,24:R}{end}"));
}
