namespace MaceSharp.Atoms;

/// <summary>The element that a site of a CIF names, by its type symbol or by its label.</summary>
internal static class CifElement
{
    /// <summary>Parses a type symbol: an element in any case, with an oxidation state behind it (<c>Fe3+</c>, <c>O2-</c>, <c>CL</c>); D is hydrogen.</summary>
    /// <param name="symbol">The type symbol.</param>
    /// <param name="element">The atomic number.</param>
    /// <param name="mass">The mass of deuterium, or the element's standard one, atomic mass units.</param>
    /// <returns>Whether it names an element.</returns>
    public static bool TryParseSymbol(ReadOnlySpan<char> symbol, out int element, out double mass)
    {
        symbol = symbol.Trim();
        return TryGet(symbol[..CountLetters(symbol)], out element, out mass);
    }

    /// <summary>
    /// Parses a label: an element, then anything (<c>C1</c>, <c>O1W</c>, <c>Fe2a</c>, <c>Ow</c>). As in ASE a second letter belongs to the element when it is in lower case;
    /// unlike there, capitals that spell two elements (<c>CL1</c>: carbon or chlorine?) and words (<c>Wat</c>) are not decided.
    /// </summary>
    /// <param name="label">The label.</param>
    /// <param name="element">The atomic number.</param>
    /// <param name="mass">The mass of deuterium, or the element's standard one, atomic mass units.</param>
    /// <returns>Whether it names one element.</returns>
    public static bool TryParseLabel(ReadOnlySpan<char> label, out int element, out double mass)
    {
        label = label.Trim();
        ReadOnlySpan<char> letters = label[..CountLetters(label)];
        bool isOne = TryGet(letters[..Math.Min(1, letters.Length)], out element, out mass);
        if (letters.Length < 2) { return isOne; }

        bool isTwo = TryGet(letters[..2], out int pair, out double pairMass);
        bool capitals = char.IsAsciiLetterUpper(letters[1]);
        if (isTwo && !(capitals && isOne))
        {
            (element, mass) = (pair, pairMass);
            return true;
        }

        bool isWord = letters.Length > 2 && !capitals && char.IsAsciiLetterLower(letters[2]);
        return isOne && !isTwo && !isWord;
    }

    private static int CountLetters(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && char.IsAsciiLetter(text[count])) { count++; }
        return count;
    }

    private static bool TryGet(ReadOnlySpan<char> symbol, out int element, out double mass)
    {
        bool isDeuterium = symbol is ['D' or 'd'];
        bool found = Elements.TryGetAtomicNumber(isDeuterium ? "H" : symbol, out element);
        mass = isDeuterium ? Elements.DeuteriumMass : found ? Elements.Mass(element) : 0;
        return found;
    }
}
