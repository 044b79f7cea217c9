using System.Numerics;

namespace MaceSharp.Atoms;

/// <summary>
/// Random numbers whose whole state can be written down and taken up again: xoshiro256** (Blackman and Vigna, ACM Trans. Math. Softw. 47, 36 (2021)),
/// seeded by SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). The same seed gives the same numbers on every machine and with every version of .NET.
/// </summary>
public sealed class RandomStream
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double _spare;
    private bool _hasSpare;

    /// <summary>Creates a generator.</summary>
    /// <param name="seed">The seed.</param>
    public RandomStream(long seed)
        : this(unchecked((ulong)seed))
    {
    }

    /// <summary>Creates one of the many generators of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="name">A name; generators of the same seed and different names are independent.</param>
    public RandomStream(long seed, string name)
        : this(unchecked((ulong)seed) ^ Hash(name))
    {
    }

    private RandomStream(ulong state) => (_a, _b, _c, _d) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));

    /// <summary>A number uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of the normal distribution with mean 0 and variance 1, by Marsaglia's polar method (SIAM Rev. 6, 260 (1964)).</summary>
    public double NextNormal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        while (true)
        {
            double x = (2 * NextUniform()) - 1, y = (2 * NextUniform()) - 1, square = (x * x) + (y * y);
            if (square is 0 or >= 1) { continue; }
            double factor = Math.Sqrt(-2 * Math.Log(square) / square);
            (_spare, _hasSpare) = (y * factor, true);
            return x * factor;
        }
    }

    /// <summary>Three independent numbers of the normal distribution.</summary>
    public Vector3D NextNormalVector() => new(NextNormal(), NextNormal(), NextNormal());

    /// <summary>The sum of the squares of a number of independent normal numbers (χ²), by way of the gamma distribution (Marsaglia and Tsang, ACM Trans. Math. Softw. 26, 363 (2000)).</summary>
    /// <param name="count">How many, zero or more.</param>
    public double NextSumOfSquares(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count == 0) { return 0; }
        if (count == 1)
        {
            double one = NextNormal();
            return one * one;
        }

        double d = (0.5 * count) - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = NextNormal(), v = 1 + (c * x);
            if (v <= 0) { continue; }
            v = v * v * v;
            double u = 1 - NextUniform();
            if (Math.Log(u) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) { return 2 * d * v; }
        }
    }

    /// <summary>The state as six integers, to be taken up by <see cref="Load"/>.</summary>
    public long[] Save() => unchecked([(long)_a, (long)_b, (long)_c, (long)_d, _hasSpare ? 1 : 0, BitConverter.DoubleToInt64Bits(_spare)]);

    /// <summary>Takes up a state.</summary>
    /// <param name="state">What <see cref="Save"/> gave.</param>
    /// <exception cref="ArgumentException">There are not six integers.</exception>
    public void Load(ReadOnlySpan<long> state)
    {
        if (state.Length != 6) { throw new ArgumentException("The state of a generator is six integers.", nameof(state)); }
        unchecked { (_a, _b, _c, _d) = ((ulong)state[0], (ulong)state[1], (ulong)state[2], (ulong)state[3]); }
        (_hasSpare, _spare) = (state[4] != 0, BitConverter.Int64BitsToDouble(state[5]));
    }

    private ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_b * 5, 7) * 9, shifted = _b << 17;
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
        ArgumentNullException.ThrowIfNull(text);
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in text) { hash = unchecked((hash ^ c) * 0x100000001B3); }
        return hash;
    }
}
