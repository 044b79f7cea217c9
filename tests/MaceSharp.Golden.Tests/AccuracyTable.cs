using System.Globalization;
using System.Text;

namespace MaceSharp.Golden.Tests;

/// <summary>The measured part of docs/accuracy.md.</summary>
internal static class AccuracyTable
{
    private const string Columns = "energy | forces | virial | Hessian | dipole, polarizability | energy, float32 | forces, float32 | dipole, float32";

    /// <summary>The table as Markdown.</summary>
    public static string ToMarkdown(IReadOnlyList<AccuracyRow> rows)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{rows.Count} models, {rows.Sum(static row => row.Results)} results (structures times heads).\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| model | results | {Columns} |\n| --- |{string.Concat(Enumerable.Repeat(" ---: |", 9))}\n");
        foreach (AccuracyRow row in rows) { text.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {row.Results} | {string.Join(" | ", row.Errors.Select(Spell))} |\n"); }
        text.Append("\n| model | what it is |\n| --- | --- |\n");
        foreach (AccuracyRow row in rows) { text.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {row.Description} |\n"); }
        return text.ToString();
    }

    /// <summary>The errors of a model as a page gives them; null when the page does not have the model.</summary>
    public static double[]? Find(string page, string model)
    {
        string? line = page.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{model}` | ", StringComparison.Ordinal));
        return line is null ? null : [.. line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries)[2..].Select(static cell => cell == "–" ? double.NaN : double.Parse(cell, CultureInfo.InvariantCulture))];
    }

    private static string Spell(double error) => double.IsNaN(error) ? "–" : error.ToString(error == 0 ? "0" : "0.0e-00", CultureInfo.InvariantCulture);
}
