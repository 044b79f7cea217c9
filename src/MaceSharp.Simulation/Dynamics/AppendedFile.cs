using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A text file that grows while a run goes on and can be cut back to where a restart point was.</summary>
internal sealed class AppendedFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly string _path;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keep">Bytes to keep of what is there; 0 for a new file.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, or is shorter than what is to be kept.</exception>
    public AppendedFile(string path, long keep)
    {
        _path = path;
        try
        {
            _stream = new FileStream(path, keep > 0 ? FileMode.Open : FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(exception is FileNotFoundException ? $"'{path}' of the run to be restarted does not exist." : $"'{path}' cannot be written: {exception.Message}", exception);
        }

        if (_stream.Length < keep)
        {
            _stream.Dispose();
            throw new InvalidInputException($"'{path}' has been changed since the restart point: it has {new FileInfo(path).Length} bytes of at least {keep}.");
        }

        _stream.SetLength(keep);
        _stream.Position = keep;
        Writer = new StreamWriter(_stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 15) { NewLine = "\n" };
    }

    /// <summary>Where text goes.</summary>
    public StreamWriter Writer { get; }

    /// <summary>Brings everything to the disk.</summary>
    /// <returns>The length of the file.</returns>
    /// <exception cref="InvalidInputException">The disk is full or gone.</exception>
    public long Flush(bool toDisk)
    {
        try
        {
            Writer.Flush();
            if (toDisk) { _stream.Flush(flushToDisk: true); }
            return _stream.Length;
        }
        catch (IOException exception)
        {
            throw new InvalidInputException($"'{_path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Writer.Dispose();
        }
        catch (IOException)
        {
            // A full disk was reported when the text was flushed; here it would hide the first error.
            _stream.Dispose();
        }
    }
}
