using MaceSharp.Atoms;

namespace MaceSharp.Equivariance;

/// <summary>
/// Real spherical harmonics in the basis and order of e3nn (Geiger and Smidt, arXiv:2207.09453): polar axis y, component
/// normalisation Σ_m Y_lm² = 2l+1, so that degree 1 is √3·(x, y, z).
/// </summary>
/// <remarks>
/// The values are the regular solid harmonics r^l·Y_lm, homogeneous polynomials in (x, y, z), taken at a unit vector. Up to degree 3 they
/// are written out; beyond, each degree follows from the two before it by the three-term recursion of the associated Legendre functions
/// (Abramowitz and Stegun, 8.5.3) in normalised form. The gradient of a solid harmonic of degree l is a combination of at most two
/// solid harmonics of degree l−1 (Hobson, The Theory of Spherical and Ellipsoidal Harmonics, 1931, art. 87), so nothing is singular at the poles.
/// Component m = −l…l of degree l is element l²+l+m; with Z = y, X = z, Y = x it is the usual real harmonic without the Condon–Shortley phase.
/// </remarks>
public static class SphericalHarmonics
{
    /// <summary>The largest degree that can be evaluated.</summary>
    public const int LargestDegree = 12;

    /// <summary>√3, the factor of degree 1; the others belong to degrees 2 and 3.</summary>
    internal const double Sqrt3 = 1.7320508075688772;
    internal const double Sqrt5 = 2.2360679774997896;
    internal const double Sqrt15 = 3.872983346207417;
    internal const double Sqrt105 = 10.246950765959598;
    internal const double Sqrt35Over8 = 2.0916500663351889;
    internal const double Sqrt21Over8 = 1.6201851746019651;
    internal const double HalfSqrt7 = 1.3228756555322954;
    internal const double HalfSqrt105 = 5.1234753829797991;

    private static readonly Recursion[] Steps = CreateSteps();

    /// <summary>Number of values up to a degree, (l+1)².</summary>
    /// <param name="maxDegree">Largest degree l.</param>
    public static int CountOf(int maxDegree) => (maxDegree + 1) * (maxDegree + 1);

    /// <summary>Evaluates all harmonics up to a degree.</summary>
    /// <param name="maxDegree">Largest degree l, 0 to <see cref="LargestDegree"/>.</param>
    /// <param name="unit">A vector of length 1. Of another length r the values of degree l are r^l times those of its direction; of the zero vector they are zero for l &gt; 0.</param>
    /// <param name="values">Receives (l+1)² values, by degree and then by m = −l…l.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is out of range.</exception>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public static void Evaluate(int maxDegree, Vector3D unit, Span<double> values)
    {
        CheckDegree(maxDegree);
        CheckLength(values.Length, maxDegree, nameof(values));
        double x = unit.X, y = unit.Y, z = unit.Z;

        values[0] = 1;
        if (maxDegree == 0) { return; }
        values[3] = Sqrt3 * z;
        values[2] = Sqrt3 * y;
        values[1] = Sqrt3 * x;
        if (maxDegree == 1) { return; }
        double xx = x * x, yy = y * y, zz = z * z;
        values[8] = 0.5 * Sqrt15 * (zz - xx);
        values[7] = Sqrt15 * y * z;
        values[6] = Sqrt5 * (yy - (0.5 * (xx + zz)));
        values[5] = Sqrt15 * x * y;
        values[4] = Sqrt15 * x * z;
        if (maxDegree == 2) { return; }
        values[15] = Sqrt35Over8 * z * (zz - (3 * xx));
        values[14] = HalfSqrt105 * y * (zz - xx);
        values[13] = Sqrt21Over8 * z * ((4 * yy) - xx - zz);
        values[12] = HalfSqrt7 * y * ((2 * yy) - (3 * (xx + zz)));
        values[11] = Sqrt21Over8 * x * ((4 * yy) - xx - zz);
        values[10] = Sqrt105 * x * y * z;
        values[9] = Sqrt35Over8 * x * ((3 * zz) - xx);
        for (int l = 4; l <= maxDegree; l++)
        {
            ValuesOfDegree(l, x, y, z, xx + yy + zz, values);
        }
    }

    /// <summary>Evaluates all harmonics up to a degree and how they change with the direction.</summary>
    /// <param name="maxDegree">Largest degree l, 0 to <see cref="LargestDegree"/>.</param>
    /// <param name="unit">The direction v/|v| of a vector v, of length 1.</param>
    /// <param name="values">Receives (l+1)² values, as <see cref="Evaluate"/> gives them.</param>
    /// <param name="gradients">
    /// Receives |v|·∂Y(v/|v|)/∂v for every value: a vector perpendicular to v that depends on the direction alone. Divide by |v| for the gradient with respect to v.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The degree is out of range.</exception>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void EvaluateWithGradient(int maxDegree, Vector3D unit, Span<double> values, Span<Vector3D> gradients)
    {
        CheckDegree(maxDegree);
        CheckLength(gradients.Length, maxDegree, nameof(gradients));
        Evaluate(maxDegree, unit, values);
        double x = unit.X, y = unit.Y, z = unit.Z;

        // ∇(r^l Y) has the radial part l·Y·r̂ on the unit sphere (Euler); what is left is the change with the direction.
        gradients[0] = default;
        if (maxDegree == 0) { return; }
        gradients[1] = Tangential(Sqrt3, 0, 0, values[1], unit);
        gradients[2] = Tangential(0, Sqrt3, 0, values[2], unit);
        gradients[3] = Tangential(0, 0, Sqrt3, values[3], unit);
        if (maxDegree == 1) { return; }
        gradients[4] = Tangential(Sqrt15 * z, 0, Sqrt15 * x, 2 * values[4], unit);
        gradients[5] = Tangential(Sqrt15 * y, Sqrt15 * x, 0, 2 * values[5], unit);
        gradients[6] = Tangential(-Sqrt5 * x, 2 * Sqrt5 * y, -Sqrt5 * z, 2 * values[6], unit);
        gradients[7] = Tangential(0, Sqrt15 * z, Sqrt15 * y, 2 * values[7], unit);
        gradients[8] = Tangential(-Sqrt15 * x, 0, Sqrt15 * z, 2 * values[8], unit);
        if (maxDegree == 2) { return; }
        double xx = x * x, yy = y * y, zz = z * z;
        double xy = x * y, xz = x * z, yz = y * z;
        gradients[9] = Tangential(3 * Sqrt35Over8 * (zz - xx), 0, 6 * Sqrt35Over8 * xz, 3 * values[9], unit);
        gradients[10] = Tangential(Sqrt105 * yz, Sqrt105 * xz, Sqrt105 * xy, 3 * values[10], unit);
        gradients[11] = Tangential(Sqrt21Over8 * ((4 * yy) - (3 * xx) - zz), 8 * Sqrt21Over8 * xy, -2 * Sqrt21Over8 * xz, 3 * values[11], unit);
        gradients[12] = Tangential(-6 * HalfSqrt7 * xy, HalfSqrt7 * ((6 * yy) - (3 * (xx + zz))), -6 * HalfSqrt7 * yz, 3 * values[12], unit);
        gradients[13] = Tangential(-2 * Sqrt21Over8 * xz, 8 * Sqrt21Over8 * yz, Sqrt21Over8 * ((4 * yy) - xx - (3 * zz)), 3 * values[13], unit);
        gradients[14] = Tangential(-2 * HalfSqrt105 * xy, HalfSqrt105 * (zz - xx), 2 * HalfSqrt105 * yz, 3 * values[14], unit);
        gradients[15] = Tangential(-6 * Sqrt35Over8 * xz, 0, 3 * Sqrt35Over8 * (zz - xx), 3 * values[15], unit);
        for (int l = 4; l <= maxDegree; l++)
        {
            GradientsOfDegree(l, unit, values, gradients);
        }
    }

    private static Vector3D Tangential(double gx, double gy, double gz, double radial, Vector3D unit) =>
        new(gx - (radial * unit.X), gy - (radial * unit.Y), gz - (radial * unit.Z));

    /// <summary>Degree l ≥ 2 from degrees l−1 and l−2.</summary>
    private static void ValuesOfDegree(int l, double x, double y, double z, double rr, Span<double> values)
    {
        int now = (l * l) + l, before = (l * l) - l, twoBefore = before - (2 * l) + 2;
        for (int m = 0; m < l; m++)
        {
            ref readonly Recursion step = ref Steps[StepIndex(l, m)];
            double rising = step.Rise * y, falling = step.Fall * rr;
            double cosine = rising * values[before + m];
            double sine = rising * values[before - m];
            if (m < l - 1)
            {
                cosine -= falling * values[twoBefore + m];
                sine -= falling * values[twoBefore - m];
            }

            values[now - m] = sine;
            values[now + m] = cosine;
        }

        // (X + iY)·(C + iD) with X = z and Y = x.
        double diagonal = Steps[StepIndex(l, l)].Rise;
        double c = values[before + l - 1], d = values[before - l + 1];
        values[now + l] = diagonal * ((z * c) - (x * d));
        values[now - l] = diagonal * ((z * d) + (x * c));
    }

    /// <summary>Gradients of degree l ≥ 2 from the values of degree l−1.</summary>
    private static void GradientsOfDegree(int l, Vector3D unit, ReadOnlySpan<double> values, Span<Vector3D> gradients)
    {
        int now = (l * l) + l, before = (l * l) - l;
        for (int m = 0; m <= l; m++)
        {
            ref readonly Recursion step = ref Steps[StepIndex(l, m)];
            double axial = m < l ? step.Axial * values[before + m] : 0;
            double upCosine = m < l - 1 ? step.Up * values[before + m + 1] : 0;
            double upSine = m < l - 1 ? step.Up * values[before - m - 1] : 0;
            if (m == 0)
            {
                gradients[now] = Tangential(-upSine, axial, -upCosine, l * values[now], unit);
                continue;
            }

            double downCosine = step.Down * values[before + m - 1];
            double downSine = m > 1 ? step.Down * values[before - m + 1] : 0;
            gradients[now + m] = Tangential(-upSine - downSine, axial, downCosine - upCosine, l * values[now + m], unit);
            axial = m < l ? step.Axial * values[before - m] : 0;
            gradients[now - m] = Tangential(upCosine + downCosine, axial, downSine - upSine, l * values[now - m], unit);
        }
    }

    private static int StepIndex(int l, int m) => (l * (l + 1) / 2) + m;

    private static Recursion[] CreateSteps()
    {
        Recursion[] steps = new Recursion[StepIndex(LargestDegree + 1, 0)];
        for (int l = 2; l <= LargestDegree; l++)
        {
            double ratio = ((2.0 * l) + 1) / ((2.0 * l) - 1);
            for (int m = 0; m <= l; m++)
            {
                // The harmonics with m > 0 carry a factor √2 that the one with m = 0 lacks.
                double up = m == 0 ? Math.Sqrt(0.5 * ratio * l * (l - 1)) : 0.5 * Math.Sqrt(ratio * (l - m) * (l - m - 1));
                double down = (m == 1 ? Math.Sqrt(0.5) : 0.5) * Math.Sqrt(ratio * (l + m) * (l + m - 1));
                double axial = Math.Sqrt(ratio * ((l * l) - (m * m)));
                double rise = m == l ? Math.Sqrt(((2.0 * l) + 1) / (2.0 * l)) : Math.Sqrt(((4.0 * l * l) - 1) / ((l * l) - (m * m)));
                double fall = m >= l - 1 ? 0 : rise * Math.Sqrt((((l - 1.0) * (l - 1)) - (m * m)) / ((4.0 * (l - 1) * (l - 1)) - 1));
                steps[StepIndex(l, m)] = new Recursion(rise, fall, axial, up, down);
            }
        }

        return steps;
    }

    private static void CheckDegree(int maxDegree)
    {
        if (maxDegree is < 0 or > LargestDegree)
        {
            throw new ArgumentOutOfRangeException(nameof(maxDegree), maxDegree, $"A degree is 0 to {LargestDegree}.");
        }
    }

    private static void CheckLength(int length, int maxDegree, string name)
    {
        if (length < CountOf(maxDegree))
        {
            throw new ArgumentException($"The harmonics up to degree {maxDegree} need {CountOf(maxDegree)} elements, not {length}.", name);
        }
    }

    /// <summary>Coefficients of one (l, m): value from degrees l−1 and l−2, derivatives along the polar axis and across it from (l−1, m), (l−1, m+1), (l−1, m−1).</summary>
    private readonly record struct Recursion(double Rise, double Fall, double Axial, double Up, double Down);
}
