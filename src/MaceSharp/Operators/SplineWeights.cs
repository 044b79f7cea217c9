using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Operators;

/// <summary>
/// The weights of quintic B-splines at many points at once: with which the five differences of coefficients of a cell enter the value
/// (beside the anchor, the third coefficient) and the derivative. Σ B_j c_j = c_2 + Σ g_j (c_{j+1} − c_j), because the B_j sum to one; the derivative is a
/// spline of fourth degree whose coefficients are the differences (de Boor, A Practical Guide to Splines, 1978, ch. X).
/// </summary>
internal static unsafe class SplineWeights
{
    /// <summary>Numbers a point has: five weights for the value, then five for the derivative.</summary>
    public const int Count = 10;

    /// <summary>Points are taken in blocks of up to this many numbers, so arrays have as many to spare.</summary>
    public const int Padding = 8;

    /// <summary>Evaluates the weights.</summary>
    /// <param name="t">Place of each point in its cell, 0 to 1.</param>
    /// <param name="scale">Number of cells a unit of length for each point.</param>
    /// <param name="points">Number of points.</param>
    /// <param name="weights">Receives [points, <see cref="Count"/>].</param>
    public static void Evaluate<T>(double* t, double* scale, int points, T* weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) { Evaluate<T, WideVectors<double>, Vector512<double>>(t, scale, points, weights); }
        else { Evaluate<T, PortableVectors<double>, Vector<double>>(t, scale, points, weights); }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Evaluate<T, TOps, TVector>(double* places, double* scales, int points, T* weights)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOps : struct, IVectorOperations<double, TVector>
        where TVector : struct
    {
        double* block = stackalloc double[Count * Padding];
        int lanes = TOps.Count;
        TVector one = TOps.Broadcast(1), minus = TOps.Broadcast(-1);
        for (int first = 0; first < points; first += lanes)
        {
            TVector t = TOps.Load(places + first), scale = TOps.Multiply(TOps.Load(scales + first), TOps.Broadcast(1.0 / 24));
            TVector u = TOps.MultiplyAdd(minus, t, one), t2 = TOps.Multiply(t, t), u2 = TOps.Multiply(u, u), t4 = TOps.Multiply(t2, t2), u4 = TOps.Multiply(u2, u2);
            TVector norm = TOps.Broadcast(1.0 / 120), five = TOps.Broadcast(5);

            // B_5 = t⁵, B_4 = 1 + 5t + 10t² + 10t³ + 5t⁴ − 5t⁵, B_3 = 26 + 50t + 20t² − 20t³ − 20t⁴ + 10t⁵, over 120; B_0 and B_1 mirror B_5 and B_4.
            TVector b5 = TOps.Multiply(t4, t), b0 = TOps.Multiply(u4, u);
            TVector b4 = Outer<TOps, TVector>(t, five), b1 = Outer<TOps, TVector>(u, five);
            TVector b3 = TOps.Broadcast(10);
            b3 = TOps.MultiplyAdd(b3, t, TOps.Broadcast(-20));
            b3 = TOps.MultiplyAdd(b3, t, TOps.Broadcast(-20));
            b3 = TOps.MultiplyAdd(b3, t, TOps.Broadcast(20));
            b3 = TOps.MultiplyAdd(b3, t, TOps.Broadcast(50));
            b3 = TOps.MultiplyAdd(b3, t, TOps.Broadcast(26));
            TVector b45 = TOps.Add(b4, b5), negative = TOps.Multiply(minus, norm);
            TOps.Store(TOps.Multiply(negative, b0), block);
            TOps.Store(TOps.Multiply(negative, TOps.Add(b0, b1)), block + lanes);
            TOps.Store(TOps.Multiply(norm, TOps.Add(b3, b45)), block + (2 * lanes));
            TOps.Store(TOps.Multiply(norm, b45), block + (3 * lanes));
            TOps.Store(TOps.Multiply(norm, b5), block + (4 * lanes));

            // Quartic: Q_4 = t⁴, Q_3 = 1 + 4t + 6t² + 4t³ − 4t⁴, Q_2 = 11 + 12t − 6t² − 12t³ + 6t⁴, over 24; Q_0 and Q_1 mirror Q_4 and Q_3.
            TVector q2 = TOps.Broadcast(6);
            q2 = TOps.MultiplyAdd(q2, t, TOps.Broadcast(-12));
            q2 = TOps.MultiplyAdd(q2, t, TOps.Broadcast(-6));
            q2 = TOps.MultiplyAdd(q2, t, TOps.Broadcast(12));
            q2 = TOps.MultiplyAdd(q2, t, TOps.Broadcast(11));
            TOps.Store(TOps.Multiply(scale, u4), block + (5 * lanes));
            TOps.Store(TOps.Multiply(scale, Quartic<TOps, TVector>(u)), block + (6 * lanes));
            TOps.Store(TOps.Multiply(scale, q2), block + (7 * lanes));
            TOps.Store(TOps.Multiply(scale, Quartic<TOps, TVector>(t)), block + (8 * lanes));
            TOps.Store(TOps.Multiply(scale, t4), block + (9 * lanes));

            int count = Math.Min(lanes, points - first);
            for (int p = 0; p < count; p++, weights += Count)
            {
                for (int k = 0; k < Count; k++) { weights[k] = T.CreateTruncating(block[(k * lanes) + p]); }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Outer<TOps, TVector>(TVector t, TVector five)
        where TOps : struct, IVectorOperations<double, TVector>
        where TVector : struct
    {
        TVector b = TOps.Broadcast(-5);
        b = TOps.MultiplyAdd(b, t, five);
        b = TOps.MultiplyAdd(b, t, TOps.Broadcast(10));
        b = TOps.MultiplyAdd(b, t, TOps.Broadcast(10));
        b = TOps.MultiplyAdd(b, t, five);
        return TOps.MultiplyAdd(b, t, TOps.Broadcast(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Quartic<TOps, TVector>(TVector t)
        where TOps : struct, IVectorOperations<double, TVector>
        where TVector : struct
    {
        TVector q = TOps.Broadcast(-4);
        q = TOps.MultiplyAdd(q, t, TOps.Broadcast(4));
        q = TOps.MultiplyAdd(q, t, TOps.Broadcast(6));
        q = TOps.MultiplyAdd(q, t, TOps.Broadcast(4));
        return TOps.MultiplyAdd(q, t, TOps.Broadcast(1));
    }
}
