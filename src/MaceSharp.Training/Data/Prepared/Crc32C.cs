using System.Numerics;
using System.Runtime.InteropServices;

namespace MaceSharp.Training;

/// <summary>CRC-32C (Castagnoli; <see href="https://datatracker.ietf.org/doc/html/rfc3720#appendix-B.4">RFC 3720, B.4</see>): processors compute it as fast as they read memory, and it finds every flipped bit.</summary>
internal struct Crc32C
{
    private uint _inverted;

    /// <summary>The checksum of all bytes so far.</summary>
    public readonly uint Value => ~(_inverted ^ uint.MaxValue);

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        Crc32C sum = default;
        sum.Add(bytes);
        return sum.Value;
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        // Kept so that default is a checksum of nothing.
        uint crc = _inverted ^ uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) { crc = BitOperations.Crc32C(crc, word); }
        foreach (byte b in bytes[(words.Length * sizeof(ulong))..]) { crc = BitOperations.Crc32C(crc, b); }
        _inverted = crc ^ uint.MaxValue;
    }
}
