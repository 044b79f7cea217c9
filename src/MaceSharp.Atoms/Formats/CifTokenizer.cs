using System.Text;

namespace MaceSharp.Atoms;

/// <summary>Splits a CIF into tokens by the grammar of CIF 1.1 (https://www.iucr.org/resources/cif/spec/version1.1/cifsyntax).</summary>
/// <param name="lines">The lines of the file.</param>
internal sealed class CifTokenizer(TextLines lines)
{
    /// <summary>How much of a text field is kept; what structures need is a fraction of that.</summary>
    private const int LongestText = 1 << 16;

    private string? _line = "";
    private int _at;

    /// <summary>The next token.</summary>
    /// <exception cref="InvalidInputException">A quoted string or text field has no end.</exception>
    public CifToken Next()
    {
        while (_line is not null)
        {
            while (_at < _line.Length && char.IsWhiteSpace(_line[_at])) { _at++; }
            if (_at < _line.Length && _line[_at] != '#') { return ReadToken(_line); }
            Advance();
            if (_line is [';', ..]) { return ReadText(_line); }
        }

        return new CifToken(CifTokenKind.End, "", lines.Number);
    }

    private void Advance()
    {
        _line = lines.Next();
        _at = 0;
    }

    private CifToken ReadToken(string line)
    {
        if (line[_at] is '\'' or '"') { return ReadQuoted(line); }
        int end = _at;
        while (end < line.Length && !char.IsWhiteSpace(line[end])) { end++; }
        string word = line[_at..end];
        _at = end;
        return new CifToken(Classify(word), word, lines.Number);
    }

    private static CifTokenKind Classify(string word)
    {
        if (word[0] == '_') { return CifTokenKind.Tag; }
        if (word.StartsWith("data_", StringComparison.OrdinalIgnoreCase)) { return CifTokenKind.Block; }
        if (word.Equals("loop_", StringComparison.OrdinalIgnoreCase)) { return CifTokenKind.Loop; }
        bool reserved = word.StartsWith("save_", StringComparison.OrdinalIgnoreCase)
            || word.Equals("stop_", StringComparison.OrdinalIgnoreCase)
            || word.Equals("global_", StringComparison.OrdinalIgnoreCase);
        return reserved ? CifTokenKind.Reserved : CifTokenKind.Value;
    }

    /// <summary>A quote ends a string only before white space, so that <c>'a'b'</c> holds a'b.</summary>
    private CifToken ReadQuoted(string line)
    {
        char quote = line[_at];
        for (int end = _at + 1; end < line.Length; end++)
        {
            if (line[end] != quote || (end + 1 < line.Length && !char.IsWhiteSpace(line[end + 1]))) { continue; }
            string text = line[(_at + 1)..end];
            _at = end + 1;
            return new CifToken(CifTokenKind.Value, text, lines.Number, IsQuoted: true);
        }

        throw lines.Error($"the quoted string {Fields.Quote(line.AsSpan(_at))} has no closing quote on its line");
    }

    /// <summary>A text field runs from a semicolon at the start of a line to the next one there.</summary>
    private CifToken ReadText(string line)
    {
        long first = lines.Number;
        StringBuilder text = new(line, 1, line.Length - 1, Math.Max(16, line.Length));
        for (Advance(); _line is not null; Advance())
        {
            if (_line is [';', ..])
            {
                _at = 1;
                return new CifToken(CifTokenKind.Value, text.ToString(), first, IsQuoted: true);
            }

            if (text.Length + _line.Length < LongestText) { text.Append('\n').Append(_line); }
        }

        throw lines.ErrorAt(first, "the text that begins here with a semicolon has no end (a line that begins with a semicolon)");
    }
}
