using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Safetensors;
using MaceSharp.Serialization.Torch;

namespace MaceSharp.Serialization;

/// <summary>Reads and writes models: PyTorch files of mace-torch (read only) and safetensors.</summary>
public static class ModelFile
{
    private static int _writeCount;

    /// <summary>Reads a model of any known format, recognised by content.</summary>
    /// <param name="path">A <c>.model</c> file of mace-torch or a <c>.safetensors</c> file.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged, hostile, or something else; the message names what it is.</exception>
    public static MaceModel Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) { throw new InvalidInputException($"{path}: this is a directory; a model is a file (.model or .safetensors)."); }
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            MaceModel model = Read(stream);
            return model.Provenance.Source is null ? model with { Provenance = model.Provenance with { Source = Path.GetFileName(path) } } : model;
        }
        catch (InvalidInputException exception)
        {
            throw new InvalidInputException($"{path}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"{path}: there is no such file.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InvalidInputException($"{path}: the file cannot be read ({exception.Message.TrimEnd('.')}).", exception);
        }
    }

    /// <summary>Writes a model as safetensors, atomically.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where to; an existing file is replaced only by a complete one.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public static void Write(MaceModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path)) { throw new InvalidInputException($"{path}: this is a directory; a model is written to a file (.safetensors)."); }
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is string folder && !Directory.Exists(folder)) { throw new InvalidInputException($"{path}: the file cannot be written, because there is no folder {folder}."); }
        string partial = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}-{Interlocked.Increment(ref _writeCount)}.partial");
        try
        {
            using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                SafetensorsModel.Write(model, stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or InvalidInputException)
        {
            TryDelete(partial);
            throw new InvalidInputException($"{path}: {(exception is InvalidInputException ? exception.Message : $"the file cannot be written ({exception.Message.TrimEnd('.')}).")}", exception);
        }
    }

    /// <summary>Reads a model from a seekable stream. Messages do not name the file.</summary>
    internal static MaceModel Read(Stream stream) =>
        FileSignature.Recognize(stream) == FileSignature.Format.Safetensors ? SafetensorsModel.Read(stream) : TorchModelReader.Read(stream);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What is left is named .partial; the first failure is the one to report.
        }
    }
}
