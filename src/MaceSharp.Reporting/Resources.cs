using System.Reflection;

namespace MaceSharp.Reporting;

/// <summary>The texts embedded in this assembly.</summary>
internal static class Resources
{
    /// <summary>Reads a text.</summary>
    public static string Text(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
