using System.Globalization;
using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>A Cartesian vector of three doubles: a position or displacement (Å), a force (eV/Å), a dipole (e·Å).</summary>
/// <remarks>Laid out as three consecutive doubles, so a span of vectors can be viewed as a span of 3·N doubles.</remarks>
/// <param name="X">The x component.</param>
/// <param name="Y">The y component.</param>
/// <param name="Z">The z component.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Vector3D(double X, double Y, double Z)
{
    /// <summary>The zero vector.</summary>
    public static Vector3D Zero => default;

    /// <summary>Component by index: 0 is x, 1 is y, 2 is z.</summary>
    /// <param name="axis">0, 1 or 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="axis"/> is not 0, 1 or 2.</exception>
    public double this[int axis] => axis switch
    {
        0 => X,
        1 => Y,
        2 => Z,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "An axis is 0, 1 or 2."),
    };

    /// <summary>The squared Euclidean length.</summary>
    public double NormSquared => (X * X) + (Y * Y) + (Z * Z);

    /// <summary>The Euclidean length.</summary>
    public double Norm => Math.Sqrt(NormSquared);

    /// <summary>Whether all three components are finite numbers.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);

    /// <summary>Sum of two vectors.</summary>
    public static Vector3D operator +(Vector3D a, Vector3D b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Difference of two vectors.</summary>
    public static Vector3D operator -(Vector3D a, Vector3D b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>The opposite vector.</summary>
    public static Vector3D operator -(Vector3D a) => new(-a.X, -a.Y, -a.Z);

    /// <summary>A scaled vector.</summary>
    public static Vector3D operator *(double s, Vector3D a) => new(s * a.X, s * a.Y, s * a.Z);

    /// <summary>A scaled vector.</summary>
    public static Vector3D operator *(Vector3D a, double s) => s * a;

    /// <summary>A vector divided by a number.</summary>
    public static Vector3D operator /(Vector3D a, double s) => new(a.X / s, a.Y / s, a.Z / s);

    /// <summary>Row vector times matrix: (a·M)_j = Σ_i a_i M_ij.</summary>
    public static Vector3D operator *(Vector3D a, Matrix3 m) => (a.X * m.Row0) + (a.Y * m.Row1) + (a.Z * m.Row2);

    /// <summary>The scalar product.</summary>
    public static double Dot(Vector3D a, Vector3D b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    /// <summary>The vector product.</summary>
    public static Vector3D Cross(Vector3D a, Vector3D b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    /// <summary>The components in shortest round-trip form, separated by blanks.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X:R} {Y:R} {Z:R}");
}
