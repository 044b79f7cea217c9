using System.Text;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Simulation;

/// <summary>Names of the output files of a command, <c>PREFIX-NAME</c>, and a list of those that were written. Files appear complete or not at all.</summary>
internal sealed class ResultFiles(string prefix)
{
    private readonly List<string> _written = [];

    /// <summary>First part of all names, folders included.</summary>
    public string Prefix => prefix;

    /// <summary>The files in the order in which they were written.</summary>
    public IReadOnlyList<string> Written => _written;

    /// <summary>The prefix that goes with an input: its name without folder, selection of frames and ending.</summary>
    public static string StemOf(string input) => input == StructureStandardInput || input.StartsWith("-@", StringComparison.Ordinal)
        ? "mace"
        : Path.GetFileNameWithoutExtension(FrameSlice.ParsePath(input).Path) is { Length: > 0 } stem ? stem : "mace";

    /// <summary>The path of a result; its folder is made.</summary>
    /// <param name="name">The last part, for example <c>opt.extxyz</c>.</param>
    /// <exception cref="InvalidInputException">The folder cannot be made.</exception>
    public string PathOf(string name)
    {
        string path = prefix.EndsWith('/') || prefix.EndsWith(Path.DirectorySeparatorChar) ? prefix + name : $"{prefix}-{name}";
        return Prepare(path);
    }

    /// <summary>Makes the folder of a path.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be made.</exception>
    public static string Prepare(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) { Directory.CreateDirectory(folder); }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"The folder of '{path}' cannot be made: {exception.Message}", exception);
        }

        return path;
    }

    /// <summary>Makes the folder of the files and tries it, so that a long calculation does not end without a place for its results.</summary>
    /// <exception cref="InvalidInputException">Nothing can be written there.</exception>
    public void CheckPlace() => CheckPlace(PathOf("files"));

    /// <summary>Makes the folder of a path and tries it.</summary>
    /// <exception cref="InvalidInputException">Nothing can be written there.</exception>
    public static void CheckPlace(string path)
    {
        Prepare(path);
        try
        {
            using FileStream probe = new($"{path}.{Guid.NewGuid():N}", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException($"Nothing can be written beside '{path}': {exception.Message}", exception);
        }
    }

    /// <summary>Notes a file that was written.</summary>
    public void Add(string path)
    {
        if (!_written.Contains(path, StringComparer.Ordinal)) { _written.Add(path); }
    }

    /// <summary>Writes a text file.</summary>
    /// <param name="name">The last part of its name.</param>
    /// <param name="write">Writes the text, lines end with LF.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public string WriteText(string name, Action<TextWriter> write)
    {
        string path = PathOf(name);
        WriteBeside(path, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
            write(writer);
        });
        Add(path);
        return path;
    }

    /// <summary>Writes a JSON file.</summary>
    /// <param name="name">The last part of its name.</param>
    /// <param name="write">Writes the value.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public string WriteJson(string name, Action<Utf8JsonWriter> write)
    {
        string path = PathOf(name);
        WriteBeside(path, stream =>
        {
            using (Utf8JsonWriter json = new(stream, JsonText.Options)) { write(json); }
            stream.Write("\n"u8);
        });
        Add(path);
        return path;
    }

    /// <summary>Writes structures.</summary>
    /// <param name="name">The last part of its name, which tells the format.</param>
    /// <param name="structures">The frames.</param>
    /// <exception cref="InvalidInputException">The file cannot be written.</exception>
    public string WriteStructures(string name, params IEnumerable<Structure> structures)
    {
        string path = PathOf(name);
        using (StructureWriter writer = StructureWriter.Create(path))
        {
            foreach (Structure structure in structures) { writer.Write(structure); }
            writer.Complete();
        }

        Add(path);
        return path;
    }

    /// <summary>Writes the property <c>files</c> of a summary, an array.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray("files");
        foreach (string path in _written) { json.WriteStringValue(path); }
        json.WriteEndArray();
    }

    private const string StructureStandardInput = Inputs.StructureInputs.StandardInput;

    private static void WriteBeside(string path, Action<Stream> write)
    {
        string partial = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Environment.ProcessId}.partial");
        try
        {
            using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write)) { write(stream); }
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be written: {exception.Message}", exception);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
