namespace MaceSharp.Atoms;

/// <summary>A text of which the beginning was already read: hands out that beginning, then the rest.</summary>
/// <param name="prefix">What was read.</param>
/// <param name="rest">What follows; not disposed.</param>
internal sealed class PrefixedTextReader(ReadOnlyMemory<char> prefix, TextReader rest) : TextReader
{
    private ReadOnlyMemory<char> _prefix = prefix;

    /// <inheritdoc/>
    public override int Peek() => _prefix.IsEmpty ? rest.Peek() : _prefix.Span[0];

    /// <inheritdoc/>
    public override int Read()
    {
        if (_prefix.IsEmpty) { return rest.Read(); }
        char next = _prefix.Span[0];
        _prefix = _prefix[1..];
        return next;
    }

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        if (_prefix.IsEmpty) { return rest.Read(buffer); }
        int length = Math.Min(buffer.Length, _prefix.Length);
        _prefix.Span[..length].CopyTo(buffer);
        _prefix = _prefix[length..];
        return length;
    }
}
