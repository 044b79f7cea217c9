using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>
/// Crystallographic Information Files, CIF 1.1 and the tags of mmCIF (S. R. Hall, F. H. Allen, I. D. Brown, Acta Cryst. A47, 655 (1991);
/// International Tables for Crystallography G): one structure for every data block with atoms.
/// </summary>
/// <remarks>
/// <para>The symmetry operations of the block fill the cell: see <see cref="CifStructureBuilder"/>. The cell has a along x and b in the xy plane, as in ASE.
/// A site listed as D or T becomes hydrogen, and the structure then has the per-atom reals <c>masses</c>.
/// Partial occupancies and disorder are refused: a potential needs atoms that are there or not.</para>
/// <para>The writer lists every atom in P1 by fractional coordinates. Only the lengths and angles of the cell are kept by the format, so what is read back is
/// rotated into the frame above; a left-handed cell is written as its negative, which spans the same lattice, so that no structure becomes its mirror image.
/// A structure without any periodicity or cell is written by its Cartesian coordinates. Mixed periodicity is lost.</para>
/// </remarks>
internal static class CifFormat
{
    /// <summary>The per-atom array of masses, atomic mass units.</summary>
    public const string Masses = "masses";

    /// <summary>Reads the structures of a file, block by block.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="source">The name of the text in messages.</param>
    /// <returns>One structure for every data block that has atoms.</returns>
    /// <exception cref="InvalidInputException">The text is not a CIF, or a block cannot become a structure; the message names the line.</exception>
    public static IEnumerable<Structure> Read(TextReader reader, string source)
    {
        TextLines lines = new(reader, source);
        CifBlockReader blocks = new(lines);
        int structures = 0;
        while (blocks.TryRead(out CifBlock? block))
        {
            if (!block.HasAtoms) { continue; }
            structures++;
            yield return new CifStructureBuilder(block, lines).Build();
        }

        if (structures == 0) { throw lines.ErrorAt(0, "no data block of the file lists atoms (a loop with _atom_site_fract_x, _y and _z)"); }
    }

    /// <summary>Writes a structure as one data block in P1.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="structure">The structure.</param>
    /// <param name="frame">Its number in the file, from 0: the names of data blocks must differ.</param>
    /// <exception cref="InvalidInputException">A number is not finite, or the structure is periodic without three independent lattice vectors.</exception>
    public static void Write(TextWriter writer, Structure structure, long frame = 0)
    {
        WritableStructure.RequireFinite(structure, "CIF");
        bool hasCell = WritableStructure.HasVolume(structure.Cell);
        if (!hasCell && (structure.Periodicity.IsAny || structure.Cell != Matrix3.Zero)) { WritableStructure.RequireVolume(structure, "CIF"); }

        writer.Write(string.Create(CultureInfo.InvariantCulture, $"data_frame_{frame}\n"));
        Matrix3 toFractional = Matrix3.Identity;
        if (hasCell)
        {
            Matrix3 cell = structure.Cell.Determinant < 0 ? -structure.Cell : structure.Cell;
            toFractional = cell.Inverse();
            CellParameters parameters = CellParameters.Of(cell);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"_cell_length_a    {parameters.A:R}\n_cell_length_b    {parameters.B:R}\n_cell_length_c    {parameters.C:R}\n"));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"_cell_angle_alpha {parameters.Alpha:R}\n_cell_angle_beta  {parameters.Beta:R}\n_cell_angle_gamma {parameters.Gamma:R}\n"));
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"_cell_volume      {cell.Determinant:R}\n\n"));
            writer.Write("_space_group_name_H-M_alt 'P 1'\n_space_group_IT_number    1\n\nloop_\n _space_group_symop_operation_xyz\n 'x, y, z'\n\n");
        }

        string kind = hasCell ? "fract" : "Cartn";
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"loop_\n _atom_site_label\n _atom_site_type_symbol\n _atom_site_{kind}_x\n _atom_site_{kind}_y\n _atom_site_{kind}_z\n _atom_site_occupancy\n"));
        Dictionary<int, int> counts = [];
        for (int i = 0; i < structure.Count; i++)
        {
            int z = structure.AtomicNumbers[i];
            int number = counts[z] = counts.GetValueOrDefault(z) + 1;
            string symbol = Elements.Symbol(z);
            Vector3D r = structure.Positions[i] * toFractional;
            writer.Write(string.Create(CultureInfo.InvariantCulture, $" {symbol}{number} {symbol} {r.X:R} {r.Y:R} {r.Z:R} 1\n"));
        }
    }
}
