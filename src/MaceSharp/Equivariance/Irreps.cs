using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MaceSharp.Equivariance;

/// <summary>One irreducible representation of O(3): degree l and parity.</summary>
/// <param name="Degree">l ≥ 0; the representation has 2l+1 components.</param>
/// <param name="Parity">+1 (even, <c>e</c>) or −1 (odd, <c>o</c>).</param>
public readonly record struct Irrep(int Degree, int Parity) : IComparable<Irrep>
{
    /// <summary>Number of components, 2l+1.</summary>
    public int Dimension => (2 * Degree) + 1;

    /// <summary>The scalar, 0e.</summary>
    public static Irrep Scalar => new(0, 1);

    /// <summary>Whether this is 0e.</summary>
    public bool IsScalar => Degree == 0 && Parity == 1;

    /// <summary>Order of e3nn: by degree, odd before even.</summary>
    public int CompareTo(Irrep other)
    {
        int byDegree = Degree.CompareTo(other.Degree);
        return byDegree != 0 ? byDegree : Parity.CompareTo(other.Parity);
    }

    /// <summary>Whether the first comes before the second.</summary>
    public static bool operator <(Irrep left, Irrep right) => left.CompareTo(right) < 0;

    /// <summary>Whether the first comes before the second or equals it.</summary>
    public static bool operator <=(Irrep left, Irrep right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the first comes after the second.</summary>
    public static bool operator >(Irrep left, Irrep right) => left.CompareTo(right) > 0;

    /// <summary>Whether the first comes after the second or equals it.</summary>
    public static bool operator >=(Irrep left, Irrep right) => left.CompareTo(right) >= 0;

    /// <summary>The field's notation, for example <c>1o</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Degree}{(Parity > 0 ? 'e' : 'o')}");
}

/// <summary>Several copies (channels) of one irreducible representation.</summary>
/// <param name="Multiplicity">Number of copies.</param>
/// <param name="Irrep">The representation.</param>
public readonly record struct IrrepBlock(int Multiplicity, Irrep Irrep)
{
    /// <summary>Number of components, multiplicity × (2l+1).</summary>
    public int Dimension => Multiplicity * Irrep.Dimension;

    /// <summary>The field's notation, for example <c>128x1o</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Multiplicity}x{Irrep}");
}

/// <summary>
/// A direct sum of irreducible representations of O(3) with multiplicities, in the notation of e3nn: <c>128x0e+128x1o</c>.
/// The order of the blocks matters; nothing is sorted or merged unless asked for.
/// </summary>
public sealed class Irreps : IEquatable<Irreps>
{
    private const int LargestDegree = 12;

    /// <summary>Creates the sum of the given blocks, in this order.</summary>
    public Irreps(params IEnumerable<IrrepBlock> blocks)
    {
        Blocks = [.. blocks];
        int dimension = 0;
        foreach (IrrepBlock block in Blocks)
        {
            dimension = checked(dimension + block.Dimension);
        }

        Dimension = dimension;
    }

    /// <summary>The empty sum.</summary>
    public static Irreps Empty { get; } = new();

    /// <summary>The blocks in order.</summary>
    public ImmutableArray<IrrepBlock> Blocks { get; }

    /// <summary>Number of components of all blocks.</summary>
    public int Dimension { get; }

    /// <summary>Largest degree l of a block, 0 when there is none.</summary>
    public int MaxDegree => Blocks.IsEmpty ? 0 : Blocks.Max(static b => b.Irrep.Degree);

    /// <summary>Number of blocks.</summary>
    public int Count => Blocks.Length;

    /// <summary>Block by index.</summary>
    public IrrepBlock this[int index] => Blocks[index];

    /// <summary>Total multiplicity of one representation.</summary>
    public int CountOf(Irrep irrep) => Blocks.Where(b => b.Irrep == irrep).Sum(static b => b.Multiplicity);

    /// <summary>Reads the notation of e3nn, for example <c>128x0e + 128x1o</c> or <c>1o</c>.</summary>
    /// <exception cref="FormatException">The text is not in this notation.</exception>
    public static Irreps Parse(string text) => TryParse(text, out Irreps? irreps)
        ? irreps
        : throw new FormatException($"'{text}' is not a sum of irreps such as '128x0e+128x1o'.");

    /// <summary>Reads the notation of e3nn if the text is in it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Irreps? irreps)
    {
        ArgumentNullException.ThrowIfNull(text);
        irreps = null;
        List<IrrepBlock> blocks = [];
        if (!string.IsNullOrWhiteSpace(text))
        {
            foreach (string part in text.Split('+'))
            {
                ReadOnlySpan<char> term = part.AsSpan().Trim();
                int multiplicity = 1;
                int x = term.IndexOf('x');
                if (x >= 0)
                {
                    if (!int.TryParse(term[..x], NumberStyles.None, CultureInfo.InvariantCulture, out multiplicity)) { return false; }
                    term = term[(x + 1)..];
                }

                if (term.Length < 2 || term[^1] is not ('e' or 'o')
                    || !int.TryParse(term[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int degree)
                    || degree > LargestDegree || multiplicity > 1 << 20)
                {
                    return false;
                }

                blocks.Add(new IrrepBlock(multiplicity, new Irrep(degree, term[^1] == 'e' ? 1 : -1)));
            }
        }

        irreps = new Irreps(blocks);
        return true;
    }

    /// <summary>Merges adjacent blocks of the same representation and drops empty ones, as e3nn's <c>simplify</c>.</summary>
    public Irreps Simplified()
    {
        List<IrrepBlock> merged = [];
        foreach (IrrepBlock block in Blocks)
        {
            if (block.Multiplicity == 0) { continue; }
            if (merged.Count > 0 && merged[^1].Irrep == block.Irrep)
            {
                merged[^1] = block with { Multiplicity = merged[^1].Multiplicity + block.Multiplicity };
            }
            else
            {
                merged.Add(block);
            }
        }

        return new Irreps(merged);
    }

    /// <summary>Sorts the blocks by degree, odd before even, keeping the order of equal ones, as e3nn's <c>sort</c>.</summary>
    public Irreps Sorted() => new(Blocks.OrderBy(static b => b.Irrep));

    /// <inheritdoc/>
    public bool Equals(Irreps? other) => other is not null && Blocks.AsSpan().SequenceEqual(other.Blocks.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Irreps);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (IrrepBlock block in Blocks) { hash.Add(block); }
        return hash.ToHashCode();
    }

    /// <summary>The notation of e3nn, for example <c>128x0e+128x1o</c>.</summary>
    public override string ToString() => string.Join('+', Blocks);
}
