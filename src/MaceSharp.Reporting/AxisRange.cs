namespace MaceSharp.Reporting;

/// <summary>The numbers an axis shows.</summary>
internal readonly record struct AxisRange(double Minimum, double Maximum, AxisScale Scale, bool Reversed)
{
    /// <summary>Place on the axis: 0 at its begin, 1 at its end. Not finite for numbers that have no place.</summary>
    public double Fraction(double value)
    {
        double f = Scale == AxisScale.Logarithmic
            ? value > 0 ? Math.Log(value / Minimum) / Math.Log(Maximum / Minimum) : double.NaN
            : (value - Minimum) / (Maximum - Minimum);
        return Reversed ? 1 - f : f;
    }

    /// <summary>The range of a panel's horizontal axis.</summary>
    public static AxisRange OfX(Panel panel)
    {
        bool pads = panel.Series.Any(static s => s is ScatterSeries);
        return Create(panel.X, panel.Series.SelectMany(AbscissaeOf), pads ? 0.04 : 0);
    }

    /// <summary>The range of a panel's vertical axis.</summary>
    public static AxisRange OfY(Panel panel) => Create(panel.Y, panel.Series.SelectMany(series => OrdinatesOf(series, panel.Y.Scale)), 0.04);

    private static IEnumerable<double> AbscissaeOf(Series series) => series switch
    {
        LineSeries line => line.X,
        ScatterSeries scatter => scatter.X,
        HistogramSeries histogram => histogram.Edges,
        VerticalLineSeries lines => lines.Positions,
        _ => [],
    };

    private static IEnumerable<double> OrdinatesOf(Series series, AxisScale scale) => series switch
    {
        LineSeries line => line.Y,
        ScatterSeries scatter => scatter.Y,
        HistogramSeries histogram when scale == AxisScale.Logarithmic => histogram.Heights,
        HistogramSeries histogram => histogram.Heights.Append(0),
        _ => [],
    };

    private static AxisRange Create(Axis axis, IEnumerable<double> values, double padding)
    {
        bool log = axis.Scale == AxisScale.Logarithmic;
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        foreach (double value in values)
        {
            if (!double.IsFinite(value) || (log && value <= 0)) { continue; }
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        if (low > high) { (low, high) = log ? (1, 10) : (0, 1); }
        if (log)
        {
            double margin = high / low > 1 + 1e-9 ? Math.Pow(high / low, padding) : 2;
            (low, high) = (Math.Max(low / margin, double.Epsilon), Math.Min(high * margin, double.MaxValue));
        }
        else if (high - low <= 1e-9 * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            // All data in one place, to within what a tick label could tell.
            double half = low == 0 ? 0.5 : 0.05 * Math.Abs(low);
            (low, high) = (low - half, high + half);
        }
        else
        {
            double margin = padding * (high - low);

            // Quantities that are never negative keep zero as the floor.
            low = low >= 0 && low - margin < 0 ? 0 : low - margin;
            high += margin;
        }

        low = Fixed(axis.Minimum, log) ?? low;
        high = Fixed(axis.Maximum, log) ?? high;
        if (!(high > low)) { high = log ? low * 10 : low + Math.Max(1, Math.Abs(low)); }
        return new AxisRange(low, high, axis.Scale, axis.Reversed);
    }

    private static double? Fixed(double? value, bool log) => value is double v && double.IsFinite(v) && !(log && v <= 0) ? v : null;
}
