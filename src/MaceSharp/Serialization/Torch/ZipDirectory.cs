using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Serialization.Torch;

/// <summary>
/// The table of contents of a zip file (PKWARE APPNOTE 6.3, ZIP64 included), read without trusting it: sizes are bounded by the
/// file, names are unique, checksums are verified, and the total that may be unpacked is bounded.
/// </summary>
/// <remarks><see cref="ZipArchive"/> makes an object of every entry a file claims to have and verifies no checksum, hence this class.</remarks>
internal sealed class ZipDirectory
{
    private const int MostEntries = 200_000;
    private const long LargestDirectory = 64L << 20;
    private const int EndRecordLength = 22;

    /// <summary>Deflate cannot expand by more than this factor.</summary>
    private const int LargestDeflateRatio = 1032;

    private readonly Stream _stream;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);
    private long _budget;

    private ZipDirectory(Stream stream)
    {
        _stream = stream;
        _budget = (64L << 20) + (20 * stream.Length);
    }

    /// <summary>Names of the entries.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Total size of the entries after unpacking, as the directory states it.</summary>
    public long StatedSize { get; private set; }

    /// <summary>Reads the table of contents.</summary>
    /// <param name="stream">A seekable stream; it must stay open while entries are read.</param>
    /// <exception cref="InvalidInputException">The file is not a complete zip file.</exception>
    public static ZipDirectory Open(Stream stream)
    {
        ZipDirectory directory = new(stream);
        (long offset, long size, long count) = directory.FindDirectory();
        directory.ReadDirectory(offset, size, count);
        return directory;
    }

    /// <summary>Size of an entry after unpacking, or −1 when there is none of that name.</summary>
    public long SizeOf(string name) => _entries.TryGetValue(name, out ZipEntry entry) ? entry.Size : -1;

    /// <summary>Reads and unpacks an entry.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="largest">Most bytes the caller wants.</param>
    /// <exception cref="InvalidInputException">There is no such entry, or it is damaged or too large.</exception>
    public byte[] Read(string name, long largest)
    {
        if (!_entries.TryGetValue(name, out ZipEntry entry)) { throw new InvalidInputException($"the archive has no entry '{Printable(name)}'."); }
        if (entry.Size > largest)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the entry '{Printable(name)}' states a size of {entry.Size} bytes, more than the {largest} that make sense there."));
        }

        _budget -= entry.Size;
        if (_budget < 0) { throw new InvalidInputException("the archive unpacks to far more than its own size: it is not a model."); }
        Span<byte> header = stackalloc byte[30];
        ReadAt(entry.HeaderOffset, header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034b50) { throw DamagedEntry(name); }
        long start = entry.HeaderOffset + 30 + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (start + entry.CompressedSize > _stream.Length) { throw EndsEarly(); }
        byte[] data = new byte[entry.Size];
        if (entry.IsDeflated) { Inflate(start, entry, data, name); }
        else { ReadAt(start, data); }
        if (Crc32.Compute(data) != entry.Checksum)
        {
            throw new InvalidInputException($"the checksum of the entry '{Printable(name)}' is wrong: the file is damaged (or was saved without checksums; save it again with torch.save).");
        }

        return data;
    }

    private void Inflate(long start, ZipEntry entry, byte[] data, string name)
    {
        byte[] compressed = new byte[entry.CompressedSize];
        ReadAt(start, compressed);
        try
        {
            using DeflateStream inflater = new(new MemoryStream(compressed), CompressionMode.Decompress);
            inflater.ReadExactly(data);
            if (inflater.ReadByte() >= 0) { throw DamagedEntry(name); }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw DamagedEntry(name);
        }
    }

    private (long Offset, long Size, long Count) FindDirectory()
    {
        int length = (int)Math.Min(_stream.Length, EndRecordLength + ushort.MaxValue);
        byte[] tail = new byte[length];
        long tailStart = _stream.Length - length;
        ReadAt(tailStart, tail);
        for (int i = length - EndRecordLength; i >= 0; i--)
        {
            ReadOnlySpan<byte> record = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x06054b50 || BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) != record.Length - EndRecordLength) { continue; }
            long count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
            long size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
            long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
            long position = tailStart + i;
            if (count == ushort.MaxValue || size == uint.MaxValue || offset == uint.MaxValue)
            {
                (offset, size, count, position) = FindDirectory64(position);
            }

            if (offset < 0 || size < 0 || offset > position || size > position - offset)
            {
                throw new InvalidInputException("the zip directory lies outside the file: the file is incomplete or damaged.");
            }

            return (offset, size, count);
        }

        throw EndsEarly();
    }

    private (long Offset, long Size, long Count, long Position) FindDirectory64(long endRecord)
    {
        Span<byte> locator = stackalloc byte[20];
        Span<byte> record = stackalloc byte[56];
        if (endRecord < locator.Length) { throw EndsEarly(); }
        ReadAt(endRecord - locator.Length, locator);
        long position = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064b50 || position < 0 || position > endRecord - locator.Length - record.Length)
        {
            throw new InvalidInputException("the zip directory lies outside the file: the file is incomplete or damaged.");
        }

        ReadAt(position, record);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != 0x06064b50) { throw new InvalidInputException("the end of the zip file is damaged."); }
        return (BinaryPrimitives.ReadInt64LittleEndian(record[48..]), BinaryPrimitives.ReadInt64LittleEndian(record[40..]), BinaryPrimitives.ReadInt64LittleEndian(record[32..]), position);
    }

    private void ReadDirectory(long offset, long size, long count)
    {
        if (size > LargestDirectory || count is < 0 or > MostEntries)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"the archive has {count} entries, more than a model needs."));
        }

        byte[] directory = new byte[size];
        ReadAt(offset, directory);
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < count; i++)
        {
            const int fixedLength = 46;
            if (rest.Length < fixedLength || BinaryPrimitives.ReadUInt32LittleEndian(rest) != 0x02014b50) { throw DamagedDirectory(); }
            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (rest.Length < fixedLength + nameLength + extraLength + commentLength) { throw DamagedDirectory(); }
            AddEntry(rest[..fixedLength], Encoding.UTF8.GetString(rest.Slice(fixedLength, nameLength)), rest.Slice(fixedLength + nameLength, extraLength), offset);
            rest = rest[(fixedLength + nameLength + extraLength + commentLength)..];
        }
    }

    private void AddEntry(ReadOnlySpan<byte> record, string name, ReadOnlySpan<byte> extra, long directoryOffset)
    {
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4) { break; }
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                ReadOnlySpan<byte> wide = extra.Slice(4, length);
                if (size == uint.MaxValue) { size = TakeWide(ref wide); }
                if (compressed == uint.MaxValue) { compressed = TakeWide(ref wide); }
                if (header == uint.MaxValue) { header = TakeWide(ref wide); }
            }

            extra = extra[(4 + length)..];
        }

        if ((flags & 1) != 0) { throw new InvalidInputException("the zip file is encrypted, which a model never is."); }
        bool isDeflated = method == 8;
        bool fits = header >= 0 && compressed >= 0 && size >= 0 && header <= directoryOffset - 30 && compressed <= directoryOffset - header - 30
            && (isDeflated ? size <= (compressed * LargestDeflateRatio) + 64 : method == 0 && size == compressed);
        if (!fits)
        {
            throw new InvalidInputException(method is 0 or 8
                ? $"the entry '{Printable(name)}' states a size that the file cannot hold: the file is incomplete or damaged."
                : $"the entry '{Printable(name)}' is packed in a way other than stored or deflated.");
        }

        StatedSize += size;
        if (!_entries.TryAdd(name, new ZipEntry(header, compressed, size, checksum, isDeflated)))
        {
            throw new InvalidInputException($"the archive has two entries named '{Printable(name)}'; a model has one.");
        }
    }

    private static long TakeWide(ref ReadOnlySpan<byte> wide)
    {
        if (wide.Length < 8) { throw DamagedDirectory(); }
        long value = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[8..];
        return value;
    }

    private void ReadAt(long offset, Span<byte> buffer)
    {
        _stream.Position = offset;
        if (_stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) < buffer.Length) { throw EndsEarly(); }
    }

    private static string Printable(string name) => name.Length <= 100 && !name.Any(char.IsControl) ? name : "(unprintable)";

    private static InvalidInputException EndsEarly() => new("the file ends early: the zip directory at its end is missing (an interrupted download?).");

    private static InvalidInputException DamagedDirectory() => new("the zip directory is damaged.");

    private static InvalidInputException DamagedEntry(string name) => new($"the entry '{Printable(name)}' of the archive is damaged.");

    private readonly record struct ZipEntry(long HeaderOffset, long CompressedSize, long Size, uint Checksum, bool IsDeflated);
}
