using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// What a Hall symbol says: a lattice letter, a few rotations with their translations, perhaps a shift of the origin.
/// S. R. Hall, Acta Cryst. A 37, 517 (1981); International Tables for Crystallography B, section 1.4. Changes of basis other than shifts are not read: no standard setting has one.
/// </summary>
internal sealed class HallSymbol
{
    /// <summary>Translations are multiples of 1/12.</summary>
    private const int Unit = 12;

    private HallSymbol(IReadOnlyList<SpaceGroupOperation> generators, IReadOnlyList<Vector3D> centring)
    {
        Generators = generators;
        Centring = centring;
    }

    /// <summary>Operations that generate the group together with the centring translations.</summary>
    public IReadOnlyList<SpaceGroupOperation> Generators { get; }

    /// <summary>Centring translations, zero included.</summary>
    public IReadOnlyList<Vector3D> Centring { get; }

    /// <summary>Reads a symbol.</summary>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static HallSymbol Parse(string text)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool centric = parts[0].StartsWith('-');
        List<SpaceGroupOperation> generators = [];
        if (centric) { generators.Add(new(IntegerMatrix3.Diagonal(-1, -1, -1), default)); }
        int previousFold = 0;
        char previousAxis = 'z';
        Vector3D shift = default;
        for (int k = 1; k < parts.Length; k++)
        {
            if (parts[k][0] == '(')
            {
                double[] twelfths = [.. parts[k..].Select(static p => double.Parse(p.Trim('(', ')'), CultureInfo.InvariantCulture))];
                shift = new(twelfths[0] / Unit, twelfths[1] / Unit, twelfths[2] / Unit);
                break;
            }

            generators.Add(Rotation(parts[k], generators.Count - (centric ? 1 : 0), ref previousFold, ref previousAxis));
        }

        // (W, w) about an origin that is shifted by v is (W, w + v − W·v).
        return new([.. generators.Select(g => g with { Translation = Wrap(g.Translation + shift - (g.Rotation * shift)) })], Lattice(parts[0][^1]));
    }

    /// <summary>All operations, the identity first.</summary>
    public IReadOnlyList<SpaceGroupOperation> Operations()
    {
        List<SpaceGroupOperation> point = [new(IntegerMatrix3.Identity, default)];
        for (int next = 0; next < point.Count; next++)
        {
            foreach (SpaceGroupOperation generator in Generators)
            {
                IntegerMatrix3 rotation = generator.Rotation * point[next].Rotation;
                if (!point.Any(o => o.Rotation == rotation)) { point.Add(new(rotation, Wrap(generator.Apply(point[next].Translation)))); }
            }
        }

        return [.. Centring.SelectMany(t => point.Select(o => o with { Translation = Wrap(o.Translation + t) }))];
    }

    private static SpaceGroupOperation Rotation(string part, int order, ref int previousFold, ref char previousAxis)
    {
        bool improper = part[0] == '-';
        int at = improper ? 1 : 0, fold = part[at++] - '0';

        // Without a letter: the first axis is c, the second a (or a − b after 3 and 6), the third a + b + c.
        char axis = order switch { 0 => 'z', 1 when fold == 2 => previousFold is 2 or 4 ? 'x' : '\'', _ when fold == 3 => '*', _ => 'z' };
        if (at < part.Length && "xyz'\"*".Contains(part[at], StringComparison.Ordinal)) { axis = part[at++]; }
        IntegerMatrix3 rotation = axis switch
        {
            '*' => new(0, 0, 1, 1, 0, 0, 0, 1, 0),
            '\'' => Turned(new(0, -1, 0, -1, 0, 0, 0, 0, -1), previousAxis),
            '"' => Turned(new(0, 1, 0, 1, 0, 0, 0, 0, -1), previousAxis),
            _ => Turned(AboutZ(fold), axis),
        };
        Vector3D translation = default;
        for (; at < part.Length; at++)
        {
            translation += part[at] switch
            {
                'a' => new(0.5, 0, 0),
                'b' => new(0, 0.5, 0),
                'c' => new(0, 0, 0.5),
                'n' => new(0.5, 0.5, 0.5),
                'u' => new(0.25, 0, 0),
                'v' => new(0, 0.25, 0),
                'w' => new(0, 0, 0.25),
                'd' => new(0.25, 0.25, 0.25),
                >= '1' and <= '5' => (part[at] - '0') / (double)fold * (axis switch { 'x' => new Vector3D(1, 0, 0), 'y' => new Vector3D(0, 1, 0), _ => new Vector3D(0, 0, 1) }),
                _ => throw new ArgumentException($"'{part}' is not a rotation of a Hall symbol.", nameof(part)),
            };
        }

        previousFold = fold;
        if (axis is 'x' or 'y' or 'z') { previousAxis = axis; }
        return new(improper ? Negative(rotation) : rotation, Wrap(translation));
    }

    private static IntegerMatrix3 AboutZ(int fold) => fold switch
    {
        1 => IntegerMatrix3.Identity,
        2 => IntegerMatrix3.Diagonal(-1, -1, 1),
        3 => new(0, -1, 0, 1, -1, 0, 0, 0, 1),
        4 => new(0, -1, 0, 1, 0, 0, 0, 0, 1),
        6 => new(1, -1, 0, 1, 0, 0, 0, 0, 1),
        _ => throw new ArgumentException($"No lattice has an axis of order {fold}.", nameof(fold)),
    };

    /// <summary>A rotation about z as one about another axis: the coordinates change places in a circle.</summary>
    private static IntegerMatrix3 Turned(IntegerMatrix3 m, char axis)
    {
        IntegerMatrix3 circle = new(0, 0, 1, 1, 0, 0, 0, 1, 0);
        return axis switch { 'x' => circle * m * circle.Transposed, 'y' => circle.Transposed * m * circle, _ => m };
    }

    private static IntegerMatrix3 Negative(IntegerMatrix3 m) => IntegerMatrix3.Diagonal(-1, -1, -1) * m;

    private static Vector3D[] Lattice(char letter) => letter switch
    {
        'P' => [default],
        'A' => [default, new(0, 0.5, 0.5)],
        'B' => [default, new(0.5, 0, 0.5)],
        'C' => [default, new(0.5, 0.5, 0)],
        'I' => [default, new(0.5, 0.5, 0.5)],
        'R' => [default, new(2.0 / 3, 1.0 / 3, 1.0 / 3), new(1.0 / 3, 2.0 / 3, 2.0 / 3)],
        'F' => [default, new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)],
        _ => throw new ArgumentException($"'{letter}' is not a lattice of Hall symbols.", nameof(letter)),
    };

    /// <summary>The nearest multiples of 1/12, from 0 to 1.</summary>
    private static Vector3D Wrap(Vector3D v) => new(Wrap(v.X), Wrap(v.Y), Wrap(v.Z));

    private static double Wrap(double x) => (((int)Math.Round(x * Unit) % Unit) + Unit) % Unit / (double)Unit;
}
