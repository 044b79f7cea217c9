using System.Globalization;
using System.Text;

namespace MaceSharp.Golden.Tests;

/// <summary>The measured part of docs/accuracy.md.</summary>
internal static class AccuracyTable
{
    private static readonly (string Title, (string Heading, AccuracyColumn Column)[] Columns)[] Tables =
    [
        ("Energies and their derivatives",
        [
            ("energy", AccuracyColumn.Energy),
            ("forces", AccuracyColumn.Forces),
            ("virial", AccuracyColumn.Virial),
            ("Hessian", AccuracyColumn.Hessian),
            ("energy, float32", AccuracyColumn.SingleEnergy),
            ("forces, float32", AccuracyColumn.SingleForces),
            ("energy, float32, tables", AccuracyColumn.TabulatedEnergy),
            ("forces, float32, tables", AccuracyColumn.TabulatedForces),
        ]),
        ("Dipoles and polarizabilities",
        [
            ("float64", AccuracyColumn.Dipole),
            ("float32", AccuracyColumn.SingleDipole),
            ("float32, tables", AccuracyColumn.TabulatedDipole),
        ]),
    ];

    /// <summary>The tables as Markdown.</summary>
    public static string ToMarkdown(IReadOnlyList<AccuracyRow> rows)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{rows.Count} models, {rows.Sum(static row => row.Results)} results (structures times heads).\n");
        text.Append("\n### Bounds\n\n| | energy, eV per atom | forces, virial, dipole … | Hessian |\n| --- | ---: | ---: | ---: |\n");
        AccuracyRow typical = rows[0];
        text.Append(CultureInfo.InvariantCulture, $"| float64 | {Spell(typical.BoundOf(AccuracyColumn.Energy))} | {Spell(typical.BoundOf(AccuracyColumn.Forces))} | {Spell(typical.BoundOf(AccuracyColumn.Hessian))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| float32 | {string.Join(", ", rows.GroupBy(static row => row.BoundOf(AccuracyColumn.SingleEnergy)).OrderByDescending(static g => g.Count()).Select(static g => g.Count() == 1 ? $"{Spell(g.Key)} for `{g.First().Name}`" : Spell(g.Key)))} | {Spell(typical.BoundOf(AccuracyColumn.SingleForces))} | – |\n");
        foreach ((string title, (string Heading, AccuracyColumn Column)[] columns) in Tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {title}\n\n| model | results | {string.Join(" | ", columns.Select(static c => c.Heading))} |\n| --- |{string.Concat(Enumerable.Repeat(" ---: |", columns.Length + 1))}\n");
            foreach (AccuracyRow row in rows.Where(row => columns.Any(c => !double.IsNaN(row[c.Column]))))
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {row.Results} | {string.Join(" | ", columns.Select(c => Spell(row[c.Column])))} |\n");
            }
        }

        text.Append("\n### The models\n\n| model | what it is |\n| --- | --- |\n");
        foreach (AccuracyRow row in rows) { text.Append(CultureInfo.InvariantCulture, $"| `{row.Name}` | {row.Description} |\n"); }
        return text.ToString();
    }

    /// <summary>The errors that a page states.</summary>
    public static Dictionary<(string Model, AccuracyColumn Column), double> Parse(string page)
    {
        Dictionary<(string, AccuracyColumn), double> stated = [];
        (string Heading, AccuracyColumn Column)[] columns = [];
        foreach (string line in page.Split('\n'))
        {
            string[] cells = line.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries);
            if (cells[0] == "model") { columns = [.. Tables.SelectMany(static table => table.Columns).Where(c => cells.Contains(c.Heading))]; }
            if (!IsMeasurement(line)) { continue; }
            for (int i = 0; i < columns.Length; i++)
            {
                if (cells[i + 2] != "–") { stated.Add((cells[0].Trim('`'), columns[i].Column), double.Parse(cells[i + 2], CultureInfo.InvariantCulture)); }
            }
        }

        return stated;
    }

    /// <summary>Whether a line of a page has numbers that differ from machine to machine.</summary>
    public static bool IsMeasurement(string line) => line.StartsWith("| `", StringComparison.Ordinal) && line.Count(static c => c == '|') > 3;

    private static string Spell(double error) => double.IsNaN(error) ? "–" : error.ToString(error == 0 ? "0" : "0.0e-00", CultureInfo.InvariantCulture);
}
