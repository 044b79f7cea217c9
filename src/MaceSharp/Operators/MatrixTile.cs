using System.Numerics;
using System.Runtime.CompilerServices;

namespace MaceSharp.Operators;

/// <summary>A number known when a kernel is compiled.</summary>
internal interface ISize
{
    static abstract int Value { get; }
}

internal readonly struct One : ISize
{
    public static int Value => 1;
}

internal readonly struct Two : ISize
{
    public static int Value => 2;
}

internal readonly struct Three : ISize
{
    public static int Value => 3;
}

internal readonly struct Four : ISize
{
    public static int Value => 4;
}

internal readonly struct Five : ISize
{
    public static int Value => 5;
}

internal readonly struct Six : ISize
{
    public static int Value => 6;
}

internal readonly struct Seven : ISize
{
    public static int Value => 7;
}

/// <summary>
/// One panel of a matrix product: tiles of up to six rows and four vectors of columns, summed in registers over the
/// whole inner length. With six by four, 24 multiply-adds share four loads of W and six broadcasts, and enough sums
/// are under way to hide the latency of the multiply-add.
/// </summary>
internal static unsafe class MatrixTile
{
    /// <summary>Rows of the largest tile.</summary>
    public const int MaxRows = 6;

    /// <summary>y[r, panel] += x[r, :]·W[:, panel] for all rows, in tiles of as equal a number of rows as can be.</summary>
    /// <param name="x">Input rows.</param>
    /// <param name="xRows">Offset of each input row.</param>
    /// <param name="w">The panel's first column of W.</param>
    /// <param name="inner">Length of an input row.</param>
    /// <param name="stride">From a row of W to the next.</param>
    /// <param name="y">Output rows, shifted to the panel's first column.</param>
    /// <param name="yRows">Offset of each output row.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="last">Where the panel's last vector begins, from its first column.</param>
    /// <param name="mask">Lanes of the last vector that count.</param>
    /// <param name="add">Whether to add to y; otherwise y is overwritten.</param>
    public static void Rows<T, TVector, TOps, TVectors>(T* x, int* xRows, T* w, int inner, int stride, T* y, int* yRows, int rows, int last, TVector mask, bool add)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TVectors : struct, ISize
    {
        for (int r = 0; r < rows;)
        {
            int left = rows - r, count = left <= MaxRows ? left : left < 2 * MaxRows ? (left + 1) / 2 : MaxRows;
            switch (count)
            {
                case 1: Tile<T, TVector, TOps, One, TVectors>(x, xRows + r, w, inner, stride, y, yRows + r, last, mask, add); break;
                case 2: Tile<T, TVector, TOps, Two, TVectors>(x, xRows + r, w, inner, stride, y, yRows + r, last, mask, add); break;
                case 3: Tile<T, TVector, TOps, Three, TVectors>(x, xRows + r, w, inner, stride, y, yRows + r, last, mask, add); break;
                case 4: Tile<T, TVector, TOps, Four, TVectors>(x, xRows + r, w, inner, stride, y, yRows + r, last, mask, add); break;
                case 5: Tile<T, TVector, TOps, Five, TVectors>(x, xRows + r, w, inner, stride, y, yRows + r, last, mask, add); break;
                default: Tile<T, TVector, TOps, Six, TVectors>(x, xRows + r, w, inner, stride, y, yRows + r, last, mask, add); break;
            }

            r += count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tile<T, TVector, TOps, TRows, TVectors>(T* x, int* xRows, T* w, nint inner, nint stride, T* y, int* yRows, nint last, TVector mask, bool add)
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
        nint at0 = TVectors.Value == 1 ? last : 0, at1 = TVectors.Value == 2 ? last : width, at2 = TVectors.Value == 3 ? last : 2 * width, at3 = last;
        T* x0 = x + xRows[0];
        T* x1 = TRows.Value > 1 ? x + xRows[1] : x;
        T* x2 = TRows.Value > 2 ? x + xRows[2] : x;
        T* x3 = TRows.Value > 3 ? x + xRows[3] : x;
        T* x4 = TRows.Value > 4 ? x + xRows[4] : x;
        T* x5 = TRows.Value > 5 ? x + xRows[5] : x;
        TVector w1 = default, w2 = default, w3 = default;
        for (nint k = 0; k < inner; k++)
        {
            TVector w0 = TOps.Load(w + at0);
            if (TVectors.Value > 1) { w1 = TOps.Load(w + at1); }
            if (TVectors.Value > 2) { w2 = TOps.Load(w + at2); }
            if (TVectors.Value > 3) { w3 = TOps.Load(w + at3); }
            w += stride;
            TVector b = TOps.Broadcast(x0[k]);
            s00 = TOps.MultiplyAdd(b, w0, s00);
            if (TVectors.Value > 1) { s01 = TOps.MultiplyAdd(b, w1, s01); }
            if (TVectors.Value > 2) { s02 = TOps.MultiplyAdd(b, w2, s02); }
            if (TVectors.Value > 3) { s03 = TOps.MultiplyAdd(b, w3, s03); }

            if (TRows.Value > 1)
            {
                b = TOps.Broadcast(x1[k]);
                s10 = TOps.MultiplyAdd(b, w0, s10);
                if (TVectors.Value > 1) { s11 = TOps.MultiplyAdd(b, w1, s11); }
                if (TVectors.Value > 2) { s12 = TOps.MultiplyAdd(b, w2, s12); }
                if (TVectors.Value > 3) { s13 = TOps.MultiplyAdd(b, w3, s13); }
            }

            if (TRows.Value > 2)
            {
                b = TOps.Broadcast(x2[k]);
                s20 = TOps.MultiplyAdd(b, w0, s20);
                if (TVectors.Value > 1) { s21 = TOps.MultiplyAdd(b, w1, s21); }
                if (TVectors.Value > 2) { s22 = TOps.MultiplyAdd(b, w2, s22); }
                if (TVectors.Value > 3) { s23 = TOps.MultiplyAdd(b, w3, s23); }
            }

            if (TRows.Value > 3)
            {
                b = TOps.Broadcast(x3[k]);
                s30 = TOps.MultiplyAdd(b, w0, s30);
                if (TVectors.Value > 1) { s31 = TOps.MultiplyAdd(b, w1, s31); }
                if (TVectors.Value > 2) { s32 = TOps.MultiplyAdd(b, w2, s32); }
                if (TVectors.Value > 3) { s33 = TOps.MultiplyAdd(b, w3, s33); }
            }

            if (TRows.Value > 4)
            {
                b = TOps.Broadcast(x4[k]);
                s40 = TOps.MultiplyAdd(b, w0, s40);
                if (TVectors.Value > 1) { s41 = TOps.MultiplyAdd(b, w1, s41); }
                if (TVectors.Value > 2) { s42 = TOps.MultiplyAdd(b, w2, s42); }
                if (TVectors.Value > 3) { s43 = TOps.MultiplyAdd(b, w3, s43); }
            }

            if (TRows.Value > 5)
            {
                b = TOps.Broadcast(x5[k]);
                s50 = TOps.MultiplyAdd(b, w0, s50);
                if (TVectors.Value > 1) { s51 = TOps.MultiplyAdd(b, w1, s51); }
                if (TVectors.Value > 2) { s52 = TOps.MultiplyAdd(b, w2, s52); }
                if (TVectors.Value > 3) { s53 = TOps.MultiplyAdd(b, w3, s53); }
            }
        }

        if (!add)
        {
            // Where the last vector overlaps the one before both hold the same sums.
            Put<T, TVector, TOps, TVectors>(y + yRows[0], at0, at1, at2, at3, s00, s01, s02, s03);
            if (TRows.Value > 1) { Put<T, TVector, TOps, TVectors>(y + yRows[1], at0, at1, at2, at3, s10, s11, s12, s13); }
            if (TRows.Value > 2) { Put<T, TVector, TOps, TVectors>(y + yRows[2], at0, at1, at2, at3, s20, s21, s22, s23); }
            if (TRows.Value > 3) { Put<T, TVector, TOps, TVectors>(y + yRows[3], at0, at1, at2, at3, s30, s31, s32, s33); }
            if (TRows.Value > 4) { Put<T, TVector, TOps, TVectors>(y + yRows[4], at0, at1, at2, at3, s40, s41, s42, s43); }
            if (TRows.Value > 5) { Put<T, TVector, TOps, TVectors>(y + yRows[5], at0, at1, at2, at3, s50, s51, s52, s53); }
            return;
        }

        switch (TVectors.Value)
        {
            case 1:
                s00 = TOps.And(s00, mask);
                s10 = TOps.And(s10, mask);
                s20 = TOps.And(s20, mask);
                s30 = TOps.And(s30, mask);
                s40 = TOps.And(s40, mask);
                s50 = TOps.And(s50, mask);
                break;
            case 2:
                s01 = TOps.And(s01, mask);
                s11 = TOps.And(s11, mask);
                s21 = TOps.And(s21, mask);
                s31 = TOps.And(s31, mask);
                s41 = TOps.And(s41, mask);
                s51 = TOps.And(s51, mask);
                break;
            case 3:
                s02 = TOps.And(s02, mask);
                s12 = TOps.And(s12, mask);
                s22 = TOps.And(s22, mask);
                s32 = TOps.And(s32, mask);
                s42 = TOps.And(s42, mask);
                s52 = TOps.And(s52, mask);
                break;
            default:
                s03 = TOps.And(s03, mask);
                s13 = TOps.And(s13, mask);
                s23 = TOps.And(s23, mask);
                s33 = TOps.And(s33, mask);
                s43 = TOps.And(s43, mask);
                s53 = TOps.And(s53, mask);
                break;
        }

        Write<T, TVector, TOps, TVectors>(y + yRows[0], at0, at1, at2, at3, s00, s01, s02, s03);
        if (TRows.Value > 1) { Write<T, TVector, TOps, TVectors>(y + yRows[1], at0, at1, at2, at3, s10, s11, s12, s13); }
        if (TRows.Value > 2) { Write<T, TVector, TOps, TVectors>(y + yRows[2], at0, at1, at2, at3, s20, s21, s22, s23); }
        if (TRows.Value > 3) { Write<T, TVector, TOps, TVectors>(y + yRows[3], at0, at1, at2, at3, s30, s31, s32, s33); }
        if (TRows.Value > 4) { Write<T, TVector, TOps, TVectors>(y + yRows[4], at0, at1, at2, at3, s40, s41, s42, s43); }
        if (TRows.Value > 5) { Write<T, TVector, TOps, TVectors>(y + yRows[5], at0, at1, at2, at3, s50, s51, s52, s53); }
    }

    /// <summary>Stores the sums of one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T, TVector, TOps, TVectors>(T* y, nint at0, nint at1, nint at2, nint at3, TVector s0, TVector s1, TVector s2, TVector s3)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TVectors : struct, ISize
    {
        TOps.Store(s0, y + at0);
        if (TVectors.Value > 1) { TOps.Store(s1, y + at1); }
        if (TVectors.Value > 2) { TOps.Store(s2, y + at2); }
        if (TVectors.Value > 3) { TOps.Store(s3, y + at3); }
    }

    /// <summary>Adds the sums of one row; the last vector is read after those it overlaps are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T, TVector, TOps, TVectors>(T* y, nint at0, nint at1, nint at2, nint at3, TVector s0, TVector s1, TVector s2, TVector s3)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
        where TVectors : struct, ISize
    {
        TOps.Store(TOps.Add(TOps.Load(y + at0), s0), y + at0);
        if (TVectors.Value > 1) { TOps.Store(TOps.Add(TOps.Load(y + at1), s1), y + at1); }
        if (TVectors.Value > 2) { TOps.Store(TOps.Add(TOps.Load(y + at2), s2), y + at2); }
        if (TVectors.Value > 3) { TOps.Store(TOps.Add(TOps.Load(y + at3), s3), y + at3); }
    }
}
