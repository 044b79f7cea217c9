using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MaceSharp.Reporting.Tests;

public sealed partial class FigureTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void A_line_passes_through_the_places_its_numbers_ask_for()
    {
        Figure figure = OnePanel(new LineSeries(null, [0, 1, 2], [0, 10, 0]), new Axis("x") { Minimum = 0, Maximum = 2 }, new Axis("y") { Minimum = 0, Maximum = 10 });
        XElement root = XDocument.Parse(figure.ToSvg()).Root!;
        XElement frame = root.Elements(Svg + "rect").Single(static r => (string?)r.Attribute("stroke") == "#444");
        double left = Number(frame, "x"), top = Number(frame, "y"), width = Number(frame, "width"), height = Number(frame, "height");
        double[] path = [.. NumberPattern().Matches((string)root.Descendants(Svg + "path").Single(static p => (string?)p.Attribute("fill") == "none").Attribute("d")!).Select(static m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
        double[] expected = [left, top + height, left + (width / 2), top, left + width, top + height];
        Assert.Equal(expected.Length, path.Length);
        for (int i = 0; i < path.Length; i++) { Assert.Equal(expected[i], path[i], 0.02); }
    }

    [Fact]
    public void Every_kind_of_series_is_drawn_and_named()
    {
        Panel panel = new Panel(new Axis("Distance", "Å"), new Axis("Energy", "eV"))
            .Add(new LineSeries("line", [1, 2, 3], [1, 4, 9]) { Dashed = true })
            .Add(new ScatterSeries("points", [1, 2], [3, 4]))
            .Add(HistogramSeries.FromValues("counts", [1, 1.5, 2, 2.2], 3))
            .Add(new VerticalLineSeries("marks", [1.5, 2.5]));
        XElement root = XDocument.Parse(new Figure("All").Add(panel).ToSvg()).Root!;
        string[] texts = [.. root.Descendants(Svg + "text").Select(static t => t.Value)];
        foreach (string text in (string[])["All", "Distance (Å)", "Energy (eV)", "line", "points", "counts", "marks"]) { Assert.Contains(text, texts); }
        XElement drawn = root.Elements(Svg + "g").Single();
        Assert.Equal(2, drawn.Descendants(Svg + "circle").Count());
        Assert.Equal(3, drawn.Descendants(Svg + "rect").Count());
        Assert.Equal(3, drawn.Elements(Svg + "path").Count());
    }

    [Fact]
    public void A_logarithmic_axis_has_decades_and_leaves_out_what_has_no_logarithm()
    {
        Figure figure = OnePanel(new ScatterSeries(null, [1, 2, 3, 4], [0.01, 0, -1, 1000]), new Axis("x"), new Axis("y") { Scale = AxisScale.Logarithmic });
        XElement root = XDocument.Parse(figure.ToSvg()).Root!;
        Assert.Equal(2, root.Descendants(Svg + "circle").Count());
        string[] texts = [.. root.Descendants(Svg + "text").Select(static t => t.Value)];
        Assert.Contains("0.1", texts);
        Assert.Contains("100", texts);
        Assert.DoesNotContain("NaN", figure.ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reversed_axis_grows_to_the_left()
    {
        Figure figure = OnePanel(new ScatterSeries(null, [400, 4000], [1, 1]), new Axis("Wavenumber", "cm⁻¹") { Reversed = true }, new Axis("y"));
        double[] places = [.. XDocument.Parse(figure.ToSvg()).Root!.Descendants(Svg + "circle").Select(static c => Number(c, "cx"))];
        Assert.True(places[0] > places[1]);
    }

    [Fact]
    public void Text_is_escaped()
    {
        const string Evil = "</text><script>alert(1)</script>&\"'\u0001\ud800";
        Figure figure = new Figure(Evil).Add(new Panel(new Axis(Evil, Evil), new Axis(Evil) { Ticks = [new(0.5, Evil)] }, Evil).Add(new LineSeries(Evil, [0, 1], [0, 1])));
        string svg = figure.ToSvg();
        Assert.DoesNotContain("<script", svg, StringComparison.Ordinal);
        Assert.Contains("</text><script>alert(1)</script>&\"'", XDocument.Parse(svg).Root!.Descendants(Svg + "text").First().Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { double.NaN, double.PositiveInfinity })]
    [InlineData(new[] { 3.0 })]
    [InlineData(new[] { 0.0, 0.0 })]
    [InlineData(new[] { 1e300, -1e300 })]
    [InlineData(new[] { 1e-320, 2e-320 })]
    [InlineData(new[] { 5.0, 5.0000000000001 })]
    public void Strange_data_still_give_a_picture(double[] values)
    {
        foreach (AxisScale scale in Enum.GetValues<AxisScale>())
        {
            Axis axis = new("v") { Scale = scale };
            Panel panel = new Panel(axis, axis).Add(new LineSeries("l", values, values)).Add(new ScatterSeries("s", values, values)).Add(HistogramSeries.FromValues("h", values, 4)).Add(new VerticalLineSeries("v", values));
            string svg = new Figure("").Add(panel).ToSvg();
            XDocument.Parse(svg);
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("∞", svg, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Long_series_make_small_pictures_and_keep_their_extremes()
    {
        double[] x = [.. Enumerable.Range(0, 1_000_000).Select(static i => (double)i)];
        double[] y = [.. x.Select(static v => Math.Sin(v))];
        y[123_456] = 40;
        Figure figure = OnePanel(new LineSeries(null, x, y), new Axis("step"), new Axis("y"));
        Assert.InRange(figure.ToSvg().Length, 1000, 200_000);
        HtmlPage page = new HtmlPage("long").AddFigure(figure);
        Assert.InRange(page.ToHtml().Length, 1000, 1_500_000);
        Assert.Contains("40,", page.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Histograms_count_every_finite_value_once()
    {
        HistogramSeries histogram = HistogramSeries.FromValues(null, [0, 0.1, 0.5, 0.99, 1, double.NaN], 4);
        Assert.Equal([2, 0, 1, 2], histogram.Heights);
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], histogram.Edges);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        Assert.Throws<ArgumentException>(static () => new LineSeries(null, [1], [1, 2]));
        Assert.Throws<ArgumentException>(static () => new HistogramSeries(null, [1, 2], [1, 2]));
        Assert.Throws<ArgumentException>(static () => new HistogramSeries(null, [1, 1], [1]));
        Assert.Throws<InvalidOperationException>(static () => new Figure("empty").ToSvg());
        Assert.Throws<ArgumentException>(static () => new HtmlPage("t").AddTable(new ReportTable(["a", "b"], [["1"]])));
    }

    private static Figure OnePanel(Series series, Axis x, Axis y) => new Figure("").Add(new Panel(x, y).Add(series));

    private static double Number(XElement element, string attribute) => double.Parse((string)element.Attribute(attribute)!, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex NumberPattern();
}
