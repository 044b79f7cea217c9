using System.Numerics;

namespace MaceSharp.Operators;

/// <content>The tangent of the adjoint, and the gradients of gains and offsets.</content>
internal static partial class LayerNormalization
{
    /// <summary>Changes of the normalised rows x̂ when the inputs change.</summary>
    /// <param name="normalized">The normalised rows.</param>
    /// <param name="inverseDeviation">1/√(variance + ε) of each row.</param>
    /// <param name="width">Numbers a row.</param>
    /// <param name="dot">On entry changes of the inputs, on exit of the normalised rows.</param>
    /// <param name="scaleDot">Receives the relative change of 1/√(variance + ε) of each row.</param>
    public static void NormalizedTangent<T>(ReadOnlySpan<T> normalized, ReadOnlySpan<T> inverseDeviation, int width, Span<T> dot, Span<T> scaleDot)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T count = T.CreateTruncating(width);
        for (int start = 0, row = 0; start < dot.Length; start += width, row++)
        {
            Span<T> values = dot.Slice(start, width);
            ReadOnlySpan<T> unit = normalized.Slice(start, width);
            scaleDot[row] = -inverseDeviation[row] * Simd.Dot<T>(values, unit) / count;
            Differentiate(values, unit, inverseDeviation[row]);
        }
    }

    /// <summary>On entry the change of the adjoint of the results, on exit the change of the adjoint of the inputs.</summary>
    /// <param name="normalized">The normalised rows x̂.</param>
    /// <param name="normalizedDot">Their change, from <see cref="NormalizedTangent"/>.</param>
    /// <param name="inverseDeviation">1/√(variance + ε) of each row.</param>
    /// <param name="scaleDot">Its relative change.</param>
    /// <param name="gains">Gain of each column.</param>
    /// <param name="resultBar">Adjoint of the results.</param>
    /// <param name="inputBar">Adjoint of the inputs.</param>
    /// <param name="barDot">The change.</param>
    public static void AdjointTangent<T>(ReadOnlySpan<T> normalized, ReadOnlySpan<T> normalizedDot, ReadOnlySpan<T> inverseDeviation, ReadOnlySpan<T> scaleDot, ReadOnlySpan<T> gains, ReadOnlySpan<T> resultBar, ReadOnlySpan<T> inputBar, Span<T> barDot)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int width = gains.Length;
        T count = T.CreateTruncating(width);
        for (int start = 0, row = 0; start < barDot.Length; start += width, row++)
        {
            Span<T> change = barDot.Slice(start, width);
            ReadOnlySpan<T> unit = normalized.Slice(start, width), unitDot = normalizedDot.Slice(start, width), bar = resultBar.Slice(start, width);
            T projection = T.Zero, projectionDot = T.Zero;
            for (int k = 0; k < width; k++)
            {
                T weighted = gains[k] * bar[k];
                projection += weighted * unit[k];
                projectionDot += weighted * unitDot[k];
            }

            Simd.Multiply(change, gains, change);
            Differentiate(change, unit, inverseDeviation[row]);
            T s = inverseDeviation[row] / count;
            Simd.AddScaled(-s * projection, unitDot, change);
            Simd.AddScaled(-s * projectionDot, unit, change);
            Simd.AddScaled(scaleDot[row], inputBar.Slice(start, width), change);
        }
    }
}
