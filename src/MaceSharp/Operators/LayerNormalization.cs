using System.Numerics;
using System.Runtime.InteropServices;

namespace MaceSharp.Operators;

/// <summary>y = gain·x̂ + offset with x̂ = (x − ⟨x⟩)/√(⟨(x − ⟨x⟩)²⟩ + ε), row by row (Ba, Kiros and Hinton, arXiv:1607.06450).</summary>
internal static partial class LayerNormalization
{
    /// <summary>ε of PyTorch's <c>LayerNorm</c>.</summary>
    private const double Epsilon = 1e-5;

    /// <summary>Normalises rows.</summary>
    /// <param name="x">Rows, on exit normalised.</param>
    /// <param name="inverseDeviation">Receives 1/√(variance + ε) of each row.</param>
    /// <param name="gains">Gain of each column.</param>
    /// <param name="offsets">Offset of each column.</param>
    /// <param name="y">Receives the results.</param>
    public static void Forward<T>(Span<T> x, Span<T> inverseDeviation, ReadOnlySpan<T> gains, ReadOnlySpan<T> offsets, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = gains.Length;
        T count = T.CreateTruncating(width), epsilon = T.CreateTruncating(Epsilon);
        for (int start = 0, row = 0; start < x.Length; start += width, row++)
        {
            Span<T> values = x.Slice(start, width);
            T mean = Sum<T>(values) / count;
            Shift(values, -mean);
            T inverse = T.One / T.Sqrt((Simd.Dot<T>(values, values) / count) + epsilon);
            Simd.Scale(inverse, values);
            Span<T> results = y.Slice(start, width);
            offsets.CopyTo(results);
            Simd.AddProduct(values, gains, results);
            inverseDeviation[row] = inverse;
        }
    }

    /// <summary>On entry changes of the inputs, on exit those of the results.</summary>
    /// <param name="normalized">The normalised rows.</param>
    /// <param name="inverseDeviation">1/√(variance + ε) of each row.</param>
    /// <param name="gains">Gain of each column.</param>
    /// <param name="dot">The changes.</param>
    public static void Tangent<T>(ReadOnlySpan<T> normalized, ReadOnlySpan<T> inverseDeviation, ReadOnlySpan<T> gains, Span<T> dot)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = gains.Length;
        for (int start = 0, row = 0; start < dot.Length; start += width, row++)
        {
            Span<T> values = dot.Slice(start, width);
            Differentiate(values, normalized.Slice(start, width), inverseDeviation[row]);
            Simd.Multiply(values, gains, values);
        }
    }

    /// <summary>On entry the adjoint of the results, on exit that of the inputs.</summary>
    /// <param name="normalized">The normalised rows.</param>
    /// <param name="inverseDeviation">1/√(variance + ε) of each row.</param>
    /// <param name="gains">Gain of each column.</param>
    /// <param name="bar">The adjoints.</param>
    public static void Adjoint<T>(ReadOnlySpan<T> normalized, ReadOnlySpan<T> inverseDeviation, ReadOnlySpan<T> gains, Span<T> bar)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = gains.Length;
        for (int start = 0, row = 0; start < bar.Length; start += width, row++)
        {
            Span<T> values = bar.Slice(start, width);
            Simd.Multiply(values, gains, values);
            Differentiate(values, normalized.Slice(start, width), inverseDeviation[row]);
        }
    }

    /// <summary>d ← (d − ⟨d⟩ − x̂·⟨d·x̂⟩)/deviation: the derivative of x̂ with respect to x, which is symmetric.</summary>
    private static void Differentiate<T>(Span<T> d, ReadOnlySpan<T> normalized, T inverse)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(d.Length);
        T mean = Sum<T>(d) / count, projection = Simd.Dot(d, normalized) / count;
        Simd.AddScaled(-projection, normalized, d);
        Shift(d, -mean);
        Simd.Scale(inverse, d);
    }

    private static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x);
        Vector<T> sums = Vector<T>.Zero;
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count) { sums += Vector.LoadUnsafe(ref first, (nuint)i); }
        T sum = Vector.Sum(sums);
        for (; i < x.Length; i++) { sum += x[i]; }
        return sum;
    }

    private static void Shift<T>(Span<T> x, T shift)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x);
        Vector<T> shifts = new(shift);
        int i = 0;
        for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (Vector.LoadUnsafe(ref first, (nuint)i) + shifts).StoreUnsafe(ref first, (nuint)i);
        }

        for (; i < x.Length; i++) { x[i] += shift; }
    }
}
