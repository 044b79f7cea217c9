using System.Text;
using System.Text.RegularExpressions;

namespace MaceSharp.Cli.Tests.Documentation;

/// <summary>Output as a page shows it: a line <c>...</c> stands for any lines, times and numbers of threads for any, runs of blanks for any.</summary>
internal static partial class OutputPattern
{
    /// <summary>Whether a command printed what a page shows.</summary>
    public static bool IsOutput(IReadOnlyList<string> shown, string printed) => Regex.IsMatch(Normalize(printed), $"\\A{Pattern(shown)}\\z", RegexOptions.NonBacktracking);

    /// <summary>Where what a page shows ends in the output of a program, searched from a position; −1 when it is not there.</summary>
    public static int FindEnd(IReadOnlyList<string> shown, string printed, int from)
    {
        Match match = new Regex($"(?m)^{Pattern(shown)}", RegexOptions.NonBacktracking).Match(Normalize(printed), from);
        return match.Success ? match.Index + match.Length : -1;
    }

    private static string Pattern(IReadOnlyList<string> shown)
    {
        StringBuilder pattern = new();
        foreach (string line in Normalize(string.Join('\n', shown)).TrimEnd('\n').Split('\n'))
        {
            pattern.Append(line == "..." ? "(?:[^\n]*\n)*" : Changing().Replace(Regex.Escape(line), static m => $"[0-9.]+{m.Groups[1].Value}") + "\n");
        }

        return pattern.ToString();
    }

    /// <summary>Without the blanks that align columns.</summary>
    private static string Normalize(string text) => string.Concat(text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(static line => Blanks().Replace(line.Trim(), " ") + "\n"));

    /// <summary>In an escaped line.</summary>
    [GeneratedRegex(@"[0-9]+(?:\\\.[0-9]+)?(\\ (?:ms|s|min|atoms/s|threads?)\b)")]
    private static partial Regex Changing();

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Blanks();
}
