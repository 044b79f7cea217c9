using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A path through the Brillouin zone: stretches of straight lines between named points.</summary>
/// <param name="Stretches">Each stretch is walked from its first point to its last; between stretches the path jumps.</param>
/// <param name="Convention">Where the names come from, a few words.</param>
public sealed record BandPath(IReadOnlyList<IReadOnlyList<BandPoint>> Stretches, string Convention)
{
    /// <summary>
    /// The path of W. Setyawan and S. Curtarolo, Comput. Mater. Sci. 49, 299 (2010), for the Bravais lattice of the crystal, which its point group tells.
    /// For centred monoclinic and for triclinic lattices: the lines from Γ to the middles of faces, edges and corner of the reduced reciprocal cell, with that paper's names for triclinic lattices.
    /// </summary>
    /// <param name="cell">The cells.</param>
    public static BandPath Standard(PhononCell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        StandardLattice lattice = StandardLattice.Of(cell.Symmetry);
        return new([.. lattice.Path.Split(',').Select(stretch => (IReadOnlyList<BandPoint>)[.. Labels(stretch).Select(label => lattice.Point(label, cell.Primitive.Cell))])], $"{lattice.Convention} ({lattice.Name})");
    }

    /// <summary>Reads a path: names of the standard path (<c>GXWK,UX</c>) or coordinates in fractions of the reciprocal vectors (<c>G 0 0 0, X 0.5 0 0.5 | L 0.5 0.5 0.5, G 0 0 0</c>).</summary>
    /// <param name="text">The path; <c>G</c> stands for Γ.</param>
    /// <param name="cell">The cells.</param>
    /// <exception cref="InvalidInputException">The text is no path, or names a point that the lattice does not have.</exception>
    public static BandPath Parse(string text, PhononCell cell)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(cell);
        List<IReadOnlyList<BandPoint>> stretches = [];
        string convention;
        if (text.Any(static c => c is ' ' or '|'))
        {
            convention = "given";
            foreach (string stretch in text.Split('|'))
            {
                stretches.Add([.. stretch.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Coordinates)]);
            }
        }
        else
        {
            StandardLattice lattice = StandardLattice.Of(cell.Symmetry);
            convention = $"{lattice.Convention} ({lattice.Name}), stretches given";
            foreach (string stretch in text.Split(','))
            {
                stretches.Add([.. Labels(stretch).Select(label => lattice.Has(label)
                    ? lattice.Point(label, cell.Primitive.Cell)
                    : throw new InvalidInputException($"The path '{text}' names a point {label} that the lattice {lattice.Name} does not have; it has {lattice.AllLabels}."))]);
            }
        }

        if (stretches.Any(static s => s.Count < 2)) { throw new InvalidInputException($"The path '{text}' has a stretch with fewer than two points; write for example GXWK,UX or 'G 0 0 0, X 0.5 0 0.5'."); }
        return new(stretches, convention);
    }

    /// <summary>Wave vectors along the path, evenly spaced, with their place on it (Å⁻¹ without 2π) and the stretch each belongs to.</summary>
    /// <param name="primitiveCell">Lattice vectors of the primitive cell as rows, Å.</param>
    /// <param name="pointsPerLine">Number of wave vectors on the longest line; others in proportion, at least five.</param>
    public IReadOnlyList<BandSample> Sample(Matrix3 primitiveCell, int pointsPerLine = 51)
    {
        Matrix3 reciprocal = primitiveCell.Inverse().Transposed;
        double longest = Stretches.SelectMany(static s => s.Zip(s.Skip(1))).Max(line => ((line.Second.Q - line.First.Q) * reciprocal).Norm);
        List<BandSample> samples = [];
        double place = 0;
        for (int s = 0; s < Stretches.Count; s++)
        {
            for (int k = 0; k + 1 < Stretches[s].Count; k++)
            {
                BandPoint from = Stretches[s][k], to = Stretches[s][k + 1];
                double length = ((to.Q - from.Q) * reciprocal).Norm;
                int points = Math.Max(5, (int)Math.Round(pointsPerLine * length / Math.Max(longest, 1e-12)));
                for (int i = 0; i < points; i++)
                {
                    double t = (double)i / (points - 1);
                    string? label = i == 0 ? from.Label : i == points - 1 ? to.Label : null;
                    samples.Add(new(from.Q + (t * (to.Q - from.Q)), place + (t * length), label, s, to.Q - from.Q));
                }

                place += length;
            }
        }

        return samples;
    }

    private static BandPoint Coordinates(string text)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        double[] q = new double[3];
        bool good = words.Length == 4;
        for (int i = 0; good && i < 3; i++) { good = TryNumber(words[1 + i], out q[i]); }
        return good ? new(words[0] is "G" or "GAMMA" ? "Γ" : words[0], new(q[0], q[1], q[2])) : throw new InvalidInputException($"'{text}' is no point of a path; write a name and three numbers, for example X 0.5 0 1/2.");
    }

    private static bool TryNumber(string word, out double value)
    {
        string[] parts = word.Split('/');
        value = 0;
        double denominator = 1;
        bool good = parts.Length <= 2 && double.TryParse(parts[0], NumberStyles.Float, CultureInfo.InvariantCulture, out value)
            && (parts.Length == 1 || (double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out denominator) && denominator != 0));
        value /= denominator;
        return good && double.IsFinite(value);
    }

    /// <summary>Splits GXS1 into Γ, X, S1.</summary>
    private static List<string> Labels(string stretch)
    {
        List<string> labels = [];
        foreach (char c in stretch)
        {
            if (char.IsDigit(c) && labels.Count > 0) { labels[^1] += c; }
            else { labels.Add(c == 'G' ? "Γ" : c.ToString()); }
        }

        return labels;
    }
}
