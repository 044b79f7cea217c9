namespace MaceSharp.Atoms;

/// <summary>The blank-separated words of a line, one after another, without allocation.</summary>
/// <param name="line">The line.</param>
internal ref struct Fields(ReadOnlySpan<char> line)
{
    private ReadOnlySpan<char> _rest = line;

    /// <summary>The next word.</summary>
    /// <param name="word">The word, or empty after the last.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryNext(out ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> rest = _rest.TrimStart();
        int length = 0;
        while (length < rest.Length && !char.IsWhiteSpace(rest[length])) { length++; }
        word = rest[..length];
        _rest = rest[length..];
        return length > 0;
    }

    /// <summary>The next word as a finite number.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Whether there was a word, and it is one.</returns>
    public bool TryNext(out double value)
    {
        value = 0;
        return TryNext(out ReadOnlySpan<char> word) && TryReadFinite(word, out value);
    }

    /// <summary>The next three words as a vector of finite numbers.</summary>
    /// <param name="vector">The vector.</param>
    /// <returns>Whether there were three words, and they are numbers.</returns>
    public bool TryNext(out Vector3D vector)
    {
        double y = 0, z = 0;
        bool found = TryNext(out double x) && TryNext(out y) && TryNext(out z);
        vector = new Vector3D(x, y, z);
        return found;
    }

    /// <summary>Reads a finite number.</summary>
    public static bool TryReadFinite(ReadOnlySpan<char> word, out double value) => NumberText.TryReadReal(word, out value) && double.IsFinite(value);

    /// <summary>A piece of input in quotes, fit for a message.</summary>
    public static string Quote(ReadOnlySpan<char> text) => $"'{Excerpt.Of(text.Trim())}'";
}
