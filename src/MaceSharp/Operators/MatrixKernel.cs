using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MaceSharp.Operators;

/// <summary>
/// y[r, :] += x[r, :]·W for rows that lie anywhere: the one dense product every linear map of the network is made of.
/// </summary>
/// <remarks>
/// W is row-major [inner, columns], so the columns (channels) are contiguous and vectorised; four rows and two vectors of
/// columns are accumulated in registers, which hides the latency of the multiply-add on both AVX2 and AVX-512 machines.
/// </remarks>
internal static class MatrixKernel
{
    /// <summary>y[r, :] += x[r, :]·W.</summary>
    /// <param name="x">Input rows of length <paramref name="inner"/>.</param>
    /// <param name="xRows">Offset of each input row.</param>
    /// <param name="w">Matrix [inner, columns].</param>
    /// <param name="inner">Length of an input row.</param>
    /// <param name="columns">Length of an output row.</param>
    /// <param name="y">Output rows of length <paramref name="columns"/>.</param>
    /// <param name="yRows">Offset of each output row, one for each input row.</param>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xRows, ReadOnlySpan<T> w, int inner, int columns, Span<T> y, ReadOnlySpan<int> yRows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (inner == 0 || columns == 0) { return; }
        CheckRows(xRows, inner, x.Length);
        CheckRows(yRows[..xRows.Length], columns, y.Length);
        if (w.Length < (long)inner * columns) { throw new ArgumentException("The matrix is too small.", nameof(w)); }

        ref T px = ref MemoryMarshal.GetReference(x);
        ref T py = ref MemoryMarshal.GetReference(y);
        ref T pw = ref MemoryMarshal.GetReference(w);
        int r = 0;
        for (; r <= xRows.Length - 4; r += 4)
        {
            FourRows(
                ref Unsafe.Add(ref px, xRows[r]), ref Unsafe.Add(ref px, xRows[r + 1]), ref Unsafe.Add(ref px, xRows[r + 2]), ref Unsafe.Add(ref px, xRows[r + 3]),
                ref pw, inner, columns,
                ref Unsafe.Add(ref py, yRows[r]), ref Unsafe.Add(ref py, yRows[r + 1]), ref Unsafe.Add(ref py, yRows[r + 2]), ref Unsafe.Add(ref py, yRows[r + 3]));
        }

        for (; r < xRows.Length; r++)
        {
            OneRow(ref Unsafe.Add(ref px, xRows[r]), ref pw, inner, columns, ref Unsafe.Add(ref py, yRows[r]));
        }
    }

    private static void CheckRows(ReadOnlySpan<int> rows, int length, int total)
    {
        foreach (int row in rows)
        {
            if ((uint)row > (uint)(total - length)) { throw new ArgumentOutOfRangeException(nameof(rows), row, "A row lies outside its array."); }
        }
    }

    private static void FourRows<T>(ref T x0, ref T x1, ref T x2, ref T x3, ref T w, int inner, int columns, ref T y0, ref T y1, ref T y2, ref T y3)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Vector<T>.Count;
        int c = 0;
        for (; c <= columns - (2 * width); c += 2 * width)
        {
            nuint lo = (nuint)c, hi = (nuint)(c + width);
            Vector<T> a00 = Vector.LoadUnsafe(ref y0, lo), a01 = Vector.LoadUnsafe(ref y0, hi);
            Vector<T> a10 = Vector.LoadUnsafe(ref y1, lo), a11 = Vector.LoadUnsafe(ref y1, hi);
            Vector<T> a20 = Vector.LoadUnsafe(ref y2, lo), a21 = Vector.LoadUnsafe(ref y2, hi);
            Vector<T> a30 = Vector.LoadUnsafe(ref y3, lo), a31 = Vector.LoadUnsafe(ref y3, hi);
            ref T row = ref Unsafe.Add(ref w, c);
            for (int k = 0; k < inner; k++)
            {
                Vector<T> w0 = Vector.LoadUnsafe(ref row), w1 = Vector.LoadUnsafe(ref row, (nuint)width);
                Vector<T> b = new(Unsafe.Add(ref x0, k));
                a00 = Simd.Fma(b, w0, a00);
                a01 = Simd.Fma(b, w1, a01);
                b = new(Unsafe.Add(ref x1, k));
                a10 = Simd.Fma(b, w0, a10);
                a11 = Simd.Fma(b, w1, a11);
                b = new(Unsafe.Add(ref x2, k));
                a20 = Simd.Fma(b, w0, a20);
                a21 = Simd.Fma(b, w1, a21);
                b = new(Unsafe.Add(ref x3, k));
                a30 = Simd.Fma(b, w0, a30);
                a31 = Simd.Fma(b, w1, a31);
                row = ref Unsafe.Add(ref row, columns);
            }

            a00.StoreUnsafe(ref y0, lo);
            a01.StoreUnsafe(ref y0, hi);
            a10.StoreUnsafe(ref y1, lo);
            a11.StoreUnsafe(ref y1, hi);
            a20.StoreUnsafe(ref y2, lo);
            a21.StoreUnsafe(ref y2, hi);
            a30.StoreUnsafe(ref y3, lo);
            a31.StoreUnsafe(ref y3, hi);
        }

        if (c < columns)
        {
            Remainder(ref x0, ref w, inner, columns, c, ref y0);
            Remainder(ref x1, ref w, inner, columns, c, ref y1);
            Remainder(ref x2, ref w, inner, columns, c, ref y2);
            Remainder(ref x3, ref w, inner, columns, c, ref y3);
        }
    }

    private static void OneRow<T>(ref T x, ref T w, int inner, int columns, ref T y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = Vector<T>.Count;
        int c = 0;
        for (; c <= columns - (4 * width); c += 4 * width)
        {
            nuint c0 = (nuint)c, c1 = (nuint)(c + width), c2 = (nuint)(c + (2 * width)), c3 = (nuint)(c + (3 * width));
            Vector<T> a0 = Vector.LoadUnsafe(ref y, c0), a1 = Vector.LoadUnsafe(ref y, c1);
            Vector<T> a2 = Vector.LoadUnsafe(ref y, c2), a3 = Vector.LoadUnsafe(ref y, c3);
            ref T row = ref w;
            for (int k = 0; k < inner; k++)
            {
                Vector<T> b = new(Unsafe.Add(ref x, k));
                a0 = Simd.Fma(b, Vector.LoadUnsafe(ref row, c0), a0);
                a1 = Simd.Fma(b, Vector.LoadUnsafe(ref row, c1), a1);
                a2 = Simd.Fma(b, Vector.LoadUnsafe(ref row, c2), a2);
                a3 = Simd.Fma(b, Vector.LoadUnsafe(ref row, c3), a3);
                row = ref Unsafe.Add(ref row, columns);
            }

            a0.StoreUnsafe(ref y, c0);
            a1.StoreUnsafe(ref y, c1);
            a2.StoreUnsafe(ref y, c2);
            a3.StoreUnsafe(ref y, c3);
        }

        Remainder(ref x, ref w, inner, columns, c, ref y);
    }

    private static void Remainder<T>(ref T x, ref T w, int inner, int columns, int c, ref T y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (; c <= columns - Vector<T>.Count; c += Vector<T>.Count)
        {
            Vector<T> sum = Vector.LoadUnsafe(ref y, (nuint)c);
            ref T row = ref Unsafe.Add(ref w, c);
            for (int k = 0; k < inner; k++)
            {
                sum = Simd.Fma(new Vector<T>(Unsafe.Add(ref x, k)), Vector.LoadUnsafe(ref row), sum);
                row = ref Unsafe.Add(ref row, columns);
            }

            sum.StoreUnsafe(ref y, (nuint)c);
        }

        for (; c < columns; c++)
        {
            T sum = Unsafe.Add(ref y, c);
            for (int k = 0; k < inner; k++) { sum += Unsafe.Add(ref x, k) * Unsafe.Add(ref w, (k * columns) + c); }
            Unsafe.Add(ref y, c) = sum;
        }
    }
}
