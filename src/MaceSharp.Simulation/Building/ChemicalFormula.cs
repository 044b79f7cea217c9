using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Formulas such as NaCl or SrTiO3 as lists of elements.</summary>
internal static class ChemicalFormula
{
    private const int LargestCount = 100;

    /// <summary>The atomic numbers in the order of the formula.</summary>
    /// <param name="text">Symbols with optional numbers behind them.</param>
    /// <exception cref="InvalidInputException">The text is not such a formula.</exception>
    public static int[] Parse(string text)
    {
        List<int> atoms = [];
        int at = 0;
        while (at < text.Length)
        {
            int length = at + 1 < text.Length && char.IsAsciiLetterLower(text[at + 1]) ? 2 : 1;
            if (!char.IsAsciiLetterUpper(text[at]) || !Elements.TryGetAtomicNumber(text.AsSpan(at, length), out int z) || z == 0) { throw Bad(text); }
            at += length;
            int digits = at;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) { digits++; }
            int count = 1;
            if (digits > at && (!int.TryParse(text.AsSpan(at, digits - at), NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > LargestCount)) { throw Bad(text); }
            for (int i = 0; i < count; i++) { atoms.Add(z); }
            if (atoms.Count > LargestCount) { throw Bad(text); }
            at = digits;
        }

        return atoms.Count > 0 ? [.. atoms] : throw Bad(text);
    }

    private static InvalidInputException Bad(string text) => new($"'{(text.Length > 40 ? text[..40] + "…" : text)}' is not a chemical formula; write symbols and numbers, for example NaCl or SrTiO3.");
}
