using System.Buffers.Binary;

namespace MaceSharp.Serialization.Torch;

/// <summary>The checksum of zip entries: CRC-32 with the reflected polynomial 0xEDB88320, eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The checksum of a block of bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<uint> table = Tables;
        uint crc = uint.MaxValue;
        while (data.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = table[(int)((7 << 8) + (low & 0xff))] ^ table[(int)((6 << 8) + ((low >> 8) & 0xff))]
                ^ table[(int)((5 << 8) + ((low >> 16) & 0xff))] ^ table[(int)((4 << 8) + (low >> 24))]
                ^ table[(int)((3 << 8) + (high & 0xff))] ^ table[(int)((2 << 8) + ((high >> 8) & 0xff))]
                ^ table[(int)((1 << 8) + ((high >> 16) & 0xff))] ^ table[(int)(high >> 24)];
            data = data[8..];
        }

        foreach (byte value in data) { crc = (crc >> 8) ^ table[(int)((crc ^ value) & 0xff)]; }
        return ~crc;
    }

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++) { value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320u : value >> 1; }
            tables[i] = value;
        }

        for (int i = 256; i < tables.Length; i++) { tables[i] = (tables[i - 256] >> 8) ^ tables[tables[i - 256] & 0xff]; }
        return tables;
    }
}
