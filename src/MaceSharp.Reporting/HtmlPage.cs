using System.Globalization;
using System.Text;

namespace MaceSharp.Reporting;

/// <summary>
/// A page of headings, text, tables and figures in one file that needs no other and no network. Figures are there as static SVG; where scripts may run, they become
/// interactive plots (drag to zoom, double-click to reset, point to read off, click the legend to hide) by uPlot (MIT licence), which is embedded.
/// </summary>
/// <remarks>All text is escaped; nothing a user writes becomes markup or script.</remarks>
/// <param name="title">Title of the page.</param>
public sealed class HtmlPage(string title)
{
    private readonly StringBuilder _body = new();
    private int _figures;

    /// <summary>Title of the page.</summary>
    public string Title { get; } = title ?? throw new ArgumentNullException(nameof(title));

    /// <summary>Adds a heading that begins a section.</summary>
    /// <param name="text">The heading.</param>
    /// <returns>This page.</returns>
    public HtmlPage AddHeading(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Append($"<h2>{Markup.Escape(text)}</h2>\n");
    }

    /// <summary>Adds a paragraph.</summary>
    /// <param name="text">The paragraph.</param>
    /// <returns>This page.</returns>
    public HtmlPage AddText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Append($"<p>{Markup.Escape(text)}</p>\n");
    }

    /// <summary>Adds text whose line ends and spaces stay, such as a log or a command line.</summary>
    /// <param name="text">The text.</param>
    /// <returns>This page.</returns>
    public HtmlPage AddPreformatted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Append($"<pre>{Markup.Escape(text)}</pre>\n");
    }

    /// <summary>Adds a list of points.</summary>
    /// <param name="items">The points.</param>
    /// <returns>This page.</returns>
    public HtmlPage AddList(IEnumerable<string> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Append($"<ul>\n{string.Concat(items.Select(static item => $"<li>{Markup.Escape(item)}</li>\n"))}</ul>\n");
    }

    /// <summary>Adds a table. Cells that are numbers are set flush right.</summary>
    /// <param name="table">The table.</param>
    /// <returns>This page.</returns>
    /// <exception cref="ArgumentException">A row does not have as many cells as there are columns.</exception>
    public HtmlPage AddTable(ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        StringBuilder html = new("<div class=\"table\"><table>\n");
        if (table.Caption is not null) { html.Append("<caption>").Append(Markup.Escape(table.Caption)).Append("</caption>\n"); }
        html.Append("<thead><tr>").AppendJoin("", table.Columns.Select(static c => $"<th>{Markup.Escape(c)}</th>")).Append("</tr></thead>\n<tbody>\n");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            if (row.Count != table.Columns.Count) { throw new ArgumentException($"A row of {row.Count} cells does not fit {table.Columns.Count} columns.", nameof(table)); }
            html.Append("<tr>").AppendJoin("", row.Select(static c => $"<td{(IsNumber(c) ? " class=\"n\"" : "")}>{Markup.Escape(c)}</td>")).Append("</tr>\n");
        }

        return Append(html.Append("</tbody></table></div>\n").ToString());
    }

    /// <summary>Adds a figure.</summary>
    /// <param name="figure">The figure; drawn as it is now.</param>
    /// <returns>This page.</returns>
    /// <exception cref="InvalidOperationException">The figure has no panel, or a size that cannot be drawn.</exception>
    public HtmlPage AddFigure(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);

        // Several drawings of one document must not share the names of their clips.
        string prefix = string.Create(CultureInfo.InvariantCulture, $"f{_figures++}-clip");
        string svg = figure.ToSvg().Replace("id=\"clip", $"id=\"{prefix}", StringComparison.Ordinal).Replace("url(#clip", $"url(#{prefix}", StringComparison.Ordinal);
        Append($"<figure class=\"plot\">\n<div class=\"static\">{svg}</div>\n<script type=\"application/json\">{FigureJson.Write(figure)}</script>\n");
        if (figure.Caption is not null) { Append($"<figcaption>{Markup.Escape(figure.Caption)}</figcaption>\n"); }
        return Append("</figure>\n");
    }

    /// <summary>The page as text.</summary>
    public string ToHtml()
    {
        StringBuilder html = new();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Append("<title>").Append(Markup.Escape(Title)).Append("</title>\n<style>\n");
        if (_figures > 0) { html.Append(Resources.Text("uPlot/uPlot.min.css")).Append('\n'); }
        html.Append(Resources.Text("page.css")).Append("</style>\n</head>\n<body>\n<main>\n<h1>").Append(Markup.Escape(Title)).Append("</h1>\n").Append(_body);
        html.Append("</main>\n");
        if (_figures > 0)
        {
            html.Append("<!-- uPlot 1.6.32, https://github.com/leeoniya/uPlot\n").Append(Markup.Escape(Resources.Text("uPlot/LICENSE"))).Append("-->\n");
            html.Append("<script>").Append(Resources.Text("uPlot/uPlot.iife.min.js")).Append("</script>\n<script>\n").Append(Resources.Text("figure.js")).Append("</script>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>Writes the page to a file: beside it first, then in its place.</summary>
    /// <param name="path">Name of the file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path) => TextOutput.Replace(path, ToHtml());

    private static bool IsNumber(string text) => double.TryParse(text.Replace('−', '-'), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private HtmlPage Append(string html)
    {
        _body.Append(html);
        return this;
    }
}
