using System.Globalization;
using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>What the columns of the atom lines are: the <c>Properties</c> of extended XYZ, and the buffers into which one frame is read.</summary>
internal sealed class ExtendedXyzColumns
{
    /// <summary>The columns of plain XYZ.</summary>
    public const string Default = "species:S:1:pos:R:3";

    /// <summary>More columns than this are taken for an error.</summary>
    private const int MaxColumns = 65536;

    private readonly List<AtomColumn> _columns = [];
    private AtomColumn? _species;
    private AtomColumn? _numbers;
    private AtomColumn _positions = null!;

    private ExtendedXyzColumns()
    {
    }

    /// <summary>Number of words an atom line must have.</summary>
    public int Width { get; private set; }

    /// <summary>Reads a specification such as <c>species:S:1:pos:R:3:forces:R:3</c>.</summary>
    /// <exception cref="InvalidInputException">It is not one, or it lacks species or positions; the message has no position.</exception>
    public static ExtendedXyzColumns Parse(string properties)
    {
        ExtendedXyzColumns columns = new();
        string[] fields = properties.Split(':');
        if (fields.Length % 3 != 0)
        {
            throw new InvalidInputException($"Properties='{Excerpt.Of(properties)}' is not a list of name:type:columns.");
        }

        for (int i = 0; i < fields.Length; i += 3)
        {
            (string name, string type, string width) = (fields[i], fields[i + 1], fields[i + 2]);
            if (!int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > MaxColumns || columns.Width + count > MaxColumns)
            {
                throw new InvalidInputException($"Properties gives '{Excerpt.Of(name)}' '{Excerpt.Of(width)}' columns; a number from 1 to {MaxColumns} in all is needed.");
            }

            DataKind kind = type switch
            {
                "R" => DataKind.Real,
                "I" => DataKind.Integer,
                "S" => DataKind.Text,
                "L" => DataKind.Boolean,
                _ => throw new InvalidInputException($"Properties gives '{Excerpt.Of(name)}' the type '{Excerpt.Of(type)}'; the types are R, I, S and L."),
            };
            columns.Add(name, kind, count);
        }

        if (columns._species is null && columns._numbers is null)
        {
            throw new InvalidInputException($"Properties='{Excerpt.Of(properties)}' has no column of elements (species:S:1 or Z:I:1).");
        }

        if (columns._positions is null)
        {
            throw new InvalidInputException($"Properties='{Excerpt.Of(properties)}' has no positions (pos:R:3).");
        }

        return columns;
    }

    /// <summary>Empties the buffers for a frame of so many atoms; large frames grow with what is really there.</summary>
    public void Begin(int atoms)
    {
        foreach (AtomColumn column in _columns) { column.Begin(atoms); }
    }

    /// <summary>Reads one atom line; words beyond the columns are ignored, as by ASE.</summary>
    /// <exception cref="InvalidInputException">A word is missing or is not what its column holds.</exception>
    public void ReadLine(ReadOnlySpan<char> line, LineReader where)
    {
        int at = 0;
        int word = 0;
        foreach (AtomColumn column in _columns)
        {
            for (int c = 0; c < column.Width; c++, word++)
            {
                while (at < line.Length && IsBlank(line[at])) { at++; }
                int start = at;
                while (at < line.Length && !IsBlank(line[at])) { at++; }
                if (start == at)
                {
                    throw where.Error($"the atom line has {word} {(word == 1 ? "word" : "words")}, {Width} are needed ('{Excerpt.Of(line)}'); the columns or the number of atoms may be wrong.");
                }

                if (!column.TryAdd(line[start..at]))
                {
                    throw where.Error($"'{Excerpt.Of(line[start..at])}' is not {column.Expected} (column {word + 1}, {column.Name}).");
                }
            }
        }
    }

    /// <summary>The structure of the frame that was read, without its cell.</summary>
    public Structure CreateStructure(int atoms)
    {
        Structure structure = new((_numbers ?? _species)!.AtomicNumbers, MemoryMarshal.Cast<double, Vector3D>(_positions.Reals));
        foreach (AtomColumn column in _columns)
        {
            if (column.Role == AtomColumnRole.Data) { structure.Arrays.Add(column.Name, column.ToDataArray(atoms)); }
        }

        if (_species is { Deuterium.Count: > 0 } species && !structure.Arrays.ContainsKey(CifFormat.Masses)) { structure.Arrays.Add(CifFormat.Masses, MassesWith(species.Deuterium, structure.AtomicNumbers)); }

        return structure;
    }

    private static DataArray MassesWith(IReadOnlyList<int> deuterium, ReadOnlySpan<int> elements)
    {
        double[] masses = new double[elements.Length];
        for (int i = 0; i < masses.Length; i++) { masses[i] = Elements.Mass(elements[i]); }
        foreach (int atom in deuterium) { masses[atom] = Elements.DeuteriumMass; }
        return DataArray.Of(masses);
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' || char.IsWhiteSpace(c);

    private void Add(string name, DataKind kind, int width)
    {
        if (name.Length == 0) { throw new InvalidInputException("Properties has a column without a name."); }
        if (_columns.Any(column => column.Name == name)) { throw new InvalidInputException($"Properties has two columns named '{Excerpt.Of(name)}'."); }
        AtomColumn column;
        switch (name)
        {
            case "species":
                column = _species = new(name, AtomColumnRole.Element, kind, width);
                break;
            case "Z":
                column = _numbers = new(name, AtomColumnRole.Element, kind, width);
                break;
            case "pos":
                column = _positions = new(name, AtomColumnRole.Position, kind, width);
                break;
            default:
                column = new(name, AtomColumnRole.Data, kind, width);
                break;
        }

        bool fits = column.Role switch
        {
            AtomColumnRole.Element => width == 1 && kind is DataKind.Text or DataKind.Integer,
            AtomColumnRole.Position => width == 3 && kind is DataKind.Real,
            _ => true,
        };
        if (!fits) { throw new InvalidInputException($"Properties gives '{name}' a type or number of columns it cannot have; species:S:1, Z:I:1 and pos:R:3 are right."); }
        _columns.Add(column);
        Width += width;
    }
}
