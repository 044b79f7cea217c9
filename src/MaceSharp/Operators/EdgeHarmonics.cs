using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using static MaceSharp.Equivariance.SphericalHarmonics;

namespace MaceSharp.Operators;

/// <summary>
/// Spherical harmonics of many directions, and the way back from their adjoints to the directions, a vector of edges at a time in double.
/// The same polynomials as <see cref="SphericalHarmonics"/>, which serves degrees beyond 3.
/// </summary>
internal static unsafe class EdgeHarmonics
{
    /// <summary>Largest degree that is written out here.</summary>
    private const int LargestDegree = 3;

    private const int MostLanes = 8;
    private const int MostHarmonics = 16;

    /// <summary>Directions go in and gradients come out in blocks of this many numbers, so arrays have as many to spare.</summary>
    public static int Padding => MostLanes;

    /// <summary>Evaluates the harmonics of some directions.</summary>
    /// <param name="maxDegree">Largest degree.</param>
    /// <param name="x">First components of the unit vectors.</param>
    /// <param name="y">Second components.</param>
    /// <param name="z">Third components.</param>
    /// <param name="count">Number of directions.</param>
    /// <param name="values">Receives [count, (maxDegree+1)²].</param>
    public static void Evaluate<T>(int maxDegree, double* x, double* y, double* z, int count, T* values)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int harmonics = SphericalHarmonics.CountOf(maxDegree);
        if (maxDegree > LargestDegree)
        {
            Span<double> one = stackalloc double[SphericalHarmonics.CountOf(SphericalHarmonics.LargestDegree)];
            for (int e = 0; e < count; e++, values += harmonics)
            {
                SphericalHarmonics.Evaluate(maxDegree, new Vector3D(x[e], y[e], z[e]), one);
                for (int h = 0; h < harmonics; h++) { values[h] = T.CreateTruncating(one[h]); }
            }

            return;
        }

        if (Vector512.IsHardwareAccelerated) { Evaluate<T, WideVectors<double>, Vector512<double>>(maxDegree, x, y, z, count, values); }
        else { Evaluate<T, PortableVectors<double>, Vector<double>>(maxDegree, x, y, z, count, values); }
    }

    /// <summary>Gives Σ_k bar_k·|v|·∂Y_k(v/|v|)/∂v of some directions: vectors perpendicular to them.</summary>
    /// <param name="maxDegree">Largest degree.</param>
    /// <param name="x">First components of the unit vectors.</param>
    /// <param name="y">Second components.</param>
    /// <param name="z">Third components.</param>
    /// <param name="count">Number of directions.</param>
    /// <param name="bar">Adjoints of the harmonics, [count, (maxDegree+1)²].</param>
    /// <param name="gradients">Receives the components of the gradients, [3, stride].</param>
    /// <param name="stride">From one component of the gradients to the next.</param>
    public static void Contract<T>(int maxDegree, double* x, double* y, double* z, int count, T* bar, double* gradients, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int harmonics = SphericalHarmonics.CountOf(maxDegree);
        if (maxDegree > LargestDegree)
        {
            Span<double> one = stackalloc double[SphericalHarmonics.CountOf(SphericalHarmonics.LargestDegree)];
            Span<Vector3D> slopes = stackalloc Vector3D[SphericalHarmonics.CountOf(SphericalHarmonics.LargestDegree)];
            for (int e = 0; e < count; e++, bar += harmonics)
            {
                SphericalHarmonics.EvaluateWithGradient(maxDegree, new Vector3D(x[e], y[e], z[e]), one, slopes);
                Vector3D sum = default;
                for (int h = 1; h < harmonics; h++) { sum += double.CreateTruncating(bar[h]) * slopes[h]; }
                gradients[e] = sum.X;
                gradients[stride + e] = sum.Y;
                gradients[(2 * stride) + e] = sum.Z;
            }

            return;
        }

        if (Vector512.IsHardwareAccelerated) { Contract<T, WideVectors<double>, Vector512<double>>(maxDegree, x, y, z, count, bar, gradients, stride); }
        else { Contract<T, PortableVectors<double>, Vector<double>>(maxDegree, x, y, z, count, bar, gradients, stride); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Evaluate<T, TOps, TVector>(int maxDegree, double* xs, double* ys, double* zs, int count, T* values)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOps : struct, IVectorOperations<double, TVector>
        where TVector : struct
    {
        double* block = stackalloc double[MostHarmonics * MostLanes];
        int harmonics = SphericalHarmonics.CountOf(maxDegree), lanes = TOps.Count;
        TOps.Store(TOps.Broadcast(1), block);
        for (int first = 0; first < count; first += lanes)
        {
            TVector x = TOps.Load(xs + first), y = TOps.Load(ys + first), z = TOps.Load(zs + first);
            if (maxDegree > 0)
            {
                TVector c = TOps.Broadcast(Sqrt3);
                TOps.Store(TOps.Multiply(c, x), block + lanes);
                TOps.Store(TOps.Multiply(c, y), block + (2 * lanes));
                TOps.Store(TOps.Multiply(c, z), block + (3 * lanes));
            }

            if (maxDegree > 1)
            {
                TVector xx = TOps.Multiply(x, x), yy = TOps.Multiply(y, y), zz = TOps.Multiply(z, z), minus = TOps.Broadcast(-1);
                TVector c = TOps.Broadcast(Sqrt15), difference = TOps.MultiplyAdd(minus, xx, zz), sum = TOps.Add(xx, zz);
                TOps.Store(TOps.Multiply(TOps.Multiply(c, x), z), block + (4 * lanes));
                TOps.Store(TOps.Multiply(TOps.Multiply(c, x), y), block + (5 * lanes));
                TOps.Store(TOps.Multiply(TOps.Broadcast(Sqrt5), TOps.MultiplyAdd(TOps.Broadcast(-0.5), sum, yy)), block + (6 * lanes));
                TOps.Store(TOps.Multiply(TOps.Multiply(c, y), z), block + (7 * lanes));
                TOps.Store(TOps.Multiply(TOps.Broadcast(0.5 * Sqrt15), difference), block + (8 * lanes));
                if (maxDegree > 2)
                {
                    TVector a = TOps.Broadcast(Sqrt35Over8), b = TOps.Broadcast(Sqrt21Over8), three = TOps.Broadcast(3);
                    TVector polar = TOps.MultiplyAdd(TOps.Broadcast(4), yy, TOps.Multiply(minus, sum));
                    TOps.Store(TOps.Multiply(TOps.Multiply(a, x), TOps.MultiplyAdd(three, zz, TOps.Multiply(minus, xx))), block + (9 * lanes));
                    TOps.Store(TOps.Multiply(TOps.Multiply(TOps.Broadcast(Sqrt105), x), TOps.Multiply(y, z)), block + (10 * lanes));
                    TOps.Store(TOps.Multiply(TOps.Multiply(b, x), polar), block + (11 * lanes));
                    TOps.Store(TOps.Multiply(TOps.Multiply(TOps.Broadcast(HalfSqrt7), y), TOps.MultiplyAdd(TOps.Broadcast(-3), sum, TOps.Add(yy, yy))), block + (12 * lanes));
                    TOps.Store(TOps.Multiply(TOps.Multiply(b, z), polar), block + (13 * lanes));
                    TOps.Store(TOps.Multiply(TOps.Multiply(TOps.Broadcast(HalfSqrt105), y), difference), block + (14 * lanes));
                    TOps.Store(TOps.Multiply(TOps.Multiply(a, z), TOps.MultiplyAdd(TOps.Broadcast(-3), xx, zz)), block + (15 * lanes));
                }
            }

            int edges = Math.Min(lanes, count - first);
            for (int e = 0; e < edges; e++, values += harmonics)
            {
                for (int h = 0; h < harmonics; h++) { values[h] = T.CreateTruncating(block[(h * lanes) + e]); }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Contract<T, TOps, TVector>(int maxDegree, double* xs, double* ys, double* zs, int count, T* bar, double* gradients, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOps : struct, IVectorOperations<double, TVector>
        where TVector : struct
    {
        double* b = stackalloc double[MostHarmonics * MostLanes];
        new Span<double>(b, MostHarmonics * MostLanes).Clear();
        int harmonics = SphericalHarmonics.CountOf(maxDegree), lanes = TOps.Count;
        for (int first = 0; first < count; first += lanes)
        {
            int edges = Math.Min(lanes, count - first);
            for (int e = 0; e < edges; e++, bar += harmonics)
            {
                for (int h = 1; h < harmonics; h++) { b[(h * lanes) + e] = double.CreateTruncating(bar[h]); }
            }

            // The gradient of the solid harmonics on the unit sphere; its radial part (Euler: l·Y) is taken away at the end.
            TVector x = TOps.Load(xs + first), y = TOps.Load(ys + first), z = TOps.Load(zs + first);
            TVector gx = default, gy = default, gz = default, minus = TOps.Broadcast(-1);
            if (maxDegree > 0)
            {
                TVector c = TOps.Broadcast(Sqrt3);
                gx = TOps.Multiply(c, TOps.Load(b + lanes));
                gy = TOps.Multiply(c, TOps.Load(b + (2 * lanes)));
                gz = TOps.Multiply(c, TOps.Load(b + (3 * lanes)));
            }

            if (maxDegree > 1)
            {
                TVector c = TOps.Broadcast(Sqrt15);
                TVector b4 = TOps.Multiply(c, TOps.Load(b + (4 * lanes))), b5 = TOps.Multiply(c, TOps.Load(b + (5 * lanes))), b7 = TOps.Multiply(c, TOps.Load(b + (7 * lanes))), b8 = TOps.Multiply(c, TOps.Load(b + (8 * lanes)));
                TVector b6 = TOps.Multiply(TOps.Broadcast(Sqrt5), TOps.Load(b + (6 * lanes)));
                TVector negative6 = TOps.Multiply(minus, b6);
                gx = TOps.MultiplyAdd(b4, z, TOps.MultiplyAdd(b5, y, TOps.MultiplyAdd(TOps.MultiplyAdd(minus, b8, negative6), x, gx)));
                gy = TOps.MultiplyAdd(b5, x, TOps.MultiplyAdd(b7, z, TOps.MultiplyAdd(TOps.Add(b6, b6), y, gy)));
                gz = TOps.MultiplyAdd(b4, x, TOps.MultiplyAdd(b7, y, TOps.MultiplyAdd(TOps.Add(b8, negative6), z, gz)));
            }

            if (maxDegree > 2)
            {
                TVector xx = TOps.Multiply(x, x), yy = TOps.Multiply(y, y), zz = TOps.Multiply(z, z), xy = TOps.Multiply(x, y), xz = TOps.Multiply(x, z), yz = TOps.Multiply(y, z);
                TVector c = TOps.Broadcast(3 * Sqrt35Over8), d = TOps.Broadcast(Sqrt21Over8), two = TOps.Broadcast(2), four = TOps.Broadcast(4), three = TOps.Broadcast(-3);
                TVector difference = TOps.MultiplyAdd(minus, xx, zz), sum = TOps.Add(xx, zz);
                TVector b9 = TOps.Multiply(c, TOps.Load(b + (9 * lanes))), b15 = TOps.Multiply(c, TOps.Load(b + (15 * lanes))), b10 = TOps.Multiply(TOps.Broadcast(Sqrt105), TOps.Load(b + (10 * lanes)));
                TVector b11 = TOps.Multiply(d, TOps.Load(b + (11 * lanes))), b13 = TOps.Multiply(d, TOps.Load(b + (13 * lanes)));
                TVector b12 = TOps.Multiply(TOps.Broadcast(HalfSqrt7), TOps.Load(b + (12 * lanes))), b14 = TOps.Multiply(TOps.Broadcast(HalfSqrt105), TOps.Load(b + (14 * lanes)));
                TVector polar = TOps.MultiplyAdd(four, yy, TOps.Multiply(minus, sum)), xz2 = TOps.Multiply(two, xz), xy2 = TOps.Multiply(two, xy), yz2 = TOps.Multiply(two, yz);

                gx = TOps.MultiplyAdd(b9, difference, gx);
                gz = TOps.MultiplyAdd(b9, xz2, gz);
                gx = TOps.MultiplyAdd(b10, yz, gx);
                gy = TOps.MultiplyAdd(b10, xz, gy);
                gz = TOps.MultiplyAdd(b10, xy, gz);
                gx = TOps.MultiplyAdd(b11, TOps.MultiplyAdd(TOps.Broadcast(-2), xx, polar), gx);
                gy = TOps.MultiplyAdd(TOps.Multiply(four, b11), xy2, gy);
                gz = TOps.MultiplyAdd(TOps.Multiply(minus, b11), xz2, gz);
                TVector b12Three = TOps.Multiply(three, b12);
                gx = TOps.MultiplyAdd(b12Three, xy2, gx);
                gy = TOps.MultiplyAdd(b12Three, TOps.MultiplyAdd(TOps.Broadcast(-2), yy, sum), gy);
                gz = TOps.MultiplyAdd(b12Three, yz2, gz);
                gx = TOps.MultiplyAdd(TOps.Multiply(minus, b13), xz2, gx);
                gy = TOps.MultiplyAdd(TOps.Multiply(four, b13), yz2, gy);
                gz = TOps.MultiplyAdd(b13, TOps.MultiplyAdd(TOps.Broadcast(-2), zz, polar), gz);
                gx = TOps.MultiplyAdd(TOps.Multiply(minus, b14), xy2, gx);
                gy = TOps.MultiplyAdd(b14, difference, gy);
                gz = TOps.MultiplyAdd(b14, yz2, gz);
                gx = TOps.MultiplyAdd(TOps.Multiply(minus, b15), xz2, gx);
                gz = TOps.MultiplyAdd(b15, difference, gz);
            }

            TVector radial = TOps.Multiply(minus, TOps.MultiplyAdd(x, gx, TOps.MultiplyAdd(y, gy, TOps.Multiply(z, gz))));
            TOps.Store(TOps.MultiplyAdd(radial, x, gx), gradients + first);
            TOps.Store(TOps.MultiplyAdd(radial, y, gy), gradients + stride + first);
            TOps.Store(TOps.MultiplyAdd(radial, z, gz), gradients + (2 * stride) + first);
        }
    }
}
