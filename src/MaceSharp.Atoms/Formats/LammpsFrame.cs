namespace MaceSharp.Atoms;

/// <summary>
/// A cell in LAMMPS' restricted triclinic form and the rotation that leads there
/// (https://docs.lammps.org/Howto_triclinic.html): a along x, b in the upper half of the xy plane, c above it.
/// </summary>
internal readonly struct LammpsFrame
{
    /// <summary>How close to half a box a tilt counts as exactly half, where both signs are equivalent.</summary>
    private const double HalfTolerance = 1e-12;

    private readonly Vector3D _x;
    private readonly Vector3D _y;
    private readonly Vector3D _z;

    private LammpsFrame(Matrix3 cell, Vector3D x, Vector3D y, Vector3D z)
    {
        Cell = cell;
        _x = x;
        _y = y;
        _z = z;
    }

    /// <summary>The lower triangular cell with positive diagonal, Å; no tilt exceeds half of the box along its direction.</summary>
    public Matrix3 Cell { get; }

    /// <summary>Whether the box is not orthogonal.</summary>
    public bool IsTilted => Cell.Row1.X != 0 || Cell.Row2.X != 0 || Cell.Row2.Y != 0;

    /// <summary>The frame of a cell.</summary>
    /// <param name="cell">Three independent lattice vectors as rows, Å.</param>
    public static LammpsFrame Of(Matrix3 cell)
    {
        if (cell.Determinant < 0) { cell = -cell; }
        Vector3D x = cell.Row0 / cell.Row0.Norm;
        Vector3D normal = Vector3D.Cross(cell.Row0, cell.Row1);
        Vector3D z = normal / normal.Norm;
        Vector3D y = Vector3D.Cross(z, x);

        double lx = cell.Row0.Norm, ly = Vector3D.Dot(cell.Row1, y), lz = Vector3D.Dot(cell.Row2, z);
        double xy = Reduce(Vector3D.Dot(cell.Row1, x), lx, out _);
        double yz = Reduce(Vector3D.Dot(cell.Row2, y), ly, out double shift);
        double xz = Reduce(Vector3D.Dot(cell.Row2, x) - (shift * xy), lx, out _);
        return new LammpsFrame(new Matrix3(lx, 0, 0, xy, ly, 0, xz, yz, lz), x, y, z);
    }

    /// <summary>A vector of the structure in this frame.</summary>
    public Vector3D Rotate(Vector3D vector) => new(Vector3D.Dot(vector, _x), Vector3D.Dot(vector, _y), Vector3D.Dot(vector, _z));

    private static double Reduce(double tilt, double length, out double shift)
    {
        shift = Math.Abs(tilt) <= (0.5 + HalfTolerance) * length ? 0 : Math.Round(tilt / length);
        double reduced = tilt - (shift * length);
        return Math.Abs(reduced) > 0.5 * length ? Math.CopySign(0.5 * length, reduced) : reduced;
    }
}
