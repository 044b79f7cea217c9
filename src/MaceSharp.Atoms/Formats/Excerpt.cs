namespace MaceSharp.Atoms;

/// <summary>Quotes foreign text in messages: short, printable, on one line.</summary>
internal static class Excerpt
{
    private const int MaxLength = 40;

    /// <summary>The first characters of a text, with everything unprintable replaced by a question mark.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        bool cut = text.Length > MaxLength;
        Span<char> shown = stackalloc char[MaxLength];
        int length = Math.Min(text.Length, MaxLength);
        for (int i = 0; i < length; i++)
        {
            char c = text[i];
            shown[i] = c == '\t' ? ' ' : char.IsControl(c) || char.IsSurrogate(c) || c == '\uFFFD' ? '?' : c;
        }

        return cut ? $"{shown[..length]}…" : new string(shown[..length]);
    }
}
