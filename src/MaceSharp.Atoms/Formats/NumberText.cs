using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>Numbers and truth values as the file formats spell them, read from spans without allocation and written in shortest round-trip form.</summary>
internal static class NumberText
{
    /// <summary>The longest text <see cref="Format"/> writes.</summary>
    public const int MaxRealLength = 32;

    /// <summary>Powers of ten that are exact in double precision.</summary>
    private static readonly double[] ExactPowers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>Reads a real number, correctly rounded: decimal with an optional exponent marked by e, E, d or D, or nan, inf, infinity in any case.</summary>
    /// <returns>Whether the whole text is a number.</returns>
    public static bool TryReadReal(ReadOnlySpan<char> text, out double value)
    {
        int i = text is ['-' or '+', ..] ? 1 : 0;
        int firstDigit = i;
        ulong mantissa = 0;
        int significant = 0;
        int scale = 0;
        bool exact = true;
        int digits = 0;
        for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++)
        {
            if (significant < 19)
            {
                mantissa = (10 * mantissa) + (uint)(text[i] - '0');
                if (mantissa != 0) { significant++; }
            }
            else
            {
                scale++;
                exact = false;
            }
        }

        if (i < text.Length && text[i] == '.')
        {
            for (i++; i < text.Length && (uint)(text[i] - '0') <= 9; i++, digits++)
            {
                if (significant < 19)
                {
                    mantissa = (10 * mantissa) + (uint)(text[i] - '0');
                    if (mantissa != 0) { significant++; }
                    scale--;
                }
                else
                {
                    exact = false;
                }
            }
        }

        if (digits == 0) { return TryReadSpecial(text, firstDigit, out value); }

        int exponentAt = -1;
        if (i < text.Length && (text[i] | 0x20) is 'e' or 'd')
        {
            exponentAt = i++;
            bool negative = i < text.Length && text[i] == '-';
            if (i < text.Length && text[i] is '-' or '+') { i++; }
            int exponent = 0;
            int exponentDigits = 0;
            for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++, exponentDigits++)
            {
                exponent = Math.Min((10 * exponent) + (text[i] - '0'), 100_000_000);
            }

            if (exponentDigits == 0)
            {
                value = 0;
                return false;
            }

            scale += negative ? -exponent : exponent;
        }

        value = 0;
        if (i != text.Length) { return false; }

        // Both factors are exact, so the one rounding of the product or quotient is the correct one
        // (W. D. Clinger, How to read floating point numbers accurately, PLDI 1990).
        if (exact && mantissa <= 1UL << 53 && scale is >= -22 and <= 22)
        {
            value = scale < 0 ? mantissa / ExactPowers[-scale] : mantissa * ExactPowers[scale];
            if (text[0] == '-') { value = -value; }
            return true;
        }

        return TryReadSlowly(text, exponentAt, out value);
    }

    /// <summary>Reads a 64-bit integer.</summary>
    /// <returns>Whether the whole text is an integer that fits.</returns>
    public static bool TryReadInteger(ReadOnlySpan<char> text, out long value)
    {
        // The framework lets zero characters follow a number.
        value = 0;
        return text is not [.., '\0'] && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads T, F, True or False; lower and upper case are taken too.</summary>
    /// <returns>Whether the text is a truth value.</returns>
    public static bool TryReadBoolean(ReadOnlySpan<char> text, out bool value)
    {
        value = text is "T" or "True" or "TRUE" or "true";
        return value || text is "F" or "False" or "FALSE" or "false";
    }

    /// <summary>
    /// Writes a real number with as few digits as identify the double, always recognisable as a real number: <c>5.0</c>, <c>-0.1</c>, <c>1E-300</c>, <c>nan</c>, <c>inf</c>.
    /// </summary>
    /// <param name="value">The number.</param>
    /// <param name="destination">At least <see cref="MaxRealLength"/> characters.</param>
    /// <returns>The number of characters written.</returns>
    public static int Format(double value, Span<char> destination)
    {
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
            name.CopyTo(destination);
            return name.Length;
        }

        if (!value.TryFormat(destination, out int length, "R", CultureInfo.InvariantCulture)) { throw new ArgumentException("The destination is too short.", nameof(destination)); }
        if (destination[..length].IndexOfAny('.', 'E') < 0)
        {
            ".0".CopyTo(destination[length..]);
            length += 2;
        }

        return length;
    }

    private static bool TryReadSpecial(ReadOnlySpan<char> text, int start, out double value)
    {
        ReadOnlySpan<char> name = text[start..];
        bool negative = text is ['-', ..];
        if (name.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = double.NaN;
            return true;
        }

        bool infinite = name.Equals("inf", StringComparison.OrdinalIgnoreCase) || name.Equals("infinity", StringComparison.OrdinalIgnoreCase);
        value = !infinite ? 0 : negative ? double.NegativeInfinity : double.PositiveInfinity;
        return infinite;
    }

    private static bool TryReadSlowly(ReadOnlySpan<char> text, int exponentAt, out double value)
    {
        if (exponentAt < 0 || (text[exponentAt] | 0x20) == 'e')
        {
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
        }

        Span<char> copy = text.Length <= 128 ? stackalloc char[128] : new char[text.Length];
        text.CopyTo(copy);
        copy[exponentAt] = 'E';
        return double.TryParse(copy[..text.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
