namespace MaceSharp.Reporting;

/// <summary>A table of a page.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">Rows of as many cells.</param>
/// <param name="Caption">A sentence above; null for none.</param>
public sealed record ReportTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, string? Caption = null);
