namespace MaceSharp.Reporting;

/// <summary>A picture of one or several panels, drawn as static SVG or, on an <see cref="HtmlPage"/>, as an interactive plot of the same look.</summary>
/// <param name="title">Written above the panels; may be empty.</param>
public sealed class Figure(string title)
{
    /// <summary>Written above the panels; may be empty.</summary>
    public string Title { get; } = title ?? throw new ArgumentNullException(nameof(title));

    /// <summary>A sentence below the picture on a page; null for none.</summary>
    public string? Caption { get; init; }

    /// <summary>The panels, row by row.</summary>
    public IList<Panel> Panels { get; } = [];

    /// <summary>Number of panels in a row.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Width of the whole picture, pixels.</summary>
    public int Width { get; init; } = 760;

    /// <summary>Height of a row of panels, pixels.</summary>
    public int RowHeight { get; init; } = 400;

    /// <summary>Adds a panel.</summary>
    /// <param name="panel">The panel.</param>
    /// <returns>This figure.</returns>
    public Figure Add(Panel panel)
    {
        ArgumentNullException.ThrowIfNull(panel);
        Panels.Add(panel);
        return this;
    }

    /// <summary>The picture as a document of SVG 1.1.</summary>
    /// <exception cref="InvalidOperationException">The figure has no panel, or a size that cannot be drawn.</exception>
    public string ToSvg() => new SvgWriter(this).Write();

    /// <summary>Writes the picture to a file: beside it first, then in its place.</summary>
    /// <param name="path">Name of the file.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SaveSvg(string path) => TextOutput.Replace(path, ToSvg());
}
