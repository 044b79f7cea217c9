using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Geometries of common molecules by name.</summary>
/// <remarks>
/// Equilibrium geometries at MP2(full)/6-31G(d) of the G2/97 set: L. A. Curtiss, K. Raghavachari, P. C. Redfern and J. A. Pople, J. Chem. Phys. 106, 1063 (1997), supporting data.
/// A symbol of an element is a single atom.
/// </remarks>
public static class MoleculeLibrary
{
    private static readonly Lazy<Library> Known = new(Read);

    /// <summary>The molecules: the first name of each, then its others, formulas among them.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Names => Known.Value.Names;

    /// <summary>A molecule.</summary>
    /// <param name="name">A name or formula (in any case where that leaves no doubt), for example water, H2O or acetic-acid; or the symbol of an element.</param>
    /// <returns>The molecule, without a cell, about its centre of mass as published.</returns>
    /// <exception cref="InvalidInputException">No molecule has this name.</exception>
    public static Structure Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (TryGet(name, out Structure? molecule)) { return molecule; }
        string known = string.Join(", ", Names.Select(static names => names[0]));
        throw new InvalidInputException($"There is no molecule '{(name.Length > 40 ? name[..40] + "…" : name)}'; there are {known}.");
    }

    /// <summary>A molecule, if one has this name.</summary>
    /// <param name="name">A name, a formula or the symbol of an element.</param>
    /// <param name="molecule">The molecule.</param>
    public static bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Structure? molecule)
    {
        ArgumentNullException.ThrowIfNull(name);
        molecule = null;
        if (Known.Value.Exact.TryGetValue(name, out Structure? found))
        {
            molecule = found.Clone();
        }
        else if (Elements.TryGetAtomicNumber(name, out int z) && z > 0 && Elements.Symbol(z) == name)
        {
            // Co is cobalt; CO was found above.
            molecule = new Structure([z], [default]);
        }
        else if (Known.Value.Loose.TryGetValue(name, out found))
        {
            molecule = found.Clone();
        }

        return molecule is not null;
    }

    private static Library Read()
    {
        using Stream stream = typeof(MoleculeLibrary).Assembly.GetManifestResourceStream("molecules.txt")!;
        using StreamReader reader = new(stream);
        Library library = new();
        string[]? names = null;
        List<int> numbers = [];
        List<Vector3D> positions = [];
        while (reader.ReadLine() is string line)
        {
            if (line.StartsWith('#')) { continue; }
            if (line.StartsWith('>'))
            {
                library.Add(names, numbers, positions);
                names = line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                continue;
            }

            string[] fields = line.Split(' ');
            numbers.Add(Elements.AtomicNumber(fields[0]));
            positions.Add(new Vector3D(Number(fields[1]), Number(fields[2]), Number(fields[3])));
        }

        library.Add(names, numbers, positions);
        return library;
    }

    private static double Number(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private sealed class Library
    {
        public List<IReadOnlyList<string>> Names { get; } = [];

        public Dictionary<string, Structure> Exact { get; } = new(StringComparer.Ordinal);

        /// <summary>In any case; of two molecules that differ by case alone the first.</summary>
        public Dictionary<string, Structure> Loose { get; } = new(StringComparer.OrdinalIgnoreCase);

        public void Add(string[]? names, List<int> numbers, List<Vector3D> positions)
        {
            if (names is null) { return; }
            Structure molecule = new([.. numbers], [.. positions]);
            Names.Add(names);
            foreach (string name in names)
            {
                Exact.Add(name, molecule);
                Loose.TryAdd(name, molecule);
            }

            numbers.Clear();
            positions.Clear();
        }
    }
}
