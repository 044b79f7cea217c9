namespace MaceSharp.Training.Tests;

/// <summary>A folder that goes away.</summary>
internal sealed class TemporaryRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mace-training-");

    public string Folder => _folder.FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
