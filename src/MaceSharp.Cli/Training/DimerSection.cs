using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Reporting;
using MaceSharp.Training.Runs;

namespace MaceSharp.Cli.Training;

/// <summary>The part of a report on atoms that come close to each other.</summary>
internal static class DimerSection
{
    /// <summary>Of many pairs the worst are drawn.</summary>
    private const int MostPanels = 15;

    private const double HighestShown = 20, LowestShown = -20;

    /// <summary>Adds verdict, curves and table.</summary>
    public static void Add(HtmlPage page, DimerCheck check)
    {
        page.AddHeading("Atoms close together").AddText(check.Summary);
        if (check.Curves.IsEmpty) { return; }
        var pairs = check.Curves.GroupBy(static c => (c.First, c.Second)).ToArray();
        Figure figure = new("Energy of two atoms")
        {
            Columns = 3,
            Width = 1000,
            Caption = string.Create(CultureInfo.InvariantCulture, $"Energy of two atoms alone less that of the atoms apart, between {LowestShown} and {HighestShown} eV. The upright line is the shortest distance in the training data, left of which nothing was learned.{(pairs.Length > MostPanels ? $" The {MostPanels} worst of {pairs.Length} pairs." : "")}"),
        };
        foreach (var pair in pairs.Take(MostPanels)) { figure.Add(PanelOf(pair.Key.First, pair.Key.Second, [.. pair])); }
        page.AddFigure(figure);
        page.AddTable(new ReportTable(
            ["pair", "verdict", "shortest in the data / Å", "turns at / Å", "barrier / eV", "what the energy does"],
            [.. check.Curves.Select(c => (IReadOnlyList<string>)[check.NameOf(c), c.Verdict.ToString().ToLowerInvariant(), Text(c.NearestInData, 2), Text(c.Turn, 2), Text(c.Barrier, 1), c.Sentence])]));

        static string Text(double? value, int digits) => value is { } number ? Numbers.Fixed(number, digits) : "-";
    }

    private static Panel PanelOf(int first, int second, DimerCurve[] curves)
    {
        double least = Math.Clamp(curves.Min(static c => c.Energies.Where(double.IsFinite).DefaultIfEmpty(0).Min()) * 1.1, LowestShown, -1);
        Panel panel = new(new Axis("distance", "Å"), new Axis("energy", "eV") { Minimum = least, Maximum = HighestShown }, $"{Elements.Symbol(first)}–{Elements.Symbol(second)}{(curves.Any(static c => c.Verdict == DimerVerdict.Hole) ? ": hole" : "")}") { ShowLegend = curves.Length > 1 };
        foreach (DimerCurve curve in curves) { panel.Add(new LineSeries(curve.Head, curve.Distances, curve.Energies)); }
        double[] nearest = [.. curves.Select(static c => c.NearestInData).OfType<double>()];
        if (nearest.Length > 0) { panel.Add(new VerticalLineSeries(null, [nearest.Min()]) { Dashed = true }); }
        return panel;
    }
}
