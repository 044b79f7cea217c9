using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Simulation;

/// <summary>Lists of atoms as a user writes them, counted from 1: <c>1-4,7</c>.</summary>
internal static class AtomRanges
{
    /// <summary>Atoms of a range at most: more than any structure that is constrained one atom at a time.</summary>
    private const int LongestRange = 10_000_000;

    /// <summary>Indices from 0, each once, in the order in which they were written.</summary>
    /// <param name="option">Name of the option, for messages.</param>
    /// <param name="words">The lists.</param>
    /// <param name="count">Number of atoms of the structure; null where it is not known yet, as for several structures.</param>
    /// <exception cref="InvalidInputException">A list cannot be read or names an atom that does not exist.</exception>
    public static List<int> Parse(string option, IEnumerable<string> words, int? count)
    {
        List<int> atoms = [];
        HashSet<int> seen = [];
        foreach (string part in words.SelectMany(static word => word.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryParse(ends[0], out int first) || !TryParse(ends[^1], out int last) || last < first || last - first > LongestRange)
            {
                throw new InvalidInputException($"{option} cannot be '{part}', which is no range of atoms; list atoms counted from 1, for example 1-4,7.");
            }

            if (last > count) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{option} '{part}': there is no atom {last}; the structure has {count}.")); }
            for (int atom = first - 1; atom < last; atom++)
            {
                if (seen.Add(atom)) { atoms.Add(atom); }
            }
        }

        return atoms;
    }

    /// <summary>Whether a word begins like a list of atoms.</summary>
    public static bool IsList(string word) => word.Length > 0 && char.IsAsciiDigit(word[0]);

    private static bool TryParse(string text, out int atom) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out atom) && atom >= 1;
}
