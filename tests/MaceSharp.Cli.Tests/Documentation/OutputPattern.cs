using System.Text;
using System.Text.Json;
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

    /// <summary>Checks that a page shows the JSON a command printed: every number to the digits it is shown with, times and numbers of threads whatever they are.</summary>
    public static void AssertSameJson(string shown, string printed, string where)
    {
        using JsonDocument expected = JsonDocument.Parse(shown), actual = JsonDocument.Parse(printed);
        Compare(expected.RootElement, actual.RootElement, where);
    }

    private static void Compare(JsonElement shown, JsonElement printed, string where)
    {
        Assert.True(shown.ValueKind == printed.ValueKind, $"{where}: {shown} is now {printed}.");
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(printed.EnumerateObject().Select(static p => p.Name), shown.EnumerateObject().Select(static p => p.Name));
                foreach (JsonProperty property in shown.EnumerateObject())
                {
                    if (property.Name is not ("seconds" or "atoms_per_second" or "threads")) { Compare(property.Value, printed.GetProperty(property.Name), $"{where}, {property.Name}"); }
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(printed.GetArrayLength(), shown.GetArrayLength());
                foreach ((JsonElement first, JsonElement second) in shown.EnumerateArray().Zip(printed.EnumerateArray())) { Compare(first, second, where); }
                break;
            case JsonValueKind.Number:
                string digits = shown.GetRawText();
                double unit = Math.Pow(10, digits.Contains('.', StringComparison.Ordinal) ? digits.IndexOf('.', StringComparison.Ordinal) + 1 - digits.Length : 0);
                Assert.True(Math.Abs(shown.GetDouble() - printed.GetDouble()) <= 0.51 * unit, $"{where}: {shown} is now {printed}.");
                break;
            default:
                Assert.Equal(printed.ToString(), shown.ToString());
                break;
        }
    }

    private static string Pattern(IReadOnlyList<string> shown)
    {
        StringBuilder pattern = new();
        foreach (string line in Normalize(string.Join('\n', shown)).TrimEnd('\n').Split('\n'))
        {
            pattern.Append(line == "..." ? "(?:[^\n]*\n)*" : Changing().Replace(Regex.Escape(line), static m => m.Groups["time"].Success ? "[0-9.]+ (?:ms|s|min|h)(?: [0-9]+ (?:s|min))?" : $"[0-9. ]+{m.Groups["unit"].Value.TrimEnd('s')}s?") + "\n");
        }

        return pattern.ToString();
    }

    /// <summary>Without the blanks that align columns.</summary>
    private static string Normalize(string text) => string.Concat(text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(static line => Blanks().Replace(line.Trim(), " ") + "\n"));

    /// <summary>In an escaped line.</summary>
    [GeneratedRegex(@"[0-9]+(?:\\\.[0-9]+)?(?:\\ (?<time>ms|s|min|h)|(?<unit>\\ (?:atoms/s|structures/s|ns/day|threads?)))\b")]
    private static partial Regex Changing();

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Blanks();
}
