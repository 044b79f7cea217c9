namespace MaceSharp.Atoms;

/// <summary>What a group of columns is for.</summary>
internal enum AtomColumnRole
{
    /// <summary>Symbols or atomic numbers.</summary>
    Element,

    /// <summary>Cartesian positions.</summary>
    Position,

    /// <summary>An entry of <see cref="Structure.Arrays"/>.</summary>
    Data,
}

/// <summary>The values of one property of extended XYZ while a frame is read; elements are held as atomic numbers.</summary>
internal sealed class AtomColumn(string name, AtomColumnRole role, DataKind kind, int width)
{
    /// <summary>Up to this many values the buffer is made at once; beyond, it grows with what is read, as the count may lie.</summary>
    private const int TrustedLength = 1 << 16;

    /// <summary>Different texts that are remembered to share their strings.</summary>
    private const int MaxShared = 4096;

    /// <summary>Longer texts are not remembered.</summary>
    private const int MaxSharedLength = 64;

    private static readonly string[] Expectations = ["a truth value (T or F)", "an integer", "a number", "a text"];

    private readonly HashSet<string> _shared = new(StringComparer.Ordinal);
    private int[] _elements = [];
    private readonly List<int> _deuterium = [];
    private double[] _reals = [];
    private long[] _integers = [];
    private bool[] _booleans = [];
    private string[] _texts = [];
    private int _count;
    private int _total;

    /// <summary>Name of the property.</summary>
    public string Name { get; } = name;

    /// <summary>What it is for.</summary>
    public AtomColumnRole Role { get; } = role;

    /// <summary>Number of words an atom.</summary>
    public int Width { get; } = width;

    /// <summary>What a word of this column is, for messages.</summary>
    public string Expected => Role == AtomColumnRole.Element ? "the symbol or number of an element" : Expectations[(int)kind];

    /// <summary>The atomic numbers that were read.</summary>
    public ReadOnlySpan<int> AtomicNumbers => _elements.AsSpan(0, _count);

    /// <summary>Atoms whose symbol was D, which is hydrogen.</summary>
    public IReadOnlyList<int> Deuterium => _deuterium;

    /// <summary>The reals that were read.</summary>
    public ReadOnlySpan<double> Reals => _reals.AsSpan(0, _count);

    /// <summary>Starts a frame.</summary>
    /// <exception cref="InvalidInputException">The values would not fit into an array; the message has no position.</exception>
    public void Begin(int atoms)
    {
        if ((long)atoms * Width > Array.MaxLength) { throw new InvalidInputException($"{atoms} atoms with {Width} columns of '{Excerpt.Of(Name)}' are more than an array can hold."); }
        _count = 0;
        _deuterium.Clear();
        _total = atoms * Width;
        int length = Math.Min(_total, TrustedLength);

        // A structure copies elements and positions, so their buffers are used again; arrays of data are handed over.
        if (Role == AtomColumnRole.Element)
        {
            if (_elements.Length < length) { _elements = new int[length]; }
            return;
        }

        switch (kind)
        {
            case DataKind.Real when Role == AtomColumnRole.Position && _reals.Length >= length: break;
            case DataKind.Real: _reals = new double[length]; break;
            case DataKind.Integer: _integers = new long[length]; break;
            case DataKind.Boolean: _booleans = new bool[length]; break;
            default: _texts = new string[length]; break;
        }
    }

    /// <summary>Reads a word.</summary>
    /// <returns>Whether the word is what the column holds.</returns>
    public bool TryAdd(ReadOnlySpan<char> word)
    {
        if (Role == AtomColumnRole.Element)
        {
            Room(ref _elements);
            if (word is "D")
            {
                _deuterium.Add(_count);
                word = "H";
            }

            return TryReadElement(word, out _elements[_count++]);
        }

        switch (kind)
        {
            case DataKind.Real:
                Room(ref _reals);
                return NumberText.TryReadReal(word, out _reals[_count++]);
            case DataKind.Integer:
                Room(ref _integers);
                return NumberText.TryReadInteger(word, out _integers[_count++]);
            case DataKind.Boolean:
                Room(ref _booleans);
                return NumberText.TryReadBoolean(word, out _booleans[_count++]);
            default:
                Room(ref _texts);
                _texts[_count++] = Share(word);
                return true;
        }
    }

    /// <summary>Hands the values over; the first axis runs over atoms.</summary>
    public DataArray ToDataArray(int atoms)
    {
        int[] shape = Width == 1 ? [atoms] : [atoms, Width];
        return kind switch
        {
            DataKind.Real => DataArray.Of(_reals, shape),
            DataKind.Integer => DataArray.Of(_integers, shape),
            DataKind.Boolean => DataArray.Of(_booleans, shape),
            _ => DataArray.Of(_texts, shape),
        };
    }

    private static bool TryReadElement(ReadOnlySpan<char> word, out int atomicNumber)
    {
        if (Elements.TryGetAtomicNumber(word, out atomicNumber)) { return true; }
        bool isNumber = NumberText.TryReadInteger(word, out long number) && number is >= 0 and <= Elements.MaxAtomicNumber;
        atomicNumber = isNumber ? (int)number : 0;
        return isNumber;
    }

    private void Room<T>(ref T[] values)
    {
        if (_count == values.Length) { Array.Resize(ref values, (int)Math.Min(_total, 2L * values.Length)); }
    }

    private string Share(ReadOnlySpan<char> word)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> lookup = _shared.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(word, out string? known)) { return known; }
        string text = word.ToString();
        if (_shared.Count < MaxShared && text.Length <= MaxSharedLength) { _shared.Add(text); }
        return text;
    }
}
