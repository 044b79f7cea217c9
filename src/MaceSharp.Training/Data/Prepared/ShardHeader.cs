using System.Runtime.InteropServices;

namespace MaceSharp.Training;

/// <summary>The first bytes of a shard, little-endian.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct ShardHeader
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 88;

    /// <summary>Version of the layout of shards and records.</summary>
    public const uint CurrentVersion = 1;

    /// <summary>What this number looks like tells the order of bytes.</summary>
    public const uint LittleEndian = 0x0403_0201;

    /// <summary>"MACEDATA".</summary>
    public const ulong CurrentMagic = 0x4154_4144_4543_414D;

    public ulong Magic;
    public uint Version;
    public uint ByteOrder;

    /// <summary>The data set that the shard belongs to.</summary>
    public UInt128 DataSet;
    public uint Number;
    public uint FrameCount;

    /// <summary>Number of its first frame in the data set.</summary>
    public ulong FirstFrame;

    /// <summary>Length of the file.</summary>
    public ulong Length;

    /// <summary>Where the table of frames begins.</summary>
    public ulong Table;

    /// <summary>Cutoff of the neighbours, Å.</summary>
    public double Cutoff;
    public ulong Reserved;
    public uint TableChecksum;

    /// <summary>Checksum of everything before it.</summary>
    public uint Checksum;

    /// <summary>The checksum that the header should have.</summary>
    public readonly uint ComputeChecksum() => Crc32C.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<ShardHeader>(in this))[..(Size - sizeof(uint))]);
}

/// <summary>Where a frame lies in a shard.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal struct ShardEntry
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 24;

    /// <summary>Where its record begins.</summary>
    public ulong Offset;

    /// <summary>Length of its record in bytes.</summary>
    public uint Length;

    /// <summary>Checksum of its record.</summary>
    public uint Checksum;
    public uint AtomCount;
    public FrameFlags Flags;
}
