using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>Reads the frames of extended or plain XYZ.</summary>
/// <remarks>
/// The dialect is that of ASE 3.22 (<c>ase.io.extxyz</c>; the format is described at https://github.com/libAtoms/extxyz), with these additions:
/// a comment line without any '=' is free text and becomes the entry <c>comment</c> of <see cref="Structure.Info"/>; blank lines between frames are passed over;
/// truth values may be spelled out; reals may have Fortran exponents; species may be atomic numbers; <c>D</c> is hydrogen with the mass of deuterium, in an array <c>masses</c> unless there is one; <c>\n</c> in quotes is a line break.
/// </remarks>
/// <param name="lines">The text.</param>
/// <param name="plain">Whether the comment line is text whatever it holds.</param>
internal sealed class ExtendedXyzReader(LineReader lines, bool plain) : IFrameReader
{
    /// <summary>Counts beyond this are nonsense.</summary>
    private const int MaxAtoms = 500_000_000;

    private readonly List<CommentEntry> _entries = [];
    private long _nextFrame;
    private string _columnsText = "";
    private ExtendedXyzColumns? _columns;

    /// <inheritdoc/>
    public Structure? Read()
    {
        if (!TryReadCount(out int atoms)) { return null; }
        if (!lines.TryReadLine(out ReadOnlySpan<char> comment)) { throw Ended("before the comment line"); }
        Header header = ReadHeader(comment);
        ExtendedXyzColumns columns = ColumnsFor(header.Properties, atoms);
        for (int i = 0; i < atoms; i++)
        {
            if (!lines.TryReadLine(out ReadOnlySpan<char> line)) { throw Ended($"after {i} of {atoms} atoms"); }
            columns.ReadLine(line, lines);
        }

        Structure structure = columns.CreateStructure(atoms);
        structure.Cell = header.Cell;
        structure.Periodicity = header.Periodicity;
        foreach ((string key, DataArray value) in header.Info) { structure.Info[key] = value; }
        if (header.IsPlain) { ReadLatticeLines(structure); }
        return structure;
    }

    /// <inheritdoc/>
    public bool Skip()
    {
        if (!TryReadCount(out int atoms)) { return false; }
        for (int i = -1; i < atoms; i++)
        {
            if (!lines.TryReadLine(out _)) { throw Ended(i < 0 ? "before the comment line" : $"after {i} of {atoms} atoms"); }
        }

        for (int i = 0; i < 3 && TryReadLatticeLine(out _); i++) { }
        return true;
    }

    private bool TryReadCount(out int atoms)
    {
        atoms = 0;
        lines.Frame = _nextFrame;
        ReadOnlySpan<char> line;
        do
        {
            if (!lines.TryReadLine(out line)) { return false; }
            line = line.Trim();
        }
        while (line.IsEmpty);

        if (!NumberText.TryReadInteger(line, out long count) || count < 0)
        {
            if (line.Contains('\0')) { throw new InvalidInputException($"{lines.Source} is a binary file, not XYZ text."); }
            throw lines.Error(_nextFrame == 0
                ? $"the number of atoms should stand here, but there is '{Excerpt.Of(line)}'; is this an XYZ file?"
                : $"the number of atoms should stand here, but there is '{Excerpt.Of(line)}'; the number of atoms of frame {_nextFrame - 1} may be wrong.");
        }

        if (count > MaxAtoms) { throw lines.Error($"{count} atoms are more than a frame can hold ({MaxAtoms})."); }
        atoms = (int)count;
        _nextFrame++;
        return true;
    }

    private Header ReadHeader(ReadOnlySpan<char> comment)
    {
        Header header = new();
        try
        {
            if (plain || !ExtendedXyzComment.TryParse(comment, _entries))
            {
                comment = comment.Trim();
                if (!comment.IsEmpty) { header.Info.Add(new("comment", DataArray.Of(comment.ToString()))); }
                return header;
            }

            bool hasPeriodicity = false;
            foreach (CommentEntry entry in _entries)
            {
                switch (entry.Key)
                {
                    case "Properties":
                        header.Properties = entry.Value ?? "";
                        break;
                    case "Lattice":
                        header.Cell = ReadLattice(entry);
                        header.HasLattice = true;
                        break;
                    case "pbc":
                        header.Periodicity = ReadPeriodicity(entry);
                        hasPeriodicity = true;
                        break;
                    default:
                        header.Info.Add(new(entry.Key, ExtendedXyzValue.Interpret(entry)));
                        continue;
                }

                header.IsPlain = false;
            }

            if (!hasPeriodicity && header.HasLattice) { header.Periodicity = Periodicity.All; }
            return header;
        }
        catch (InvalidInputException exception)
        {
            throw lines.Error(exception.Message);
        }
    }

    private ExtendedXyzColumns ColumnsFor(string properties, int atoms)
    {
        try
        {
            if (_columns is null || properties != _columnsText) { _columns = ExtendedXyzColumns.Parse(properties); }
            _columnsText = properties;
            _columns.Begin(atoms);
            return _columns;
        }
        catch (InvalidInputException exception)
        {
            throw lines.Error(exception.Message);
        }
    }

    /// <summary>Reads nine numbers, or three rows of three; in both the lattice vectors stand one after the other.</summary>
    private static Matrix3 ReadLattice(CommentEntry entry)
    {
        DataArray value = ExtendedXyzValue.Interpret(entry);
        if (!value.TryGetNumbers(out double[] n) || n.Length != 9)
        {
            throw new InvalidInputException($"Lattice='{Excerpt.Of(entry.Value)}' is not nine numbers (ax ay az bx by bz cx cy cz).");
        }

        return new(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8]);
    }

    private static Periodicity ReadPeriodicity(CommentEntry entry)
    {
        DataArray value = ExtendedXyzValue.Interpret(entry);
        bool[]? flags = value.Kind switch
        {
            DataKind.Boolean => value.Booleans.ToArray(),
            DataKind.Integer when !value.Integers.ContainsAnyExceptInRange(0, 1) => [.. value.Integers.ToArray().Select(static v => v == 1)],
            _ => null,
        };
        return flags switch
        {
            [bool all] => new(all, all, all),
            [bool a, bool b, bool c] => new(a, b, c),
            _ => throw new InvalidInputException($"pbc='{Excerpt.Of(entry.Value)}' is not three truth values such as \"T T F\"."),
        };
    }

    /// <summary>Reads lattice vectors that follow the atoms of plain XYZ as <c>VEC1 x y z</c> (ADF).</summary>
    private void ReadLatticeLines(Structure structure)
    {
        Span<Vector3D> rows = stackalloc Vector3D[3];
        Span<Range> words = stackalloc Range[5];
        Span<double> numbers = stackalloc double[3];
        int count = 0;
        while (count < 3 && TryReadLatticeLine(out ReadOnlySpan<char> line))
        {
            line = line.Trim();
            bool valid = line.SplitAny(words, [' ', '\t'], StringSplitOptions.RemoveEmptyEntries) == 4
                && line[words[0]].Equals(string.Create(CultureInfo.InvariantCulture, $"VEC{count + 1}"), StringComparison.OrdinalIgnoreCase);
            for (int i = 0; valid && i < 3; i++) { valid = NumberText.TryReadReal(line[words[i + 1]], out numbers[i]); }
            if (!valid) { throw lines.Error($"'{Excerpt.Of(line)}' is not a lattice vector; VEC{count + 1} with three numbers is expected."); }
            rows[count++] = new(numbers[0], numbers[1], numbers[2]);
        }

        if (count == 0) { return; }
        structure.Cell = new(rows[0], rows[1], rows[2]);
        structure.Periodicity = new(true, count > 1, count > 2);
    }

    private bool TryReadLatticeLine(out ReadOnlySpan<char> line)
    {
        if (!lines.TryReadLine(out line)) { return false; }
        if (line.TrimStart().StartsWith("VEC", StringComparison.OrdinalIgnoreCase)) { return true; }
        lines.Unread();
        return false;
    }

    private InvalidInputException Ended(string where) => lines.Error($"the text ends {where}; the file is cut off, or the number of atoms is wrong.");

    /// <summary>What the comment line says.</summary>
    private sealed class Header
    {
        public string Properties { get; set; } = ExtendedXyzColumns.Default;

        public Matrix3 Cell { get; set; }

        public bool HasLattice { get; set; }

        public Periodicity Periodicity { get; set; }

        /// <summary>Whether there is neither Properties nor Lattice nor pbc; only then may lattice lines follow the atoms, so that a frame from a pipe is complete with its last atom.</summary>
        public bool IsPlain { get; set; } = true;

        public List<KeyValuePair<string, DataArray>> Info { get; } = [];
    }
}
