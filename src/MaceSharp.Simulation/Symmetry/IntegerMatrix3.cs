using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A 3×3 matrix of whole numbers: a rotation in the basis of a lattice, or a lattice in the basis of another.</summary>
/// <param name="M00">Row 0, column 0.</param>
/// <param name="M01">Row 0, column 1.</param>
/// <param name="M02">Row 0, column 2.</param>
/// <param name="M10">Row 1, column 0.</param>
/// <param name="M11">Row 1, column 1.</param>
/// <param name="M12">Row 1, column 2.</param>
/// <param name="M20">Row 2, column 0.</param>
/// <param name="M21">Row 2, column 1.</param>
/// <param name="M22">Row 2, column 2.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct IntegerMatrix3(int M00, int M01, int M02, int M10, int M11, int M12, int M20, int M21, int M22)
{
    /// <summary>The unit matrix.</summary>
    public static IntegerMatrix3 Identity => Diagonal(1, 1, 1);

    /// <summary>The determinant.</summary>
    public int Determinant => (M00 * ((M11 * M22) - (M12 * M21))) - (M01 * ((M10 * M22) - (M12 * M20))) + (M02 * ((M10 * M21) - (M11 * M20)));

    /// <summary>The sum of the diagonal.</summary>
    public int Trace => M00 + M11 + M22;

    /// <summary>The transposed matrix.</summary>
    public IntegerMatrix3 Transposed => new(M00, M10, M20, M01, M11, M21, M02, M12, M22);

    /// <summary>A diagonal matrix.</summary>
    public static IntegerMatrix3 Diagonal(int x, int y, int z) => new(x, 0, 0, 0, y, 0, 0, 0, z);

    /// <summary>The matrix with its elements rounded.</summary>
    /// <param name="matrix">A matrix of nearly whole numbers.</param>
    /// <param name="largestError">The largest distance of an element from a whole number.</param>
    public static IntegerMatrix3 Round(Matrix3 matrix, out double largestError)
    {
        double[] elements = matrix.ToArray();
        Span<int> rounded = stackalloc int[9];
        largestError = 0;
        for (int i = 0; i < 9; i++)
        {
            rounded[i] = (int)Math.Round(elements[i]);
            largestError = Math.Max(largestError, Math.Abs(elements[i] - rounded[i]));
        }

        return new(rounded[0], rounded[1], rounded[2], rounded[3], rounded[4], rounded[5], rounded[6], rounded[7], rounded[8]);
    }

    /// <summary>The same matrix of doubles.</summary>
    public Matrix3 ToMatrix3() => new(M00, M01, M02, M10, M11, M12, M20, M21, M22);

    /// <summary>The matrix product.</summary>
    public static IntegerMatrix3 operator *(IntegerMatrix3 a, IntegerMatrix3 b) => new(
        (a.M00 * b.M00) + (a.M01 * b.M10) + (a.M02 * b.M20), (a.M00 * b.M01) + (a.M01 * b.M11) + (a.M02 * b.M21), (a.M00 * b.M02) + (a.M01 * b.M12) + (a.M02 * b.M22),
        (a.M10 * b.M00) + (a.M11 * b.M10) + (a.M12 * b.M20), (a.M10 * b.M01) + (a.M11 * b.M11) + (a.M12 * b.M21), (a.M10 * b.M02) + (a.M11 * b.M12) + (a.M12 * b.M22),
        (a.M20 * b.M00) + (a.M21 * b.M10) + (a.M22 * b.M20), (a.M20 * b.M01) + (a.M21 * b.M11) + (a.M22 * b.M21), (a.M20 * b.M02) + (a.M21 * b.M12) + (a.M22 * b.M22));

    /// <summary>The product with a number.</summary>
    public static IntegerMatrix3 operator *(int s, IntegerMatrix3 a) => Diagonal(s, s, s) * a;

    /// <summary>The product with a column vector.</summary>
    public static Vector3D operator *(IntegerMatrix3 a, Vector3D v) => new(
        (a.M00 * v.X) + (a.M01 * v.Y) + (a.M02 * v.Z), (a.M10 * v.X) + (a.M11 * v.Y) + (a.M12 * v.Z), (a.M20 * v.X) + (a.M21 * v.Y) + (a.M22 * v.Z));
}
