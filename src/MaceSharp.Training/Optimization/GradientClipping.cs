namespace MaceSharp.Training.Optimization;

/// <summary>Limits the length of a gradient.</summary>
public static class GradientClipping
{
    /// <summary>Shortens the gradient to a length if it is longer.</summary>
    /// <param name="gradient">The gradient, changed in place.</param>
    /// <param name="largestNorm">The length (<c>clip_grad</c>); infinite: no limit.</param>
    /// <returns>The length before.</returns>
    /// <remarks>The factor is min(1, limit/(norm + 10⁻⁶)), as in PyTorch's <c>clip_grad_norm_</c>.</remarks>
    public static double Clip(Span<double> gradient, double largestNorm)
    {
        double sum = 0;
        foreach (double g in gradient) { sum += g * g; }
        double norm = Math.Sqrt(sum), factor = largestNorm / (norm + 1e-6);
        if (factor < 1)
        {
            foreach (ref double g in gradient) { g *= factor; }
        }

        return norm;
    }
}
