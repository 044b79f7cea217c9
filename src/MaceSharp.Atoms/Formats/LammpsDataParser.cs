using System.Globalization;
using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>Reads one LAMMPS data file: the header, then the sections in whatever order they come.</summary>
internal sealed class LammpsDataParser
{
    /// <summary>The longest row of a supported style: full with image flags.</summary>
    private const int LongestRow = 10;

    private readonly TextLines _lines;
    private readonly LammpsAtomTypes _types;
    private readonly LammpsBox _box;
    private string _comment = "";
    private string _sectionComment = "";
    private long _count = -1;
    private double _femtosecondsPerTime = LammpsDataFormat.FemtosecondsPerPicosecond;

    // Rows of the section Atoms: ids, lines, and the other columns as numbers.
    private readonly List<long> _ids = [];
    private readonly List<long> _rowLines = [];
    private readonly List<double> _columns = [];
    private int _width;
    private bool _thirdIsReal;

    private readonly List<(long Id, long Line, Vector3D Velocity)> _velocities = [];

    /// <summary>Creates a parser.</summary>
    /// <param name="lines">The lines of the file.</param>
    public LammpsDataParser(TextLines lines)
    {
        _lines = lines;
        _types = new LammpsAtomTypes(lines);
        _box = new LammpsBox(lines);
    }

    /// <summary>Reads the file to its end.</summary>
    /// <exception cref="InvalidInputException">The file is malformed; the message names the line.</exception>
    public Structure Read()
    {
        ReadTitle();
        string? line = ReadHeader();
        while (line is not null)
        {
            line = ReadSection(line);
        }

        if (_count > 0 && _ids.Count == 0) { throw _lines.Error("the file has no section Atoms"); }
        return Assemble();
    }

    /// <summary>The next line that holds something besides a comment; the comment goes to <see cref="_comment"/>.</summary>
    private string? NextContent()
    {
        while (_lines.Next() is string line)
        {
            int hash = line.IndexOf('#', StringComparison.Ordinal);
            string content = (hash < 0 ? line : line[..hash]).Trim();
            if (content.Length == 0) { continue; }
            _comment = hash < 0 ? "" : line[(hash + 1)..].Trim();
            return content;
        }

        return null;
    }

    private void ReadTitle()
    {
        string title = _lines.Require("the title of a LAMMPS data file");
        int at = title.IndexOf("units = ", StringComparison.Ordinal);
        if (at < 0) { return; }
        new Fields(title.AsSpan(at + "units = ".Length)).TryNext(out ReadOnlySpan<char> units);
        _femtosecondsPerTime = units.TrimEnd(',') switch
        {
            "metal" => LammpsDataFormat.FemtosecondsPerPicosecond,
            "real" => 1,
            _ => throw _lines.Error($"the file is in units {Fields.Quote(units)}; convert it to metal (Å, ps) or real (Å, fs)"),
        };
    }

    /// <summary>Reads the lines that end in a keyword.</summary>
    /// <returns>The first section heading, or <see langword="null"/> at the end of the file.</returns>
    private string? ReadHeader()
    {
        while (NextContent() is string line)
        {
            if (char.IsAsciiLetter(line[0])) { return RequireCounts(line); }
            if (_box.TryTake(line)) { continue; }
            Fields fields = new(line);
            fields.TryNext(out ReadOnlySpan<char> first);
            string keyword = line[first.Length..].Trim();
            if (keyword is not ("atoms" or "atom types")) { continue; }
            if (!NumberText.TryReadInteger(first, out long value) || value < 0) { throw _lines.Error($"{Fields.Quote(first)} is not a number of {keyword}"); }
            if (keyword == "atoms") { _count = value; }
            else { _types.Count = value; }
        }

        return RequireCounts(null);
    }

    private string? RequireCounts(string? line)
    {
        if (_count < 0) { throw _lines.Error("the header of the data file has no line 'N atoms' before the first section"); }
        _box.Complete();
        return line;
    }

    /// <summary>Reads one section.</summary>
    /// <returns>The next heading, or <see langword="null"/> at the end of the file.</returns>
    private string? ReadSection(string heading)
    {
        switch (heading)
        {
            case "Atoms":
                if (_ids.Count > 0) { throw _lines.Error("there is a second section Atoms"); }
                _sectionComment = _comment;
                ReadRows(heading, _count, AddAtom);
                break;
            case "Velocities":
                if (_velocities.Count > 0) { throw _lines.Error("there is a second section Velocities"); }
                ReadRows(heading, _count, AddVelocity);
                break;
            case "Masses":
                ReadRows(heading, _types.Count, row => _types.AddMass(row, _comment));
                break;
            case "Atom Type Labels":
                ReadRows(heading, _types.Count, _types.AddLabel);
                break;
            default:
                if (!char.IsAsciiLetterUpper(heading[0])) { throw _lines.Error($"{Fields.Quote(heading)} stands where a section such as Atoms or Velocities should begin"); }
                return SkipSection();
        }

        string? next = NextContent();
        return next is null || char.IsAsciiLetter(next[0])
            ? next
            : throw _lines.Error($"the section {heading} has more rows than the header announces");
    }

    private string? SkipSection()
    {
        string? line = NextContent();
        while (line is not (null or "Atoms" or "Velocities" or "Masses" or "Atom Type Labels")) { line = NextContent(); }
        return line;
    }

    private void ReadRows(string heading, long count, Action<string> take)
    {
        for (long row = 0; row < count; row++)
        {
            string? line = NextContent();

            // A row of Masses may begin with the label of a type; the others begin with a number.
            if (line is null || (char.IsAsciiLetter(line[0]) && heading != "Masses"))
            {
                throw _lines.Error($"the {(line is null ? "file" : "section")} ends after {row} of the {count} rows of the section {heading} that the header announces");
            }

            take(line);
        }
    }

    private void AddAtom(string row)
    {
        Span<double> values = stackalloc double[LongestRow];
        Fields fields = new(row);
        int width = 0;
        while (fields.TryNext(out ReadOnlySpan<char> word))
        {
            if (width == LongestRow) { throw UnknownStyle(row); }
            _thirdIsReal |= width == 2 && word.IndexOfAny('.', 'e', 'E') >= 0;
            if (!Fields.TryReadFinite(word, out values[width]))
            {
                values[width] = width is 1 or 2 && _types.TryParse(word, out long type)
                    ? type
                    : throw _lines.Error($"{Fields.Quote(word)} in the row of an atom is not a number");
            }

            width++;
        }

        if (_ids.Count == 0) { _width = width; }
        if (width is < 5 || width != _width) { throw UnknownStyle(row); }
        if (values[0] < 0 || values[0] != Math.Floor(values[0]) || values[0] > 1L << 53) { throw _lines.Error($"the id of an atom must be a whole number, not {Fields.Quote(row)}"); }
        _ids.Add((long)values[0]);
        _rowLines.Add(_lines.Number);
        foreach (double value in values[1..width]) { _columns.Add(value); }
    }

    private InvalidInputException UnknownStyle(string row) =>
        _lines.Error($"the row {Fields.Quote(row)} fits no atom style that can be read (atomic: id type x y z; charge: id type q x y z; molecular: id molecule type x y z; full: id molecule type q x y z; each with or without three image flags)");

    private void AddVelocity(string row)
    {
        Fields fields = new(row);
        if (!fields.TryNext(out ReadOnlySpan<char> word) || !NumberText.TryReadInteger(word, out long id) || !fields.TryNext(out Vector3D velocity))
        {
            throw _lines.Error($"a row of Velocities must be an id and three numbers, not {Fields.Quote(row)}");
        }

        _velocities.Add((id, _lines.Number, velocity));
    }

    private Structure Assemble()
    {
        int count = _ids.Count;
        LammpsAtomStyle style = count > 0 ? FindStyle() : default;
        int[] order = new int[count];
        for (int i = 0; i < count; i++) { order[i] = i; }
        long[] ids = [.. _ids];
        Array.Sort(ids, order);

        int[] atomicNumbers = new int[count];
        Vector3D[] positions = new Vector3D[count];
        double[] charges = new double[style.HasCharge ? count : 0];
        double[] masses = new double[count];
        bool unusualMasses = false;
        for (int i = 0; i < count; i++)
        {
            int row = order[i];
            long line = _rowLines[row];
            if (i > 0 && ids[i] == ids[i - 1]) { throw _lines.ErrorAt(line, $"there are two atoms with the id {ids[i]}"); }
            ReadOnlySpan<double> columns = CollectionsMarshal.AsSpan(_columns).Slice(row * (_width - 1), _width - 1);
            double type = columns[style.TypeColumn];
            if (type != Math.Floor(type) || type < 1 || type > _types.Count)
            {
                throw _lines.ErrorAt(line, string.Create(CultureInfo.InvariantCulture, $"{type:R} is not one of the {_types.Count} atom types"));
            }

            atomicNumbers[i] = _types.ElementOf((long)type, line);
            unusualMasses |= _types.GetMass((long)type, out masses[i]);
            if (style.HasCharge) { charges[i] = columns[style.ChargeColumn]; }
            ReadOnlySpan<double> place = columns[style.PositionColumn..];
            positions[i] = new Vector3D(place[0], place[1], place[2]);
            if (place.Length == 6) { positions[i] += new Vector3D(place[3], place[4], place[5]) * _box.Cell; }
            if (!positions[i].IsFinite) { throw _lines.ErrorAt(line, "the position is too large"); }
        }

        Structure structure = new(atomicNumbers, positions, _box.Cell, Periodicity.All);
        if (style.HasCharge) { structure.Arrays.Add(LammpsDataFormat.Charges, DataArray.Of(charges)); }
        if (unusualMasses) { structure.Arrays.Add(LammpsDataFormat.Masses, DataArray.Of(masses)); }
        if (_velocities.Count > 0) { structure.Arrays.Add(LammpsDataFormat.Velocities, DataArray.Of(OrderVelocities(ids), count, 3)); }
        return structure;
    }

    private LammpsAtomStyle FindStyle()
    {
        new Fields(_sectionComment).TryNext(out ReadOnlySpan<char> name);
        LammpsAtomStyle style = name.IsEmpty
            ? InferStyle()
            : LammpsAtomStyle.Named(name) ?? throw _lines.ErrorAt(_rowLines[0], $"the atom style {Fields.Quote(name)} of the section cannot be read; use atomic, charge, molecular or full");
        return _width == style.Width || _width == style.Width + 3
            ? style
            : throw _lines.ErrorAt(_rowLines[0], $"a row of {_width} columns does not fit the atom style {Fields.Quote(name)}, which has {style.Width} or, with image flags, {style.Width + 3}");
    }

    /// <summary>The style that fits the number of columns; of charge and molecular the one that fits the numbers.</summary>
    private LammpsAtomStyle InferStyle()
    {
        if (_width is 5 or 8) { return LammpsAtomStyle.Atomic; }
        if (_width is 7 or 10) { return LammpsAtomStyle.Full; }
        if (_width is not (6 or 9)) { throw _lines.ErrorAt(_rowLines[0], $"a row of {_width} columns fits no atom style that can be read; name it as in 'Atoms # charge'"); }
        bool firstIsType = true, secondIsType = !_thirdIsReal;
        for (int i = 0; i < _ids.Count; i++)
        {
            firstIsType &= _columns[i * (_width - 1)] is double first && first >= 1 && first <= _types.Count;
            secondIsType &= _columns[(i * (_width - 1)) + 1] is double second && second >= 1 && second <= _types.Count;
        }

        return (firstIsType, secondIsType) switch
        {
            (_, false) => LammpsAtomStyle.Charge,
            (false, true) => LammpsAtomStyle.Molecular,
            _ => throw _lines.ErrorAt(_rowLines[0], "the rows fit both atom styles charge and molecular; say which by 'Atoms # charge' or 'Atoms # molecular'"),
        };
    }

    private double[] OrderVelocities(long[] ids)
    {
        double[] velocities = new double[3 * ids.Length];
        bool[] seen = new bool[ids.Length];
        foreach ((long id, long line, Vector3D velocity) in _velocities)
        {
            int atom = Array.BinarySearch(ids, id);
            if (atom < 0 || seen[atom]) { throw _lines.ErrorAt(line, $"{(atom < 0 ? "there is no atom" : "there are two velocities")} with the id {id}"); }
            seen[atom] = true;
            for (int axis = 0; axis < 3; axis++) { velocities[(3 * atom) + axis] = velocity[axis] / _femtosecondsPerTime; }
        }

        return velocities;
    }
}
