namespace MaceSharp.Reporting;

/// <summary>Bars between edges.</summary>
public sealed record HistogramSeries : Series
{
    /// <summary>Creates the series from bins already counted.</summary>
    /// <param name="name">The name in the legend; null to leave it out.</param>
    /// <param name="edges">Edges of the bins, rising; one more than there are bins.</param>
    /// <param name="heights">Height of each bar: a count, a density.</param>
    /// <exception cref="ArgumentException">The edges do not rise, or their number does not fit.</exception>
    public HistogramSeries(string? name, IReadOnlyList<double> edges, IReadOnlyList<double> heights)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(heights);
        if (edges.Count != heights.Count + 1) { throw new ArgumentException($"{heights.Count} bars need {heights.Count + 1} edges, not {edges.Count}.", nameof(edges)); }
        for (int i = 0; i < heights.Count; i++)
        {
            if (!(edges[i] < edges[i + 1])) { throw new ArgumentException("The edges of a histogram must rise.", nameof(edges)); }
        }

        Edges = edges;
        Heights = heights;
    }

    /// <summary>Edges of the bins.</summary>
    public IReadOnlyList<double> Edges { get; }

    /// <summary>Height of each bar.</summary>
    public IReadOnlyList<double> Heights { get; }

    /// <summary>Counts values in equal bins from the smallest to the largest; values that are not finite are left out.</summary>
    /// <param name="name">The name in the legend; null to leave it out.</param>
    /// <param name="values">What is counted.</param>
    /// <param name="bins">Number of bins.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> is not positive.</exception>
    public static HistogramSeries FromValues(string? name, IEnumerable<double> values, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        double[] finite = [.. values.Where(double.IsFinite)];
        double low = finite.Length == 0 ? 0 : finite.Min();
        double high = finite.Length == 0 ? 1 : finite.Max();
        if (!(high - low > 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high))))
        {
            double half = low == 0 ? 0.5 : 0.05 * Math.Abs(low);
            (low, high) = (low - half, high + half);
        }

        double width = (high - low) / bins;
        double[] edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) { edges[i] = low + (i * width); }
        double[] counts = new double[bins];
        foreach (double value in finite) { counts[Math.Clamp((int)((value - low) / width), 0, bins - 1)]++; }
        return new HistogramSeries(name, edges, counts);
    }
}
