using System.Numerics;
using System.Runtime.InteropServices;

namespace MaceSharp.Operators;

/// <summary>
/// Many smooth functions of one variable as quintic B-splines on one uniform grid: value and exact derivative of all of
/// them from the same six rows of coefficients (de Boor, A Practical Guide to Splines, 1978, ch. IX and XIII).
/// </summary>
/// <remarks>The splines have four continuous derivatives, so forces made of them are smooth. Interpolation error falls as the sixth power of the spacing.</remarks>
internal sealed class RadialTable<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly double _inverseSpacing;
    private readonly int _intervals;
    private readonly T[] _coefficients;

    private RadialTable(double first, double last, int intervals, int width, double[] coefficients)
    {
        First = first;
        Last = last;
        _intervals = intervals;
        _inverseSpacing = intervals / (last - first);
        Width = width;
        _coefficients = [.. coefficients.Select(T.CreateTruncating)];
    }

    /// <summary>Fills in values of all functions at some points, row-major [points, width].</summary>
    public delegate void Sampler(ReadOnlySpan<double> points, Span<double> values);

    /// <summary>First node.</summary>
    public double First { get; }

    /// <summary>Last node.</summary>
    public double Last { get; }

    /// <summary>Number of functions.</summary>
    public int Width { get; }

    /// <summary>Number of intervals of the grid.</summary>
    public int Intervals => _intervals;

    /// <summary>Size of the coefficients, bytes.</summary>
    public long Bytes => _coefficients.LongLength * (typeof(T) == typeof(float) ? 4 : 8);

    /// <summary>Interpolates functions at the nodes of a grid, with two further points near each end in place of boundary conditions.</summary>
    /// <param name="first">First node.</param>
    /// <param name="last">Last node.</param>
    /// <param name="intervals">Number of intervals, at least 8.</param>
    /// <param name="width">Number of functions.</param>
    /// <param name="sampler">The functions.</param>
    public static RadialTable<T> Build(double first, double last, int intervals, int width, Sampler sampler)
    {
        int size = intervals + 5;
        double spacing = (last - first) / intervals;

        // Points in units of the spacing, ascending: the nodes, and the middles of the first two and last two intervals.
        double[] sites = [0, 0.5, 1, 1.5, .. Enumerable.Range(2, intervals - 3).Select(static i => (double)i), intervals - 1.5, intervals - 1, intervals - 0.5, intervals];
        double[] right = new double[size * width];
        sampler([.. sites.Select(s => s == intervals ? last : first + (s * spacing))], right);
        Solve(sites, intervals, right, width);
        return new RadialTable<T>(first, last, intervals, width, right);
    }

    /// <summary>Values of all functions and, unless the span is empty, their derivatives.</summary>
    /// <param name="x">A point from <see cref="First"/> to <see cref="Last"/>.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="slopes">Receives the derivatives; may be empty.</param>
    public void Evaluate(double x, Span<T> values, Span<T> slopes)
    {
        (int cell, double t) = Locate(x);
        Span<double> weights = stackalloc double[6], slopeWeights = stackalloc double[6];
        Basis(t, weights, slopeWeights);
        ref T row = ref _coefficients[cell * Width];
        ref T output = ref MemoryMarshal.GetReference(values[..Width]);
        Vector<T> w0 = Broadcast(weights[0]), w1 = Broadcast(weights[1]), w2 = Broadcast(weights[2]), w3 = Broadcast(weights[3]), w4 = Broadcast(weights[4]), w5 = Broadcast(weights[5]);
        nuint width = (nuint)Width, step = (nuint)Vector<T>.Count, k = 0;
        if (slopes.IsEmpty)
        {
            for (; k + step <= width; k += step)
            {
                Vector<T> low = Simd.Fma(w2, Vector.LoadUnsafe(ref row, k + (2 * width)), Simd.Fma(w1, Vector.LoadUnsafe(ref row, k + width), w0 * Vector.LoadUnsafe(ref row, k)));
                Vector<T> high = Simd.Fma(w5, Vector.LoadUnsafe(ref row, k + (5 * width)), Simd.Fma(w4, Vector.LoadUnsafe(ref row, k + (4 * width)), w3 * Vector.LoadUnsafe(ref row, k + (3 * width))));
                (low + high).StoreUnsafe(ref output, k);
            }
        }
        else
        {
            ref T slopeOutput = ref MemoryMarshal.GetReference(slopes[..Width]);
            Vector<T> s0 = Broadcast(slopeWeights[0]), s1 = Broadcast(slopeWeights[1]), s2 = Broadcast(slopeWeights[2]), s3 = Broadcast(slopeWeights[3]), s4 = Broadcast(slopeWeights[4]), s5 = Broadcast(slopeWeights[5]);
            for (; k + step <= width; k += step)
            {
                Vector<T> c = Vector.LoadUnsafe(ref row, k);
                Vector<T> value = w0 * c, slope = s0 * c;
                c = Vector.LoadUnsafe(ref row, k + width);
                value = Simd.Fma(w1, c, value);
                slope = Simd.Fma(s1, c, slope);
                c = Vector.LoadUnsafe(ref row, k + (2 * width));
                value = Simd.Fma(w2, c, value);
                slope = Simd.Fma(s2, c, slope);
                c = Vector.LoadUnsafe(ref row, k + (3 * width));
                value = Simd.Fma(w3, c, value);
                slope = Simd.Fma(s3, c, slope);
                c = Vector.LoadUnsafe(ref row, k + (4 * width));
                value = Simd.Fma(w4, c, value);
                slope = Simd.Fma(s4, c, slope);
                c = Vector.LoadUnsafe(ref row, k + (5 * width));
                Simd.Fma(w5, c, value).StoreUnsafe(ref output, k);
                Simd.Fma(s5, c, slope).StoreUnsafe(ref slopeOutput, k);
            }
        }

        for (int i = (int)k; i < Width; i++)
        {
            double value = 0, slope = 0;
            for (int j = 0; j < 6; j++)
            {
                double c = double.CreateTruncating(_coefficients[((cell + j) * Width) + i]);
                value += weights[j] * c;
                slope += slopeWeights[j] * c;
            }

            values[i] = T.CreateTruncating(value);
            if (!slopes.IsEmpty) { slopes[i] = T.CreateTruncating(slope); }
        }
    }

    /// <summary>Value and derivative of the first function.</summary>
    public (double Value, double Slope) EvaluateFirst(double x)
    {
        (int cell, double t) = Locate(x);
        Span<double> weights = stackalloc double[6], slopeWeights = stackalloc double[6];
        Basis(t, weights, slopeWeights);
        double value = 0, slope = 0;
        for (int j = 0; j < 6; j++)
        {
            double c = double.CreateTruncating(_coefficients[(cell + j) * Width]);
            value += weights[j] * c;
            slope += slopeWeights[j] * c;
        }

        return (value, slope);
    }

    private static Vector<T> Broadcast(double value) => new(T.CreateTruncating(value));

    private (int Cell, double T) Locate(double x)
    {
        double position = (x - First) * _inverseSpacing;
        int cell = Math.Clamp((int)position, 0, _intervals - 1);
        return (cell, position - cell);
    }

    /// <summary>The six basis functions that are not zero in a cell, and their derivatives with respect to x.</summary>
    private void Basis(double t, Span<double> values, Span<double> slopes)
    {
        Basis(t, values);
        double u = 1 - t, t2 = t * t, t3 = t2 * t, t4 = t2 * t2, scale = _inverseSpacing / 24;
        slopes[0] = -scale * u * u * u * u;
        slopes[1] = scale * (-10 + (8 * t) + (12 * t2) - (16 * t3) + (5 * t4));
        slopes[2] = scale * ((-24 * t) + (24 * t3) - (10 * t4));
        slopes[3] = scale * (10 + (8 * t) - (12 * t2) - (16 * t3) + (10 * t4));
        slopes[4] = scale * (1 + (4 * t) + (6 * t2) + (4 * t3) - (5 * t4));
        slopes[5] = scale * t4;
    }

    private static void Basis(double t, Span<double> values)
    {
        double u = 1 - t, t2 = t * t, t3 = t2 * t, t4 = t2 * t2, t5 = t4 * t;
        values[0] = u * u * u * u * u / 120;
        values[1] = (26 - (50 * t) + (20 * t2) + (20 * t3) - (20 * t4) + (5 * t5)) / 120;
        values[2] = (66 - (60 * t2) + (30 * t4) - (10 * t5)) / 120;
        values[3] = (26 + (50 * t) + (20 * t2) - (20 * t3) - (20 * t4) + (10 * t5)) / 120;
        values[4] = (1 + (5 * t) + (10 * t2) + (10 * t3) + (5 * t4) - (5 * t5)) / 120;
        values[5] = t5 / 120;
    }

    /// <summary>
    /// Solves the collocation equations in place. The matrix has six entries a row and is totally positive
    /// (Karlin; de Boor, ch. XIII), so elimination without exchanges is stable.
    /// </summary>
    private static void Solve(double[] sites, int intervals, double[] right, int width)
    {
        const int Band = 6;
        int size = sites.Length;
        double[] rows = new double[size * ((2 * Band) + 1)];
        Span<double> basis = stackalloc double[6];
        for (int r = 0; r < size; r++)
        {
            int cell = Math.Min((int)sites[r], intervals - 1);
            Basis(sites[r] - cell, basis);
            for (int j = 0; j < 6; j++)
            {
                if (basis[j] != 0) { At(rows, r, cell + j) = basis[j]; }
            }
        }

        for (int pivot = 0; pivot < size; pivot++)
        {
            double inverse = 1 / At(rows, pivot, pivot);
            for (int r = pivot + 1; r < Math.Min(size, pivot + Band + 1); r++)
            {
                double factor = At(rows, r, pivot) * inverse;
                if (factor == 0) { continue; }
                for (int c = pivot; c < Math.Min(size, pivot + Band + 1); c++)
                {
                    if (c - r >= -Band) { At(rows, r, c) -= factor * At(rows, pivot, c); }
                }

                Simd.AddScaled(-factor, right.AsSpan(pivot * width, width), right.AsSpan(r * width, width));
            }
        }

        for (int r = size - 1; r >= 0; r--)
        {
            for (int c = r + 1; c < Math.Min(size, r + Band + 1); c++)
            {
                double factor = At(rows, r, c);
                if (factor != 0) { Simd.AddScaled(-factor, right.AsSpan(c * width, width), right.AsSpan(r * width, width)); }
            }

            Simd.Scale(1 / At(rows, r, r), right.AsSpan(r * width, width));
        }

        static ref double At(double[] rows, int row, int column) => ref rows[(row * ((2 * Band) + 1)) + (column - row + Band)];
    }
}
