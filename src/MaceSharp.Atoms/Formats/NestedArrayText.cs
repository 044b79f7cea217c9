using System.Diagnostics.CodeAnalysis;

namespace MaceSharp.Atoms;

/// <summary>
/// Reads numbers and truth values, alone or in rectangular nested brackets of any depth, as JSON, Python and extended XYZ write them:
/// <c>1.5</c>, <c>[1, 2]</c>, <c>[[1 2] [3 NaN]]</c>, <c>[true, F]</c>.
/// </summary>
internal static class NestedArrayText
{
    /// <summary>The deepest nesting that is read.</summary>
    private const int MaxDepth = 16;

    /// <summary>Reads an array.</summary>
    /// <param name="text">The whole text of the array.</param>
    /// <param name="array">The array; integers if all numbers are, truth values if all elements are.</param>
    /// <returns>False if the text is not a rectangular array of numbers or of truth values.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, [NotNullWhen(true)] out DataArray? array)
    {
        array = null;
        Span<int> extents = stackalloc int[MaxDepth];
        Span<int> counts = stackalloc int[MaxDepth];
        extents.Fill(-1);
        int depth = 0;
        int leafDepth = -1;
        List<double> reals = [];
        List<long>? integers = [];
        bool? booleans = null;
        bool closed = false;
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            if (c == ',' || char.IsWhiteSpace(c))
            {
                i++;
                continue;
            }

            if (closed) { return false; }
            if (c == '[')
            {
                if (depth == MaxDepth || depth == leafDepth) { return false; }
                if (depth > 0) { counts[depth - 1]++; }
                counts[depth++] = 0;
                i++;
            }
            else if (c == ']')
            {
                if (depth == 0) { return false; }
                depth--;
                if (extents[depth] >= 0 && extents[depth] != counts[depth]) { return false; }
                extents[depth] = counts[depth];
                if (counts[depth] == 0 && leafDepth < 0) { leafDepth = depth + 1; }
                closed = depth == 0;
                i++;
            }
            else
            {
                int end = i;
                while (end < text.Length && text[end] is not (',' or '[' or ']') && !char.IsWhiteSpace(text[end])) { end++; }
                if (leafDepth >= 0 && leafDepth != depth) { return false; }
                leafDepth = depth;
                if (!TryReadElement(text[i..end], reals, ref integers, ref booleans)) { return false; }
                if (depth > 0) { counts[depth - 1]++; }
                closed = depth == 0;
                i = end;
            }
        }

        if (!closed) { return false; }
        int[] shape = [.. extents[..leafDepth]];
        array = Create(reals, integers, booleans == true, shape);
        return true;
    }

    private static bool TryReadElement(ReadOnlySpan<char> token, List<double> reals, ref List<long>? integers, ref bool? booleans)
    {
        if (NumberText.TryReadBoolean(token, out bool flag))
        {
            if (booleans == false) { return false; }
            booleans = true;
            reals.Add(flag ? 1 : 0);
            return true;
        }

        if (booleans == true || !NumberText.TryReadReal(token, out double real)) { return false; }
        booleans = false;
        reals.Add(real);
        if (integers is not null && NumberText.TryReadInteger(token, out long integer)) { integers.Add(integer); }
        else { integers = null; }
        return true;
    }

    private static DataArray Create(List<double> reals, List<long>? integers, bool areBooleans, int[] shape)
    {
        bool scalar = shape.Length == 0;
        if (areBooleans)
        {
            bool[] flags = [.. reals.Select(static v => v != 0)];
            return scalar ? DataArray.Of(flags[0]) : DataArray.Of(flags, shape);
        }

        if (integers is { Count: > 0 })
        {
            return scalar ? DataArray.Of(integers[0]) : DataArray.Of(integers.ToArray(), shape);
        }

        return scalar ? DataArray.Of(reals[0]) : DataArray.Of(reals.ToArray(), shape);
    }
}
