using System.Text;

namespace MaceSharp.Reporting;

/// <summary>Writes whole files.</summary>
internal static class TextOutput
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes beside the file, then renames, so that a good file is never replaced by half of one.</summary>
    public static void Replace(string path, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string partial = $"{path}.{Environment.ProcessId}.partial";
        try
        {
            File.WriteAllText(partial, text, Utf8);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
