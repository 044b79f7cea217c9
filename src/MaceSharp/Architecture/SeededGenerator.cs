using System.Numerics;

namespace MaceSharp.Architecture;

/// <summary>
/// Random numbers that depend on the seed and a name alone, whatever the version of .NET: xoshiro256** (Blackman and Vigna, ACM Trans. Math. Softw. 47, 36 (2021)),
/// its state filled by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
/// </summary>
internal sealed class SeededGenerator
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double? _spare;

    /// <summary>Creates a generator.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">A name; generators of the same seed and different names are independent.</param>
    public SeededGenerator(long seed, string stream)
    {
        ulong state = unchecked((ulong)seed) ^ Hash(stream);
        _a = SplitMix(ref state);
        _b = SplitMix(ref state);
        _c = SplitMix(ref state);
        _d = SplitMix(ref state);
    }

    /// <summary>A number uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of the normal distribution with mean 0 and variance 1, by Marsaglia's polar method (SIAM Rev. 6, 260 (1964)).</summary>
    public double NextNormal()
    {
        if (_spare is { } spare)
        {
            _spare = null;
            return spare;
        }

        while (true)
        {
            double x = (2 * NextUniform()) - 1, y = (2 * NextUniform()) - 1;
            double square = (x * x) + (y * y);
            if (square is 0 or >= 1) { continue; }
            double factor = Math.Sqrt(-2 * Math.Log(square) / square);
            _spare = y * factor;
            return x * factor;
        }
    }

    private ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        ulong shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong SplitMix(ref ulong state)
    {
        state = unchecked(state + 0x9E3779B97F4A7C15);
        ulong z = state;
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }

    /// <summary>FNV-1a of the UTF-16 code units.</summary>
    private static ulong Hash(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in text) { hash = unchecked((hash ^ c) * 0x100000001B3); }
        return hash;
    }
}
