namespace MaceSharp.Atoms;

/// <summary>The elements that a POSCAR names, on its line of symbols or in its title.</summary>
internal static class PoscarSpecies
{
    /// <summary>Parses a symbol as VASP writes it: <c>Fe</c>, with the name of a potential (<c>Fe_pv</c>, <c>H.5</c>), or with its hash (<c>Ga/8a9ce6</c>).</summary>
    /// <param name="word">The word.</param>
    /// <param name="atomicNumber">The atomic number.</param>
    /// <returns>Whether the word names an element.</returns>
    public static bool TryParse(ReadOnlySpan<char> word, out int atomicNumber)
    {
        int end = word.IndexOfAny("_/.");
        if (end >= 0) { word = word[..end]; }
        return Elements.TryGetAtomicNumber(word.TrimEnd("0123456789"), out atomicNumber);
    }

    /// <summary>
    /// The elements that a title names, as files of VASP 4 had it: words that are formulas once digits and delimiters are taken out
    /// (<c>NaCl</c>, <c>Si O</c>, <c>In-3 P</c>); other words are passed over.
    /// </summary>
    /// <param name="title">The first line of the file.</param>
    public static List<int> FromTitle(string title)
    {
        List<int> elements = [];
        Fields fields = new(title);
        while (fields.TryNext(out ReadOnlySpan<char> word))
        {
            int before = elements.Count;
            if (!TryAddFormula(word, elements)) { elements.RemoveRange(before, elements.Count - before); }
        }

        return elements;
    }

    private static bool TryAddFormula(ReadOnlySpan<char> word, List<int> elements)
    {
        for (int i = 0; i < word.Length;)
        {
            if (char.IsAsciiDigit(word[i]) || "-_,.=^".Contains(word[i])) { i++; continue; }
            int length = i + 1 < word.Length && char.IsAsciiLetterLower(word[i + 1]) ? 2 : 1;
            if (!char.IsAsciiLetterUpper(word[i]) || !Elements.TryGetAtomicNumber(word.Slice(i, length), out int z)) { return false; }
            elements.Add(z);
            i += length;
        }

        return true;
    }
}
