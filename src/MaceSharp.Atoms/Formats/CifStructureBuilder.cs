using System.Globalization;
using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>Makes a structure of a data block: cell, symmetry, and all images of the sites.</summary>
/// <remarks>
/// The image of a site under the identity keeps the listed coordinates; the others are moved into the cell. Images of one site that fall together
/// (special positions) are one atom, and so are sites of one element at the same place. "The same place" is 0.05 Å, because coordinates are often
/// given to three decimals; images that are farther apart but nearer than atoms can be are an error, not two atoms. Without symmetry every listed
/// atom is taken as it is, except for one listed twice, up to lattice translations.
/// </remarks>
/// <param name="block">The data block.</param>
/// <param name="lines">The lines of the file, for messages.</param>
internal sealed class CifStructureBuilder(CifBlock block, TextLines lines)
{
    /// <summary>Two images within this distance are one atom, Å.</summary>
    private const double MergeDistance = 0.05;

    /// <summary>Two atoms of a list without symmetry within this distance are one atom listed twice, Å.</summary>
    private const double RepeatDistance = 1e-3;

    /// <summary>Images of one site nearer than this cannot be two atoms, Å.</summary>
    private const double ShortestDistance = 0.5;

    /// <summary>The most images that are worked out for one block.</summary>
    private const long MostImages = 5_000_000;

    private static readonly string[] Lengths = ["_cell_length_a", "_cell_length_b", "_cell_length_c"];
    private static readonly string[] Angles = ["_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma"];

    private readonly List<int> _atomicNumbers = [];
    private readonly List<Vector3D> _positions = [];
    private readonly List<double> _masses = [];

    /// <summary>Makes the structure.</summary>
    /// <exception cref="InvalidInputException">The block does not describe a crystal or molecule of whole atoms.</exception>
    public Structure Build()
    {
        List<CifSite> sites = CifSiteTable.Read(block, lines, out bool isFractional);
        Matrix3? cell = ReadCell(isFractional);
        if (cell is Matrix3 lattice) { AddCrystal(sites, isFractional, lattice); }
        else
        {
            foreach (CifSite site in sites) { Add(site, site.Coordinates); }
        }

        Structure structure = new(CollectionsMarshal.AsSpan(_atomicNumbers), CollectionsMarshal.AsSpan(_positions), cell ?? Matrix3.Zero, cell is null ? Periodicity.None : Periodicity.All);
        if (sites.Exists(static site => site.Mass != Elements.Mass(site.Element))) { structure.Arrays.Add(CifFormat.Masses, DataArray.Of(_masses.ToArray())); }
        return structure;
    }

    private void Add(CifSite site, Vector3D position)
    {
        if (!position.IsFinite) { throw lines.ErrorAt(site.Line, $"the coordinates of site {Fields.Quote(site.Label)} are too large"); }
        _atomicNumbers.Add(site.Element);
        _positions.Add(position);
        _masses.Add(site.Mass);
    }

    /// <summary>The cell, or <see langword="null"/> for a molecule in Cartesian coordinates.</summary>
    private Matrix3? ReadCell(bool isFractional)
    {
        double[] values = new double[6];
        CifToken? first = null;
        int given = 0;
        for (int i = 0; i < 6; i++)
        {
            if (block.Value(i < 3 ? Lengths[i] : Angles[i - 3]) is not CifToken token) { continue; }
            first ??= token;
            given++;
            if (!token.TryGetNumber(out values[i])) { throw lines.ErrorAt(token.Line, $"the cell {(i < 3 ? "length" : "angle")} {"abc"[i % 3]} must be a number, not {Fields.Quote(token.Text)}"); }
        }

        // Molecules in the Protein Data Bank have a cell of 1 Å as a sign that they have none.
        bool isPlaceholder = !isFractional && values is [1, 1, 1, 90, 90, 90];
        if (!isFractional && (given == 0 || isPlaceholder)) { return null; }
        if (given < 6) { throw lines.ErrorAt(first?.Line ?? block.Line, "the cell of the data block needs three lengths (_cell_length_a, _b, _c) and three angles (_cell_angle_alpha, _beta, _gamma)"); }
        CellParameters parameters = new(values[0], values[1], values[2], values[3], values[4], values[5]);
        return parameters.TryToMatrix(out Matrix3 cell)
            ? cell
            : throw lines.ErrorAt(first?.Line ?? block.Line, "no cell with a volume has these lengths (Å) and angles (degrees)");
    }

    private void AddCrystal(List<CifSite> sites, bool isFractional, Matrix3 cell)
    {
        List<SymmetryOperation> operations = CifSymmetry.Read(block, cell, lines);
        if ((long)sites.Count * operations.Count > MostImages)
        {
            throw lines.ErrorAt(block.Line, $"{sites.Count} sites with {operations.Count} symmetry operations are more than {MostImages} positions");
        }

        Matrix3 inverse = cell.Inverse();
        PeriodicPointSet points = new(cell, operations.Count > 1 ? MergeDistance : RepeatDistance);
        List<CifSite> owners = [];
        foreach (CifSite site in sites)
        {
            Vector3D origin = isFractional ? site.Coordinates : site.Coordinates * inverse;
            for (int i = 0; i < operations.Count; i++)
            {
                Vector3D image = i == 0 ? origin : operations[i].Apply(origin);
                double distance = i == 0 ? double.PositiveInfinity : points.Distance(image, origin);
                if (distance is > MergeDistance and < ShortestDistance)
                {
                    throw lines.ErrorAt(site.Line, string.Create(CultureInfo.InvariantCulture, $"site {Fields.Quote(site.Label)} is {distance:F2} Å from its own symmetry image: it is disordered, or its coordinates miss the special position by too much"));
                }

                int found = points.FindOrAdd(image);
                if (found == owners.Count)
                {
                    owners.Add(site);
                    Add(site, (i == 0 ? image : PeriodicPointSet.Wrap(image)) * cell);
                }
                else if (owners[found].Element != site.Element)
                {
                    throw lines.ErrorAt(site.Line, $"sites {Fields.Quote(owners[found].Label)} and {Fields.Quote(site.Label)} are different elements at the same place");
                }
            }
        }
    }
}
