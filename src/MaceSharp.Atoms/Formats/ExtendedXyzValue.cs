using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace MaceSharp.Atoms;

/// <summary>What the values on the comment line of extended XYZ mean.</summary>
internal static class ExtendedXyzValue
{
    /// <summary>The prefix of values that are JSON.</summary>
    public const string JsonPrefix = "_JSON ";

    /// <summary>The keys whose nine numbers ASE takes as a 3×3 matrix in Fortran order.</summary>
    public static bool IsMatrixKey(string key) => key is "stress" or "virial";

    /// <summary>Interprets a value: integers, else reals, else truth values, else JSON behind <c>_JSON</c>, else text; one element is a scalar.</summary>
    /// <param name="entry">The key and its value.</param>
    /// <exception cref="InvalidInputException">The value starts with <c>_JSON</c> and is not JSON; the message has no position.</exception>
    public static DataArray Interpret(CommentEntry entry)
    {
        if (entry.Value is not string text) { return DataArray.Of(true); }
        if (entry.IsNested) { return NestedArrayText.TryRead(text, out DataArray? nested) ? nested : DataArray.Of(text); }

        // ASE's unique identifiers may look like numbers and are not.
        if (entry.Key.Equals("uid", StringComparison.OrdinalIgnoreCase)) { return DataArray.Of(text); }
        if (TryReadFlat(text, out DataArray? flat))
        {
            return flat.Count == 9 && IsMatrixKey(entry.Key) ? Transposed(flat) : flat;
        }

        return text.StartsWith(JsonPrefix, StringComparison.Ordinal) ? ReadJson(entry.Key, text) : DataArray.Of(text);
    }

    /// <summary>Whether a text would not be read back as the same text when written as a plain value, here or by ASE, which also takes 1_000 and digits of any script for numbers.</summary>
    public static bool LooksLikeValue(string text) =>
        !new Tokens(text).MoveNext()
        || text.StartsWith(JsonPrefix, StringComparison.Ordinal)
        || text.Any(static c => !char.IsAscii(c) && char.IsDigit(c))
        || TryReadFlat(text.Replace("_", "", StringComparison.Ordinal), out _);

    /// <summary>Whether a text is JSON behind the prefix that has no form as a <see cref="DataArray"/>, such as an object.</summary>
    public static bool IsOpaqueJson(string text)
    {
        if (!text.StartsWith(JsonPrefix, StringComparison.Ordinal)) { return false; }
        try
        {
            return ReadJson("", text) is { Kind: DataKind.Text, IsScalar: true } read && ReferenceEquals(read.Texts[0], text);
        }
        catch (InvalidInputException)
        {
            return false;
        }
    }

    /// <summary>Reads numbers or truth values separated by blanks and commas.</summary>
    private static bool TryReadFlat(ReadOnlySpan<char> text, [NotNullWhen(true)] out DataArray? values)
    {
        values = null;
        bool integers = true;
        bool reals = true;
        bool booleans = true;
        int count = 0;
        foreach (ReadOnlySpan<char> token in new Tokens(text))
        {
            integers = integers && NumberText.TryReadInteger(token, out _);
            reals = reals && (integers || IsReal(token));
            booleans = booleans && NumberText.TryReadBoolean(token, out _);
            if (!reals && !booleans) { return false; }
            count++;
        }

        if (count == 0) { return false; }
        int i = 0;
        int[] shape = count == 1 ? [] : [count];
        if (integers)
        {
            long[] numbers = new long[count];
            foreach (ReadOnlySpan<char> token in new Tokens(text)) { NumberText.TryReadInteger(token, out numbers[i++]); }
            values = count == 1 ? DataArray.Of(numbers[0]) : DataArray.Of(numbers, shape);
        }
        else if (reals)
        {
            double[] numbers = new double[count];
            foreach (ReadOnlySpan<char> token in new Tokens(text)) { NumberText.TryReadReal(token, out numbers[i++]); }
            values = count == 1 ? DataArray.Of(numbers[0]) : DataArray.Of(numbers, shape);
        }
        else
        {
            bool[] flags = new bool[count];
            foreach (ReadOnlySpan<char> token in new Tokens(text)) { NumberText.TryReadBoolean(token, out flags[i++]); }
            values = count == 1 ? DataArray.Of(flags[0]) : DataArray.Of(flags, shape);
        }

        return true;
    }

    /// <summary>A Fortran exponent counts only behind a decimal point, so that an identifier such as 12d4 stays text.</summary>
    private static bool IsReal(ReadOnlySpan<char> token) =>
        NumberText.TryReadReal(token, out _) && (token.IndexOfAny('d', 'D') < 0 || token.Contains('.'));

    private static DataArray Transposed(DataArray nine)
    {
        if (nine.Kind == DataKind.Integer)
        {
            long[] v = nine.Integers.ToArray();
            return DataArray.Of([v[0], v[3], v[6], v[1], v[4], v[7], v[2], v[5], v[8]], 3, 3);
        }

        if (nine.Kind != DataKind.Real) { return nine; }
        double[] r = nine.Reals.ToArray();
        return DataArray.Of([r[0], r[3], r[6], r[1], r[4], r[7], r[2], r[5], r[8]], 3, 3);
    }

    private static DataArray ReadJson(string key, string text)
    {
        ReadOnlySpan<char> json = text.AsSpan(JsonPrefix.Length).Trim();
        if (NestedArrayText.TryRead(json, out DataArray? numbers)) { return numbers; }
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(json.Length));
        try
        {
            int length = Encoding.UTF8.GetBytes(json, bytes);
            return TryReadTexts(bytes.AsSpan(0, length), out DataArray? texts) ? texts : DataArray.Of(text);
        }
        catch (JsonException)
        {
            throw new InvalidInputException($"the value of '{Excerpt.Of(key)}' starts with _JSON, but what follows ('{Excerpt.Of(json)}') is not JSON.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Reads one string or a list of strings; checks that anything else is well-formed.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    private static bool TryReadTexts(ReadOnlySpan<byte> json, [NotNullWhen(true)] out DataArray? texts)
    {
        texts = null;
        Utf8JsonReader reader = new(json);
        List<string> found = [];
        bool onlyTexts = true;
        bool isList = false;
        for (int i = 0; reader.Read(); i++)
        {
            if (i == 0 && reader.TokenType == JsonTokenType.StartArray)
            {
                isList = true;
            }
            else if (reader.TokenType == JsonTokenType.String)
            {
                if (onlyTexts) { found.Add(GetString(ref reader)); }
            }
            else
            {
                onlyTexts = onlyTexts && isList && reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == 0;
            }
        }

        if (!onlyTexts || (!isList && found.Count != 1)) { return false; }
        texts = isList ? DataArray.Of(found.ToArray(), found.Count) : DataArray.Of(found[0]);
        return true;
    }

    private static string GetString(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            // An escaped half of a surrogate pair.
            throw new JsonException(exception.Message, exception);
        }
    }

    /// <summary>The words of a value: what stands between blanks and commas.</summary>
    private ref struct Tokens(ReadOnlySpan<char> text)
    {
        private ReadOnlySpan<char> _rest = text;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly Tokens GetEnumerator() => this;

        public bool MoveNext()
        {
            int start = 0;
            while (start < _rest.Length && IsSeparator(_rest[start])) { start++; }
            if (start == _rest.Length) { return false; }
            int end = start;
            while (end < _rest.Length && !IsSeparator(_rest[end])) { end++; }
            Current = _rest[start..end];
            _rest = _rest[end..];
            return true;
        }

        private static bool IsSeparator(char c) => c == ',' || char.IsWhiteSpace(c);
    }
}
