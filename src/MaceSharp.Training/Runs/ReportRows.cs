using System.Text;

namespace MaceSharp.Training.Runs;

/// <summary>A table.</summary>
/// <param name="Titles">Titles of the columns.</param>
/// <param name="Rows">The rows, a cell a column.</param>
public sealed record ReportRows(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>The table as text in the layout of mace-torch, cells in the middle between bars.</summary>
    public override string ToString()
    {
        int[] widths = [.. Titles.Select((title, i) => Rows.Select(r => r[i].Length).Append(title.Length).Max())];
        string rule = "+" + string.Concat(widths.Select(static w => new string('-', w + 2) + "+"));
        StringBuilder text = new();
        text.AppendLine(rule).AppendLine(Line(Titles)).AppendLine(rule);
        foreach (IReadOnlyList<string> row in Rows) { text.AppendLine(Line(row)); }
        return text.Append(rule).ToString().ReplaceLineEndings("\n");

        string Line(IReadOnlyList<string> cells) => "|" + string.Concat(cells.Select((cell, i) =>
        {
            int room = widths[i] - cell.Length, left = room / 2;
            return $" {new string(' ', left)}{cell}{new string(' ', room - left)} |";
        }));
    }
}
