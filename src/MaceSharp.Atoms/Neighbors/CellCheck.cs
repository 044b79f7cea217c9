using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>Refuses cells and positions for which a neighbour list would be wrong or endless.</summary>
internal static class CellCheck
{
    /// <summary>Up to here, in Å, doubles resolve positions to 10⁻⁷ Å.</summary>
    public const double MaxCoordinate = 1e9;

    private const double MinLength = 1e-6;
    private const double UnitRoundoff = 1.0 / (1L << 53);

    /// <summary>Refuses lattice vectors of absurd length.</summary>
    /// <param name="lattice">The cell, completed by unit vectors, Å.</param>
    /// <param name="periodicity">Which of its rows are lattice vectors.</param>
    /// <param name="cutoff">Cutoff, Å.</param>
    /// <exception cref="InvalidInputException">A lattice vector is too short or too long.</exception>
    public static void Lengths(Matrix3 lattice, Periodicity periodicity, double cutoff)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            if (!periodicity[axis]) { continue; }
            double length = lattice[axis].Norm;
            if (!(length >= MinLength && length * NeighborList.MaxShift >= cutoff)) { throw Thin(axis, length, cutoff); }
            if (length > MaxCoordinate)
            {
                throw new InvalidInputException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Lattice vector {Letter(axis)} is {length:G4} Å long, but at most {MaxCoordinate:G1} Å is possible; check the cell and its unit (Å)."));
            }
        }
    }

    /// <summary>Refuses cells with too many images within the cutoff.</summary>
    /// <param name="lattice">The cell, completed by unit vectors, Å.</param>
    /// <param name="heights">Distances between its opposite faces, Å.</param>
    /// <param name="periodicity">Which of its rows are lattice vectors.</param>
    /// <param name="cutoff">Cutoff, Å.</param>
    /// <param name="atomCount">Number of atoms in the cell.</param>
    /// <exception cref="InvalidInputException">The cell is too thin or too small.</exception>
    public static void Images(Matrix3 lattice, Vector3D heights, Periodicity periodicity, double cutoff, int atomCount)
    {
        int dimensions = 0;
        for (int axis = 0; axis < 3; axis++)
        {
            if (!periodicity[axis]) { continue; }
            dimensions++;

            // Fractional coordinates of wrapped atoms differ by less than one, so shifts stay below cutoff / height + 1.
            if (!((cutoff / heights[axis]) + 1 <= NeighborList.MaxShift)) { throw Thin(axis, heights[axis], cutoff); }
        }

        // The mean number of neighbours of evenly spread atoms. The atoms of a slab need not fill it: count only images of an atom with itself.
        double size = Math.Abs(lattice.Determinant);
        double neighbors = dimensions switch
        {
            3 => atomCount * (4.0 / 3 * Math.PI) * cutoff * cutoff * cutoff / size,
            2 => Math.PI * cutoff * cutoff / size,
            _ => 0,
        };
        if (atomCount > 0 && !(neighbors <= NeighborList.MaxNeighbors))
        {
            throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"The cell is smaller than the atoms in it: {atomCount} atom{(atomCount == 1 ? "" : "s")} in {size:G4} {(dimensions == 3 ? "Å³" : "Å²")} would have {neighbors:G3} neighbours each within {cutoff} Å; check the cell and its unit (Å)."));
        }
    }

    /// <summary>A bound, Å, for what rounding may move an atom against the bins.</summary>
    /// <param name="lattice">The cell, completed by unit vectors, Å.</param>
    /// <param name="largest">Largest magnitude of a coordinate, Å.</param>
    /// <param name="cutoff">Cutoff, Å.</param>
    /// <exception cref="InvalidInputException">It is not small against the cutoff.</exception>
    public static double Rounding(Matrix3 lattice, double largest, double cutoff)
    {
        // The inverse of the cell loses digits in proportion to the skewness of the cell.
        double a = lattice.Row0.Norm, b = lattice.Row1.Norm, c = lattice.Row2.Norm;
        double skewness = a * b * c / Math.Abs(lattice.Determinant);
        double rounding = 64 * UnitRoundoff * skewness * (largest + a + b + c);
        return rounding <= 0.1 * cutoff
            ? rounding
            : throw new InvalidInputException(string.Create(
                CultureInfo.InvariantCulture,
                $"The cell is too skewed, or the atoms are too far from the origin ({largest:G4} Å), to resolve a cutoff of {cutoff} Å; use shorter lattice vectors of the same lattice or move the atoms."));
    }

    /// <summary>The refusal of a position that is not finite or too far away.</summary>
    public static InvalidInputException BadPosition(Vector3D position, int atom) => position.IsFinite
        ? new(string.Create(CultureInfo.InvariantCulture, $"Atom {atom + 1} lies at {position} Å, but beyond {MaxCoordinate:G1} Å positions do not resolve distances between atoms; move it closer to the origin."))
        : new($"The position of atom {atom + 1} is not finite ({position}).");

    private static char Letter(int axis) => "abc"[axis];

    private static InvalidInputException Thin(int axis, double thickness, double cutoff) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The cell is thinner than an atom: it measures {thickness:G4} Å along lattice vector {Letter(axis)}, too little for a cutoff of {cutoff} Å; check the cell and its unit (Å)."));
}
