using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Restart files of a run, <c>STEM-STEP.extxyz</c>: written beside and renamed, so that each is whole or not there.</summary>
public static class RestartFiles
{
    /// <summary>The restart file of the latest step.</summary>
    /// <param name="stem">First part of the names.</param>
    /// <returns>Its path; null when there is none.</returns>
    public static string? FindLatest(string stem)
    {
        ArgumentNullException.ThrowIfNull(stem);
        return List(stem).OrderByDescending(static f => f.Step).Select(static f => f.Path).FirstOrDefault();
    }

    /// <summary>Reads a restart file.</summary>
    /// <exception cref="InvalidInputException">It cannot be read.</exception>
    public static Structure Read(string path) => StructureReader.Read(path, FrameSlice.All, StructureFormat.ExtendedXyz).FirstOrDefault() ?? throw new InvalidInputException($"'{path}' holds no restart point.");

    /// <summary>Writes a restart file and deletes those that are not to be kept.</summary>
    internal static string Write(string stem, Structure state, long step, int keep)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{stem}-{step}.extxyz");
        using (StructureWriter writer = StructureWriter.Create(path, StructureFormat.ExtendedXyz))
        {
            writer.Write(state);
            writer.Complete();
        }

        if (keep > 0)
        {
            foreach ((string old, _) in List(stem).OrderByDescending(static f => f.Step).Skip(keep)) { File.Delete(old); }
        }

        return path;
    }

    private static IEnumerable<(string Path, long Step)> List(string stem)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(stem))!, name = System.IO.Path.GetFileName(stem);
        if (!Directory.Exists(folder)) { yield break; }
        foreach (string path in Directory.EnumerateFiles(folder, $"{name}-*.extxyz"))
        {
            string step = System.IO.Path.GetFileName(path)[(name.Length + 1)..^".extxyz".Length];
            if (long.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) { yield return (path, number); }
        }
    }
}
