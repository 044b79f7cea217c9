using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Functions of 3×3 matrices that cells need: exponential with its derivative, eigenvectors of symmetric ones. None allocates.</summary>
internal static class MatrixFunctions
{
    private const int Terms = 18;

    /// <summary>The exponential of a matrix.</summary>
    public static Matrix3 Exponential(Matrix3 a) => Exponential(a, default).Value;

    /// <summary>
    /// The exponential of a matrix and its Fréchet derivative L(A, E) = d exp(A + sE)/ds: Taylor series of both after scaling, then squaring
    /// (Al-Mohy and Higham, SIAM J. Matrix Anal. Appl. 30, 1639 (2009)).
    /// </summary>
    /// <remarks>The adjoint of E → L(A, E) is E → L(Aᵀ, E), so L(Aᵀ, G) is the gradient by A of a function whose gradient by exp(A) is G.</remarks>
    public static (Matrix3 Value, Matrix3 Derivative) Exponential(Matrix3 a, Matrix3 direction)
    {
        double norm = Math.Sqrt(a.Row0.NormSquared + a.Row1.NormSquared + a.Row2.NormSquared);
        int squarings = norm > 0.25 ? Math.Min(64, (int)Math.Ceiling(Math.Log2(norm / 0.25))) : 0;
        double scale = Math.ScaleB(1, -squarings);
        (a, direction) = (scale * a, scale * direction);
        Matrix3 power = Matrix3.Identity, tangent = default, value = power, derivative = default;
        for (int k = 1; k <= Terms; k++)
        {
            tangent = (1.0 / k) * ((tangent * a) + (power * direction));
            power = (1.0 / k) * (power * a);
            value += power;
            derivative += tangent;
        }

        for (int s = 0; s < squarings; s++)
        {
            derivative = (value * derivative) + (derivative * value);
            value *= value;
        }

        return (value, derivative);
    }

    /// <summary>Eigenvalues and eigenvectors (as rows) of a symmetric matrix by Jacobi rotations.</summary>
    public static (Vector3D Values, Matrix3 Vectors) EigenSymmetric(Matrix3 m)
    {
        Span<double> a = [m[0, 0], m[0, 1], m[0, 2], m[0, 1], m[1, 1], m[1, 2], m[0, 2], m[1, 2], m[2, 2]];
        Span<double> v = [1, 0, 0, 0, 1, 0, 0, 0, 1];
        for (int sweep = 0; sweep < 50; sweep++)
        {
            double off = (a[1] * a[1]) + (a[2] * a[2]) + (a[5] * a[5]), size = (a[0] * a[0]) + (a[4] * a[4]) + (a[8] * a[8]);
            if (off <= 1e-34 * size) { break; }
            Rotate(a, v, 0, 1);
            Rotate(a, v, 0, 2);
            Rotate(a, v, 1, 2);
        }

        return (new(a[0], a[4], a[8]), Matrix3.FromRowMajor(v));
    }

    /// <summary>(eˣ − 1)/x.</summary>
    public static double ExponentialSlope(double x) => Math.Abs(x) < 1e-4 ? 1 + (x * (0.5 + (x / 6))) : Math.Exp(0.5 * x) * Math.Sinh(0.5 * x) / (0.5 * x);

    /// <summary>Makes the element (p, q) of a symmetric matrix zero; the eigenvectors stand in the rows of v.</summary>
    private static void Rotate(Span<double> a, Span<double> v, int p, int q)
    {
        double apq = a[(3 * p) + q];
        if (apq == 0) { return; }
        double theta = (a[4 * q] - a[4 * p]) / (2 * apq);
        double t = theta >= 0 ? 1 / (theta + Math.Sqrt(1 + (theta * theta))) : 1 / (theta - Math.Sqrt(1 + (theta * theta)));
        double c = 1 / Math.Sqrt(1 + (t * t)), s = t * c;
        for (int k = 0; k < 3; k++)
        {
            double kp = a[(3 * k) + p], kq = a[(3 * k) + q];
            (a[(3 * k) + p], a[(3 * k) + q]) = ((c * kp) - (s * kq), (s * kp) + (c * kq));
        }

        for (int k = 0; k < 3; k++)
        {
            double pk = a[(3 * p) + k], qk = a[(3 * q) + k];
            (a[(3 * p) + k], a[(3 * q) + k]) = ((c * pk) - (s * qk), (s * pk) + (c * qk));
            (pk, qk) = (v[(3 * p) + k], v[(3 * q) + k]);
            (v[(3 * p) + k], v[(3 * q) + k]) = ((c * pk) - (s * qk), (s * pk) + (c * qk));
        }
    }
}
