using Spectre.Console;
using Spectre.Console.Rendering;

namespace MaceSharp.Cli.Output;

/// <summary>Text for a person: tables and lists, with styles on a terminal and as plain text elsewhere.</summary>
/// <param name="writer">Where to.</param>
/// <param name="useColor">Whether the stream may carry styles.</param>
internal sealed class StyledOutput(TextWriter writer, bool useColor)
{
    /// <summary>Nothing is folded or cut to fit a terminal: a number, a path or a hash in two pieces is a wrong one.</summary>
    private const int UnlimitedWidth = 1_000_000;

    /// <summary>The style of headings.</summary>
    public static Style Heading { get; } = new(decoration: Decoration.Bold);

    /// <summary>Writes a line of plain text.</summary>
    public void WriteLine(string line = "") => writer.WriteLine(line);

    /// <summary>Writes a line in the style of headings.</summary>
    public void WriteHeading(string line) => Write(new Text(line.Printable(), Heading));

    /// <summary>Writes a table, a grid or a text; a line never ends with the blanks that pad its last column.</summary>
    public void Write(IRenderable content)
    {
        using StringWriter rendered = new() { NewLine = "\n" };
        OpenConsole(rendered, useColor, useColor, UnlimitedWidth).Write(content);
        foreach (ReadOnlySpan<char> line in rendered.ToString().AsSpan().TrimEnd("\n ").EnumerateLines()) { writer.WriteLine(line.TrimEnd(' ')); }
    }

    /// <summary>Writes what a buffer may hold.</summary>
    public void Flush() => writer.Flush();

    /// <summary>A console of the library on a stream, which takes nothing from the environment: what is known of the terminal is in the context.</summary>
    /// <param name="writer">The stream.</param>
    /// <param name="isTerminal">Whether it understands control sequences.</param>
    /// <param name="useColor">Whether colours are welcome.</param>
    /// <param name="width">Columns.</param>
    public static IAnsiConsole OpenConsole(TextWriter writer, bool isTerminal, bool useColor, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = useColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
