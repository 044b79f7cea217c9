using System.Text;
using System.Text.Json;

namespace MaceSharp.Reporting;

/// <summary>A figure as the data that the script of a page draws.</summary>
internal static class FigureJson
{
    /// <summary>Columns of pixels to which long series are thinned: enough for zooming in eight times.</summary>
    private const int Resolution = 6000;

    /// <summary>The JSON. The default encoder escapes &lt;, &gt;, &amp; and quotes, so that no text can end the element of the page around it.</summary>
    public static string Write(Figure figure)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("title", figure.Title);
            json.WriteNumber("width", figure.Width);
            json.WriteNumber("height", figure.RowHeight);
            json.WriteStartArray("panels");
            for (int start = 0; start < figure.Panels.Count; start += figure.Columns)
            {
                Panel[] row = [.. figure.Panels.Skip(start).Take(figure.Columns)];
                foreach ((Panel panel, double width) in row.Zip(SvgWriter.WidthsOf(row, figure))) { WritePanel(json, panel, width / figure.Width); }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WritePanel(Utf8JsonWriter json, Panel panel, double share)
    {
        AxisRange x = AxisRange.OfX(panel), y = AxisRange.OfY(panel);
        json.WriteStartObject();
        json.WriteString("title", panel.Title ?? "");
        json.WriteNumber("share", share);
        json.WriteBoolean("legend", panel.ShowLegend);
        WriteAxis(json, "x", panel.X, x);
        WriteAxis(json, "y", panel.Y, y);
        json.WriteStartArray("series");
        int[] colors = Palette.Assign(panel.Series);
        for (int i = 0; i < colors.Length; i++)
        {
            Series series = panel.Series[i];
            json.WriteStartObject();
            if (series.Name is not null) { json.WriteString("name", series.Name); }
            json.WriteString("color", Palette.Color(colors[i]));
            switch (series)
            {
                case LineSeries line:
                    json.WriteString("kind", "line");
                    json.WriteBoolean("dashed", line.Dashed);
                    WritePoints(json, Thinning.Line(line, x, y, Resolution));
                    break;
                case ScatterSeries scatter:
                    json.WriteString("kind", "scatter");
                    WritePoints(json, Thinning.Scatter(scatter, x, y, Resolution, Resolution));
                    break;
                case HistogramSeries histogram:
                    json.WriteString("kind", "histogram");
                    WritePoints(json, (histogram.Edges, histogram.Heights));
                    break;
                case VerticalLineSeries lines:
                    json.WriteString("kind", "vertical");
                    json.WriteBoolean("dashed", lines.Dashed);
                    WritePoints(json, (lines.Positions, []));
                    break;
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAxis(Utf8JsonWriter json, string name, Axis axis, AxisRange range)
    {
        json.WriteStartObject(name);
        json.WriteString("label", axis.Text);
        json.WriteNumber("min", range.Minimum);
        json.WriteNumber("max", range.Maximum);
        json.WriteBoolean("log", range.Scale == AxisScale.Logarithmic);
        json.WriteBoolean("reversed", range.Reversed);
        if (axis.Ticks is not null)
        {
            json.WriteStartArray("ticks");
            foreach (AxisTick tick in axis.Ticks.Where(static t => double.IsFinite(t.Position)).OrderBy(static t => t.Position))
            {
                json.WriteStartArray();
                json.WriteNumberValue(tick.Position);
                json.WriteStringValue(tick.Label);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WritePoints(Utf8JsonWriter json, (IReadOnlyList<double> X, IReadOnlyList<double> Y) points)
    {
        WriteNumbers(json, "x", points.X);
        WriteNumbers(json, "y", points.Y);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
        {
            // Nine digits are beyond any screen; a break of a line is null.
            if (!double.IsFinite(value)) { json.WriteNullValue(); }
            else { json.WriteRawValue(value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture)); }
        }

        json.WriteEndArray();
    }
}
