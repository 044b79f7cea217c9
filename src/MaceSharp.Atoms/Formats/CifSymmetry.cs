namespace MaceSharp.Atoms;

/// <summary>The symmetry operations of a data block, checked to be a group that fits the cell.</summary>
/// <remarks>
/// Operations that are listed are the only source: a Hermann–Mauguin symbol or number does not fix origin and setting, so with one alone only P 1 and P -1 are taken.
/// A list that lacks an operation, the centring translations that its symbol demands, or belongs to another cell would give wrong crystals, so it is refused.
/// </remarks>
internal static class CifSymmetry
{
    /// <summary>More than any space group in any conventional cell (192), with room for supercells.</summary>
    private const int MostOperations = 1536;

    /// <summary>How far an operation may change the metric of the cell, relative; measured cells of lower symmetry come within a few thousandths.</summary>
    private const double MetricTolerance = 0.02;

    /// <summary>The operations, the identity first and the others in the order of the file.</summary>
    /// <param name="block">The data block.</param>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <param name="lines">The lines of the file, for messages.</param>
    /// <exception cref="InvalidInputException">The operations are missing, malformed or not a group.</exception>
    public static List<SymmetryOperation> Read(CifBlock block, Matrix3 cell, TextLines lines)
    {
        if (block.Value("_space_group_symop_magn_operation_xyz", "_space_group_symop_magn_centering_xyz", "_space_group_symop_ssg_operation_algebraic") is CifToken special)
        {
            throw lines.ErrorAt(special.Line, "magnetic and modulated structures cannot be read; give the ordinary symmetry operations or all atoms in P 1");
        }

        CifToken? name = block.Value("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m");
        IReadOnlyList<CifToken> listed = block.Column("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz");
        if (!listed.Any(static value => value.IsGiven))
        {
            return FromName(name, block.Value("_space_group_it_number", "_symmetry_int_tables_number"), lines);
        }

        List<SymmetryOperation> operations = Parse(listed, lines);
        RequireGroup(operations, listed[0].Line, lines);
        RequireCentring(operations, name, cell, lines);
        foreach (SymmetryOperation operation in operations)
        {
            if (!operation.Preserves(cell, MetricTolerance))
            {
                throw lines.ErrorAt(listed[0].Line, "a symmetry operation of the list does not map the cell onto itself; are the operations those of this cell and setting?");
            }
        }

        return operations;
    }

    private static List<SymmetryOperation> FromName(CifToken? name, CifToken? number, TextLines lines)
    {
        string symbol = Compact(name?.Text ?? "");
        bool numbered = NumberText.TryReadInteger(number?.Text ?? "", out long group);
        if (symbol is "P1" or "" && (!numbered || group == 1)) { return [SymmetryOperation.Identity]; }
        if (symbol is "P-1" && (!numbered || group == 2)) { return [SymmetryOperation.Identity, SymmetryOperation.Inversion]; }
        string called = name is CifToken named ? Fields.Quote(named.Text) : $"number {Excerpt.Of(number?.Text)}";
        throw lines.ErrorAt((name ?? number)?.Line ?? 0, $"the space group {called} does not fix origin and setting, so the symmetry operations are needed: add a loop of _space_group_symop_operation_xyz, or list all atoms in P 1");
    }

    private static string Compact(string symbol) => string.Concat(symbol.Where(static c => !char.IsWhiteSpace(c) && c != '_')).ToUpperInvariant();

    private static List<SymmetryOperation> Parse(IReadOnlyList<CifToken> listed, TextLines lines)
    {
        List<SymmetryOperation> operations = [SymmetryOperation.Identity];
        foreach (CifToken value in listed)
        {
            if (!SymmetryOperation.TryParse(value.Text, out SymmetryOperation operation))
            {
                throw lines.ErrorAt(value.Line, $"{Fields.Quote(value.Text)} is not a symmetry operation such as '-y, x-y, z+1/3'");
            }

            if (operations.Exists(operation.IsSame)) { continue; }
            operations.Add(operation);
            if (operations.Count > MostOperations) { throw lines.ErrorAt(value.Line, $"there are more than {MostOperations} symmetry operations"); }
        }

        return operations;
    }

    /// <summary>The product of any two operations must be in the list.</summary>
    private static void RequireGroup(List<SymmetryOperation> operations, long line, TextLines lines)
    {
        Dictionary<int, List<SymmetryOperation>> byRotation = [];
        foreach (SymmetryOperation operation in operations)
        {
            if (!byRotation.TryGetValue(Key(operation), out List<SymmetryOperation>? same)) { byRotation.Add(Key(operation), same = []); }
            same.Add(operation);
        }

        foreach (SymmetryOperation second in operations)
        {
            foreach (SymmetryOperation first in operations)
            {
                SymmetryOperation product = second.After(first);
                if (!byRotation.TryGetValue(Key(product), out List<SymmetryOperation>? same) || !same.Exists(product.IsSame))
                {
                    throw lines.ErrorAt(line, $"the {operations.Count} symmetry operations are not a group: the product of two of them is missing from the list");
                }
            }
        }
    }

    private static int Key(SymmetryOperation operation)
    {
        int key = 0;
        foreach (int element in operation.Rotation) { key = unchecked((key * 31) + element); }
        return key;
    }

    /// <summary>Old databases list one operation of each centred set only; the letter of the symbol gives that away.</summary>
    private static void RequireCentring(List<SymmetryOperation> operations, CifToken? name, Matrix3 cell, TextLines lines)
    {
        if (name is not CifToken symbol) { return; }
        int expected = Compact(symbol.Text) switch
        {
            ['F', ..] => 4,
            ['A' or 'B' or 'C' or 'I', ..] => 2,
            ['R', ..] when IsHexagonal(cell) => 3,
            _ => 1,
        };
        int found = operations.Count(static operation => operation.IsTranslation);
        if (found < expected)
        {
            throw lines.ErrorAt(symbol.Line, $"the space group {Fields.Quote(symbol.Text)} is centred, but the listed symmetry operations have {found} of its {expected} translations; list all operations");
        }
    }

    private static bool IsHexagonal(Matrix3 cell) =>
        Math.Abs((Vector3D.Dot(cell.Row0, cell.Row1) / (cell.Row0.Norm * cell.Row1.Norm)) + 0.5) < MetricTolerance
        && Math.Abs(Vector3D.Dot(cell.Row0, cell.Row2)) < MetricTolerance * cell.Row0.Norm * cell.Row2.Norm;
}
