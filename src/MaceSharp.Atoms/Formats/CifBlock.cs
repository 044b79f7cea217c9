namespace MaceSharp.Atoms;

/// <summary>The values of one data block that matter for a structure, by data name in lower case with '.' as '_', so that CIF and mmCIF look alike.</summary>
internal sealed class CifBlock
{
    private static readonly HashSet<string> Wanted = new(
        [
            "_cell_length_a", "_cell_length_b", "_cell_length_c", "_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma",
            "_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz",
            "_space_group_symop_magn_operation_xyz", "_space_group_symop_magn_centering_xyz", "_space_group_symop_ssg_operation_algebraic",
            "_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_it_number", "_symmetry_int_tables_number",
            "_atom_site_label", "_atom_site_type_symbol", "_atom_site_label_atom_id",
            "_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z", "_atom_site_cartn_x", "_atom_site_cartn_y", "_atom_site_cartn_z",
            "_atom_site_occupancy", "_atom_site_disorder_group", "_atom_site_label_alt_id", "_atom_site_calc_flag", "_atom_site_pdbx_pdb_model_num",
        ],
        StringComparer.Ordinal);

    private readonly Dictionary<string, List<CifToken>> _columns = new(StringComparer.Ordinal);

    /// <summary>Creates an empty block.</summary>
    /// <param name="line">Number of the line where it begins.</param>
    public CifBlock(long line) => Line = line;

    /// <summary>Number of the line where the block begins.</summary>
    public long Line { get; }

    /// <summary>Whether the block lists coordinates of atoms.</summary>
    public bool HasAtoms => _columns.ContainsKey("_atom_site_fract_x") || _columns.ContainsKey("_atom_site_cartn_x");

    /// <summary>The name under which a data name is kept, or <see langword="null"/> when it does not matter.</summary>
    public static string? NameOf(string tag)
    {
        if (tag.Length > 64) { return null; }
        string name = tag.ToLowerInvariant().Replace('.', '_');
        return Wanted.Contains(name) ? name : null;
    }

    /// <summary>Adds a column, of one value for a tag outside a loop.</summary>
    /// <returns>False when the block has that column already.</returns>
    public bool TryAdd(string name, List<CifToken> values) => _columns.TryAdd(name, values);

    /// <summary>The values under the first of these names that the block has; empty when it has none.</summary>
    public IReadOnlyList<CifToken> Column(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_columns.TryGetValue(name, out List<CifToken>? values)) { return values; }
        }

        return [];
    }

    /// <summary>The first value that is given under one of these names.</summary>
    public CifToken? Value(params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (_columns.TryGetValue(name, out List<CifToken>? values) && values.Count > 0 && values[0].IsGiven) { return values[0]; }
        }

        return null;
    }
}
