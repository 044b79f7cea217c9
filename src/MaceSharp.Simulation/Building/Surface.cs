using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Slabs cut from a crystal.</summary>
public static class Surface
{
    private const int LargestIndex = 100;

    /// <summary>
    /// Cuts a slab along a lattice plane: the first two lattice vectors span the plane, the third is its normal, z. Conventions are those of ASE's <c>surface</c>:
    /// the first vector along x, the atoms of a layer are those of the given cell, the slab is not periodic along z and stands in the middle between two halves of vacuum.
    /// </summary>
    /// <remarks>
    /// Lattice vectors in the plane (hkl) are the integer solutions of hu + kv + lw = 0. With p·k + q·l = g = gcd(k, l) a basis is (g, −p·h, −q·h), with the multiple of
    /// the second chosen that makes them most orthogonal, and (0, l, −k)/g; a third vector with h·u + k·v + l·w = 1 completes them to a basis of the lattice.
    /// </remarks>
    /// <param name="crystal">The crystal in its conventional cell, to which the indices refer.</param>
    /// <param name="h">Miller index along the first reciprocal lattice vector.</param>
    /// <param name="k">Miller index along the second.</param>
    /// <param name="l">Miller index along the third.</param>
    /// <param name="layers">Number of layers, each one lattice plane with all atoms of the cell.</param>
    /// <param name="vacuum">Vacuum on either side, Å; null for a slab that stays periodic along z without any.</param>
    /// <returns>The slab, without results.</returns>
    /// <exception cref="InvalidInputException">The indices are all zero or too large, the number of layers or the vacuum is out of range, or the crystal is not periodic in three directions.</exception>
    public static Structure Create(Structure crystal, int h, int k, int l, int layers, double? vacuum = 10)
    {
        ArgumentNullException.ThrowIfNull(crystal);
        if (!crystal.Periodicity.IsFull) { throw new InvalidInputException("A slab is cut from a crystal that is periodic in three directions."); }
        crystal.Validate();
        if (h == 0 && k == 0 && l == 0) { throw new InvalidInputException("The Miller indices of a surface cannot all be zero."); }
        if (Math.Max(Math.Abs((long)h), Math.Max(Math.Abs((long)k), Math.Abs((long)l))) > LargestIndex) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A Miller index is at most {LargestIndex} in size.")); }
        if (layers < 1 || (double)layers * crystal.Count > Supercell.LargestCount) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A slab cannot have {layers} layers; give 1 or more.")); }
        if (vacuum is double gap && !(gap is >= 0 and <= 1e6)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A vacuum of {gap} Å is not possible; give 0 or more.")); }

        int common = Gcd(h, Gcd(k, l));
        Matrix3 basis = PlaneBasis(h / common, k / common, l / common, crystal.Cell);
        return Cut(crystal, basis, layers, vacuum);
    }

    /// <summary>Two lattice vectors in the plane and one out of it, as rows of integers.</summary>
    private static Matrix3 PlaneBasis(int h, int k, int l, Matrix3 cell)
    {
        if (k == 0 && l == 0) { return new Matrix3(0, 1, 0, 0, 0, 1, 1, 0, 0); }
        if (h == 0 && l == 0) { return new Matrix3(0, 0, 1, 1, 0, 0, 0, 1, 0); }
        if (h == 0 && k == 0) { return new Matrix3(1, 0, 0, 0, 1, 0, 0, 0, 1); }
        (int p, int q) = Bezout(k, l);
        int g = (p * k) + (q * l);
        Vector3D across = new Vector3D(0, (double)l / g, -(double)k / g);
        Vector3D acrossVector = across * cell, along = new Vector3D(g, -(double)p * h, -(double)q * h) * cell;
        if (h != 0)
        {
            // Adding a multiple of (l, −k)/g to (p, q) adds −h times the multiple of the second vector to the first.
            int steps = -(int)Math.Round(-Vector3D.Dot(along, acrossVector) / (h * acrossVector.NormSquared));
            (p, q) = (p + (steps * (l / g)), q - (steps * (k / g)));
        }

        (int a, int b) = Bezout(g, h);
        int sign = (a * g) + (b * h);
        return new Matrix3(new Vector3D(g, -(double)p * h, -(double)q * h), across, new Vector3D(sign * b, (double)sign * a * p, (double)sign * a * q));
    }

    private static Structure Cut(Structure crystal, Matrix3 basis, int layers, double? vacuum)
    {
        const double Tolerance = 1e-10;
        Matrix3 cell = basis * crystal.Cell, toBasis = crystal.Cell.Inverse() * basis.Inverse();
        int count = crystal.Count * layers;
        int[] atoms = new int[count];
        Vector3D[] positions = new Vector3D[count];

        // Along x the first lattice vector, in the xy plane the second.
        double a = cell.Row0.Norm, along = Vector3D.Dot(cell.Row0, cell.Row1) / a;
        Vector3D x = cell.Row0 / a, normal = Vector3D.Cross(cell.Row0, cell.Row1);
        Vector3D z = normal / normal.Norm, y = Vector3D.Cross(z, x);
        double height = layers * Math.Abs(Vector3D.Dot(cell.Row2, z));
        Matrix3 axes = new Matrix3(x, y, z).Transposed;
        Matrix3 slab = new(a, 0, 0, along, Vector3D.Dot(cell.Row1, y), 0, 0, 0, height);
        Matrix3 inverse = slab.Inverse();
        for (int layer = 0, at = 0; layer < layers; layer++)
        {
            for (int atom = 0; atom < crystal.Count; atom++, at++)
            {
                Vector3D s = crystal.Positions[atom] * toBasis;
                s = new Vector3D(s.X - Math.Floor(s.X + Tolerance), s.Y - Math.Floor(s.Y + Tolerance), s.Z - Math.Floor(s.Z + Tolerance) + layer);
                atoms[at] = atom;
                positions[at] = Wrapping.Wrap(s * cell * axes, slab, inverse, new Periodicity(true, true, false));
            }
        }

        bool periodic = vacuum is null;
        if (vacuum is double gap)
        {
            double lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
            foreach (Vector3D position in positions) { (lowest, highest) = (Math.Min(lowest, position.Z), Math.Max(highest, position.Z)); }
            double length = highest - lowest + (2 * gap);
            foreach (ref Vector3D position in positions.AsSpan()) { position += new Vector3D(0, 0, gap - lowest); }
            slab = new Matrix3(slab.Row0, slab.Row1, new Vector3D(0, 0, length));
        }

        return CarriedData.Select(crystal, atoms, positions, slab, new Periodicity(true, true, periodic));
    }

    /// <summary>Integers x, y with x·a + y·b = ± gcd(a, b), by Euclid's algorithm.</summary>
    private static (int X, int Y) Bezout(int a, int b)
    {
        if (b == 0) { return (1, 0); }
        int quotient = (int)Math.Floor((double)a / b), rest = a - (quotient * b);
        if (rest == 0) { return (0, 1); }
        (int x, int y) = Bezout(b, rest);
        return (y, x - (y * quotient));
    }

    private static int Gcd(int a, int b) => b == 0 ? Math.Abs(a) : Gcd(b, a % b);
}
