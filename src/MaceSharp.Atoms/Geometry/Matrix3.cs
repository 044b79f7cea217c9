using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>A 3×3 matrix of doubles stored by rows: a cell (rows are lattice vectors, Å), a stress (eV/Å³), a virial (eV), a rotation.</summary>
/// <param name="Row0">First row.</param>
/// <param name="Row1">Second row.</param>
/// <param name="Row2">Third row.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Matrix3(Vector3D Row0, Vector3D Row1, Vector3D Row2)
{
    /// <summary>Creates a matrix from its nine elements in row-major order.</summary>
    public Matrix3(double m00, double m01, double m02, double m10, double m11, double m12, double m20, double m21, double m22)
        : this(new(m00, m01, m02), new(m10, m11, m12), new(m20, m21, m22))
    {
    }

    /// <summary>The zero matrix.</summary>
    public static Matrix3 Zero => default;

    /// <summary>The unit matrix.</summary>
    public static Matrix3 Identity => new(1, 0, 0, 0, 1, 0, 0, 0, 1);

    /// <summary>Row by index.</summary>
    /// <param name="row">0, 1 or 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="row"/> is not 0, 1 or 2.</exception>
    public Vector3D this[int row] => row switch
    {
        0 => Row0,
        1 => Row1,
        2 => Row2,
        _ => throw new ArgumentOutOfRangeException(nameof(row), row, "A row is 0, 1 or 2."),
    };

    /// <summary>Element by row and column.</summary>
    public double this[int row, int column] => this[row][column];

    /// <summary>The determinant; for a cell the signed volume.</summary>
    public double Determinant => Vector3D.Dot(Row0, Vector3D.Cross(Row1, Row2));

    /// <summary>The sum of the diagonal.</summary>
    public double Trace => Row0.X + Row1.Y + Row2.Z;

    /// <summary>Whether all nine elements are finite numbers.</summary>
    public bool IsFinite => Row0.IsFinite && Row1.IsFinite && Row2.IsFinite;

    /// <summary>The transposed matrix.</summary>
    public Matrix3 Transposed => new(
        Row0.X, Row1.X, Row2.X,
        Row0.Y, Row1.Y, Row2.Y,
        Row0.Z, Row1.Z, Row2.Z);

    /// <summary>The symmetric part, (M + Mᵀ)/2.</summary>
    public Matrix3 Symmetrized => 0.5 * (this + Transposed);

    /// <summary>Sum of two matrices.</summary>
    public static Matrix3 operator +(Matrix3 a, Matrix3 b) => new(a.Row0 + b.Row0, a.Row1 + b.Row1, a.Row2 + b.Row2);

    /// <summary>Difference of two matrices.</summary>
    public static Matrix3 operator -(Matrix3 a, Matrix3 b) => new(a.Row0 - b.Row0, a.Row1 - b.Row1, a.Row2 - b.Row2);

    /// <summary>The opposite matrix.</summary>
    public static Matrix3 operator -(Matrix3 a) => new(-a.Row0, -a.Row1, -a.Row2);

    /// <summary>A scaled matrix.</summary>
    public static Matrix3 operator *(double s, Matrix3 a) => new(s * a.Row0, s * a.Row1, s * a.Row2);

    /// <summary>The matrix product.</summary>
    public static Matrix3 operator *(Matrix3 a, Matrix3 b) => new(a.Row0 * b, a.Row1 * b, a.Row2 * b);

    /// <summary>The outer product of two vectors, M_ij = a_i b_j.</summary>
    public static Matrix3 Outer(Vector3D a, Vector3D b) => new(a.X * b, a.Y * b, a.Z * b);

    /// <summary>The inverse matrix.</summary>
    /// <exception cref="InvalidOperationException">The matrix is singular.</exception>
    public Matrix3 Inverse()
    {
        double determinant = Determinant;
        if (determinant == 0 || !double.IsFinite(determinant))
        {
            throw new InvalidOperationException("The matrix is singular.");
        }

        Vector3D c0 = Vector3D.Cross(Row1, Row2) / determinant;
        Vector3D c1 = Vector3D.Cross(Row2, Row0) / determinant;
        Vector3D c2 = Vector3D.Cross(Row0, Row1) / determinant;
        return new Matrix3(c0, c1, c2).Transposed;
    }

    /// <summary>The nine elements in row-major order.</summary>
    public double[] ToArray() => [Row0.X, Row0.Y, Row0.Z, Row1.X, Row1.Y, Row1.Z, Row2.X, Row2.Y, Row2.Z];

    /// <summary>The six independent elements of a symmetric matrix in Voigt order xx yy zz yz xz xy.</summary>
    public double[] ToVoigt() => [Row0.X, Row1.Y, Row2.Z, 0.5 * (Row1.Z + Row2.Y), 0.5 * (Row0.Z + Row2.X), 0.5 * (Row0.Y + Row1.X)];

    /// <summary>The symmetric matrix of six elements in Voigt order xx yy zz yz xz xy.</summary>
    /// <param name="voigt">Six numbers.</param>
    /// <exception cref="ArgumentException">There are not exactly six numbers.</exception>
    public static Matrix3 FromVoigt(ReadOnlySpan<double> voigt) => voigt.Length == 6
        ? new(voigt[0], voigt[5], voigt[4], voigt[5], voigt[1], voigt[3], voigt[4], voigt[3], voigt[2])
        : throw new ArgumentException("A Voigt vector has six elements.", nameof(voigt));

    /// <summary>The matrix of nine elements in row-major order.</summary>
    /// <param name="elements">Nine numbers.</param>
    /// <exception cref="ArgumentException">There are not exactly nine numbers.</exception>
    public static Matrix3 FromRowMajor(ReadOnlySpan<double> elements) => elements.Length == 9
        ? new(elements[0], elements[1], elements[2], elements[3], elements[4], elements[5], elements[6], elements[7], elements[8])
        : throw new ArgumentException("A 3×3 matrix has nine elements.", nameof(elements));

    /// <summary>The nine elements in shortest round-trip form, rows separated by semicolons.</summary>
    public override string ToString() => $"{Row0}; {Row1}; {Row2}";
}
