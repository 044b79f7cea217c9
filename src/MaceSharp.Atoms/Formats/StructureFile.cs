namespace MaceSharp.Atoms;

/// <summary>Reads and writes whole files of structures; see <see cref="StructureReader"/> and <see cref="StructureWriter"/> for streams of them.</summary>
public static class StructureFile
{
    /// <summary>Reads the one structure of a file, or of the frame that is named behind an '@'.</summary>
    /// <param name="path">A file with one frame, or a file and a frame such as <c>run.xyz@-1</c>.</param>
    /// <param name="format">The format, or null to recognise it.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or there is not exactly one frame.</exception>
    public static Structure Read(string path, StructureFormat? format = null)
    {
        Structure? found = null;
        foreach (Structure structure in StructureReader.Read(path, format))
        {
            if (found is not null) { throw new InvalidInputException($"{path} has more than one frame where one is needed; choose one, for example {FrameSlice.ParsePath(path).Path}@0 or @-1."); }
            found = structure;
        }

        return found ?? throw new InvalidInputException($"{path} selects no frame where one is needed.");
    }

    /// <summary>Reads the selected frames of a file into memory.</summary>
    /// <param name="path">A file, with the frames that are meant behind an '@'; all frames without.</param>
    /// <param name="format">The format, or null to recognise it.</param>
    /// <exception cref="InvalidInputException">The file cannot be read.</exception>
    public static IReadOnlyList<Structure> ReadAll(string path, StructureFormat? format = null) => [.. StructureReader.Read(path, format)];

    /// <summary>Writes one structure; a file of that name is replaced when everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="structure">The structure.</param>
    /// <param name="format">The format, or null to take it from the name.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, or the structure holds something the format cannot.</exception>
    public static void Write(string path, Structure structure, StructureFormat? format = null) => Write(path, [structure], format);

    /// <summary>Writes structures, one at a time as they are enumerated; a file of that name is replaced when everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="structures">The structures.</param>
    /// <param name="format">The format, or null to take it from the name.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, or a structure holds something the format cannot.</exception>
    public static void Write(string path, IEnumerable<Structure> structures, StructureFormat? format = null)
    {
        ArgumentNullException.ThrowIfNull(structures);
        using StructureWriter writer = StructureWriter.Create(path, format);
        foreach (Structure structure in structures) { writer.Write(structure); }
        writer.Complete();
    }
}
