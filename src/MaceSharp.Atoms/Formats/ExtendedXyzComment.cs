using System.Text;

namespace MaceSharp.Atoms;

/// <summary>One <c>key=value</c> of a comment line of extended XYZ, with delimiters and escapes removed.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value, or null for a bare key.</param>
/// <param name="IsNested">Whether the value was written as <c>[[…], …]</c> without quotes; it is then kept with its brackets.</param>
internal readonly record struct CommentEntry(string Key, string? Value, bool IsNested);

/// <summary>Splits the comment line of extended XYZ into keys and values.</summary>
internal static class ExtendedXyzComment
{
    /// <summary>More keys than this are taken for an error, so that a hostile line cannot fill the memory with small objects.</summary>
    private const int MaxKeys = 65536;

    /// <summary>Deeper brackets are not an array; the bound also keeps a hostile line from being scanned again and again.</summary>
    private const int MaxDepth = 16;

    /// <summary>Splits a comment line as ASE does: delimiters <c>"" '' [] {}</c>, backslash escapes, blanks around '='.</summary>
    /// <remarks>
    /// Two additions to ASE 3.22: <c>\n</c> inside delimiters is a line break, and an unquoted value that starts with
    /// <c>[[</c> is kept as nested array. Unbalanced delimiters reach to the end of the line and are not an error.
    /// </remarks>
    /// <param name="line">The comment line.</param>
    /// <param name="entries">The entries in order.</param>
    /// <returns>False when the line is free text: it has no '=' outside delimiters.</returns>
    /// <exception cref="InvalidInputException">There are too many keys; the message has no position.</exception>
    public static bool TryParse(ReadOnlySpan<char> line, List<CommentEntry> entries)
    {
        entries.Clear();
        bool hasPair = false;
        StringBuilder text = new();
        string? key = null;
        bool nested = false;
        bool started = false;
        char closing = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '\\')
            {
                if (++i == line.Length) { break; }
                text.Append(closing != '\0' && line[i] == 'n' ? '\n' : line[i]);
                started = true;
            }
            else if (closing != '\0')
            {
                if (c == closing) { closing = '\0'; }
                else { text.Append(c); }
            }
            else if (c == '[' && key is not null && !started && NestedLength(line[i..]) is int length and > 0)
            {
                text.Append(line.Slice(i, length));
                i += length - 1;
                nested = true;
                started = true;
            }
            else if (c is '"' or '\'' or '[' or '{')
            {
                closing = c switch { '[' => ']', '{' => '}', _ => c };
                started = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (!started) { continue; }
                ReadOnlySpan<char> rest = line[i..].TrimStart();
                i = line.Length - rest.Length - 1;

                // Blanks around '=' do not separate.
                if (key is not null || rest is not ['=', ..]) { Finish(); }
            }
            else if (c == '=' && key is null)
            {
                if (!started) { return false; }
                key = text.ToString();
                text.Clear();
                started = false;
                hasPair = true;
            }
            else
            {
                text.Append(c);
                started = true;
            }
        }

        if (started || key is not null) { Finish(); }
        return hasPair;

        void Finish()
        {
            if (entries.Count == MaxKeys) { throw new InvalidInputException($"the comment line has more than {MaxKeys} keys."); }
            CommentEntry entry = key is null ? new(text.ToString(), null, false) : new(key, text.ToString(), nested);
            if (entry.Key.Length > 0) { entries.Add(entry); }
            text.Clear();
            key = null;
            nested = false;
            started = false;
        }
    }

    /// <summary>Length of a balanced <c>[ [ … ] … ]</c> that is followed by a blank or the end, or 0.</summary>
    private static int NestedLength(ReadOnlySpan<char> text)
    {
        if (text[1..].TrimStart() is not ['[', ..]) { return 0; }
        int depth = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '[' && ++depth > MaxDepth) { return 0; }
            if (text[i] == ']' && --depth == 0) { return i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]) ? i + 1 : 0; }
        }

        return 0;
    }
}
