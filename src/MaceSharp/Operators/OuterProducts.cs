using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Operators;

/// <summary>
/// G[i, j] += Σ_r x[r, i]·y[r, j] for rows that lie anywhere: the gradient of a matrix from the inputs and the adjoint of the
/// outputs of <see cref="MatrixKernel"/>. Sums over some dozens of rows in registers, over all of them in double.
/// </summary>
internal static unsafe class OuterProducts
{
    /// <summary>Rows summed before a result is touched: panels of x and y stay in the first cache, also where their rows lie a power of two apart and share its sets, and in single precision the sums stay short.</summary>
    private const int RowBlock = 64;

    private const int TileRows = 6;

    private const int TileVectors = 4;

    /// <summary>Adds the sum of the products.</summary>
    /// <param name="x">Rows of length <paramref name="xColumns"/>.</param>
    /// <param name="xRows">Offset of each row of x.</param>
    /// <param name="xColumns">Length of a row of x: rows of the result.</param>
    /// <param name="y">Rows of length <paramref name="yColumns"/>.</param>
    /// <param name="yRows">Offset of each row of y, one for each row of x.</param>
    /// <param name="yColumns">Length of a row of y: columns of the result.</param>
    /// <param name="result">Result, accumulated.</param>
    /// <param name="stride">From a row of the result to the next.</param>
    /// <exception cref="ArgumentException">An array is smaller than its rows say.</exception>
    public static void Add<T>(ReadOnlySpan<T> x, ReadOnlySpan<int> xRows, int xColumns, ReadOnlySpan<T> y, ReadOnlySpan<int> yRows, int yColumns, Span<double> result, int stride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (xColumns == 0 || yColumns == 0 || xRows.IsEmpty) { return; }
        yRows = yRows[..xRows.Length];
        CheckRows(xRows, xColumns, x.Length);
        CheckRows(yRows, yColumns, y.Length);
        if (stride < yColumns || result.Length < ((long)stride * (xColumns - 1)) + yColumns) { throw new ArgumentException("The result is too small.", nameof(result)); }
        fixed (T* px = x, py = y)
        fixed (int* pxRows = xRows, pyRows = yRows)
        fixed (double* target = result)
        {
            for (int first = 0; first < xRows.Length; first += RowBlock)
            {
                Block<T> block = new(px, pxRows + first, py, pyRows + first, Math.Min(RowBlock, xRows.Length - first), target, stride);
                int done = 0;
                if (Vector512.IsHardwareAccelerated)
                {
                    done = Panels<T, Vector512<T>, WideVectors<T>>(block, xColumns, done, yColumns);
                }
                else
                {
                    done = Panels<T, Vector<T>, PortableVectors<T>>(block, xColumns, done, yColumns);
                }

                Panels<T, T, SingleNumbers<T>>(block, xColumns, done, yColumns);
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

    /// <summary>All whole vectors of columns from <paramref name="column"/> on; returns where they end.</summary>
    private static int Panels<T, TVector, TOps>(in Block<T> block, int xColumns, int column, int yColumns)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        while (column + TOps.Count <= yColumns)
        {
            int vectors = Math.Min(TileVectors, (yColumns - column) / TOps.Count);
            for (int i = 0; i < xColumns; i += TileRows)
            {
                int rows = Math.Min(TileRows, xColumns - i);
                switch (vectors)
                {
                    case 1: Tile<T, TVector, TOps, One>(block, i, rows, column); break;
                    case 2: Tile<T, TVector, TOps, Two>(block, i, rows, column); break;
                    case 3: Tile<T, TVector, TOps, Three>(block, i, rows, column); break;
                    default: Tile<T, TVector, TOps, Four>(block, i, rows, column); break;
                }
            }

            column += vectors * TOps.Count;
        }

        return column;
    }

    private static void Tile<T, TVector, TOps, TVectors>(in Block<T> block, int first, int rows, int column)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TVectors : struct, ISize
    {
        switch (rows)
        {
            case 1: Tile<T, TVector, TOps, One, TVectors>(block, first, column); break;
            case 2: Tile<T, TVector, TOps, Two, TVectors>(block, first, column); break;
            case 3: Tile<T, TVector, TOps, Three, TVectors>(block, first, column); break;
            case 4: Tile<T, TVector, TOps, Four, TVectors>(block, first, column); break;
            case 5: Tile<T, TVector, TOps, Five, TVectors>(block, first, column); break;
            default: Tile<T, TVector, TOps, Six, TVectors>(block, first, column); break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T, TVector, TOps, TRows, TVectors>(in Block<T> block, int first, int column)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TRows : struct, ISize
        where TVectors : struct, ISize
    {
        // Sums s‹row›‹vector›; those that a smaller tile does not have are never touched and take no register.
        TVector s00 = default, s01 = default, s02 = default, s03 = default;
        TVector s10 = default, s11 = default, s12 = default, s13 = default;
        TVector s20 = default, s21 = default, s22 = default, s23 = default;
        TVector s30 = default, s31 = default, s32 = default, s33 = default;
        TVector s40 = default, s41 = default, s42 = default, s43 = default;
        TVector s50 = default, s51 = default, s52 = default, s53 = default;
        nint width = TOps.Count;
        T* x = block.X + first, y = block.Y + column;
        int* xRows = block.XRows, yRows = block.YRows;
        TVector y1 = default, y2 = default, y3 = default;
        for (nint r = 0; r < block.Count; r++)
        {
            T* xr = x + xRows[r], yr = y + yRows[r];
            TVector y0 = TOps.Load(yr);
            if (TVectors.Value > 1) { y1 = TOps.Load(yr + width); }
            if (TVectors.Value > 2) { y2 = TOps.Load(yr + (2 * width)); }
            if (TVectors.Value > 3) { y3 = TOps.Load(yr + (3 * width)); }
            TVector b = TOps.Broadcast(xr[0]);
            s00 = TOps.MultiplyAdd(b, y0, s00);
            if (TVectors.Value > 1) { s01 = TOps.MultiplyAdd(b, y1, s01); }
            if (TVectors.Value > 2) { s02 = TOps.MultiplyAdd(b, y2, s02); }
            if (TVectors.Value > 3) { s03 = TOps.MultiplyAdd(b, y3, s03); }

            if (TRows.Value > 1)
            {
                b = TOps.Broadcast(xr[1]);
                s10 = TOps.MultiplyAdd(b, y0, s10);
                if (TVectors.Value > 1) { s11 = TOps.MultiplyAdd(b, y1, s11); }
                if (TVectors.Value > 2) { s12 = TOps.MultiplyAdd(b, y2, s12); }
                if (TVectors.Value > 3) { s13 = TOps.MultiplyAdd(b, y3, s13); }
            }

            if (TRows.Value > 2)
            {
                b = TOps.Broadcast(xr[2]);
                s20 = TOps.MultiplyAdd(b, y0, s20);
                if (TVectors.Value > 1) { s21 = TOps.MultiplyAdd(b, y1, s21); }
                if (TVectors.Value > 2) { s22 = TOps.MultiplyAdd(b, y2, s22); }
                if (TVectors.Value > 3) { s23 = TOps.MultiplyAdd(b, y3, s23); }
            }

            if (TRows.Value > 3)
            {
                b = TOps.Broadcast(xr[3]);
                s30 = TOps.MultiplyAdd(b, y0, s30);
                if (TVectors.Value > 1) { s31 = TOps.MultiplyAdd(b, y1, s31); }
                if (TVectors.Value > 2) { s32 = TOps.MultiplyAdd(b, y2, s32); }
                if (TVectors.Value > 3) { s33 = TOps.MultiplyAdd(b, y3, s33); }
            }

            if (TRows.Value > 4)
            {
                b = TOps.Broadcast(xr[4]);
                s40 = TOps.MultiplyAdd(b, y0, s40);
                if (TVectors.Value > 1) { s41 = TOps.MultiplyAdd(b, y1, s41); }
                if (TVectors.Value > 2) { s42 = TOps.MultiplyAdd(b, y2, s42); }
                if (TVectors.Value > 3) { s43 = TOps.MultiplyAdd(b, y3, s43); }
            }

            if (TRows.Value > 5)
            {
                b = TOps.Broadcast(xr[5]);
                s50 = TOps.MultiplyAdd(b, y0, s50);
                if (TVectors.Value > 1) { s51 = TOps.MultiplyAdd(b, y1, s51); }
                if (TVectors.Value > 2) { s52 = TOps.MultiplyAdd(b, y2, s52); }
                if (TVectors.Value > 3) { s53 = TOps.MultiplyAdd(b, y3, s53); }
            }
        }

        double* target = block.Result + (first * (nint)block.Stride) + column;
        nint stride = block.Stride;
        Put<T, TVector, TOps, TVectors>(target, s00, s01, s02, s03);
        if (TRows.Value > 1) { Put<T, TVector, TOps, TVectors>(target + stride, s10, s11, s12, s13); }
        if (TRows.Value > 2) { Put<T, TVector, TOps, TVectors>(target + (2 * stride), s20, s21, s22, s23); }
        if (TRows.Value > 3) { Put<T, TVector, TOps, TVectors>(target + (3 * stride), s30, s31, s32, s33); }
        if (TRows.Value > 4) { Put<T, TVector, TOps, TVectors>(target + (4 * stride), s40, s41, s42, s43); }
        if (TRows.Value > 5) { Put<T, TVector, TOps, TVectors>(target + (5 * stride), s50, s51, s52, s53); }
    }

    /// <summary>Adds the sums of one row to the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, TVector, TOps, TVectors>(double* target, TVector s0, TVector s1, TVector s2, TVector s3)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TVectors : struct, ISize
    {
        TOps.AddWidened(s0, target);
        if (TVectors.Value > 1) { TOps.AddWidened(s1, target + TOps.Count); }
        if (TVectors.Value > 2) { TOps.AddWidened(s2, target + (2 * TOps.Count)); }
        if (TVectors.Value > 3) { TOps.AddWidened(s3, target + (3 * TOps.Count)); }
    }

    private readonly struct Block<T>(T* x, int* xRows, T* y, int* yRows, int count, double* result, int stride)
        where T : unmanaged
    {
        public readonly T* X = x;
        public readonly int* XRows = xRows;
        public readonly T* Y = y;
        public readonly int* YRows = yRows;
        public readonly int Count = count;
        public readonly double* Result = result;
        public readonly int Stride = stride;
    }
}
