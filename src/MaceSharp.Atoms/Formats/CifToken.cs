using System.Buffers;

namespace MaceSharp.Atoms;

/// <summary>What a token of a CIF is.</summary>
internal enum CifTokenKind
{
    /// <summary>The end of the file.</summary>
    End,

    /// <summary><c>data_NAME</c>: a data block begins.</summary>
    Block,

    /// <summary><c>loop_</c>: a table begins.</summary>
    Loop,

    /// <summary>A data name such as <c>_cell_length_a</c>.</summary>
    Tag,

    /// <summary>A value.</summary>
    Value,

    /// <summary><c>save_</c>, <c>stop_</c> or <c>global_</c>, reserved words that structure files do not need.</summary>
    Reserved,
}

/// <summary>A token of a CIF.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The name or value, without quotes.</param>
/// <param name="Line">Number of its line.</param>
/// <param name="IsQuoted">Whether the value was quoted, so that <c>'?'</c> is a question mark and not an unknown value.</param>
internal readonly record struct CifToken(CifTokenKind Kind, string Text, long Line, bool IsQuoted = false)
{
    private static readonly SearchValues<char> UncertaintyCharacters = SearchValues.Create("0123456789.");

    /// <summary>Whether the value is given: neither unknown (<c>?</c>) nor inapplicable (<c>.</c>).</summary>
    public bool IsGiven => IsQuoted || Text is not ("?" or "." or "");

    /// <summary>The value as a number; a standard uncertainty in parentheses is dropped.</summary>
    /// <param name="value">The number.</param>
    /// <returns>Whether it is a finite number.</returns>
    public bool TryGetNumber(out double value)
    {
        ReadOnlySpan<char> digits = Text.AsSpan().Trim();
        int open = digits.IndexOf('(');
        if (open >= 0)
        {
            bool closed = digits[^1] == ')' && !digits[(open + 1)..^1].ContainsAnyExcept(UncertaintyCharacters);
            digits = closed ? digits[..open] : [];
        }

        return Fields.TryReadFinite(digits, out value);
    }
}
