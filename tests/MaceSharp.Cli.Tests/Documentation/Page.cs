using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests.Documentation;

/// <summary>A page of the documentation.</summary>
internal sealed class Page
{
    private static readonly string[] Folders = ["", "docs", "models", "examples", "bench"];

    private Page(string name)
    {
        Name = name;
        Text = File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, name)).ReplaceLineEndings("\n");
        Blocks = [.. FindBlocks()];
    }

    /// <summary>Names of all pages, relative to the root of the repository.</summary>
    public static IEnumerable<string> Names =>
        from folder in Folders
        let path = Path.Combine(GoldenData.RepositoryRoot, folder)
        where Directory.Exists(path)
        from file in Directory.EnumerateFiles(path, "*.md").Order(StringComparer.Ordinal)
        select Path.GetRelativePath(GoldenData.RepositoryRoot, file).Replace('\\', '/');

    /// <summary>Its name, relative to the root of the repository.</summary>
    public string Name { get; }

    /// <summary>Its text.</summary>
    public string Text { get; }

    /// <summary>Its fenced blocks.</summary>
    public IReadOnlyList<CodeBlock> Blocks { get; }

    /// <summary>What links to its headings end in, as GitHub makes them: lower case, blanks as hyphens, no punctuation.</summary>
    public IEnumerable<string> Anchors =>
        from line in Text.Split('\n')
        where line.StartsWith('#')
        select string.Concat(line.TrimStart('#').Trim().ToLowerInvariant().Where(static c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    /// <summary>Reads a page.</summary>
    public static Page Read(string name) => new(name);

    private IEnumerable<CodeBlock> FindBlocks()
    {
        string[] lines = Text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) { continue; }
            int end = Array.FindIndex(lines, i + 1, static line => line.TrimEnd() == "```");
            Assert.True(end > 0 && lines[i].StartsWith("```", StringComparison.Ordinal), $"{Name}, line {i + 1}: the block is indented or has no end.");
            yield return new CodeBlock(lines[i][3..].Trim(), i + 2, lines[(i + 1)..end]);
            i = end;
        }
    }
}
