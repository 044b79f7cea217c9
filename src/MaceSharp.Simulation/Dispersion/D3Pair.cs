namespace MaceSharp.Simulation;

/// <summary>What the damped powers of two species need: g(r) = six/(r⁶ + damp6) + eight/(r⁸ + damp8) times C6. Atomic units.</summary>
/// <param name="Six">s6.</param>
/// <param name="Eight">s8 times C8/C6.</param>
/// <param name="Damp6">Sixth power of the damping radius.</param>
/// <param name="Damp8">Eighth power of the damping radius.</param>
internal readonly record struct D3Pair(double Six, double Eight, double Damp6, double Damp8)
{
    /// <summary>The pair of two elements.</summary>
    public static D3Pair Of(D3Damping damping, int z1, int z2)
    {
        double ratio = 3 * D3Reference.Instance.Ratio(z1) * D3Reference.Instance.Ratio(z2), radius = (damping.A1 * Math.Sqrt(ratio)) + damping.A2, square = radius * radius;
        return new(damping.S6, damping.S8 * ratio, square * square * square, square * square * square * square);
    }

    /// <summary>g at distance zero: what the sum over all images counts of an atom with itself.</summary>
    public double AtZero => (Six / Damp6) + (Eight / Damp8);
}
