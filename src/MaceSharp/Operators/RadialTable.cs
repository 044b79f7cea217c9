using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MaceSharp.Operators;

/// <summary>
/// Many smooth functions of one variable as quintic B-splines on one uniform grid: value and exact derivative of all of
/// them from the same six rows (de Boor, A Practical Guide to Splines, 1978, ch. IX, X and XIII).
/// </summary>
/// <remarks>
/// The splines have four continuous derivatives, so forces made of them are smooth. Interpolation error falls as the sixth
/// power of the spacing, that of the derivative as the fifth. Beside the coefficients c stand their differences
/// c<sub>j+1</sub> − c<sub>j</sub>, which make up the derivative: rounded on their own, they keep a derivative in float32 as
/// precise as a value, where differences of rounded coefficients would lose as many digits as the spacing has.
/// </remarks>
internal sealed unsafe class RadialTable<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly AlignedBuffer<T> _anchors;
    private readonly AlignedBuffer<T> _differences;

    private RadialTable(double first, double last, int intervals, int width, AlignedBuffer<T> anchors, AlignedBuffer<T> differences)
    {
        First = first;
        Last = last;
        Intervals = intervals;
        Width = width;
        _anchors = anchors;
        _differences = differences;
    }

    /// <summary>First node.</summary>
    public double First { get; }

    /// <summary>Last node.</summary>
    public double Last { get; }

    /// <summary>Number of functions.</summary>
    public int Width { get; }

    /// <summary>Number of intervals of the grid.</summary>
    public int Intervals { get; }

    /// <summary>Number of intervals a unit of length.</summary>
    public double Scale => Intervals / (Last - First);

    /// <summary>Size of the coefficients, bytes.</summary>
    public long Bytes => ((long)_anchors.Length + _differences.Length) * Unsafe.SizeOf<T>();

    /// <summary>Some of the functions as a table of their own, in another precision.</summary>
    /// <param name="columns">Which of them, in their order there.</param>
    public RadialTable<TOther> Columns<TOther>(ReadOnlySpan<int> columns)
        where TOther : unmanaged, IFloatingPointIeee754<TOther>
    {
        return new RadialTable<TOther>(First, Last, Intervals, columns.Length, Cut<TOther>(_anchors.Span, columns), Cut<TOther>(_differences.Span, columns));
    }

    /// <summary>Values of all functions and, unless the span is empty, their derivatives.</summary>
    /// <param name="x">A point from <see cref="First"/> to <see cref="Last"/>.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="slopes">Receives the derivatives; may be empty.</param>
    public void Evaluate(double x, Span<T> values, Span<T> slopes)
    {
        T* weights = stackalloc T[SplineWeights.Count];
        int cell = Weigh(x, weights);
        fixed (T* v = values[..Width], s = slopes.IsEmpty ? default : slopes[..Width]) { Evaluate(cell, weights, v, s); }
    }

    /// <summary>Values of all functions and, unless the pointer is null, their derivatives, at a point that was located.</summary>
    /// <param name="cell">Its cell.</param>
    /// <param name="weights">Its <see cref="SplineWeights"/>.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="slopes">Receives the derivatives; may be null.</param>
    public void Evaluate(int cell, T* weights, T* values, T* slopes)
    {
        T* anchor = _anchors.Pointer + ((nint)cell * Width), row = _differences.Pointer + ((nint)cell * Width);
        int k = 0;
        if (Vector512.IsHardwareAccelerated) { k = Evaluate<WideVectors<T>, Vector512<T>>(anchor, row, weights, values, slopes, k); }
        k = Evaluate<PortableVectors<T>, Vector<T>>(anchor, row, weights, values, slopes, k);
        Evaluate<SingleNumbers<T>, T>(anchor, row, weights, values, slopes, k);
        GC.KeepAlive(this);
    }

    /// <summary>Finds the cell of a point.</summary>
    /// <param name="x">The point.</param>
    /// <param name="t">Its place in the cell, 0 to 1.</param>
    public int Locate(double x, out double t)
    {
        double position = (x - First) * Scale;
        int cell = Math.Clamp((int)position, 0, Intervals - 1);
        t = position - cell;
        return cell;
    }

    /// <summary>Value and derivative of the first function at a point that was located.</summary>
    /// <param name="cell">Its cell.</param>
    /// <param name="weights">Its <see cref="SplineWeights"/>.</param>
    public (double Value, double Slope) EvaluateFirst(int cell, T* weights)
    {
        double value = double.CreateTruncating(_anchors.Pointer[cell * Width]), slope = 0;
        for (int j = 0; j < 5; j++)
        {
            double d = double.CreateTruncating(_differences.Pointer[(cell + j) * Width]);
            value += double.CreateTruncating(weights[j]) * d;
            slope += double.CreateTruncating(weights[5 + j]) * d;
        }

        return (value, slope);
    }

    /// <summary>A table of given coefficients.</summary>
    /// <param name="first">First node.</param>
    /// <param name="last">Last node.</param>
    /// <param name="width">Number of functions.</param>
    /// <param name="coefficients">Coefficients of the B-splines, in T, [intervals + 5, width].</param>
    internal static RadialTable<T> Create(double first, double last, int width, ReadOnlySpan<T> coefficients)
    {
        int intervals = (coefficients.Length / width) - 5;
        AlignedBuffer<T> anchors = new(intervals * width), differences = new((intervals + 4) * width);
        coefficients.Slice(2 * width, intervals * width).CopyTo(anchors.Span);
        Span<T> changes = differences.Span;
        for (int i = 0; i < changes.Length; i++) { changes[i] = coefficients[i + width] - coefficients[i]; }
        return new RadialTable<T>(first, last, intervals, width, anchors, differences);
    }

    private AlignedBuffer<TOther> Cut<TOther>(ReadOnlySpan<T> rows, ReadOnlySpan<int> columns)
        where TOther : unmanaged, IFloatingPointIeee754<TOther>
    {
        AlignedBuffer<TOther> cut = new(rows.Length / Width * columns.Length);
        Span<TOther> target = cut.Span;
        for (int i = 0; i < target.Length; i++) { target[i] = TOther.CreateTruncating(rows[(i / columns.Length * Width) + columns[i % columns.Length]]); }
        return cut;
    }

    private int Weigh(double x, T* weights)
    {
        double* t = stackalloc double[SplineWeights.Padding], scale = stackalloc double[SplineWeights.Padding];
        int cell = Locate(x, out t[0]);
        scale[0] = Scale;
        SplineWeights.Evaluate(t, scale, 1, weights);
        return cell;
    }

    /// <summary>As many functions as whole vectors cover. Sums run from the smallest weights to the largest, and the anchor comes last: so that as few as possible are rounded at full size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Evaluate<TOps, TVector>(T* anchor, T* row, T* weights, T* values, T* slopes, int first)
        where TOps : struct, IVectorOperations<T, TVector>
        where TVector : struct
    {
        nint width = Width, k = first;
        if (k + TOps.Count > width) { return first; }
        TVector g0 = TOps.Broadcast(weights[0]), g1 = TOps.Broadcast(weights[1]), g2 = TOps.Broadcast(weights[2]), g3 = TOps.Broadcast(weights[3]), g4 = TOps.Broadcast(weights[4]);
        T* row1 = row + width, row2 = row1 + width, row3 = row2 + width, row4 = row3 + width;
        if (slopes == null)
        {
            for (; k + TOps.Count <= width; k += TOps.Count)
            {
                TVector outer = TOps.MultiplyAdd(g4, TOps.Load(row4 + k), TOps.Multiply(g0, TOps.Load(row + k)));
                TVector inner = TOps.MultiplyAdd(g3, TOps.Load(row3 + k), TOps.Multiply(g1, TOps.Load(row1 + k)));
                TVector change = TOps.MultiplyAdd(g2, TOps.Load(row2 + k), TOps.Add(outer, inner));
                TOps.Store(TOps.Add(change, TOps.Load(anchor + k)), values + k);
            }

            return (int)k;
        }

        TVector s0 = TOps.Broadcast(weights[5]), s1 = TOps.Broadcast(weights[6]), s2 = TOps.Broadcast(weights[7]), s3 = TOps.Broadcast(weights[8]), s4 = TOps.Broadcast(weights[9]);
        for (; k + TOps.Count <= width; k += TOps.Count)
        {
            TVector d = TOps.Load(row + k);
            TVector change = TOps.Multiply(g0, d), slope = TOps.Multiply(s0, d);
            d = TOps.Load(row4 + k);
            change = TOps.MultiplyAdd(g4, d, change);
            slope = TOps.MultiplyAdd(s4, d, slope);
            d = TOps.Load(row1 + k);
            change = TOps.MultiplyAdd(g1, d, change);
            slope = TOps.MultiplyAdd(s1, d, slope);
            d = TOps.Load(row3 + k);
            change = TOps.MultiplyAdd(g3, d, change);
            slope = TOps.MultiplyAdd(s3, d, slope);
            d = TOps.Load(row2 + k);
            TOps.Store(TOps.Add(TOps.MultiplyAdd(g2, d, change), TOps.Load(anchor + k)), values + k);
            TOps.Store(TOps.MultiplyAdd(s2, d, slope), slopes + k);
        }

        return (int)k;
    }
}
