using System.Text.Encodings.Web;
using System.Text.Json;

namespace MaceSharp.Cli.Output;

/// <summary>How JSON for machines is written.</summary>
internal static class JsonText
{
    /// <summary>Indented, with letters such as Å and paths as they are.</summary>
    public static JsonWriterOptions Options => new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one document and ends the line.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="output">Where to.</param>
    /// <param name="write">Writes the value.</param>
    public static void Write(CliContext context, Stream output, Action<Utf8JsonWriter> write)
    {
        context.Flush();
        using (Utf8JsonWriter json = new(output, Options)) { write(json); }
        output.Write("\n"u8);
        output.Flush();
    }
}
