using Spectre.Console;

namespace MaceSharp.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Title">First line of the heading.</param>
/// <param name="Unit">Second line of the heading; may be empty.</param>
/// <param name="IsText">Whether cells are set to the left, as words are, rather than to the right, as numbers are.</param>
internal sealed record Column(string Title, string Unit = "", bool IsText = false);

/// <summary>The look of tables and lists: aligned columns two blanks apart, without lines, so that programs can read them as well.</summary>
internal static class PlainLayout
{
    private static readonly Padding Gap = new(0, 0, 2, 0);

    /// <summary>An empty table.</summary>
    public static Table Table(params IReadOnlyList<Column> columns)
    {
        Table table = new() { Border = TableBorder.None };
        bool hasUnits = columns.Any(static c => c.Unit.Length > 0);
        foreach (Column column in columns)
        {
            Text heading = new(hasUnits ? $"{column.Title.Printable()}\n{column.Unit}" : column.Title.Printable(), StyledOutput.Heading);
            table.AddColumn(new TableColumn(heading) { Alignment = column.IsText ? Justify.Left : Justify.Right, NoWrap = true, Padding = Gap });
        }

        return table;
    }

    /// <summary>Adds a row of plain texts, one a column.</summary>
    public static void Add(this Table table, params IEnumerable<string> cells) => table.AddRow(cells.Select(static cell => new Text(cell.Printable())));

    /// <summary>Text of a file without control characters, which could command the terminal.</summary>
    public static string Printable(this string text) => text.Any(char.IsControl) ? string.Concat(text.Select(static c => char.IsControl(c) ? ' ' : c)) : text;

    /// <summary>An empty list of labels and values.</summary>
    /// <param name="labelWidth">Room for the labels, so that lists that follow each other align.</param>
    public static Grid List(int labelWidth) => new Grid()
        .AddColumn(new GridColumn { Width = labelWidth, NoWrap = true, Padding = default(Padding) })
        .AddColumn(new GridColumn { NoWrap = true, Padding = default(Padding) });

    /// <summary>Adds a label and its value.</summary>
    public static void Add(this Grid list, string label, string value) => list.AddRow(new Text(label), new Text(value.Printable()));
}
