using MaceSharp.Atoms;
using MaceSharp.Reporting;

namespace MaceSharp.Cli.Simulation;

/// <summary>Pictures of a command: one figure as SVG and as a page of its own.</summary>
internal static class FigureFiles
{
    /// <summary>Writes <c>PREFIX-NAME.svg</c> and <c>PREFIX-NAME.html</c>.</summary>
    /// <param name="files">Names and list of the files.</param>
    /// <param name="name">The last part of the names, without ending.</param>
    /// <param name="figure">The figure.</param>
    /// <param name="text">What the page says above it.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static void Write(ResultFiles files, string name, Figure figure, string text)
    {
        string svg = files.PathOf(name + ".svg"), html = files.PathOf(name + ".html");
        try
        {
            figure.SaveSvg(svg);
            new HtmlPage(figure.Title).AddText(text).AddFigure(figure).Save(html);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{svg}' or '{html}' cannot be written: {exception.Message}", exception);
        }

        files.Add(svg);
        files.Add(html);
    }
}
