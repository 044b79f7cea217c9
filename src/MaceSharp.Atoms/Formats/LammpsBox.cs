namespace MaceSharp.Atoms;

/// <summary>The box of a LAMMPS data file as its header gives it: bounds with tilt factors, or three general lattice vectors.</summary>
/// <param name="lines">The lines of the file, for messages.</param>
internal sealed class LammpsBox(TextLines lines)
{
    private static readonly string[] BoundKeywords = ["xlo xhi", "ylo yhi", "zlo zhi"];
    private static readonly string[] VectorKeywords = ["avec", "bvec", "cvec"];

    private readonly double?[] _lengths = new double?[3];
    private readonly Vector3D?[] _vectors = new Vector3D?[3];
    private Vector3D _tilt;

    /// <summary>Lattice vectors as rows, Å.</summary>
    public Matrix3 Cell { get; private set; }

    /// <summary>Takes a line of the header if it is about the box.</summary>
    /// <param name="line">The line without comment.</param>
    /// <returns>Whether it was.</returns>
    public bool TryTake(string line)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            Fields fields = new(line);
            if (EndsWith(line, BoundKeywords[axis]))
            {
                if (!fields.TryNext(out double low) || !fields.TryNext(out double high) || !(high > low) || !double.IsFinite(high - low))
                {
                    throw lines.Error($"'{BoundKeywords[axis]}' must follow two numbers, the lower first, not {Fields.Quote(line)}");
                }

                _lengths[axis] = high - low;
                return true;
            }

            if (EndsWith(line, VectorKeywords[axis]))
            {
                if (!fields.TryNext(out Vector3D vector)) { throw lines.Error($"'{VectorKeywords[axis]}' must follow three numbers, not {Fields.Quote(line)}"); }
                _vectors[axis] = vector;
                return true;
            }
        }

        if (!EndsWith(line, "xy xz yz")) { return false; }
        if (!new Fields(line).TryNext(out _tilt)) { throw lines.Error($"'xy xz yz' must follow three numbers, not {Fields.Quote(line)}"); }
        return true;
    }

    /// <summary>Makes the cell once the header has been read.</summary>
    /// <exception cref="InvalidInputException">The header does not define a box with a volume.</exception>
    public void Complete()
    {
        if (_vectors is [Vector3D a, Vector3D b, Vector3D c]) { Cell = new Matrix3(a, b, c); }
        else if (_lengths is [double x, double y, double z]) { Cell = new Matrix3(x, 0, 0, _tilt.X, y, 0, _tilt.Y, _tilt.Z, z); }
        else { throw lines.Error("the header must give the box before the first section, as lines 'xlo xhi', 'ylo yhi' and 'zlo zhi'"); }
        if (!WritableStructure.HasVolume(Cell)) { throw lines.Error("the box of the header has no volume"); }
    }

    private static bool EndsWith(string line, string keyword)
    {
        Fields words = new(keyword);
        ReadOnlySpan<char> rest = line;
        int start = -1;
        while (words.TryNext(out ReadOnlySpan<char> word))
        {
            int at = rest.IndexOf(word);
            if (at < 0 || (start >= 0 && !rest[..at].IsWhiteSpace())) { return false; }
            start = at;
            rest = rest[(at + word.Length)..];
        }

        return rest.IsWhiteSpace();
    }
}
