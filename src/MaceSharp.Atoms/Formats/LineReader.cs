namespace MaceSharp.Atoms;

/// <summary>
/// Reads lines as spans of one reused buffer, with a bound on their length, and knows where it is for messages.
/// Lines end with LF, CR LF or CR; a byte-order mark at the start is dropped.
/// </summary>
/// <param name="reader">The text; not disposed here.</param>
/// <param name="source">What the text is called in messages: a file name, or "standard input".</param>
internal sealed class LineReader(TextReader reader, string source)
{
    /// <summary>The longest line that is read, in characters (32 MiB in memory): a Hessian of 200 atoms on one line fits, a file without lines does not.</summary>
    public const int MaxLineLength = 1 << 24;

    private char[] _buffer = new char[1 << 16];
    private int _lineStart;
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>What the text is called in messages.</summary>
    public string Source { get; } = source;

    /// <summary>Number of the line that was read last, counted from 1.</summary>
    public long LineNumber { get; private set; }

    /// <summary>Index of the frame that is being read, counted from 0 as in slices; for messages.</summary>
    public long Frame { get; set; }

    /// <summary>Reads the next line, without its end. The span is valid until the next call.</summary>
    /// <returns>False at the end of the text.</returns>
    /// <exception cref="InvalidInputException">The line is longer than <see cref="MaxLineLength"/>.</exception>
    public bool TryReadLine(out ReadOnlySpan<char> line)
    {
        int scanned = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOfAny('\r', '\n');
            if (length >= 0)
            {
                length += scanned;
                bool carriageReturn = _buffer[_start + length] == '\r';

                // A CR at the end of what is buffered may be the first half of CR LF.
                if (carriageReturn && _start + length + 1 == _end && Fill())
                {
                    scanned = length;
                    continue;
                }

                int next = _start + length + 1;
                if (carriageReturn && next < _end && _buffer[next] == '\n') { next++; }
                line = Take(length, next);
                return true;
            }

            scanned = _end - _start;
            if (scanned > MaxLineLength)
            {
                LineNumber++;
                throw Error($"the line is longer than {MaxLineLength} characters; is this a text file with line ends?");
            }

            if (Fill()) { continue; }
            line = default;
            if (scanned == 0) { return false; }
            line = Take(scanned, _end);
            return true;
        }
    }

    /// <summary>Steps back before the line that was read last, once.</summary>
    public void Unread()
    {
        _start = _lineStart;
        LineNumber--;
    }

    /// <summary>An error at the line that was read last.</summary>
    /// <param name="what">What is wrong and what would be right, without a capital and with its full stop.</param>
    public InvalidInputException Error(string what) => new($"{Source}, frame {Frame}, line {LineNumber}: {what}");

    private ReadOnlySpan<char> Take(int length, int next)
    {
        ReadOnlySpan<char> line = _buffer.AsSpan(_start, length);
        _lineStart = _start;
        _start = next;
        if (LineNumber++ == 0 && line is ['\uFEFF', ..]) { line = line[1..]; }
        return line;
    }

    private bool Fill()
    {
        if (_ended) { return false; }
        if (_start > 0 && _end == _buffer.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length) { Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, MaxLineLength + 1)); }
        int read = reader.Read(_buffer.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        return !_ended;
    }
}
