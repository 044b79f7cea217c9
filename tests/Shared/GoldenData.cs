namespace MaceSharp.TestSupport;

/// <summary>Finds the repository and the reference data beside it.</summary>
internal static class GoldenData
{
    /// <summary>The repository root: the folder of MaceSharp.slnx.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The folder shared with other checkouts, which holds golden/ and starter/.</summary>
    public static string SharedRoot { get; } = Path.GetFullPath(Path.Combine(RepositoryRoot, "..", "shared"));

    /// <summary>Whether the reference data are there.</summary>
    public static bool Exists => Directory.Exists(Path.Combine(SharedRoot, "golden"));

    /// <summary>A path below golden/.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([SharedRoot, "golden", .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MaceSharp.slnx"))) { return folder.FullName; }
        }

        throw new InvalidOperationException($"No MaceSharp.slnx above {AppContext.BaseDirectory}.");
    }
}

/// <summary>A test that needs the reference data; skipped with a reason in a clone without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GoldenFactAttribute : FactAttribute
{
    public GoldenFactAttribute()
    {
        if (!GoldenData.Exists) { Skip = $"The reference data are not in this clone ({GoldenData.SharedRoot})."; }
    }
}

/// <summary>A parametrised test that needs the reference data; skipped with a reason in a clone without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GoldenTheoryAttribute : TheoryAttribute
{
    public GoldenTheoryAttribute()
    {
        if (!GoldenData.Exists) { Skip = $"The reference data are not in this clone ({GoldenData.SharedRoot})."; }
    }
}
