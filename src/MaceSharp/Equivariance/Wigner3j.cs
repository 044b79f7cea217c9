using System.Collections.Concurrent;
using System.Numerics;

namespace MaceSharp.Equivariance;

/// <summary>
/// Wigner 3j symbols in the real basis of e3nn (Geiger and Smidt, arXiv:2207.09453): the invariant coupling of three
/// representations of SO(3), normalised to Σ C² = 1.
/// </summary>
public static class Wigner3j
{
    private static readonly ConcurrentDictionary<(int, int, int), double[]> Cache = new();

    /// <summary>The coupling tensor of shape [2·l1+1, 2·l2+1, 2·l3+1], row-major.</summary>
    /// <param name="l1">First degree.</param>
    /// <param name="l2">Second degree.</param>
    /// <param name="l3">Third degree, |l1−l2| ≤ l3 ≤ l1+l2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The degrees violate the triangle rule, are negative, or exceed 12.</exception>
    public static ReadOnlySpan<double> Get(int l1, int l2, int l3)
    {
        if (l1 < 0 || l2 < 0 || l1 > 12 || l2 > 12 || l3 < Math.Abs(l1 - l2) || l3 > l1 + l2)
        {
            throw new ArgumentOutOfRangeException(nameof(l3), $"The degrees {l1}, {l2}, {l3} do not couple.");
        }

        return Cache.GetOrAdd((l1, l2, l3), static key => Compute(key.Item1, key.Item2, key.Item3));
    }

    private static double[] Compute(int l1, int l2, int l3)
    {
        int n1 = (2 * l1) + 1, n2 = (2 * l2) + 1, n3 = (2 * l3) + 1;
        Complex[,] q1 = RealToComplex(l1), q2 = RealToComplex(l2), q3 = RealToComplex(l3);
        double[] result = new double[n1 * n2 * n3];
        for (int m1 = -l1; m1 <= l1; m1++)
        {
            for (int m2 = -l2; m2 <= l2; m2++)
            {
                int m3 = m1 + m2;
                if (Math.Abs(m3) > l3) { continue; }
                double coefficient = ClebschGordan(l1, m1, l2, m2, l3, m3);

                // Every row of q has at most two non-zero columns, at ±m.
                for (int a = 0; a < n1; a++)
                {
                    for (int b = 0; b < n2; b++)
                    {
                        Complex left = q1[l1 + m1, a] * q2[l2 + m2, b] * coefficient;
                        if (left == Complex.Zero) { continue; }
                        for (int c = 0; c < n3; c++)
                        {
                            result[(((a * n2) + b) * n3) + c] += (left * Complex.Conjugate(q3[l3 + m3, c])).Real;
                        }
                    }
                }
            }
        }

        double norm = 0;
        foreach (double value in result) { norm += value * value; }
        norm = Math.Sqrt(norm);
        for (int i = 0; i < result.Length; i++)
        {
            // What is left of exact zeros after the sum of complex terms is rounding.
            result[i] = Math.Abs(result[i]) < 1e-14 ? 0 : result[i] / norm;
        }

        return result;
    }

    /// <summary>The unitary change from the real basis (columns) to the complex one (rows m = −l…l).</summary>
    private static Complex[,] RealToComplex(int l)
    {
        int n = (2 * l) + 1;
        Complex[,] q = new Complex[n, n];
        double half = 1 / Math.Sqrt(2);
        q[l, l] = 1;
        for (int m = 1; m <= l; m++)
        {
            double sign = (m & 1) == 0 ? 1 : -1;
            q[l - m, l + m] = half;
            q[l - m, l - m] = new Complex(0, -half);
            q[l + m, l + m] = sign * half;
            q[l + m, l - m] = new Complex(0, sign * half);
        }

        Complex phase = (l & 3) switch
        {
            0 => Complex.One,
            1 => -Complex.ImaginaryOne,
            2 => -Complex.One,
            _ => Complex.ImaginaryOne,
        };
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) { q[i, j] *= phase; }
        }

        return q;
    }

    /// <summary>⟨l1 m1 l2 m2 | l3 m3⟩ with the Condon–Shortley phase, by Racah's formula in exact integer arithmetic.</summary>
    private static double ClebschGordan(int l1, int m1, int l2, int m2, int l3, int m3)
    {
        BigInteger numerator = ((2 * l3) + 1) * Factorial(l3 + l1 - l2) * Factorial(l3 - l1 + l2) * Factorial(l1 + l2 - l3) * Factorial(l3 + m3) * Factorial(l3 - m3);
        BigInteger denominator = Factorial(l1 + l2 + l3 + 1) * Factorial(l1 - m1) * Factorial(l1 + m1) * Factorial(l2 - m2) * Factorial(l2 + m2);

        // The alternating sum is taken over a common denominator so that nothing cancels in floating point.
        int first = Math.Max(0, Math.Max(-l1 + l2 + m3, -l1 + m1));
        int last = Math.Min(Math.Min(l2 + l3 + m1, l3 - l1 + l2), l3 + m3);
        BigInteger sumNumerator = 0;
        BigInteger sumDenominator = 1;
        for (int v = first; v <= last; v++)
        {
            BigInteger n = Factorial(l2 + l3 + m1 - v) * Factorial(l1 - m1 + v);
            BigInteger d = Factorial(v) * Factorial(l3 - l1 + l2 - v) * Factorial(l3 + m3 - v) * Factorial(v + l1 - l2 - m3);
            if (((v + l2 + m2) & 1) != 0) { n = -n; }
            sumNumerator = (sumNumerator * d) + (n * sumDenominator);
            sumDenominator *= d;
        }

        if (sumNumerator.IsZero) { return 0; }

        // sqrt(numerator/denominator)·sum = ±sqrt(numerator·sum² / denominator): one rounding.
        BigInteger top = numerator * sumNumerator * sumNumerator;
        BigInteger bottom = denominator * sumDenominator * sumDenominator;
        BigInteger divisor = BigInteger.GreatestCommonDivisor(top, bottom);
        return sumNumerator.Sign * Math.Sqrt((double)(top / divisor) / (double)(bottom / divisor));
    }

    private static BigInteger Factorial(int n)
    {
        BigInteger result = 1;
        for (int i = 2; i <= n; i++) { result *= i; }
        return result;
    }
}
