using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Crystals of simple structure types, with cells, sites and order of the atoms as in ASE's <c>bulk</c> (perovskite has none there).</summary>
/// <remarks>
/// The structure types: sc, fcc, bcc, hcp, diamond, zincblende, rocksalt, cesiumchloride, fluorite, wurtzite and perovskite (ABX₃ with A on the corners, B in the body centre, X on the faces).
/// </remarks>
public static class CrystalPrototype
{
    private const double Third = 1.0 / 3, Sixth = 1.0 / 6;

    private static readonly Vector3D[] FaceCentred = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];

    /// <summary>Names of the structure types.</summary>
    public static IReadOnlyList<string> Names { get; } = ["sc", "fcc", "bcc", "hcp", "diamond", "zincblende", "rocksalt", "cesiumchloride", "fluorite", "wurtzite", "perovskite"];

    /// <summary>Builds a crystal.</summary>
    /// <param name="formula">The elements in the order of the sites, for example Cu, NaCl, CaF2 or SrTiO3.</param>
    /// <param name="prototype">One of <see cref="Names"/>.</param>
    /// <param name="a">Lattice constant, Å.</param>
    /// <param name="c">Second lattice constant of hcp and wurtzite, Å; null for the ideal ratio c/a = (8/3)^½.</param>
    /// <param name="cell">Which cell.</param>
    /// <param name="u">Internal coordinate of wurtzite; null for 1/4 + a²/(3c²), which makes all bonds equal.</param>
    /// <returns>The crystal, periodic in three directions.</returns>
    /// <exception cref="InvalidInputException">No such structure type or cell, a formula that does not fit, or a lattice constant out of range.</exception>
    public static Structure Create(string formula, string prototype, double a, double? c = null, CrystalCell cell = CrystalCell.Primitive, double? u = null)
    {
        ArgumentNullException.ThrowIfNull(formula);
        ArgumentNullException.ThrowIfNull(prototype);
        int[] elements = ChemicalFormula.Parse(formula);
        int needed = prototype switch
        {
            "sc" or "fcc" or "bcc" or "hcp" or "diamond" => 1,
            "zincblende" or "rocksalt" or "cesiumchloride" or "wurtzite" => 2,
            "fluorite" => 3,
            "perovskite" => 5,
            _ => throw new InvalidInputException($"'{prototype}' is not a structure type; it is one of {string.Join(", ", Names)}."),
        };
        if (elements.Length != needed)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The structure type {prototype} needs a formula of {needed} atom{(needed == 1 ? "" : "s")}, for example {Sample(prototype)}; '{formula}' has {elements.Length}."));
        }

        CheckLength("a", a);
        bool hexagonal = prototype is "hcp" or "wurtzite";
        if (c is double height)
        {
            if (!hexagonal) { throw new InvalidInputException($"The structure type {prototype} has one lattice constant; c belongs to hcp and wurtzite."); }
            CheckLength("c", height);
        }

        if (u is double internalCoordinate && (prototype != "wurtzite" || !(internalCoordinate is > 0 and < 1))) { throw new InvalidInputException("The internal coordinate u is between 0 and 1 and belongs to wurtzite."); }
        double ratio = (c ?? (a * Math.Sqrt(8.0 / 3))) / a;
        Description? found = cell switch
        {
            CrystalCell.Primitive => Primitive(prototype, ratio, u),
            CrystalCell.Cubic => Cubic(prototype),
            _ => Orthorhombic(prototype, ratio, u),
        };
        if (found is not Description description) { throw new InvalidInputException($"The structure type {prototype} has no {(cell == CrystalCell.Cubic ? "cubic" : "orthorhombic")} cell here; take another cell."); }

        Matrix3 lattice = a * description.Cell;
        int[] numbers = new int[description.Sites.Length];
        Vector3D[] positions = new Vector3D[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            (int species, Vector3D site) = description.Sites[i];
            numbers[i] = elements[species];
            positions[i] = site * lattice;
        }

        return new Structure(numbers, positions, lattice, Periodicity.All);
    }

    private static Description? Primitive(string prototype, double ratio, double? u)
    {
        Matrix3 cube = Matrix3.Identity, fcc = 0.5 * new Matrix3(0, 1, 1, 1, 0, 1, 1, 1, 0);
        Matrix3 hexagonal = new(1, 0, 0, -0.5, 0.5 * Math.Sqrt(3), 0, 0, 0, ratio);
        double z = u ?? IdealU(ratio);
        return prototype switch
        {
            "sc" => new(cube, (0, default)),
            "fcc" => new(fcc, (0, default)),
            "bcc" => new(0.5 * new Matrix3(-1, 1, 1, 1, -1, 1, 1, 1, -1), (0, default)),
            "hcp" => new(hexagonal, (0, default), (0, new(Third, 2 * Third, 0.5))),
            "diamond" => new(fcc, (0, default), (0, new(0.25, 0.25, 0.25))),
            "zincblende" => new(fcc, (0, default), (1, new(0.25, 0.25, 0.25))),
            "rocksalt" => new(fcc, (0, default), (1, new(-0.5, 0.5, 0.5))),
            "cesiumchloride" => new(cube, (0, default), (1, new(0.5, 0.5, 0.5))),
            "fluorite" => new(fcc, (0, default), (1, new(0.25, 0.25, 0.25)), (2, new(0.75, 0.75, 0.75))),
            "wurtzite" => new(hexagonal, (0, default), (1, new(Third, 2 * Third, 0.5 - z)), (0, new(Third, 2 * Third, 0.5)), (1, new(0, 0, 1 - z))),
            _ => Perovskite(),
        };
    }

    private static Description? Cubic(string prototype) => prototype switch
    {
        "sc" => new(Matrix3.Identity, (0, default)),
        "fcc" => new(Matrix3.Identity, [.. FaceCentred.Select(static site => (0, site))]),
        "bcc" => new(Matrix3.Identity, (0, default), (0, new(0.5, 0.5, 0.5))),
        "cesiumchloride" => new(Matrix3.Identity, (0, default), (1, new(0.5, 0.5, 0.5))),
        "diamond" => FaceCentredWith((0, new(0.25, 0.25, 0.25))),
        "zincblende" => FaceCentredWith((1, new(0.25, 0.25, 0.25))),
        "rocksalt" => FaceCentredWith((1, new(0.5, 0, 0))),
        "fluorite" => FaceCentredWith((1, new(0.25, 0.25, 0.25)), (2, new(0.75, 0.75, 0.75))),
        "perovskite" => Perovskite(),
        _ => null,
    };

    private static Description? Orthorhombic(string prototype, double ratio, double? u)
    {
        double b = Math.Sqrt(0.5), z = u ?? IdealU(ratio);
        Matrix3 half = new(b, 0, 0, 0, b, 0, 0, 0, 1), hexagonal = new(1, 0, 0, 0, Math.Sqrt(3), 0, 0, 0, ratio);
        return prototype switch
        {
            "fcc" => new(half, (0, default), (0, new(0.5, 0.5, 0.5))),
            "hcp" => new(hexagonal, (0, default), (0, new(0.5, 0.5, 0)), (0, new(0.5, Sixth, 0.5)), (0, new(0, 2 * Third, 0.5))),
            "diamond" or "zincblende" => new(half, (0, default), (prototype == "diamond" ? 0 : 1, new(0.5, 0, 0.25)), (0, new(0.5, 0.5, 0.5)), (prototype == "diamond" ? 0 : 1, new(0, 0.5, 0.75))),
            "rocksalt" => new(half, (0, default), (1, new(0.5, 0.5, 0)), (0, new(0.5, 0.5, 0.5)), (1, new(0, 0, 0.5))),
            "wurtzite" => new(
                hexagonal,
                (0, default),
                (1, new(0, Third, 0.5 - z)),
                (0, new(0, Third, 0.5)),
                (1, new(0, 0, 1 - z)),
                (0, new(0.5, 0.5, 0)),
                (1, new(0.5, 5 * Sixth, 0.5 - z)),
                (0, new(0.5, 5 * Sixth, 0.5)),
                (1, new(0.5, 0.5, 1 - z))),
            _ => Cubic(prototype),
        };
    }

    private static Description Perovskite() => new(Matrix3.Identity, (0, default), (1, new(0.5, 0.5, 0.5)), (2, new(0.5, 0.5, 0)), (3, new(0.5, 0, 0.5)), (4, new(0, 0.5, 0.5)));

    /// <summary>The four lattice points of a face-centred cube, each with the first species and the others beside it, inside the cell.</summary>
    private static Description FaceCentredWith(params ReadOnlySpan<(int Species, Vector3D Offset)> others)
    {
        List<(int, Vector3D)> sites = [];
        foreach (Vector3D site in FaceCentred)
        {
            sites.Add((0, site));
            foreach ((int species, Vector3D offset) in others) { sites.Add((species, new Vector3D((site.X + offset.X) % 1, (site.Y + offset.Y) % 1, (site.Z + offset.Z) % 1))); }
        }

        return new(Matrix3.Identity, [.. sites]);
    }

    private static double IdealU(double ratio) => 0.25 + (Third / (ratio * ratio));

    private static string Sample(string prototype) => prototype switch
    {
        "zincblende" => "GaAs",
        "rocksalt" => "NaCl",
        "cesiumchloride" => "CsCl",
        "wurtzite" => "ZnO",
        "fluorite" => "CaF2",
        "perovskite" => "SrTiO3",
        "diamond" => "Si",
        _ => "Cu",
    };

    private static void CheckLength(string name, double length)
    {
        if (!(length is >= 0.1 and <= 1000)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The lattice constant {name} cannot be {length} Å; give a length from 0.1 to 1000 Å.")); }
    }

    /// <summary>A cell in units of a, and its sites as species and fractional coordinates.</summary>
    private readonly record struct Description(Matrix3 Cell, params (int Species, Vector3D Site)[] Sites);
}
