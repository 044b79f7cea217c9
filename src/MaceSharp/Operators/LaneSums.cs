using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MaceSharp.Operators;

/// <summary>Adds up the lanes of many vectors of 64 bytes, several at a time: one after the other would cost more than what filled them.</summary>
internal static unsafe class LaneSums
{
    /// <summary>target[k] += Σ of the lanes of vector k.</summary>
    /// <param name="vectors">The vectors, one after the other, 64 bytes each.</param>
    /// <param name="count">How many.</param>
    /// <param name="target">Receives the sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(T* vectors, int count, T* target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int k = 0, lanes = 64 / sizeof(T);
        if (Avx.IsSupported && typeof(T) == typeof(float))
        {
            for (; k + 4 <= count; k += 4, vectors += 4 * lanes)
            {
                float* v = (float*)vectors;
                Vector256<float> first = Avx.HorizontalAdd(Fold(v), Fold(v + 16)), second = Avx.HorizontalAdd(Fold(v + 32), Fold(v + 48));
                Vector256<float> quarters = Avx.HorizontalAdd(first, second);
                float* sums = (float*)target + k;
                (Vector128.Load(sums) + (quarters.GetLower() + quarters.GetUpper())).Store(sums);
            }
        }
        else if (Avx.IsSupported && typeof(T) == typeof(double))
        {
            for (; k + 2 <= count; k += 2, vectors += 2 * lanes)
            {
                double* v = (double*)vectors;
                Vector256<double> halves = Avx.HorizontalAdd(Fold(v), Fold(v + 8));
                double* sums = (double*)target + k;
                (Vector128.Load(sums) + (halves.GetLower() + halves.GetUpper())).Store(sums);
            }
        }

        for (; k < count; k++, vectors += lanes) { target[k] += Vector512.Sum(Vector512.Load(vectors)); }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fold(float* v) => Vector256.Load(v) + Vector256.Load(v + 8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Fold(double* v) => Vector256.Load(v) + Vector256.Load(v + 4);
}
