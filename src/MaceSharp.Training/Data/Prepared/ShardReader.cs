using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>A shard that is mapped into memory: frames are read where they lie, and checked whenever they are read.</summary>
internal sealed unsafe class ShardReader : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly ShardHeader _header;
    private bool _disposed;

    /// <summary>Opens a shard and checks its header and table.</summary>
    /// <exception cref="InvalidInputException">The file is missing, damaged or of another data set.</exception>
    public ShardReader(string path, UInt128 dataSet, int number, int firstFrame, double cutoff)
    {
        Path = path;
        long length;
        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            length = stream.Length;
            if (length < ShardHeader.Size)
            {
                stream.Dispose();
                throw Damaged(FormattableString.Invariant($"has only {length} bytes: it was cut short"));
            }

            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }
        catch (FileNotFoundException exception)
        {
            throw new InvalidInputException($"{path} is missing; prepare the data set again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }

        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        try
        {
            _header = MemoryMarshal.Read<ShardHeader>(Bytes(0, ShardHeader.Size));
            Check(length, dataSet, number, firstFrame, cutoff);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Number of frames.</summary>
    public int FrameCount => (int)_header.FrameCount;

    /// <summary>What the manifest should say of it.</summary>
    public ShardSummary Summary => new((long)_header.Length, FrameCount, _header.Checksum);

    /// <summary>Where the frames lie, in order.</summary>
    public ReadOnlySpan<ShardEntry> Entries => MemoryMarshal.Cast<byte, ShardEntry>(Bytes((long)_header.Table, ShardEntry.Size * FrameCount));

    /// <summary>The bytes of a frame, checked.</summary>
    /// <param name="index">Number of the frame in the shard.</param>
    /// <exception cref="InvalidInputException">The bytes are not those that were written.</exception>
    public ReadOnlySpan<byte> Record(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ShardEntry entry = Entries[index];

        // The table was checked when the shard was opened; what lies outside was changed since.
        if (entry.Offset < ShardHeader.Size || entry.Offset > _header.Table || entry.Length > _header.Table - entry.Offset || entry.Length > Array.MaxLength) { throw FrameDamaged(index); }
        ReadOnlySpan<byte> record = Bytes((long)entry.Offset, (int)entry.Length);
        return Crc32C.Of(record) == entry.Checksum ? record : throw FrameDamaged(index);
    }

    /// <summary>The error that a frame is not as it was written.</summary>
    /// <param name="index">Number of the frame in the shard.</param>
    public InvalidInputException FrameDamaged(int index) => Damaged(FormattableString.Invariant($"is damaged: frame {(long)_header.FirstFrame + index} of the data set (number {index} in the file) does not fit its checksum"));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) { return; }
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private ReadOnlySpan<byte> Bytes(long offset, int length) => new(_start + offset, length);

    private void Check(long length, UInt128 dataSet, int number, int firstFrame, double cutoff)
    {
        if (_header.Magic != ShardHeader.CurrentMagic) { throw Damaged("is not a shard of mace data prepare, or its beginning is damaged"); }
        if (_header.ByteOrder != ShardHeader.LittleEndian || _header.ComputeChecksum() != _header.Checksum) { throw Damaged("is damaged: its header does not fit its checksum"); }
        if (_header.Version != ShardHeader.CurrentVersion) { throw Damaged(FormattableString.Invariant($"has version {_header.Version} of the format, which this mace does not read; it reads version {ShardHeader.CurrentVersion}")); }
        if (_header.Length != (ulong)length) { throw Damaged(FormattableString.Invariant($"has {length} bytes instead of {_header.Length}{(_header.Length > (ulong)length ? ": it was cut short" : "")}")); }
        ulong room = (ulong)length - ShardHeader.Size;
        if (_header.FrameCount == 0 || _header.FrameCount > Array.MaxLength / ShardEntry.Size || _header.FrameCount * (ulong)ShardEntry.Size > room || _header.Table != (ulong)length - (_header.FrameCount * (ulong)ShardEntry.Size))
        {
            throw Damaged("is damaged: its table of frames does not fit the file");
        }

        ReadOnlySpan<ShardEntry> entries = Entries;
        if (Crc32C.Of(MemoryMarshal.AsBytes(entries)) != _header.TableChecksum) { throw Damaged("is damaged: its table of frames does not fit its checksum"); }
        ulong next = ShardHeader.Size;
        foreach (ref readonly ShardEntry entry in entries)
        {
            if (entry.Offset != next || entry.Length < FrameNumbers.Size || entry.Length % 8 != 0 || entry.Length > _header.Table - next) { throw Damaged("is damaged: its frames do not follow each other"); }
            next += entry.Length;
        }

        if (next != _header.Table) { throw Damaged("is damaged: its frames do not fill it"); }
        if (_header.DataSet != dataSet || _header.Number != (uint)number || _header.FirstFrame != (ulong)firstFrame || _header.Cutoff != cutoff) { throw Damaged("belongs to another data set"); }
    }

    private InvalidInputException Damaged(string what) => new($"{Path} {what}; prepare the data set again.");
}
