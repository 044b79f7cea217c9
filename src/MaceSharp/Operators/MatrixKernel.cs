using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Operators;

/// <summary>
/// y[r, :] = x[r, :]·W, or added to what is there, for rows that lie anywhere: the one dense product every linear map of the network is made of.
/// </summary>
/// <remarks>
/// W is row-major [inner, columns], so the columns (channels) are contiguous and vectorised. Columns are cut into panels of
/// a few vectors, rows into groups of at most six, and each tile of six rows and one panel is summed in registers
/// (<see cref="MatrixTile"/>). The last vector of a row overlaps the one before when the columns are no multiple of a
/// vector; what it shares with that one is masked out of its sums.
/// </remarks>
internal static unsafe class MatrixKernel
{
    /// <summary>Rows of W that <see cref="Narrow{T, TVector, TOps}"/> pads at a time.</summary>
    private const int NarrowInner = 64;

    /// <summary>y[r, :] += x[r, :]·W.</summary>
    /// <param name="x">Input rows of length <paramref name="inner"/>.</param>
    /// <param name="xRows">Offset of each input row.</param>
    /// <param name="w">Matrix [inner, columns].</param>
    /// <param name="inner">Length of an input row.</param>
    /// <param name="columns">Length of an output row.</param>
    /// <param name="y">Output rows of length <paramref name="columns"/>.</param>
    /// <param name="yRows">Offset of each output row, one for each input row.</param>
    /// <exception cref="ArgumentException">An array is smaller than its rows say.</exception>
    public static void MultiplyAdd<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xRows, ReadOnlySpan<T> w, int inner, int columns, Span<T> y, ReadOnlySpan<int> yRows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Product(x, xRows, w, inner, columns, y, yRows, add: true);
    }

    /// <summary>y[r, :] = x[r, :]·W; rows of y must not overlap.</summary>
    /// <param name="x">Input rows of length <paramref name="inner"/>.</param>
    /// <param name="xRows">Offset of each input row.</param>
    /// <param name="w">Matrix [inner, columns].</param>
    /// <param name="inner">Length of an input row.</param>
    /// <param name="columns">Length of an output row.</param>
    /// <param name="y">Output rows of length <paramref name="columns"/>, overwritten.</param>
    /// <param name="yRows">Offset of each output row, one for each input row.</param>
    /// <exception cref="ArgumentException">An array is smaller than its rows say.</exception>
    public static void Multiply<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xRows, ReadOnlySpan<T> w, int inner, int columns, Span<T> y, ReadOnlySpan<int> yRows)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Product(x, xRows, w, inner, columns, y, yRows, add: false);
    }

    /// <summary>Either product, with the vectors of this machine.</summary>
    public static void Product<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xRows, ReadOnlySpan<T> w, int inner, int columns, Span<T> y, ReadOnlySpan<int> yRows, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Product<T, Vector512<T>, WideVectors<T>>(x, xRows, w, inner, columns, y, yRows, add);
        }
        else
        {
            Product<T, Vector<T>, PortableVectors<T>>(x, xRows, w, inner, columns, y, yRows, add);
        }
    }

    /// <summary>The same with the vectors named.</summary>
    internal static void Product<T, TVector, TOps>(ReadOnlySpan<T> x, ReadOnlySpan<int> xRows, ReadOnlySpan<T> w, int inner, int columns, Span<T> y, ReadOnlySpan<int> yRows, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        if (columns == 0 || xRows.IsEmpty) { return; }
        yRows = yRows[..xRows.Length];
        CheckRows(xRows, inner, x.Length);
        CheckRows(yRows, columns, y.Length);
        if (w.Length < (long)inner * columns) { throw new ArgumentException("The matrix is too small.", nameof(w)); }
        if (inner == 0)
        {
            for (int r = 0; !add && r < yRows.Length; r++) { y.Slice(yRows[r], columns).Clear(); }
            return;
        }

        if (columns == 1)
        {
            for (int r = 0; r < xRows.Length; r++)
            {
                T sum = Simd.Dot(x.Slice(xRows[r], inner), w[..inner]);
                y[yRows[r]] = add ? y[yRows[r]] + sum : sum;
            }

            return;
        }

        fixed (T* px = x, pw = w, py = y)
        {
            fixed (int* pxRows = xRows, pyRows = yRows)
            {
                if (columns < TOps.Count)
                {
                    Narrow<T, TVector, TOps>(px, pxRows, pw, inner, columns, py, pyRows, xRows.Length, add);
                }
                else
                {
                    Panels<T, TVector, TOps>(px, pxRows, pw, inner, columns, py, pyRows, xRows.Length, add);
                }
            }
        }
    }

    private static void CheckRows(ReadOnlySpan<int> rows, int length, int total)
    {
        int highest = total - length;
        bool outside = highest < 0;
        foreach (int row in rows) { outside |= (uint)row > (uint)highest; }
        if (outside) { throw new ArgumentException($"A row of {length} numbers lies outside its array of {total}.", nameof(rows)); }
    }

    private static void Panels<T, TVector, TOps>(T* x, int* xRows, T* w, int inner, int columns, T* y, int* yRows, int rows, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        int width = TOps.Count, rest = columns % width;
        byte* live = stackalloc byte[width * sizeof(T)];
        new Span<byte>(live, width * sizeof(T)).Fill(0xFF);
        TVector all = TOps.Load((T*)live);
        new Span<byte>(live, (width - rest) * sizeof(T)).Clear();
        TVector end = rest == 0 ? all : TOps.Load((T*)live);

        // Panels of nearly equal width, none above what the registers hold.
        int vectors = (columns + width - 1) / width, panels = (vectors + TOps.TileVectors - 1) / TOps.TileVectors;
        for (int p = 0, first = 0; p < panels; p++)
        {
            int count = ((vectors * (p + 1)) / panels) - first;
            bool final = p == panels - 1;
            int column = first * width;
            int last = final ? columns - width - column : (count - 1) * width;
            TVector mask = final ? end : all;
            switch (count)
            {
                case 1: MatrixTile.Rows<T, TVector, TOps, One>(x, xRows, w + column, inner, columns, y + column, yRows, rows, last, mask, add); break;
                case 2: MatrixTile.Rows<T, TVector, TOps, Two>(x, xRows, w + column, inner, columns, y + column, yRows, rows, last, mask, add); break;
                case 3: MatrixTile.Rows<T, TVector, TOps, Three>(x, xRows, w + column, inner, columns, y + column, yRows, rows, last, mask, add); break;
                default: MatrixTile.Rows<T, TVector, TOps, Four>(x, xRows, w + column, inner, columns, y + column, yRows, rows, last, mask, add); break;
            }

            first += count;
        }
    }

    /// <summary>Fewer columns than a vector has lanes: through copies of W and of the results that are padded to one vector.</summary>
    [SkipLocalsInit]
    private static void Narrow<T, TVector, TOps>(T* x, int* xRows, T* w, int inner, int columns, T* y, int* yRows, int rows, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        int width = TOps.Count;
        T* padded = stackalloc T[NarrowInner * width];
        T* sums = stackalloc T[MatrixTile.MaxRows * width];
        int* places = stackalloc int[MatrixTile.MaxRows];
        for (int i = 0; i < MatrixTile.MaxRows; i++) { places[i] = i * width; }
        new Span<T>(padded, NarrowInner * width).Clear();
        new Span<byte>(sums, width * sizeof(T)).Fill(0xFF);
        TVector all = TOps.Load(sums);
        for (int k = 0; k < inner; k += NarrowInner)
        {
            int depth = Math.Min(NarrowInner, inner - k);
            for (int i = 0; i < depth; i++)
            {
                new ReadOnlySpan<T>(w + ((nint)(k + i) * columns), columns).CopyTo(new Span<T>(padded + (i * width), columns));
            }

            for (int r = 0; r < rows; r += MatrixTile.MaxRows)
            {
                int count = Math.Min(MatrixTile.MaxRows, rows - r);
                MatrixTile.Rows<T, TVector, TOps, One>(x + k, xRows + r, padded, depth, width, sums, places, count, 0, all, add: false);
                for (int i = 0; i < count; i++)
                {
                    T* target = y + yRows[r + i];
                    for (int c = 0; c < columns; c++) { target[c] = add || k > 0 ? target[c] + sums[(i * width) + c] : sums[(i * width) + c]; }
                }
            }
        }
    }
}
