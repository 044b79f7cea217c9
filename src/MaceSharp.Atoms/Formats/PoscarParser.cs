using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>Reads one POSCAR, section by section in the order of the file.</summary>
/// <param name="lines">The lines of the file.</param>
internal sealed class PoscarParser(TextLines lines)
{
    private readonly List<int> _atomicNumbers = [];
    private readonly List<Vector3D> _positions = [];
    private readonly List<bool> _moveMask = [];
    private readonly List<Vector3D> _velocities = [];

    /// <summary>Reads the file to the end of its velocities.</summary>
    /// <exception cref="InvalidInputException">The file is malformed; the message names the line.</exception>
    public Structure Read()
    {
        string title = lines.Require("the title of a POSCAR");
        string scaleLine = lines.Require("the scale of the lattice");
        long scaleNumber = lines.Number;
        Matrix3 lattice = ReadLattice();
        Vector3D scale = ParseScale(scaleLine, scaleNumber, lattice);
        Matrix3 cell = new(Scale(lattice.Row0, scale), Scale(lattice.Row1, scale), Scale(lattice.Row2, scale));
        if (!cell.IsFinite || !WritableStructure.HasVolume(cell)) { throw lines.Error("the lattice vectors have no volume; they must be three independent vectors"); }

        List<(int Element, long Count)> groups = ReadSpecies(title);
        (bool selective, bool cartesian) = ReadMode();
        ReadPositions(groups, selective, position => cartesian ? Scale(position, scale) : position * cell);
        ReadVelocities();

        Structure structure = new(CollectionsMarshal.AsSpan(_atomicNumbers), CollectionsMarshal.AsSpan(_positions), cell, Periodicity.All);
        if (selective) { structure.Arrays.Add(PoscarFormat.MoveMask, DataArray.Of(_moveMask.ToArray(), structure.Count, 3)); }
        if (_velocities.Count > 0)
        {
            double[] components = MemoryMarshal.Cast<Vector3D, double>(CollectionsMarshal.AsSpan(_velocities)).ToArray();
            structure.Arrays.Add(PoscarFormat.Velocities, DataArray.Of(components, structure.Count, 3));
        }

        return structure;
    }

    private static Vector3D Scale(Vector3D vector, Vector3D scale) => new(vector.X * scale.X, vector.Y * scale.Y, vector.Z * scale.Z);

    private Matrix3 ReadLattice()
    {
        Span<Vector3D> rows = stackalloc Vector3D[3];
        for (int axis = 0; axis < 3; axis++)
        {
            string line = lines.Require($"lattice vector {axis + 1}");
            if (!new Fields(line).TryNext(out rows[axis])) { throw lines.Error($"lattice vector {axis + 1} must be three numbers, not {Fields.Quote(line)}"); }
        }

        return new Matrix3(rows[0], rows[1], rows[2]);
    }

    /// <summary>One number (a factor, or minus the volume in Å³) or three factors of the Cartesian components.</summary>
    private Vector3D ParseScale(string line, long number, Matrix3 lattice)
    {
        Fields fields = new(line);
        if (!fields.TryNext(out double first) || first == 0)
        {
            throw lines.ErrorAt(number, $"the scale must be a positive factor, minus a volume, or three factors, not {Fields.Quote(line)}");
        }

        if (fields.TryNext(out double second))
        {
            return fields.TryNext(out double third) && first > 0 && second > 0 && third > 0
                ? new Vector3D(first, second, third)
                : throw lines.ErrorAt(number, $"the scale must be one number or three positive ones, not {Fields.Quote(line)}");
        }

        if (first < 0)
        {
            double volume = Math.Abs(lattice.Determinant);
            if (!(volume > 0)) { throw lines.ErrorAt(number, "the scale gives a volume, but the lattice vectors that follow have none"); }
            first = Math.Cbrt(-first / volume);
        }

        return new Vector3D(first, first, first);
    }

    private List<(int Element, long Count)> ReadSpecies(string title)
    {
        string line = lines.Require("the line of element symbols");
        List<string> words = Words(line);
        if (words.Count == 0) { throw lines.Error("the line of element symbols is empty"); }

        List<int> elements;
        if (NumberText.TryReadInteger(words[0], out _))
        {
            elements = PoscarSpecies.FromTitle(title);
            if (elements.Count != words.Count)
            {
                throw lines.Error($"there is no line of element symbols before the counts, and the title {Fields.Quote(title)} does not name {words.Count} elements; insert a line of symbols");
            }
        }
        else
        {
            elements = words.ConvertAll(word => PoscarSpecies.TryParse(word, out int z)
                ? z
                : throw lines.Error($"{Fields.Quote(word)} is not an element symbol"));
            line = lines.Require("the number of atoms of each element");
            words = Words(line);
        }

        if (words.Count != elements.Count) { throw lines.Error($"there are {elements.Count} element symbols but {words.Count} counts of atoms ({Fields.Quote(line)})"); }
        List<(int Element, long Count)> groups = [];
        for (int i = 0; i < words.Count; i++)
        {
            groups.Add(NumberText.TryReadInteger(words[i], out long count) && count is >= 0 and <= int.MaxValue
                ? (elements[i], count)
                : throw lines.Error($"{Fields.Quote(words[i])} is not a number of atoms"));
        }

        return groups;
    }

    /// <summary>The words of a line up to a comment.</summary>
    private static List<string> Words(string line)
    {
        List<string> words = [];
        int end = line.AsSpan().IndexOfAny('!', '#');
        Fields fields = new(end < 0 ? line : line.AsSpan(0, end));
        while (fields.TryNext(out ReadOnlySpan<char> word)) { words.Add(word.ToString()); }
        return words;
    }

    private (bool Selective, bool Cartesian) ReadMode()
    {
        const string Expected = "the line Direct or Cartesian";
        string line = lines.Require(Expected).TrimStart();
        bool selective = line.StartsWith('s') || line.StartsWith('S');
        if (selective) { line = lines.Require(Expected).TrimStart(); }
        return (line.Length > 0 ? line[0] : ' ') switch
        {
            'd' or 'D' or 'f' or 'F' => (selective, false),
            'c' or 'C' or 'k' or 'K' => (selective, true),
            _ => throw lines.Error($"{Fields.Quote(line)} stands where the word Direct or Cartesian should"),
        };
    }

    private void ReadPositions(List<(int Element, long Count)> groups, bool selective, Func<Vector3D, Vector3D> toCartesian)
    {
        long total = groups.Sum(static g => g.Count);
        foreach ((int element, long count) in groups)
        {
            for (long i = 0; i < count; i++)
            {
                string line = lines.Next() ?? throw lines.Error($"the file ends after {_positions.Count} of the {total} atoms that it announces");
                Fields fields = new(line);
                if (!fields.TryNext(out Vector3D coordinates))
                {
                    throw lines.Error($"the position of atom {_positions.Count + 1} of {total} must be three numbers, not {Fields.Quote(line)}");
                }

                Vector3D position = toCartesian(coordinates);
                if (!position.IsFinite) { throw lines.Error($"the position of atom {_positions.Count + 1} is too large"); }
                _atomicNumbers.Add(element);
                _positions.Add(position);
                for (int axis = 0; axis < 3 && selective; axis++)
                {
                    fields.TryNext(out ReadOnlySpan<char> flag);
                    _moveMask.Add(flag.TrimStart('.') is ['T' or 't', ..] ? true
                        : flag.TrimStart('.') is ['F' or 'f', ..] ? false
                        : throw lines.Error($"the file has selective dynamics, so three flags T or F must follow the position of atom {_positions.Count}"));
                }
            }
        }
    }

    /// <summary>Velocities follow a blank line or one that says Cartesian; a block of lattice velocities may stand before them.</summary>
    private void ReadVelocities()
    {
        string? line = lines.Next();
        if (line is not null && line.TrimStart().StartsWith("Lattice vel", StringComparison.OrdinalIgnoreCase))
        {
            // The state of the barostat: an integer, three lattice velocities, three lattice vectors.
            for (int skipped = 0; skipped < 7; skipped++) { lines.Require("the lattice velocities"); }
            line = lines.Next();
        }

        if (line is null) { return; }
        switch (line.TrimStart())
        {
            case ['d' or 'D', ..] mode when mode.Contains('='):
                throw lines.Error("a second configuration begins here; a POSCAR holds one structure, so convert a trajectory (XDATCAR) to extended XYZ");
            case ['d' or 'D', ..]:
                throw lines.Error("velocities in Direct mode depend on a time step that is not in the file; give them as Cartesian, in Å/fs");
            case "" or ['c' or 'C' or 'k' or 'K', ..]:
                break;
            case string other:
                throw lines.Error($"{Fields.Quote(other)} follows the last position, where only velocities may; check the number of atoms of each element");
        }

        bool blankAllowed = line.AsSpan().IsWhiteSpace();
        while ((line = lines.Next()) is not null && _velocities.Count < _positions.Count)
        {
            if (line.AsSpan().IsWhiteSpace() && _velocities.Count == 0 && blankAllowed) { continue; }
            if (!new Fields(line).TryNext(out Vector3D velocity))
            {
                throw lines.Error($"the velocity of atom {_velocities.Count + 1} must be three numbers, not {Fields.Quote(line)}");
            }

            _velocities.Add(velocity);
        }

        if (_velocities.Count != _positions.Count && _velocities.Count != 0)
        {
            throw lines.Error($"the file ends after the velocities of {_velocities.Count} of {_positions.Count} atoms");
        }
    }
}
