using System.Globalization;
using System.Text;

namespace MaceSharp.Reporting;

/// <summary>Draws a figure as SVG: plain shapes and text, no script, no style sheet, so that every viewer and word processor takes it.</summary>
internal sealed class SvgWriter
{
    private const double TitleHeight = 30;
    private const int SmallestPlot = 40;

    private readonly Figure _figure;
    private readonly StringBuilder _svg = new();
    private int _clips;

    public SvgWriter(Figure figure)
    {
        if (figure.Panels.Count == 0) { throw new InvalidOperationException("A figure needs a panel."); }
        if (figure.Columns < 1 || figure.Width is < 100 or > 20000 || figure.RowHeight is < 100 or > 20000)
        {
            throw new InvalidOperationException("A figure is 100 to 20000 pixels wide, its rows 100 to 20000 high, with at least one column.");
        }

        _figure = figure;
    }

    /// <summary>The whole document.</summary>
    public string Write()
    {
        double top = _figure.Title.Length > 0 ? TitleHeight : 0;
        int rows = (_figure.Panels.Count + _figure.Columns - 1) / _figure.Columns;
        double height = top + (rows * _figure.RowHeight);
        _svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{_figure.Width}\" height=\"{Markup.Pixel(height)}\" viewBox=\"0 0 {_figure.Width} {Markup.Pixel(height)}\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#222\">\n");
        _svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        if (_figure.Title.Length > 0) { Text(_figure.Width / 2.0, 20, _figure.Title, "middle", "font-size=\"15\" font-weight=\"bold\""); }
        for (int row = 0; row < rows; row++)
        {
            Panel[] panels = [.. _figure.Panels.Skip(row * _figure.Columns).Take(_figure.Columns)];
            double left = 0;
            foreach ((Panel panel, double width) in panels.Zip(WidthsOf(panels, _figure)))
            {
                DrawPanel(panel, left, top + (row * _figure.RowHeight), width, _figure.RowHeight);
                left += width;
            }
        }

        return _svg.Append("</svg>\n").ToString();
    }

    /// <summary>Widths of the panels of a row. A last row that is not full keeps the columns of the others.</summary>
    internal static double[] WidthsOf(Panel[] panels, Figure figure)
    {
        double total = panels.Sum(static p => Math.Max(0.05, p.RelativeWidth)) + (figure.Panels.Count > figure.Columns ? figure.Columns - panels.Length : 0);
        return [.. panels.Select(p => figure.Width * Math.Max(0.05, p.RelativeWidth) / total)];
    }

    private void DrawPanel(Panel panel, double left, double top, double width, double height)
    {
        AxisRange x = AxisRange.OfX(panel), y = AxisRange.OfY(panel);
        int[] colors = Palette.Assign(panel.Series);
        IReadOnlyList<AxisTick> yTicks = TickPlacement.For(panel.Y, y, (int)Math.Max(2, height / 60));
        double yLabels = yTicks.Count == 0 ? 0 : yTicks.Max(static t => WidthOf(t.Label));
        double x0 = left + (panel.Y.Text.Length > 0 ? 26 : 8) + yLabels + 8;
        double x1 = Math.Max(left + width - 18, x0 + SmallestPlot);
        double y0 = top + 10;
        if (!string.IsNullOrEmpty(panel.Title))
        {
            Text((x0 + x1) / 2, y0 + 10, panel.Title, "middle", "font-size=\"13\" font-weight=\"bold\"");
            y0 += 22;
        }

        y0 = DrawLegend(panel, colors, x0, y0, x1);
        double y1 = Math.Max(top + height - (panel.X.Text.Length > 0 ? 46 : 28), y0 + SmallestPlot);
        PlotArea area = new(x0, y0, x1, y1, x, y);
        IReadOnlyList<AxisTick> xTicks = TickPlacement.For(panel.X, x, (int)Math.Max(2, (x1 - x0) / 80));
        DrawAxes(panel, area, xTicks, yTicks, left);

        int clip = _clips++;
        string id = string.Create(CultureInfo.InvariantCulture, $"clip{clip}");
        _svg.Append(CultureInfo.InvariantCulture, $"<clipPath id=\"{id}\"><rect {Box(x0, y0, x1 - x0, y1 - y0)}/></clipPath>\n<g clip-path=\"url(#{id})\">\n");
        for (int i = 0; i < panel.Series.Count; i++) { DrawSeries(panel.Series[i], Palette.Color(colors[i]), area); }
        _svg.Append("</g>\n");
        _svg.Append(CultureInfo.InvariantCulture, $"<rect {Box(x0, y0, x1 - x0, y1 - y0)} fill=\"none\" stroke=\"#444\"/>\n");
    }

    private void DrawAxes(Panel panel, PlotArea area, IReadOnlyList<AxisTick> xTicks, IReadOnlyList<AxisTick> yTicks, double left)
    {
        foreach (AxisTick tick in xTicks)
        {
            double px = area.PixelX(tick.Position);
            if (!double.IsFinite(px)) { continue; }
            _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Markup.Pixel(px)} {Markup.Pixel(area.Top)}V{Markup.Pixel(area.Bottom)}\" stroke=\"#e4e4e4\"/>\n");
            Text(px, area.Bottom + 16, tick.Label, "middle");
        }

        foreach (AxisTick tick in yTicks)
        {
            double py = area.PixelY(tick.Position);
            if (!double.IsFinite(py)) { continue; }
            _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Markup.Pixel(area.Left)} {Markup.Pixel(py)}H{Markup.Pixel(area.Right)}\" stroke=\"#e4e4e4\"/>\n");
            Text(area.Left - 6, py + 4, tick.Label, "end");
        }

        if (panel.X.Text.Length > 0) { Text((area.Left + area.Right) / 2, area.Bottom + 36, panel.X.Text, "middle", "font-size=\"13\""); }
        if (panel.Y.Text.Length > 0)
        {
            string cx = Markup.Pixel(left + 16), cy = Markup.Pixel((area.Top + area.Bottom) / 2);
            Text(left + 16, (area.Top + area.Bottom) / 2, panel.Y.Text, "middle", $"font-size=\"13\" transform=\"rotate(-90 {cx} {cy})\"");
        }
    }

    /// <summary>Draws the legend in rows above the plot; returns where the plot begins.</summary>
    private double DrawLegend(Panel panel, int[] colors, double left, double top, double right)
    {
        if (!panel.ShowLegend || panel.Series.All(static s => s.Name is null)) { return top; }
        double x = left;
        double y = top + 8;
        for (int i = 0; i < panel.Series.Count; i++)
        {
            if (panel.Series[i].Name is not string name) { continue; }
            double width = 40 + WidthOf(name);
            if (x > left && x + width > right) { (x, y) = (left, y + 18); }
            string color = Palette.Color(colors[i]);
            _svg.Append(panel.Series[i] switch
            {
                ScatterSeries => $"<circle cx=\"{Markup.Pixel(x + 10)}\" cy=\"{Markup.Pixel(y)}\" r=\"3.5\" fill=\"{color}\"/>\n",
                HistogramSeries => $"<rect {Box(x + 3, y - 5, 14, 10)} fill=\"{color}\" fill-opacity=\"0.5\" stroke=\"{color}\"/>\n",
                _ => $"<path d=\"M{Markup.Pixel(x)} {Markup.Pixel(y)}h20\" stroke=\"{color}\" stroke-width=\"2\"{Dashes(panel.Series[i])}/>\n",
            });
            Text(x + 25, y + 4, name, "start");
            x += width;
        }

        return y + 14;
    }

    private void DrawSeries(Series series, string color, PlotArea area)
    {
        switch (series)
        {
            case LineSeries line:
                DrawLine(line, color, area);
                break;
            case ScatterSeries scatter:
                (List<double> xs, List<double> ys) = Thinning.Scatter(scatter, area.X, area.Y, (int)(2 * area.Width), (int)(2 * area.Height));
                _svg.Append(CultureInfo.InvariantCulture, $"<g fill=\"{color}\" fill-opacity=\"0.75\">\n");
                for (int i = 0; i < xs.Count; i++)
                {
                    if (!area.IsNear(xs[i], ys[i])) { continue; }
                    _svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{Markup.Pixel(area.PixelX(xs[i]))}\" cy=\"{Markup.Pixel(area.PixelY(ys[i]))}\" r=\"2.6\"/>\n");
                }

                _svg.Append("</g>\n");
                break;
            case HistogramSeries histogram:
                DrawHistogram(histogram, color, area);
                break;
            case VerticalLineSeries lines:
                foreach (double position in lines.Positions)
                {
                    double px = area.PixelX(position);
                    if (!(px >= area.Left - 1 && px <= area.Right + 1)) { continue; }
                    _svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Markup.Pixel(px)} {Markup.Pixel(area.Top)}V{Markup.Pixel(area.Bottom)}\" stroke=\"{color}\"{Dashes(series)}/>\n");
                }

                break;
        }
    }

    private void DrawLine(LineSeries line, string color, PlotArea area)
    {
        (List<double> xs, List<double> ys) = Thinning.Line(line, area.X, area.Y, (int)(2 * area.Width));
        _svg.Append("<path d=\"");
        bool draws = false;
        for (int i = 0; i < xs.Count; i++)
        {
            if (double.IsNaN(xs[i]))
            {
                draws = false;
                continue;
            }

            // Far outside the clip only the direction matters; viewers choke on huge coordinates.
            _svg.Append(draws ? 'L' : 'M').Append(Markup.Pixel(Math.Clamp(area.PixelX(xs[i]), -1e5, 1e5))).Append(' ').Append(Markup.Pixel(Math.Clamp(area.PixelY(ys[i]), -1e5, 1e5)));
            draws = true;
        }

        _svg.Append(CultureInfo.InvariantCulture, $"\" fill=\"none\" stroke=\"{color}\" stroke-width=\"1.5\" stroke-linejoin=\"round\"{Dashes(line)}/>\n");
    }

    private void DrawHistogram(HistogramSeries histogram, string color, PlotArea area)
    {
        _svg.Append(CultureInfo.InvariantCulture, $"<g fill=\"{color}\" fill-opacity=\"0.5\" stroke=\"{color}\">\n");
        double floor = area.Y.Scale == AxisScale.Logarithmic ? area.Y.Minimum : 0;
        double bottom = Math.Clamp(area.PixelY(floor), -1e5, 1e5);
        for (int i = 0; i < histogram.Heights.Count; i++)
        {
            double a = area.PixelX(histogram.Edges[i]), b = area.PixelX(histogram.Edges[i + 1]), h = Math.Clamp(area.PixelY(histogram.Heights[i]), -1e5, 1e5);
            if (histogram.Heights[i] == 0 || !double.IsFinite(a) || !double.IsFinite(b) || !double.IsFinite(h)) { continue; }
            _svg.Append(CultureInfo.InvariantCulture, $"<rect {Box(Math.Min(a, b), Math.Min(h, bottom), Math.Abs(b - a), Math.Abs(bottom - h))}/>\n");
        }

        _svg.Append("</g>\n");
    }

    private void Text(double x, double y, string text, string anchor, string attributes = "") =>
        _svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Markup.Pixel(x)}\" y=\"{Markup.Pixel(y)}\" text-anchor=\"{anchor}\"{(attributes.Length > 0 ? " " : "")}{attributes}>{Markup.Escape(text)}</text>\n");

    private static string Box(double x, double y, double width, double height) =>
        $"x=\"{Markup.Pixel(x)}\" y=\"{Markup.Pixel(y)}\" width=\"{Markup.Pixel(width)}\" height=\"{Markup.Pixel(height)}\"";

    private static string Dashes(Series series) => series is LineSeries { Dashed: true } or VerticalLineSeries { Dashed: true } ? " stroke-dasharray=\"6 4\"" : "";

    /// <summary>About the width of a text of 12 pixels in Helvetica.</summary>
    private static double WidthOf(string text) => 6.6 * text.Length;

    /// <summary>The rectangle between the axes, pixels, and what it shows.</summary>
    private readonly record struct PlotArea(double Left, double Top, double Right, double Bottom, AxisRange X, AxisRange Y)
    {
        public double Width => Right - Left;

        public double Height => Bottom - Top;

        public double PixelX(double value) => Left + (X.Fraction(value) * Width);

        public double PixelY(double value) => Bottom - (Y.Fraction(value) * Height);

        public bool IsNear(double x, double y) => PixelX(x) >= Left - 5 && PixelX(x) <= Right + 5 && PixelY(y) >= Top - 5 && PixelY(y) <= Bottom + 5;
    }
}
