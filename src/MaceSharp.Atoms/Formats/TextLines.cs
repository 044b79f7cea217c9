namespace MaceSharp.Atoms;

/// <summary>The lines of a text one by one, for the formats whose parser is a walk from section to section.</summary>
/// <param name="reader">The text; not disposed here.</param>
/// <param name="source">What the text is called in messages: a file name, or "standard input".</param>
internal sealed class TextLines(TextReader reader, string source)
{
    private readonly LineReader _reader = new(reader, source);

    /// <summary>Number of the line read last, from 1; 0 before the first.</summary>
    public long Number => _reader.LineNumber;

    /// <summary>The next line without its end, or <see langword="null"/> after the last.</summary>
    /// <exception cref="InvalidInputException">The line is longer than <see cref="LineReader.MaxLineLength"/>.</exception>
    public string? Next() => _reader.TryReadLine(out ReadOnlySpan<char> line) ? line.ToString() : null;

    /// <summary>The next line, which must exist.</summary>
    /// <param name="expected">What the line holds, for the message: "the number of atoms".</param>
    /// <exception cref="InvalidInputException">The text has ended.</exception>
    public string Require(string expected) => Next() ?? throw Error($"the file ends where {expected} should follow");

    /// <summary>An exception about the line read last.</summary>
    /// <param name="what">The rest of the sentence, without full stop.</param>
    public InvalidInputException Error(string what) => ErrorAt(Number, what);

    /// <summary>An exception about a line.</summary>
    /// <param name="line">Number of the line, from 1; 0 for the text as a whole.</param>
    /// <param name="what">The rest of the sentence, without full stop.</param>
    public InvalidInputException ErrorAt(long line, string what) => new(line > 0 ? $"{source}, line {line}: {what}." : $"{source}: {what}.");
}
