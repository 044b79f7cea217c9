using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
internal sealed class RadialTable<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly double _inverseSpacing;
    private readonly T[] _anchors;
    private readonly T[] _differences;

    private RadialTable(double first, double last, int intervals, int width, T[] anchors, T[] differences)
    {
        First = first;
        Last = last;
        Intervals = intervals;
        Width = width;
        _inverseSpacing = intervals / (last - first);
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

    /// <summary>Size of the coefficients, bytes.</summary>
    public long Bytes => (_anchors.LongLength + _differences.LongLength) * Unsafe.SizeOf<T>();

    /// <summary>Some of the functions as a table of their own, in another precision.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    public RadialTable<TOther> Columns<TOther>(int first, int count)
        where TOther : unmanaged, IFloatingPointIeee754<TOther>
    {
        return new RadialTable<TOther>(First, Last, Intervals, count, Cut(_anchors), Cut(_differences));

        TOther[] Cut(T[] rows)
        {
            TOther[] cut = new TOther[rows.Length / Width * count];
            for (int i = 0; i < cut.Length; i++) { cut[i] = TOther.CreateTruncating(rows[(i / count * Width) + first + (i % count)]); }
            return cut;
        }
    }

    /// <summary>Values of all functions and, unless the span is empty, their derivatives.</summary>
    /// <param name="x">A point from <see cref="First"/> to <see cref="Last"/>.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="slopes">Receives the derivatives; may be empty.</param>
    public void Evaluate(double x, Span<T> values, Span<T> slopes)
    {
        Span<double> g = stackalloc double[5], s = stackalloc double[5];
        int cell = Locate(x, g, s);
        ref T anchor = ref _anchors[cell * Width];
        ref T row = ref _differences[cell * Width];
        ref T output = ref MemoryMarshal.GetReference(values[..Width]);
        nuint width = (nuint)Width, step = (nuint)Vector<T>.Count, k = 0;
        Vector<T> g0 = Broadcast(g[0]), g1 = Broadcast(g[1]), g2 = Broadcast(g[2]), g3 = Broadcast(g[3]), g4 = Broadcast(g[4]);
        if (slopes.IsEmpty)
        {
            for (; k + step <= width; k += step)
            {
                Vector<T> outer = Simd.Fma(g4, Vector.LoadUnsafe(ref row, k + (4 * width)), g0 * Vector.LoadUnsafe(ref row, k));
                Vector<T> inner = Simd.Fma(g3, Vector.LoadUnsafe(ref row, k + (3 * width)), g1 * Vector.LoadUnsafe(ref row, k + width));
                Vector<T> change = Simd.Fma(g2, Vector.LoadUnsafe(ref row, k + (2 * width)), outer + inner);
                (change + Vector.LoadUnsafe(ref anchor, k)).StoreUnsafe(ref output, k);
            }
        }
        else
        {
            // From the smallest weights to the largest, and the anchor last: so that as few sums as possible are rounded at full size.
            ref T slopeOutput = ref MemoryMarshal.GetReference(slopes[..Width]);
            Vector<T> s0 = Broadcast(s[0]), s1 = Broadcast(s[1]), s2 = Broadcast(s[2]), s3 = Broadcast(s[3]), s4 = Broadcast(s[4]);
            for (; k + step <= width; k += step)
            {
                Vector<T> d = Vector.LoadUnsafe(ref row, k);
                Vector<T> change = g0 * d, slope = s0 * d;
                d = Vector.LoadUnsafe(ref row, k + (4 * width));
                change = Simd.Fma(g4, d, change);
                slope = Simd.Fma(s4, d, slope);
                d = Vector.LoadUnsafe(ref row, k + width);
                change = Simd.Fma(g1, d, change);
                slope = Simd.Fma(s1, d, slope);
                d = Vector.LoadUnsafe(ref row, k + (3 * width));
                change = Simd.Fma(g3, d, change);
                slope = Simd.Fma(s3, d, slope);
                d = Vector.LoadUnsafe(ref row, k + (2 * width));
                (Simd.Fma(g2, d, change) + Vector.LoadUnsafe(ref anchor, k)).StoreUnsafe(ref output, k);
                Simd.Fma(s2, d, slope).StoreUnsafe(ref slopeOutput, k);
            }
        }

        for (int i = (int)k; i < Width; i++)
        {
            (double value, double slope) = Sum(cell, i, g, s);
            values[i] = T.CreateTruncating(value);
            if (!slopes.IsEmpty) { slopes[i] = T.CreateTruncating(slope); }
        }
    }

    /// <summary>Value and derivative of the first function.</summary>
    public (double Value, double Slope) EvaluateFirst(double x)
    {
        Span<double> g = stackalloc double[5], s = stackalloc double[5];
        int cell = Locate(x, g, s);
        return Sum(cell, 0, g, s);
    }

    /// <summary>A table of given coefficients.</summary>
    /// <param name="first">First node.</param>
    /// <param name="last">Last node.</param>
    /// <param name="width">Number of functions.</param>
    /// <param name="coefficients">Coefficients of the B-splines, in T, [intervals + 5, width].</param>
    internal static RadialTable<T> Create(double first, double last, int width, ReadOnlySpan<T> coefficients)
    {
        int intervals = (coefficients.Length / width) - 5;
        T[] differences = new T[(intervals + 4) * width];
        for (int i = 0; i < differences.Length; i++) { differences[i] = coefficients[i + width] - coefficients[i]; }
        return new RadialTable<T>(first, last, intervals, width, coefficients.Slice(2 * width, intervals * width).ToArray(), differences);
    }

    private (double Value, double Slope) Sum(int cell, int function, ReadOnlySpan<double> g, ReadOnlySpan<double> s)
    {
        double value = double.CreateTruncating(_anchors[(cell * Width) + function]), slope = 0;
        for (int j = 0; j < 5; j++)
        {
            double d = double.CreateTruncating(_differences[((cell + j) * Width) + function]);
            value += g[j] * d;
            slope += s[j] * d;
        }

        return (value, slope);
    }

    private static Vector<T> Broadcast(double value) => new(T.CreateTruncating(value));

    /// <summary>The cell of a point, and the weights of its five differences in value (beside the anchor, coefficient 2 of the cell) and derivative.</summary>
    private int Locate(double x, Span<double> g, Span<double> s)
    {
        double position = (x - First) * _inverseSpacing;
        int cell = Math.Clamp((int)position, 0, Intervals - 1);
        double t = position - cell;

        // Σ B_j c_j = c_2 + Σ g_j (c_{j+1} − c_j), because the B_j sum to one.
        Span<double> b = stackalloc double[6];
        QuinticSpline.Basis(t, b);
        g[0] = -b[0];
        g[1] = -b[0] - b[1];
        g[2] = b[3] + b[4] + b[5];
        g[3] = b[4] + b[5];
        g[4] = b[5];

        // The derivative is a spline of fourth degree whose coefficients are the differences.
        QuinticSpline.QuarticBasis(t, s);
        foreach (ref double weight in s) { weight *= _inverseSpacing; }
        return cell;
    }
}
