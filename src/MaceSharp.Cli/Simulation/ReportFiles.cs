using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Reporting;

namespace MaceSharp.Cli.Simulation;

/// <summary>A page with tables and figures, and each figure as SVG.</summary>
internal static class ReportFiles
{
    /// <summary>Writes <c>PREFIX-NAME.html</c> and for each figure <c>PREFIX-FIGURE.svg</c>.</summary>
    /// <param name="files">Names and list of the files.</param>
    /// <param name="name">The last part of the page's name, without ending.</param>
    /// <param name="page">The page; the figures are added at its end.</param>
    /// <param name="figures">Figures with the last part of their names, without ending.</param>
    /// <exception cref="InvalidInputException">A file cannot be written.</exception>
    public static void Write(ResultFiles files, string name, HtmlPage page, params IEnumerable<(string Name, Figure Figure)> figures)
    {
        foreach ((string part, Figure figure) in figures)
        {
            Save(files, part + ".svg", figure.SaveSvg);
            page.AddFigure(figure);
        }

        Save(files, name + ".html", page.Save);
    }

    /// <summary>Writes a property that is an array of numbers; what is not finite becomes null.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values) { WriteValue(json, value); }
        json.WriteEndArray();
    }

    /// <summary>Writes a property that is a matrix of numbers.</summary>
    public static void WriteMatrix(Utf8JsonWriter json, string name, int columns, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double[] row in values.Chunk(columns))
        {
            json.WriteStartArray();
            foreach (double value in row) { WriteValue(json, value); }
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a property that is a number, or null where it is not finite.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        WriteValue(json, value);
    }

    private static void WriteValue(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) { json.WriteNumberValue(value); }
        else { json.WriteNullValue(); }
    }

    private static void Save(ResultFiles files, string name, Action<string> save)
    {
        string path = files.PathOf(name);
        try
        {
            save(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be written: {exception.Message}", exception);
        }

        files.Add(path);
    }
}
