using System.Diagnostics;
using Spectre.Console;

namespace MaceSharp.Cli.Output;

/// <summary>
/// A table of any length in little memory, written in pieces. The first rows are held back to find the widths;
/// later ones come at once where they come slowly, and many together where they come fast.
/// </summary>
internal sealed class StreamedTable(StyledOutput output, IReadOnlyList<Column> columns)
{
    private const int RowsOfAPiece = 64;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(200);

    private readonly List<string[]> _held = [];
    private readonly int[] _widths = [.. columns.Select(static c => Math.Max(c.Title.Length, c.Unit.Length))];
    private long? _lastWritten;

    /// <summary>Adds a row, one cell a column.</summary>
    public void Add(params string[] cells)
    {
        _held.Add(cells);
        if (_held.Count >= RowsOfAPiece || (_lastWritten is long before && Stopwatch.GetElapsedTime(before) > LongestDelay)) { Write(); }
    }

    /// <summary>Writes what is held back.</summary>
    public void Finish()
    {
        if (_held.Count > 0) { Write(); }
    }

    private void Write()
    {
        Table table = PlainLayout.Table(columns);
        table.ShowHeaders = _lastWritten is null;
        for (int i = 0; i < _widths.Length; i++)
        {
            _widths[i] = Math.Max(_widths[i], _held.Max(row => row[i].Length));
            table.Columns[i].Width = _widths[i];
        }

        foreach (string[] row in _held) { table.Add(row); }
        _held.Clear();
        output.Write(table);
        output.Flush();
        _lastWritten = Stopwatch.GetTimestamp();
    }
}
