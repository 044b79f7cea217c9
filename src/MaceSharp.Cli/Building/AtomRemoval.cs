using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Building;

/// <summary>Which atoms <c>mace build vacancy</c> removes.</summary>
internal static class AtomRemoval
{
    /// <summary>Removes atoms.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="words">Atoms counted from 1 (<c>1-4,7</c>), or elements with a count behind a colon.</param>
    /// <param name="seed">Seed of the choice of atoms of an element.</param>
    /// <exception cref="InvalidInputException">A word is neither, or there are no such atoms.</exception>
    public static Structure Apply(Structure structure, IEnumerable<string> words, int seed)
    {
        List<string> numbered = [];
        List<(int Element, int Count)> chosen = [];
        foreach (string word in words)
        {
            string[] parts = word.Split(':');
            if (AtomRanges.IsList(word)) { numbered.Add(word); }
            else if (parts is [string symbol, string times] && Elements.TryGetAtomicNumber(symbol, out int z) && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out int count)) { chosen.Add((z, count)); }
            else { throw new InvalidInputException($"--remove cannot be '{word}'; give atoms counted from 1 (1-4,7), or an element and how many of it, for example Na:2."); }
        }

        Structure left = numbered.Count > 0 ? Deformation.Remove(structure, AtomRanges.Parse("--remove", numbered, structure.Count)) : structure;
        foreach ((int element, int count) in chosen) { left = Deformation.RemoveRandom(left, element, count, seed++); }
        return left;
    }
}
