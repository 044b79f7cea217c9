namespace MaceSharp.Operators;

/// <content>Tangents of the gate and of its adjoint.</content>
internal sealed partial class Gate<T>
{
    /// <summary>ẏ = (∂gate/∂x)·ẋ for one node.</summary>
    public void Tangent(ReadOnlySpan<T> x, ReadOnlySpan<T> xDot, Span<T> yDot)
    {
        foreach ((int input, int output, int count) in _scalars)
        {
            for (int u = 0; u < count; u++) { yDot[output + u] = xDot[input + u] * Activation.Evaluate(_scalarActivation, x[input + u]).Derivative; }
        }

        foreach ((int input, int gates, int output, int channels, int components) in _gated)
        {
            for (int u = 0; u < channels; u++)
            {
                (T gate, T slope) = Activation.Evaluate(_gateActivation, x[gates + u]);
                T gateDot = slope * xDot[gates + u];
                for (int m = 0; m < components; m++)
                {
                    int k = (m * channels) + u;
                    yDot[output + k] = (gate * xDot[input + k]) + (gateDot * x[input + k]);
                }
            }
        }
    }

    /// <summary>Adds the change of the adjoint x̄ when x changes by ẋ and ȳ by <paramref name="yBarDot"/>, for one node.</summary>
    public void AdjointTangent(ReadOnlySpan<T> x, ReadOnlySpan<T> xDot, ReadOnlySpan<T> yBar, ReadOnlySpan<T> yBarDot, Span<T> xBarDot)
    {
        foreach ((int input, int output, int count) in _scalars)
        {
            for (int u = 0; u < count; u++)
            {
                T value = x[input + u];
                xBarDot[input + u] += (yBarDot[output + u] * Activation.Evaluate(_scalarActivation, value).Derivative)
                    + (yBar[output + u] * Activation.Curvature(_scalarActivation, value) * xDot[input + u]);
            }
        }

        foreach ((int input, int gates, int output, int channels, int components) in _gated)
        {
            for (int u = 0; u < channels; u++)
            {
                T value = x[gates + u], change = xDot[gates + u];
                (T gate, T slope) = Activation.Evaluate(_gateActivation, value);
                T gateDot = slope * change, sum = T.Zero, sumDot = T.Zero;
                for (int m = 0; m < components; m++)
                {
                    int k = (m * channels) + u;
                    xBarDot[input + k] += (gate * yBarDot[output + k]) + (gateDot * yBar[output + k]);
                    sum += x[input + k] * yBar[output + k];
                    sumDot += (xDot[input + k] * yBar[output + k]) + (x[input + k] * yBarDot[output + k]);
                }

                xBarDot[gates + u] += (sumDot * slope) + (sum * Activation.Curvature(_gateActivation, value) * change);
            }
        }
    }
}
