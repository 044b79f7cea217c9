namespace MaceSharp.Simulation;

/// <summary>Maxima of curves.</summary>
public static class PeakFinder
{
    /// <summary>Finds the maxima that stand out: those from which, on either side, the curve falls by at least a prominence before it rises above them.</summary>
    /// <param name="x">Abscissae, rising.</param>
    /// <param name="y">Ordinates.</param>
    /// <param name="prominence">Smallest prominence relative to the range of the ordinates.</param>
    /// <returns>Places of the maxima (by a parabola through three points) and their heights, by rising place.</returns>
    public static IReadOnlyList<(double X, double Y)> Find(IReadOnlyList<double> x, IReadOnlyList<double> y, double prominence = 0.03)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count) { throw new ArgumentException($"{x.Count} abscissae do not fit {y.Count} ordinates.", nameof(y)); }
        List<(double, double)> peaks = [];
        if (x.Count < 3) { return peaks; }
        double needed = prominence * (y.Max() - y.Min());
        for (int i = 1; i + 1 < x.Count; i++)
        {
            if (!(y[i] > y[i - 1] && y[i] >= y[i + 1])) { continue; }
            double left = y[i], right = y[i];
            for (int k = i - 1; k >= 0 && y[k] <= y[i]; k--) { left = Math.Min(left, y[k]); }
            for (int k = i + 1; k < x.Count && y[k] <= y[i]; k++) { right = Math.Min(right, y[k]); }
            if (y[i] - Math.Max(left, right) < needed || needed == 0) { continue; }

            // The top of the parabola through three points, which need not be evenly spaced.
            double d1 = (y[i] - y[i - 1]) / (x[i] - x[i - 1]), d2 = (y[i + 1] - y[i]) / (x[i + 1] - x[i]);
            double curvature = (d2 - d1) / (x[i + 1] - x[i - 1]);
            double top = curvature < 0 ? 0.5 * (x[i - 1] + x[i]) - (d1 / (2 * curvature)) : x[i];
            if (!(top >= x[i - 1] && top <= x[i + 1])) { top = x[i]; }
            peaks.Add((top, y[i]));
        }

        return peaks;
    }
}
