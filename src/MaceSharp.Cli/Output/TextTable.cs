namespace MaceSharp.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Title">First line of the heading.</param>
/// <param name="Unit">Second line of the heading; may be empty.</param>
/// <param name="IsText">Whether cells are set to the left, as words are, rather than to the right, as numbers are.</param>
internal sealed record TableColumn(string Title, string Unit = "", bool IsText = false);

/// <summary>
/// Writes rows as aligned text. The first rows are held back to find the widths; later ones stream, so a table of any length needs little memory.
/// </summary>
internal sealed class TextTable(TextWriter writer, IReadOnlyList<TableColumn> columns)
{
    private const int RowsHeldBack = 64;
    private readonly List<string[]> _held = [];
    private int[]? _widths;

    /// <summary>Adds a row, one cell a column.</summary>
    public void Add(params string[] cells)
    {
        if (_widths is not null)
        {
            WriteRow(cells);
            return;
        }

        _held.Add(cells);
        if (_held.Count >= RowsHeldBack) { WriteHeld(); }
    }

    /// <summary>Writes what is held back.</summary>
    public void Finish()
    {
        if (_widths is null && _held.Count > 0) { WriteHeld(); }
    }

    private void WriteHeld()
    {
        _widths = new int[columns.Count];
        for (int i = 0; i < columns.Count; i++)
        {
            _widths[i] = Math.Max(Math.Max(columns[i].Title.Length, columns[i].Unit.Length), _held.Max(row => row[i].Length));
        }

        WriteRow([.. columns.Select(static c => c.Title)]);
        if (columns.Any(static c => c.Unit.Length > 0)) { WriteRow([.. columns.Select(static c => c.Unit)]); }
        foreach (string[] row in _held) { WriteRow(row); }
        _held.Clear();
    }

    private void WriteRow(string[] cells)
    {
        for (int i = 0; i < cells.Length; i++)
        {
            int padding = Math.Max(0, _widths![i] - cells[i].Length);
            if (i > 0) { writer.Write("  "); }
            if (!columns[i].IsText) { WriteBlanks(padding); }
            writer.Write(cells[i]);
            if (columns[i].IsText && i < cells.Length - 1) { WriteBlanks(padding); }
        }

        writer.WriteLine();
    }

    private void WriteBlanks(int count)
    {
        for (int i = 0; i < count; i++) { writer.Write(' '); }
    }
}
