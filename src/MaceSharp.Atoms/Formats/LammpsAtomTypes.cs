using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>The atom types of a LAMMPS data file and the elements they stand for.</summary>
/// <param name="lines">The lines of the file, for messages.</param>
internal sealed class LammpsAtomTypes(TextLines lines)
{
    /// <summary>How far a mass may be from the element's standard one, atomic mass units; files often round to one decimal or to an integer. A mass farther away is kept.</summary>
    private const double MassTolerance = 0.15;

    /// <summary>How far a mass may be from that of the element its comment names: isotopes, and hydrogen made heavy for longer steps.</summary>
    private const double NamedMassTolerance = 3.1;

    private readonly Dictionary<long, (double Mass, string Comment, long Line)> _masses = [];
    private readonly Dictionary<string, long> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _elements = [];

    /// <summary>Number of types the header announces.</summary>
    public long Count { get; set; }

    /// <summary>Takes a row of the section Atom Type Labels: <c>type label</c>.</summary>
    public void AddLabel(string row)
    {
        Fields fields = new(row);
        if (!fields.TryNext(out ReadOnlySpan<char> word) || !TryParse(word, out long type) || !fields.TryNext(out ReadOnlySpan<char> label))
        {
            throw lines.Error($"a row of Atom Type Labels must be a type from 1 to {Count} and a label, not {Fields.Quote(row)}");
        }

        _labels[label.ToString()] = type;
    }

    /// <summary>Takes a row of the section Masses: <c>type mass # comment</c>.</summary>
    public void AddMass(string row, string comment)
    {
        Fields fields = new(row);
        if (!fields.TryNext(out ReadOnlySpan<char> word) || !TryParse(word, out long type) || !fields.TryNext(out double mass) || mass <= 0)
        {
            throw lines.Error($"a row of Masses must be a type from 1 to {Count} and a positive mass, not {Fields.Quote(row)}");
        }

        if (!_masses.TryAdd(type, (mass, comment, lines.Number))) { throw lines.Error($"the mass of type {type} is given twice"); }
    }

    /// <summary>A type by number or label.</summary>
    public bool TryParse(ReadOnlySpan<char> word, out long type) => NumberText.TryReadInteger(word, out type)
        ? type >= 1 && type <= Count
        : _labels.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out type);

    /// <summary>The mass of a type, known to have an element: the file's, or the standard one where the file has none.</summary>
    /// <returns>Whether it differs from the standard mass by more than rounding.</returns>
    public bool GetMass(long type, out double mass)
    {
        double standard = Elements.Mass(_elements[type]);
        mass = _masses.TryGetValue(type, out var given) ? given.Mass : standard;
        return Math.Abs(mass - standard) > MassTolerance;
    }

    /// <summary>The element of a type: the one its comment or label names if the mass agrees, otherwise the one of its mass.</summary>
    /// <param name="type">The type.</param>
    /// <param name="line">The line that uses the type, for messages.</param>
    /// <exception cref="InvalidInputException">The element cannot be told.</exception>
    public int ElementOf(long type, long line)
    {
        if (!_elements.TryGetValue(type, out int element))
        {
            element = Determine(type, line);
            _elements.Add(type, element);
        }

        return element;
    }

    private int Determine(long type, long line)
    {
        string? label = _labels.FirstOrDefault(pair => pair.Value == type).Key;
        if (!_masses.TryGetValue(type, out var given))
        {
            return TryGetElement(label, out int named)
                ? named
                : throw lines.ErrorAt(line, $"type {type} has no mass, so its element is unknown; add a section Masses with a row such as '{type} 12.011 # C'");
        }

        new Fields(given.Comment).TryNext(out ReadOnlySpan<char> comment);
        foreach (string? name in new string?[] { comment.ToString(), label })
        {
            if (!TryGetElement(name, out int named)) { continue; }
            if (Math.Abs(given.Mass - Elements.Mass(named)) <= NamedMassTolerance) { return named; }
            throw lines.ErrorAt(given.Line, $"type {type} is called {name} but its mass is {Number(given.Mass)}; correct one of them");
        }

        return FromMass(given.Mass) ?? throw lines.ErrorAt(given.Line, $"no element or more than one has the mass {Number(given.Mass)} of type {type}; write the symbol behind it as in '{type} 12.011 # C'");
    }

    /// <summary>The element of a name that is exactly a symbol: a comment such as CA or ho is a force field's, not calcium's or holmium's.</summary>
    private static bool TryGetElement(string? name, out int element)
    {
        element = 0;
        return name is not null && Elements.TryGetAtomicNumber(name, out element) && Elements.Symbol(element) == name;
    }

    /// <summary>The element whose mass is near and clearly nearer than any other's.</summary>
    private static int? FromMass(double mass)
    {
        int best = 0;
        double first = Math.Abs(mass - Elements.DeuteriumMass), second = double.PositiveInfinity;
        for (int z = 1; z <= 118; z++)
        {
            double distance = Math.Abs(mass - Elements.Mass(z));
            if (distance < first) { (best, first, second) = (z, distance, first); }
            else { second = Math.Min(second, distance); }
        }

        return first <= MassTolerance && second > 2 * first ? Math.Max(best, 1) : null;
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
