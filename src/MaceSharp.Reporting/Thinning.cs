namespace MaceSharp.Reporting;

/// <summary>Leaves out points that no one could see, so that a long series makes a small file.</summary>
internal static class Thinning
{
    /// <summary>Of consecutive points of a line that fall into one column of pixels keeps the first, the lowest, the highest and the last. Points without a place become breaks (NaN).</summary>
    /// <param name="line">The line.</param>
    /// <param name="x">Range of the horizontal axis.</param>
    /// <param name="y">Range of the vertical axis.</param>
    /// <param name="columns">Number of columns across the panel.</param>
    public static (List<double> X, List<double> Y) Line(LineSeries line, AxisRange x, AxisRange y, int columns)
    {
        List<double> xs = [], ys = [];
        int first = -1, last = -1, low = -1, high = -1;
        double column = 0;
        void Flush()
        {
            if (first < 0) { return; }
            int previous = -1;
            foreach (int i in (ReadOnlySpan<int>)[first, Math.Min(low, high), Math.Max(low, high), last])
            {
                if (i == previous) { continue; }
                xs.Add(line.X[i]);
                ys.Add(line.Y[i]);
                previous = i;
            }

            first = -1;
        }

        for (int i = 0; i < line.X.Count; i++)
        {
            double u = x.Fraction(line.X[i]), v = y.Fraction(line.Y[i]);
            if (!double.IsFinite(u) || !double.IsFinite(v))
            {
                Flush();
                if (xs.Count > 0 && !double.IsNaN(xs[^1]))
                {
                    xs.Add(double.NaN);
                    ys.Add(double.NaN);
                }

                continue;
            }

            double own = Math.Floor(u * columns);
            if (first >= 0 && own == column)
            {
                if (line.Y[i] < line.Y[low]) { low = i; }
                if (line.Y[i] > line.Y[high]) { high = i; }
                last = i;
                continue;
            }

            Flush();
            (first, last, low, high, column) = (i, i, i, i, own);
        }

        Flush();
        return (xs, ys);
    }

    /// <summary>Of points that fall into one pixel keeps the first.</summary>
    /// <param name="scatter">The points.</param>
    /// <param name="x">Range of the horizontal axis.</param>
    /// <param name="y">Range of the vertical axis.</param>
    /// <param name="columns">Number of pixels across the panel.</param>
    /// <param name="rows">Number of pixels down the panel.</param>
    public static (List<double> X, List<double> Y) Scatter(ScatterSeries scatter, AxisRange x, AxisRange y, int columns, int rows)
    {
        List<double> xs = [], ys = [];
        HashSet<(double, double)> taken = [];
        for (int i = 0; i < scatter.X.Count; i++)
        {
            double u = x.Fraction(scatter.X[i]), v = y.Fraction(scatter.Y[i]);
            if (!double.IsFinite(u) || !double.IsFinite(v) || !taken.Add((Math.Floor(u * columns), Math.Floor(v * rows)))) { continue; }
            xs.Add(scatter.X[i]);
            ys.Add(scatter.Y[i]);
        }

        return (xs, ys);
    }
}
