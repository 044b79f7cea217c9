using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>
/// LAMMPS data files (https://docs.lammps.org/read_data.html) of the styles atomic, charge, molecular and full: one structure, periodic in three directions.
/// </summary>
/// <remarks>
/// <para>Units are those of LAMMPS' <c>metal</c> (Å, Å/ps, e, atomic mass units) unless the title says <c>units = real</c>, as write_data does; then velocities are in Å/fs.
/// Charges are the per-atom reals <c>charges</c> (e), velocities the per-atom reals <c>velocities</c> (N×3, converted to Å/fs).
/// Masses that are not the element's standard ones are the per-atom reals <c>masses</c>.</para>
/// <para>Atoms are ordered by id. Image flags unwrap the positions, which are otherwise those of the file: a box that does not begin at the origin is not shifted.
/// Bonds, angles, molecule ids and force-field coefficients are passed over.</para>
/// <para>LAMMPS wants a along x and b in the xy plane. The writer rotates the structure into that frame (positions and velocities with it)
/// and replaces b and c by equivalent lattice vectors where their tilt is more than half a box, which LAMMPS calls too skewed.
/// A left-handed cell is replaced by its negative, which spans the same lattice.</para>
/// </remarks>
internal static class LammpsDataFormat
{
    /// <summary>The per-atom array of charges, e.</summary>
    public const string Charges = "charges";

    /// <summary>The per-atom array of velocities, Å/fs.</summary>
    public const string Velocities = "velocities";

    /// <summary>The per-atom array of masses, atomic mass units.</summary>
    public const string Masses = "masses";

    /// <summary>Femtoseconds in a picosecond.</summary>
    public const double FemtosecondsPerPicosecond = 1000;

    /// <summary>Reads the structure of the file.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">The name of the text in messages.</param>
    /// <returns>One structure.</returns>
    /// <exception cref="InvalidInputException">The text is not a data file that can be read; the message names the line.</exception>
    public static IEnumerable<Structure> Read(TextReader reader, string source)
    {
        yield return new LammpsDataParser(new TextLines(reader, source)).Read();
    }

    /// <summary>Writes a structure, in style charge when it has an array of charges and in style atomic otherwise; types are the elements in alphabetic order.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="structure">The structure.</param>
    /// <exception cref="InvalidInputException">The structure has no cell with a volume, or a number that is not finite.</exception>
    public static void Write(TextWriter writer, Structure structure)
    {
        WritableStructure.RequireFinite(structure, "LAMMPS data");
        WritableStructure.RequireVolume(structure, "LAMMPS data");
        LammpsFrame frame = LammpsFrame.Of(structure.Cell);
        bool hasCharges = WritableStructure.TryGetReals(structure, Charges, 1, out double[] charges);
        bool hasVelocities = WritableStructure.TryGetVectors(structure, Velocities, out Vector3D[] velocities);
        WritableStructure.TryGetReals(structure, Masses, 1, out double[] masses);
        (int Element, double Mass)[] species = new (int, double)[structure.Count];
        for (int i = 0; i < species.Length; i++)
        {
            int z = structure.AtomicNumbers[i];
            species[i] = (z, masses.Length > 0 ? masses[i] : Elements.Mass(z));
        }

        List<(int Element, double Mass)> types = [.. species.Distinct().OrderBy(static s => Elements.Symbol(s.Element), StringComparer.Ordinal).ThenBy(static s => s.Mass)];
        Dictionary<(int, double), int> typeOf = [];
        foreach ((int, double) type in types) { typeOf.Add(type, typeOf.Count + 1); }

        writer.Write("LAMMPS data file written by MaceSharp, units = metal\n\n");
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{structure.Count} atoms\n{types.Count} atom types\n\n"));
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"0 {frame.Cell.Row0.X:R} xlo xhi\n0 {frame.Cell.Row1.Y:R} ylo yhi\n0 {frame.Cell.Row2.Z:R} zlo zhi\n"));
        if (frame.IsTilted) { writer.Write(string.Create(CultureInfo.InvariantCulture, $"{frame.Cell.Row1.X:R} {frame.Cell.Row2.X:R} {frame.Cell.Row2.Y:R} xy xz yz\n")); }
        writer.Write("\nMasses\n\n");
        for (int t = 0; t < types.Count; t++) { writer.Write(string.Create(CultureInfo.InvariantCulture, $"{t + 1} {types[t].Mass:R} # {Elements.Symbol(types[t].Element)}\n")); }

        writer.Write(hasCharges ? "\nAtoms # charge\n\n" : "\nAtoms # atomic\n\n");
        for (int i = 0; i < structure.Count; i++)
        {
            Vector3D r = frame.Rotate(structure.Positions[i]);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{i + 1} {typeOf[species[i]]}"));
            if (hasCharges) { writer.Write(string.Create(CultureInfo.InvariantCulture, $" {charges[i]:R}")); }
            writer.Write(string.Create(CultureInfo.InvariantCulture, $" {r.X:R} {r.Y:R} {r.Z:R}\n"));
        }

        if (hasVelocities)
        {
            writer.Write("\nVelocities\n\n");
            for (int i = 0; i < velocities.Length; i++)
            {
                Vector3D v = FemtosecondsPerPicosecond * frame.Rotate(velocities[i]);
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{i + 1} {v.X:R} {v.Y:R} {v.Z:R}\n"));
            }
        }
    }
}
