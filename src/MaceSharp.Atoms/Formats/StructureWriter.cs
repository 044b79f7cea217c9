using System.Text;

namespace MaceSharp.Atoms;

/// <summary>
/// Writes structures one after the other. A file appears under its name only with <see cref="Complete"/>: until then the frames go to a file
/// beside it, which takes its place at the end, so that a broken run never leaves half a file or spoils a good one.
/// </summary>
/// <remarks>
/// Numbers are written in the shortest form that gives the same double when read (<c>0.1</c>, <c>1E-300</c>; whole reals keep <c>.0</c>), so writing and reading
/// back gives identical bits. Text is UTF-8 without a byte-order mark, lines end with LF. Not thread-safe.
/// </remarks>
public sealed class StructureWriter : IDisposable
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false);

    private readonly TextWriter _writer;
    private readonly bool _ownsWriter;
    private readonly string? _partialPath;
    private readonly string? _path;
    private bool _completed;
    private bool _disposed;

    /// <summary>Writes to a text, for example standard output.</summary>
    /// <param name="writer">Where to; flushed by <see cref="Flush"/> and <see cref="Complete"/>, not disposed.</param>
    /// <param name="format">The format.</param>
    public StructureWriter(TextWriter writer, StructureFormat format = StructureFormat.ExtendedXyz)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        Format = format;
    }

    /// <summary>Writes to a stream as UTF-8.</summary>
    /// <param name="stream">Where to; flushed by <see cref="Flush"/> and <see cref="Complete"/>, not disposed.</param>
    /// <param name="format">The format.</param>
    public StructureWriter(Stream stream, StructureFormat format = StructureFormat.ExtendedXyz)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _writer = new StreamWriter(stream, Encoding, 1 << 16, leaveOpen: true) { NewLine = "\n" };
        _ownsWriter = true;
        Format = format;
    }

    private StructureWriter(string path, string? partialPath, StructureFormat format)
    {
        _path = path;
        _partialPath = partialPath;
        Format = format;
        _writer = new StreamWriter(partialPath ?? path, Encoding, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 0 }) { NewLine = "\n" };
        _ownsWriter = true;
    }

    /// <summary>The format that is written.</summary>
    public StructureFormat Format { get; }

    /// <summary>Number of structures written so far.</summary>
    public long Count { get; private set; }

    /// <summary>Starts a file.</summary>
    /// <param name="path">The file; what is there stays until <see cref="Complete"/>. Devices (below /dev) are written at once.</param>
    /// <param name="format">The format, or null to take it from the name.</param>
    /// <exception cref="InvalidInputException">The name tells no format, or the file cannot be made.</exception>
    public static StructureWriter Create(string path, StructureFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Directory.Exists(path)) { throw new InvalidInputException($"{path} is a directory; the name of a file is needed."); }
        if (format is not StructureFormat known && !StructureFormats.TryFromFileName(path, out known))
        {
            throw new InvalidInputException($"The name {path} does not tell a structure format; end it with .xyz, .extxyz, .cif, .vasp, .data or .jsonl, or name the format ({StructureFormats.AllNames}).");
        }

        try
        {
            string full = Path.GetFullPath(path);
            if (full.StartsWith("/dev/", StringComparison.Ordinal)) { return new(full, null, known); }

            // A link stays a link: what it points to is replaced.
            bool isLink = new FileInfo(full).LinkTarget is not null;
            string target = isLink ? File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName : full;
            string folder = Path.GetDirectoryName(target)!;
            if (!Directory.Exists(folder)) { throw new InvalidInputException($"{path} cannot be written: there is no folder {folder}."); }
            string partial = Path.Combine(folder, $".{Path.GetFileName(target)}.{Environment.ProcessId}.partial");
            return new(target, partial, known);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Appends a structure.</summary>
    /// <param name="structure">What to write; it is not kept.</param>
    /// <exception cref="InvalidInputException">The structure holds something the format cannot, or the format holds one structure only; nothing of it is written.</exception>
    public void Write(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_completed) { throw new InvalidOperationException("The file is complete."); }
        if (Count > 0 && !FormatCodec.HoldsManyFrames(Format))
        {
            throw new InvalidInputException($"A file of format {StructureFormats.NameOf(Format)} holds one structure; choose a frame, for example with @-1, or write extxyz.");
        }

        FormatCodec.Write(Format, _writer, structure, Count);
        Count++;
    }

    /// <summary>Sends what was written so far on its way.</summary>
    public void Flush() => _writer.Flush();

    /// <summary>Ends the writing; a file now takes its name.</summary>
    /// <exception cref="InvalidInputException">The file cannot be put in its place.</exception>
    public void Complete()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_completed) { return; }
        _writer.Flush();
        if (_path is not null)
        {
            _writer.Dispose();
            try
            {
                if (_partialPath is not null) { File.Move(_partialPath, _path, overwrite: true); }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InvalidInputException($"{_path} cannot be written: {exception.Message}", exception);
            }
        }

        _completed = true;
    }

    /// <summary>Ends the writing. A file that is not complete is dropped, and what was there before stays.</summary>
    public void Dispose()
    {
        if (_disposed) { return; }
        _disposed = true;
        try
        {
            if (_ownsWriter) { _writer.Dispose(); }
        }
        finally
        {
            if (!_completed && _partialPath is not null) { File.Delete(_partialPath); }
        }
    }
}
