namespace MaceSharp.Operators;

/// <summary>A product of at most eight input components below 255, as the sorted tuple of their indices, largest first.</summary>
/// <param name="Code">The indices plus one, one a byte, from the highest byte.</param>
/// <param name="Order">Number of factors.</param>
internal readonly record struct Monomial(ulong Code, int Order) : IComparable<Monomial>
{
    /// <summary>Most factors there can be.</summary>
    public const int MaxOrder = 8;

    /// <summary>Most input components there can be.</summary>
    public const int MaxDimension = 254;

    /// <summary>Index of a factor.</summary>
    public int this[int position] => (int)((Code >> (56 - (8 * position))) & 0xFF) - 1;

    /// <summary>The monomial of some factors in any order.</summary>
    public static Monomial Of(ReadOnlySpan<int> indices)
    {
        Span<int> sorted = stackalloc int[indices.Length];
        indices.CopyTo(sorted);
        sorted.Sort();
        ulong code = 0;
        for (int i = 0; i < sorted.Length; i++) { code |= (ulong)(sorted[sorted.Length - 1 - i] + 1) << (56 - (8 * i)); }
        return new Monomial(code, indices.Length);
    }

    /// <summary>The product of the first factors.</summary>
    public Monomial Prefix(int length) => new(Code & (ulong.MaxValue << (64 - (8 * length))), length);

    /// <summary>The product without two of its factors, given by position.</summary>
    public Monomial Without(int first, int second)
    {
        ulong code = 0;
        for (int i = 0, place = 56; i < Order; i++)
        {
            if (i == first || i == second) { continue; }
            code |= (ulong)(this[i] + 1) << place;
            place -= 8;
        }

        return new Monomial(code, Order - 2);
    }

    /// <inheritdoc/>
    public int CompareTo(Monomial other) => Code.CompareTo(other.Code);
}
