using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Tests.Equivariance;

/// <summary>Rotations and their matrices in the space of degree l, in two ways that share no code.</summary>
internal static class Rotations
{
    /// <summary>A random proper rotation R; a column vector v turns into R·v.</summary>
    public static Matrix3 Random(Random random)
    {
        // A uniformly random unit quaternion (Shoemake, Graphics Gems III, 1992).
        double u = random.NextDouble(), a = Math.Tau * random.NextDouble(), b = Math.Tau * random.NextDouble();
        double x = Math.Sqrt(1 - u) * Math.Sin(a), y = Math.Sqrt(1 - u) * Math.Cos(a);
        double z = Math.Sqrt(u) * Math.Sin(b), w = Math.Sqrt(u) * Math.Cos(b);
        return new Matrix3(
            1 - (2 * ((y * y) + (z * z))), 2 * ((x * y) - (z * w)), 2 * ((x * z) + (y * w)),
            2 * ((x * y) + (z * w)), 1 - (2 * ((x * x) + (z * z))), 2 * ((y * z) - (x * w)),
            2 * ((x * z) - (y * w)), 2 * ((y * z) + (x * w)), 1 - (2 * ((x * x) + (y * y))));
    }

    public static Vector3D Apply(Matrix3 rotation, Vector3D vector) => vector * rotation.Transposed;

    /// <summary>D^l(R) built up from D¹ = R by coupling: D^l = (2l+1)·Σ w3j·D^{l−1}·R·w3j. Uses no harmonics.</summary>
    public static double[,] MatrixByCoupling(int l, Matrix3 rotation)
    {
        if (l == 0) { return new double[,] { { 1 } }; }
        double[,] below = MatrixByCoupling(l - 1, rotation);
        int n = (2 * l) + 1, p = (2 * l) - 1;
        ReadOnlySpan<double> symbol = Wigner3j.Get(l - 1, 1, l);
        double[,] result = new double[n, n];
        for (int a = 0; a < p; a++)
        {
            for (int b = 0; b < 3; b++)
            {
                for (int c = 0; c < p; c++)
                {
                    for (int d = 0; d < 3; d++)
                    {
                        double factor = n * below[a, c] * rotation[b, d];
                        for (int i = 0; i < n; i++)
                        {
                            for (int j = 0; j < n; j++)
                            {
                                result[i, j] += factor * symbol[(((a * 3) + b) * n) + i] * symbol[(((c * 3) + d) * n) + j];
                            }
                        }
                    }
                }
            }
        }

        return result;
    }

    /// <summary>D^l(R) as the mean of Y(R·v) Y(v)ᵀ over the sphere, by an exact product quadrature. Uses no coupling coefficients.</summary>
    public static double[,] MatrixByQuadrature(int l, Matrix3 rotation)
    {
        int n = (2 * l) + 1, rings = l + 1, spokes = (2 * l) + 2, offset = l * l;
        double[] before = new double[SphericalHarmonics.CountOf(l)], after = new double[before.Length];
        double[,] result = new double[n, n];
        for (int i = 0; i < rings; i++)
        {
            (double cosine, double weight) = GaussLegendre(rings, i);
            double sine = Math.Sqrt(1 - (cosine * cosine));
            for (int k = 0; k < spokes; k++)
            {
                double angle = Math.Tau * k / spokes;
                Vector3D unit = new(sine * Math.Cos(angle), sine * Math.Sin(angle), cosine);
                SphericalHarmonics.Evaluate(l, unit, before);
                SphericalHarmonics.Evaluate(l, Apply(rotation, unit), after);
                for (int a = 0; a < n; a++)
                {
                    for (int b = 0; b < n; b++)
                    {
                        result[a, b] += weight / (2 * spokes) * after[offset + a] * before[offset + b];
                    }
                }
            }
        }

        return result;
    }

    /// <summary>Node and weight of Gauss–Legendre quadrature on [−1, 1], by Newton's method.</summary>
    private static (double Node, double Weight) GaussLegendre(int count, int index)
    {
        double x = Math.Cos(Math.PI * (index + 0.75) / (count + 0.5)), slope = 0;
        for (int iteration = 0; iteration < 50; iteration++)
        {
            double previous = 1, current = x;
            for (int n = 2; n <= count; n++) { (previous, current) = (current, ((((2 * n) - 1) * x * current) - ((n - 1) * previous)) / n); }
            slope = count * ((x * current) - previous) / ((x * x) - 1);
            x -= current / slope;
        }

        return (x, 2 / ((1 - (x * x)) * slope * slope));
    }
}
