using System.Globalization;
using System.Text;

namespace MaceSharp.Atoms;

/// <summary>
/// Reads structures from files and streams, one frame at a time, so that a file may be larger than the memory:
/// <c>foreach (Structure s in StructureReader.Read("water.xyz@::10"))</c>.
/// </summary>
/// <remarks>
/// The format follows from the name of the file, else from its content. Every structure knows where it came from (<see cref="Structure.Origin"/>).
/// Errors name the source, the frame (from 0, as in slices) and the line (from 1).
/// </remarks>
public static class StructureReader
{
    /// <summary>How much of a text of unknown format is looked at, in characters.</summary>
    private const int PeekLength = 1 << 14;

    private const int FileBufferSize = 1 << 16;

    /// <summary>Reads the selected frames of a file.</summary>
    /// <param name="path">A file, with the frames that are meant behind an '@' as <see cref="FrameSlice"/> describes them; all frames without.</param>
    /// <param name="format">The format, or null to recognise it.</param>
    /// <returns>The structures in order; the file is opened when they are enumerated, anew each time.</returns>
    /// <exception cref="InvalidInputException">There is no such file (thrown here), or it cannot be read (thrown while enumerating).</exception>
    public static IEnumerable<Structure> Read(string path, StructureFormat? format = null)
    {
        (string file, FrameSlice frames) = FrameSlice.ParsePath(path);
        return Read(file, frames, format);
    }

    /// <summary>Reads the selected frames of a file whose name is taken literally.</summary>
    /// <param name="path">A file.</param>
    /// <param name="frames">The frames that are meant.</param>
    /// <param name="format">The format, or null to recognise it.</param>
    /// <returns>The structures in order; the file is opened when they are enumerated, anew each time.</returns>
    /// <exception cref="InvalidInputException">There is no such file (thrown here), or it cannot be read (thrown while enumerating).</exception>
    public static IEnumerable<Structure> Read(string path, FrameSlice frames, StructureFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) { throw new InvalidInputException($"{path} is a directory; a file of structures is needed."); }
        if (!File.Exists(path)) { throw new InvalidInputException($"There is no file {path}."); }
        if (format is null && StructureFormats.TryFromFileName(path, out StructureFormat named)) { format = named; }
        return ReadFile(path, frames, format);
    }

    /// <summary>Reads the selected frames of a text, for example of standard input.</summary>
    /// <param name="reader">The text, read once from where it stands; not disposed.</param>
    /// <param name="source">What the text is called in messages.</param>
    /// <param name="frames">The frames that are meant; numbers from the end hold as many frames in memory as they reach back.</param>
    /// <param name="format">The format, or null to recognise it by the content.</param>
    /// <returns>The structures in order, to be enumerated once.</returns>
    /// <exception cref="InvalidInputException">The text cannot be read (thrown while enumerating).</exception>
    public static IEnumerable<Structure> Read(TextReader reader, string source = "input", FrameSlice frames = default, StructureFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(source);
        return ReadText(reader, source, frames, format, count: null);
    }

    /// <summary>Reads the selected frames of a stream of UTF-8 text (UTF-16 with a byte-order mark).</summary>
    /// <param name="stream">The stream, read once from where it stands; not disposed.</param>
    /// <param name="source">What the stream is called in messages.</param>
    /// <param name="frames">The frames that are meant; numbers from the end hold as many frames in memory as they reach back.</param>
    /// <param name="format">The format, or null to recognise it by the content.</param>
    /// <returns>The structures in order, to be enumerated once.</returns>
    /// <exception cref="InvalidInputException">The text cannot be read (thrown while enumerating).</exception>
    public static IEnumerable<Structure> Read(Stream stream, string source = "input", FrameSlice frames = default, StructureFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        return ReadStream(stream, source, frames, format);
    }

    /// <summary>The number of frames of a file, found without reading atoms where the format allows.</summary>
    /// <param name="path">A file, without a selection of frames.</param>
    /// <param name="format">The format, or null to recognise it.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static long CountFrames(string path, StructureFormat? format = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (format is null && StructureFormats.TryFromFileName(path, out StructureFormat named)) { format = named; }
        using StreamReader text = OpenFile(path);
        return CountFrames(text, path, format, cancellationToken);
    }

    private static long CountFrames(TextReader text, string source, StructureFormat? format, CancellationToken cancellationToken = default)
    {
        IFrameReader frames = Open(text, source, format);
        using IDisposable? owned = frames as IDisposable;
        return FrameSelection.Count(frames, cancellationToken);
    }

    private static IEnumerable<Structure> ReadFile(string path, FrameSlice frames, StructureFormat? format)
    {
        long? count = null;
        if (FrameSelection.NeedsCount(frames))
        {
            // What can be read twice is counted first, so that no frame has to be held.
            using StreamReader first = OpenFile(path);
            if (first.BaseStream.CanSeek) { count = CountFrames(first, path, format); }
            else
            {
                foreach (Structure structure in ReadText(first, path, frames, format, count: null)) { yield return structure; }
                yield break;
            }
        }

        using StreamReader text = OpenFile(path);
        foreach (Structure structure in ReadText(text, path, frames, format, count)) { yield return structure; }
    }

    private static IEnumerable<Structure> ReadStream(Stream stream, string source, FrameSlice frames, StructureFormat? format)
    {
        using StreamReader text = new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, FileBufferSize, leaveOpen: true);
        foreach (Structure structure in ReadText(text, source, frames, format, count: null)) { yield return structure; }
    }

    private static IEnumerable<Structure> ReadText(TextReader text, string source, FrameSlice frames, StructureFormat? format, long? count)
    {
        IFrameReader reader = Open(text, source, format);
        using IDisposable? owned = reader as IDisposable;
        foreach ((long index, Structure structure) in FrameSelection.Select(reader, frames, count, source))
        {
            structure.Origin = string.Create(CultureInfo.InvariantCulture, $"{source}@{index}");
            yield return structure;
        }
    }

    private static IFrameReader Open(TextReader text, string source, StructureFormat? format)
    {
        if (format is StructureFormat known) { return FormatCodec.Open(known, text, source); }
        char[] beginning = new char[PeekLength];
        int length = 0;
        int lines = 0;
        StructureFormat found = default;

        // Line by line from a pipe: six lines tell every format that can be told early, and a brace tells JSON at once.
        for (int read; length < beginning.Length && lines < 6 && !StructureFormats.BeginsAsJson(beginning.AsSpan(0, length)) && (read = text.Read(beginning, length, beginning.Length - length)) > 0; length += read)
        {
            lines += beginning.AsSpan(length, read).Count('\n');
        }

        ReadOnlySpan<char> peeked = beginning.AsSpan(0, length);
        if (peeked.IsWhiteSpace() && length < beginning.Length) { throw new InvalidInputException($"{source} holds no structure: it is empty."); }
        if (!StructureFormats.TryFromContent(peeked, out found))
        {
            // The two bytes that begin a gzip file (RFC 1952), as UTF-8 decodes them.
            throw new InvalidInputException(peeked.StartsWith("\u001f\ufffd")
                ? $"{source} is compressed with gzip; decompress it, for example into a pipe with zcat."
                : peeked.Contains('\0')
                ? $"{source} is a binary file, not a file of structures."
                : $"The format of {source} is not recognised by its name or content; name it, one of {StructureFormats.AllNames}.");
        }

        return FormatCodec.Open(found, new PrefixedTextReader(beginning.AsMemory(0, length), text), source);
    }

    private static StreamReader OpenFile(string path)
    {
        try
        {
            FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            return new(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, FileBufferSize);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
