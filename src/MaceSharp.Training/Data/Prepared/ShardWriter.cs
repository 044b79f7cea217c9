using System.Globalization;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>Writes one shard: beside its place, to the disk, then renamed, so that a shard that is there is complete.</summary>
internal sealed class ShardWriter : IDisposable
{
    private readonly string _path;
    private readonly UInt128 _dataSet;
    private readonly uint _number;
    private readonly ulong _firstFrame;
    private readonly double _cutoff;
    private readonly FileStream _stream;
    private readonly List<ShardEntry> _entries = [];
    private ulong _length = ShardHeader.Size;

    /// <summary>Begins a shard.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public ShardWriter(string path, UInt128 dataSet, int number, int firstFrame, double cutoff)
    {
        _path = path;
        _dataSet = dataSet;
        _number = (uint)number;
        _firstFrame = (ulong)firstFrame;
        _cutoff = cutoff;
        _stream = Guard(() =>
        {
            FileStream stream = new(Partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
            stream.Write(new byte[ShardHeader.Size]);
            return stream;
        });
    }

    /// <summary>Name of the file of a shard.</summary>
    public static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"shard-{number:D5}.bin");

    /// <summary>Bytes of records so far.</summary>
    public long RecordBytes => (long)_length - ShardHeader.Size;

    /// <summary>Number of frames so far.</summary>
    public int FrameCount => _entries.Count;

    private string Partial => _path + ".partial";

    /// <summary>Appends a frame.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        FrameNumbers numbers = MemoryMarshal.Read<FrameNumbers>(record);
        _entries.Add(new ShardEntry { Offset = _length, Length = (uint)record.Length, Checksum = Crc32C.Of(record), AtomCount = (uint)numbers.AtomCount, Flags = numbers.Flags });
        try
        {
            _stream.Write(record);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }

        _length += (uint)record.Length;
    }

    /// <summary>Completes the shard.</summary>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public ShardSummary Complete()
    {
        ReadOnlySpan<byte> table = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_entries));
        ShardHeader header = new()
        {
            Magic = ShardHeader.CurrentMagic,
            Version = ShardHeader.CurrentVersion,
            ByteOrder = ShardHeader.LittleEndian,
            DataSet = _dataSet,
            Number = _number,
            FrameCount = (uint)_entries.Count,
            FirstFrame = _firstFrame,
            Length = _length + (ulong)table.Length,
            Table = _length,
            Cutoff = _cutoff,
            TableChecksum = Crc32C.Of(table),
        };
        header.Checksum = header.ComputeChecksum();
        try
        {
            _stream.Write(table);
            _stream.Position = 0;
            _stream.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<ShardHeader>(in header)));
            _stream.Flush(flushToDisk: true);
            _stream.Dispose();
            File.Move(Partial, _path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }

        return new ShardSummary((long)header.Length, _entries.Count, header.Checksum);
    }

    /// <summary>Closes the file; what is not complete goes away.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
            File.Delete(Partial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is left is named .partial and is written anew next time.
        }
    }

    private FileStream Guard(Func<FileStream> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }
    }

    private InvalidInputException CannotWrite(Exception exception) => new($"{_path} cannot be written: {exception.Message.TrimEnd('.')}. What was complete is kept; the same command goes on from there.", exception);
}

/// <summary>What the manifest says of a shard.</summary>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Frames">Number of its frames.</param>
/// <param name="Checksum">Checksum of its header, which holds that of its table, which holds those of its frames.</param>
internal readonly record struct ShardSummary(long Bytes, int Frames, uint Checksum);
