using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MaceSharp.Atoms;

/// <summary>Spells keys and values for the comment line of extended XYZ, so that they are read back as the same values, by ASE too.</summary>
internal static class ExtendedXyzValueText
{
    /// <summary>Appends <c>key=value</c>.</summary>
    /// <exception cref="InvalidInputException">The key is empty or has control characters.</exception>
    public static void Append(StringBuilder line, string key, DataArray value)
    {
        if (key.Length == 0 || key.Any(char.IsControl))
        {
            throw new InvalidInputException($"'{Excerpt.Of(key)}' cannot be a key of extended XYZ; a key is at least one character and has no control characters.");
        }

        AppendQuoted(line, key);
        line.Append('=');
        AppendQuoted(line, Spell(key, value));
    }

    /// <summary>Appends nine numbers, row by row.</summary>
    public static void AppendMatrix(StringBuilder line, Matrix3 matrix)
    {
        for (int i = 0; i < 9; i++)
        {
            if (i > 0) { line.Append(' '); }
            AppendReal(line, matrix[i / 3, i % 3]);
        }
    }

    /// <summary>Appends a text, in quotes and with escapes where it needs them.</summary>
    public static void AppendQuoted(StringBuilder line, string text)
    {
        if (text.Length > 0 && !text.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '"' or '\'' or '[' or ']' or '{' or '}' or '=' or ',' or '\\'))
        {
            line.Append(text);
            return;
        }

        line.Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\' or '\n') { line.Append('\\'); }
            line.Append(c == '\n' ? 'n' : c);
        }

        line.Append('"');
    }

    private static string Spell(string key, DataArray value)
    {
        // ASE takes stress and virial as 3×3 matrices in Fortran order and refuses anything else.
        if (ExtendedXyzValue.IsMatrixKey(key) && StressLabel.TryRead(value, out Matrix3 matrix))
        {
            StringBuilder numbers = new();
            AppendMatrix(numbers, matrix.Transposed);
            return numbers.ToString();
        }

        if (value is { Kind: DataKind.Text, IsScalar: true })
        {
            return SpellText(key, value.Texts[0]);
        }

        StringBuilder text = new();
        bool flat = value.Kind != DataKind.Text && (value.IsScalar || (value.Shape.Count == 1 && value.Count > 1));
        if (flat)
        {
            for (int i = 0; i < value.Count; i++)
            {
                if (i > 0) { text.Append(' '); }
                AppendElement(text, value, i, json: false);
            }
        }
        else
        {
            text.Append(ExtendedXyzValue.JsonPrefix);
            int next = 0;
            AppendNested(text, value, 0, ref next);
        }

        return text.ToString();
    }

    /// <summary>A text that would be read as something else, or that has line breaks, becomes a JSON string.</summary>
    private static string SpellText(string key, string text)
    {
        if (key.Equals("uid", StringComparison.OrdinalIgnoreCase)) { return text; }
        bool plain = !ExtendedXyzValue.LooksLikeValue(text) && !text.Any(char.IsControl);
        return plain || ExtendedXyzValue.IsOpaqueJson(text)
            ? text
            : $"{ExtendedXyzValue.JsonPrefix}\"{JsonEncodedText.Encode(text)}\"";
    }

    private static void AppendNested(StringBuilder text, DataArray value, int axis, ref int next)
    {
        if (axis == value.Shape.Count)
        {
            AppendElement(text, value, next++, json: true);
            return;
        }

        text.Append('[');
        for (int i = 0; i < value.Shape[axis]; i++)
        {
            if (i > 0) { text.Append(", "); }
            AppendNested(text, value, axis + 1, ref next);
        }

        text.Append(']');
    }

    private static void AppendElement(StringBuilder text, DataArray value, int index, bool json)
    {
        switch (value.Kind)
        {
            case DataKind.Boolean when json:
                text.Append(value.Booleans[index] ? "true" : "false");
                break;
            case DataKind.Boolean:
                text.Append(value.Booleans[index] ? 'T' : 'F');
                break;
            case DataKind.Integer:
                text.Append(CultureInfo.InvariantCulture, $"{value.Integers[index]}");
                break;
            case DataKind.Real when json && !double.IsFinite(value.Reals[index]):
                // As Python's json module spells them.
                double special = value.Reals[index];
                text.Append(double.IsNaN(special) ? "NaN" : special > 0 ? "Infinity" : "-Infinity");
                break;
            case DataKind.Real:
                AppendReal(text, value.Reals[index]);
                break;
            default:
                text.Append('"').Append(JsonEncodedText.Encode(value.Texts[index]).ToString()).Append('"');
                break;
        }
    }

    private static void AppendReal(StringBuilder text, double value)
    {
        Span<char> digits = stackalloc char[NumberText.MaxRealLength];
        text.Append(digits[..NumberText.Format(value, digits)]);
    }
}
