namespace MaceSharp.Atoms;

/// <summary>The atom sites of a data block, with everything refused that is not one whole atom.</summary>
internal static class CifSiteTable
{
    /// <summary>An occupancy this close to one is one.</summary>
    private const double OccupancyTolerance = 1e-3;

    private static readonly string[] Fractional = ["_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z"];
    private static readonly string[] Cartesian = ["_atom_site_cartn_x", "_atom_site_cartn_y", "_atom_site_cartn_z"];

    /// <summary>The sites in the order of the file, dummy sites left out.</summary>
    /// <param name="block">The data block.</param>
    /// <param name="lines">The lines of the file, for messages.</param>
    /// <param name="isFractional">Whether the coordinates are fractional; Cartesian ones are used only where there are no fractional ones.</param>
    /// <exception cref="InvalidInputException">A coordinate is missing, an element unknown, a site disordered or partially occupied.</exception>
    public static List<CifSite> Read(CifBlock block, TextLines lines, out bool isFractional)
    {
        isFractional = block.Column(Fractional[0]).Count > 0;
        string[] names = isFractional ? Fractional : Cartesian;
        IReadOnlyList<CifToken> xs = block.Column(names[0]), ys = block.Column(names[1]), zs = block.Column(names[2]);
        IReadOnlyList<CifToken> labels = Optional("_atom_site_label", "_atom_site_label_atom_id");
        IReadOnlyList<CifToken> symbols = Optional("_atom_site_type_symbol");
        IReadOnlyList<CifToken> occupancies = Optional("_atom_site_occupancy");
        IReadOnlyList<CifToken> groups = Optional("_atom_site_disorder_group", "_atom_site_label_alt_id");
        IReadOnlyList<CifToken> flags = Optional("_atom_site_calc_flag");
        if (ys.Count != xs.Count || zs.Count != xs.Count)
        {
            throw lines.ErrorAt(xs.Count > 0 ? xs[0].Line : block.Line, $"there are {xs.Count}, {ys.Count} and {zs.Count} values of {names[0]}, _y and _z; every atom needs one of each");
        }

        if (labels.Count == 0 && symbols.Count == 0) { throw lines.ErrorAt(block.Line, "the atoms of the data block have neither _atom_site_type_symbol nor _atom_site_label"); }
        IReadOnlyList<CifToken> models = Optional("_atom_site_pdbx_pdb_model_num");
        foreach (CifToken model in models)
        {
            if (model.Text != models[0].Text) { throw lines.ErrorAt(model.Line, "the data block holds several models of one structure; keep the atoms of one model"); }
        }

        List<CifSite> sites = [];
        for (int i = 0; i < xs.Count; i++)
        {
            if (flags.Count > 0 && flags[i].Text.Equals("dum", StringComparison.OrdinalIgnoreCase)) { continue; }
            string label = labels.Count > 0 ? labels[i].Text : symbols[i].Text;
            string called = Fields.Quote(label);
            RequireWhole(called, occupancies.Count > 0 ? occupancies[i] : null, groups.Count > 0 ? groups[i] : null, lines);

            if (!xs[i].TryGetNumber(out double x) || !ys[i].TryGetNumber(out double y) || !zs[i].TryGetNumber(out double z))
            {
                throw lines.ErrorAt(xs[i].Line, $"the coordinates of site {called} must be three numbers, not {Fields.Quote($"{xs[i].Text} {ys[i].Text} {zs[i].Text}")}");
            }

            (int element, double mass) = ElementOf(symbols.Count > 0 ? symbols[i] : null, labels.Count > 0 ? labels[i] : null, xs[i].Line, lines);
            sites.Add(new CifSite(label, element, mass, new Vector3D(x, y, z), xs[i].Line));
        }

        return sites;

        IReadOnlyList<CifToken> Optional(params ReadOnlySpan<string> tags)
        {
            IReadOnlyList<CifToken> column = block.Column(tags);
            return column.Count == 0 || column.Count == xs.Count
                ? column
                : throw lines.ErrorAt(column[0].Line, $"there are {column.Count} values of {tags[0]} but {xs.Count} sites");
        }
    }

    private static void RequireWhole(string called, CifToken? occupancy, CifToken? group, TextLines lines)
    {
        if (occupancy is { IsGiven: true } given)
        {
            if (!given.TryGetNumber(out double value)) { throw lines.ErrorAt(given.Line, $"the occupancy of site {called} must be a number, not {Fields.Quote(given.Text)}"); }
            if (Math.Abs(value - 1) > OccupancyTolerance)
            {
                throw lines.ErrorAt(given.Line, $"site {called} has the occupancy {Excerpt.Of(given.Text)}; only whole atoms can be simulated, so choose an ordered arrangement (occupancy 1)");
            }
        }

        if (group is { IsGiven: true } disorder && disorder.Text != "0")
        {
            throw lines.ErrorAt(disorder.Line, $"site {called} belongs to the disorder group {Fields.Quote(disorder.Text)}; keep the sites of one arrangement and take their group away (.)");
        }
    }

    private static (int Element, double Mass) ElementOf(CifToken? symbol, CifToken? label, long line, TextLines lines)
    {
        int element;
        double mass;
        if (symbol is { IsGiven: true } type)
        {
            return CifElement.TryParseSymbol(type.Text, out element, out mass)
                ? (element, mass)
                : throw lines.ErrorAt(line, $"the type symbol {Fields.Quote(type.Text)} does not begin with an element");
        }

        return CifElement.TryParseLabel(label?.Text ?? "", out element, out mass)
            ? (element, mass)
            : throw lines.ErrorAt(line, $"the label {Fields.Quote(label?.Text)} does not tell one element; add _atom_site_type_symbol");
    }
}
