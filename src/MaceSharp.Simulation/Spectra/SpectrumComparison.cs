namespace MaceSharp.Simulation;

/// <summary>How a computed spectrum compares with a measured one over their common range.</summary>
/// <param name="Pairs">Every measured peak, paired with a computed one: nearest pairs first, each peak once.</param>
/// <param name="Similarity">Cosine of both curves over the range, from 0 to 1 (base lines at their lowest points).</param>
public sealed record SpectrumComparison(IReadOnlyList<PeakPair> Pairs, double Similarity)
{
    /// <summary>Compares two spectra.</summary>
    /// <param name="computed">The computed one.</param>
    /// <param name="measured">The measured one.</param>
    /// <param name="width">Full width at half maximum of the computed lines, cm⁻¹.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="scale">Factor on the computed wavenumbers.</param>
    /// <param name="reach">How far paired peaks may be apart, cm⁻¹.</param>
    public static SpectrumComparison Of(InfraredSpectrum computed, MeasuredSpectrum measured, double width = 20, LineShape shape = LineShape.Lorentzian, double scale = 1, double reach = 150)
    {
        ArgumentNullException.ThrowIfNull(computed);
        ArgumentNullException.ThrowIfNull(measured);
        double[] x = [.. measured.Wavenumbers];
        double[] own = Normalise(computed.Broaden(x, width, shape, scale)), other = Normalise([.. measured.Values]);
        double dot = 0, a = 0, b = 0;
        for (int i = 1; i < x.Length; i++)
        {
            double step = x[i] - x[i - 1];
            dot += step * own[i] * other[i];
            a += step * own[i] * own[i];
            b += step * other[i] * other[i];
        }

        // Peaks of the computed curve are looked for on a fine grid of its own.
        double[] fine = [.. Enumerable.Range(0, 1 + (int)Math.Min(200_000, (x[^1] - x[0]) / Math.Max(0.05 * width, 1e-3))).Select(k => x[0] + (k * Math.Max(0.05 * width, 1e-3)))];
        List<(double X, double Y)> mine = [.. PeakFinder.Find(fine, Normalise(computed.Broaden(fine, width, shape, scale)), 0.01)];
        List<(double X, double Y)> theirs = [.. PeakFinder.Find(x, other)];
        Dictionary<int, int> pairs = [];
        foreach ((int m, int c) in theirs.SelectMany((_, m) => mine.Select((_, c) => (m, c))).OrderBy(p => Math.Abs(theirs[p.m].X - mine[p.c].X)))
        {
            if (Math.Abs(theirs[m].X - mine[c].X) <= reach && !pairs.ContainsKey(m) && !pairs.ContainsValue(c)) { pairs.Add(m, c); }
        }

        return new([.. theirs.Select((t, m) => pairs.TryGetValue(m, out int c) ? new PeakPair(t.X, t.Y, mine[c].X, mine[c].Y) : new PeakPair(t.X, t.Y, null, null))], a > 0 && b > 0 ? dot / Math.Sqrt(a * b) : 0);
    }

    /// <summary>From zero at the lowest to one at the highest point.</summary>
    public static double[] Normalise(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double low = values.Min(), high = values.Max();
        return high > low ? [.. values.Select(v => (v - low) / (high - low))] : new double[values.Length];
    }
}
