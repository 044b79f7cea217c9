namespace MaceSharp.Cli.Tests.Documentation;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">What stands behind the opening fence.</param>
/// <param name="Line">Number of its first line in the page.</param>
/// <param name="Lines">Its lines.</param>
internal sealed record CodeBlock(string Language, int Line, IReadOnlyList<string> Lines)
{
    /// <summary>The commands of the block with the numbers of their lines: comments left out, lines that end with a backslash joined.</summary>
    public IEnumerable<(int Line, string Text)> Commands()
    {
        for (int i = 0; i < Lines.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(Lines[i]) || Lines[i].TrimStart().StartsWith('#')) { continue; }
            int first = i;
            string text = Lines[i];
            while (text.EndsWith('\\') && i + 1 < Lines.Count) { text = text[..^1] + Lines[++i]; }
            yield return (Line + first, text.Trim());
        }
    }
}
