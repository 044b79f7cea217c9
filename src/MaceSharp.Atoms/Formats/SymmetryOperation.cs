namespace MaceSharp.Atoms;

/// <summary>
/// A symmetry operation of a crystal in fractional coordinates, x′ = W·x + w with integer W of determinant ±1
/// (International Tables for Crystallography A, 2016, §1.2.2).
/// </summary>
internal sealed class SymmetryOperation
{
    /// <summary>Translations of space groups are multiples of 1/24; a decimal such as 0.3333 is taken for the nearest one within this.</summary>
    private const double TranslationTolerance = 2e-3;

    /// <summary>The largest coefficient of x, y or z; in a primitive setting of any lattice 2 does not occur.</summary>
    private const double LargestCoefficient = 9;

    private readonly int[] _rotation;
    private readonly double[] _translation;

    private SymmetryOperation(int[] rotation, double[] translation)
    {
        _rotation = rotation;
        _translation = translation;
    }

    /// <summary>The identity.</summary>
    public static SymmetryOperation Identity { get; } = new([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]);

    /// <summary>The inversion at the origin.</summary>
    public static SymmetryOperation Inversion { get; } = new([-1, 0, 0, 0, -1, 0, 0, 0, -1], [0, 0, 0]);

    /// <summary>W in row-major order.</summary>
    public ReadOnlySpan<int> Rotation => _rotation;

    /// <summary>w, each component in [0, 1).</summary>
    public ReadOnlySpan<double> Translation => _translation;

    /// <summary>Whether this is a translation, the identity included.</summary>
    public bool IsTranslation => Rotation.SequenceEqual(Identity.Rotation);

    /// <summary>Parses an operation as CIF writes it: three expressions in x, y and z such as <c>-y, x-y, z+1/3</c>, <c>1/2+X,0.5-Y,Z</c> or <c>x+2*y,…</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>Whether the text is an operation that maps a lattice onto itself.</returns>
    public static bool TryParse(string text, out SymmetryOperation operation)
    {
        operation = Identity;
        int[] rotation = new int[9];
        double[] translation = new double[3];
        Span<Range> parts = stackalloc Range[4];
        if (text.AsSpan().Split(parts, ',') != 3) { return false; }
        for (int row = 0; row < 3; row++)
        {
            if (!TryParseRow(text.AsSpan()[parts[row]], rotation.AsSpan(3 * row, 3), out translation[row])) { return false; }
        }

        operation = new SymmetryOperation(rotation, translation);
        return Determinant(rotation) is 1 or -1;
    }

    /// <summary>The image of a point.</summary>
    /// <param name="x">Fractional coordinates.</param>
    public Vector3D Apply(Vector3D x) => new(
        (_rotation[0] * x.X) + (_rotation[1] * x.Y) + (_rotation[2] * x.Z) + _translation[0],
        (_rotation[3] * x.X) + (_rotation[4] * x.Y) + (_rotation[5] * x.Z) + _translation[1],
        (_rotation[6] * x.X) + (_rotation[7] * x.Y) + (_rotation[8] * x.Z) + _translation[2]);

    /// <summary>This operation after another one, with its translation in [0, 1).</summary>
    public SymmetryOperation After(SymmetryOperation first)
    {
        int[] rotation = new int[9];
        double[] translation = new double[3];
        for (int i = 0; i < 3; i++)
        {
            double sum = _translation[i];
            for (int k = 0; k < 3; k++)
            {
                sum += _rotation[(3 * i) + k] * first._translation[k];
                for (int j = 0; j < 3; j++) { rotation[(3 * i) + j] += _rotation[(3 * i) + k] * first._rotation[(3 * k) + j]; }
            }

            translation[i] = Normalize(sum);
        }

        return new SymmetryOperation(rotation, translation);
    }

    /// <summary>Whether two operations are the same up to a lattice translation.</summary>
    public bool IsSame(SymmetryOperation other)
    {
        if (!Rotation.SequenceEqual(other.Rotation)) { return false; }
        for (int axis = 0; axis < 3; axis++)
        {
            double difference = _translation[axis] - other._translation[axis];
            if (Math.Abs(difference - Math.Round(difference)) > TranslationTolerance) { return false; }
        }

        return true;
    }

    /// <summary>Whether the operation leaves lengths and angles as they are in a cell: the metric tensor G_ij = a_i·a_j stays.</summary>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <param name="tolerance">How far G_ij may move, relative to |a_i|·|a_j|.</param>
    public bool Preserves(Matrix3 cell, double tolerance)
    {
        Matrix3 w = new(_rotation[0], _rotation[1], _rotation[2], _rotation[3], _rotation[4], _rotation[5], _rotation[6], _rotation[7], _rotation[8]);
        Matrix3 images = w.Transposed * cell;
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                double difference = Vector3D.Dot(images[i], images[j]) - Vector3D.Dot(cell[i], cell[j]);
                if (!(Math.Abs(difference) <= tolerance * cell[i].Norm * cell[j].Norm)) { return false; }
            }
        }

        return true;
    }

    /// <summary>One expression: a sum of terms, each a number, a fraction, or a multiple of x, y or z.</summary>
    private static bool TryParseRow(ReadOnlySpan<char> text, Span<int> coefficients, out double translation)
    {
        translation = 0;
        Span<char> compact = stackalloc char[64];
        int length = 0;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c)) { continue; }
            if (length == compact.Length) { return false; }
            compact[length++] = char.ToLowerInvariant(c);
        }

        ReadOnlySpan<char> rest = compact[..length];
        if (rest.IsEmpty) { return false; }
        while (!rest.IsEmpty)
        {
            double sign = rest[0] == '-' ? -1 : 1;
            if (rest[0] is '+' or '-') { rest = rest[1..]; }
            int end = rest.IndexOfAny('+', '-');
            ReadOnlySpan<char> term = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[end..];
            if (!TryParseTerm(term, sign, coefficients, ref translation)) { return false; }
        }

        translation = Normalize(translation);
        return true;
    }

    private static bool TryParseTerm(ReadOnlySpan<char> term, double sign, Span<int> coefficients, ref double translation)
    {
        int letter = term.IndexOfAny("xyz");
        if (letter < 0)
        {
            if (!TryParseNumber(term, out double shift)) { return false; }
            translation += sign * shift;
            return true;
        }

        if (letter != term.Length - 1) { return false; }
        ReadOnlySpan<char> factor = term[..letter].TrimEnd('*');
        double coefficient = 1;
        if (!(factor.IsEmpty && letter == 0) && !TryParseNumber(factor, out coefficient)) { return false; }
        if (coefficient != Math.Floor(coefficient) || coefficient > LargestCoefficient) { return false; }
        coefficients[term[letter] - 'x'] += (int)(sign * coefficient);
        return true;
    }

    private static bool TryParseNumber(ReadOnlySpan<char> text, out double value)
    {
        int slash = text.IndexOf('/');
        if (slash < 0) { return Fields.TryReadFinite(text, out value); }
        double denominator = 0;
        bool parsed = Fields.TryReadFinite(text[..slash], out value) && Fields.TryReadFinite(text[(slash + 1)..], out denominator) && denominator != 0;
        value /= denominator;
        return parsed && double.IsFinite(value);
    }

    /// <summary>A translation in [0, 1), moved to the multiple of 1/24 that is very near, if one is.</summary>
    private static double Normalize(double translation)
    {
        double nearest = Math.Round(24 * translation) / 24;
        if (Math.Abs(translation - nearest) < TranslationTolerance) { translation = nearest; }
        translation -= Math.Floor(translation);
        return translation < 1 ? translation : 0;
    }

    private static int Determinant(int[] m) =>
        (m[0] * ((m[4] * m[8]) - (m[5] * m[7]))) - (m[1] * ((m[3] * m[8]) - (m[5] * m[6]))) + (m[2] * ((m[3] * m[7]) - (m[4] * m[6])));
}
