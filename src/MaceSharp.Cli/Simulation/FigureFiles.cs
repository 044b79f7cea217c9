using MaceSharp.Atoms;
using MaceSharp.Reporting;

namespace MaceSharp.Cli.Simulation;

/// <summary>The picture of a command that has one: a figure as SVG and as a page of its own.</summary>
internal static class FigureFiles
{
    /// <summary>Writes <c>PREFIX-NAME.svg</c> and <c>PREFIX-NAME.html</c>.</summary>
    /// <param name="files">Names and list of the files.</param>
    /// <param name="name">The last part of the names, without ending.</param>
    /// <param name="figure">The figure.</param>
    /// <param name="text">What the page says above it.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static void Write(ResultFiles files, string name, Figure figure, string text) =>
        ReportFiles.Write(files, name, new HtmlPage(figure.Title).AddText(text), (name, figure));
}
