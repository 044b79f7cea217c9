using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Building;

/// <summary>Which atoms <c>mace build vacancy</c> removes.</summary>
internal static class AtomRemoval
{
    /// <summary>Removes atoms.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="words">Numbers from 0, or elements with a count behind a colon.</param>
    /// <param name="seed">Seed of the choice of atoms of an element.</param>
    /// <exception cref="InvalidInputException">A word is neither, or there are no such atoms.</exception>
    public static Structure Apply(Structure structure, IEnumerable<string> words, int seed)
    {
        List<int> numbered = [];
        List<(int Element, int Count)> chosen = [];
        foreach (string word in words)
        {
            string[] parts = word.Split(':');
            if (parts is [string number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int atom)) { numbered.Add(atom); }
            else if (parts is [string symbol, string times] && Elements.TryGetAtomicNumber(symbol, out int z) && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out int count)) { chosen.Add((z, count)); }
            else { throw new InvalidInputException($"--remove cannot be '{word}'; give numbers of atoms counted from 0, or an element and how many of it, for example Na:2."); }
        }

        Structure left = numbered.Count > 0 ? Deformation.Remove(structure, numbered) : structure;
        foreach ((int element, int count) in chosen) { left = Deformation.RemoveRandom(left, element, count, seed++); }
        return left;
    }
}
