using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Writes files so that a reader never meets half of one: beside the target, to the disk, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">Where to; an existing file is replaced only by a complete one.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="InvalidInputException">The file cannot be written; an existing one is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string partial = path + ".partial";
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) { Directory.CreateDirectory(folder); }
            using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            try
            {
                File.Delete(partial);
            }
            catch (Exception second) when (second is IOException or UnauthorizedAccessException)
            {
                // What is left is named .partial; the first failure is the one to report.
            }

            throw new InvalidInputException($"{path} cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
