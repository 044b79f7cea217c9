using System.Globalization;

namespace MaceSharp.Training.Runs;

/// <summary>A table of errors by set of frames, in the layout of mace-torch.</summary>
public sealed class ErrorTable
{
    private readonly List<string[]> _rows = [];
    private readonly (string Title, Func<ErrorMetrics, string> Cell)[] _columns;

    /// <summary>Creates an empty table.</summary>
    /// <param name="kind">Kind of the table (<c>error_table</c>).</param>
    public ErrorTable(string kind) => _columns = kind switch
    {
        "TotalRMSE" => [("RMSE E / meV", static m => Milli(m.Energy?.Rmse)), ("RMSE F / meV / A", static m => Milli(m.Forces?.Rmse)), ("relative F RMSE %", static m => Percent(m.Forces?.RelativeRmse))],
        "PerAtomRMSEstressvirials" =>
        [
            ("RMSE E / meV / atom", static m => Milli(m.EnergyPerAtom?.Rmse)), ("RMSE F / meV / A", static m => Milli(m.Forces?.Rmse)), ("relative F RMSE %", static m => Percent(m.Forces?.RelativeRmse)),
            ("RMSE Stress (Virials) / meV / A (A^3)", static m => Milli(m.Stress?.Rmse ?? m.VirialsPerAtom?.Rmse)),
        ],
        "PerAtomMAEstressvirials" =>
        [
            ("MAE E / meV / atom", static m => Milli(m.EnergyPerAtom?.Mae)), ("MAE F / meV / A", static m => Milli(m.Forces?.Mae)), ("relative F MAE %", static m => Percent(m.Forces?.RelativeMae)),
            ("MAE Stress (Virials) / meV / A (A^3)", static m => Milli(m.Stress?.Mae ?? m.VirialsPerAtom?.Mae)),
        ],
        "TotalMAE" => [("MAE E / meV", static m => Milli(m.Energy?.Mae)), ("MAE F / meV / A", static m => Milli(m.Forces?.Mae)), ("relative F MAE %", static m => Percent(m.Forces?.RelativeMae))],
        "PerAtomMAE" => [("MAE E / meV / atom", static m => Milli(m.EnergyPerAtom?.Mae)), ("MAE F / meV / A", static m => Milli(m.Forces?.Mae)), ("relative F MAE %", static m => Percent(m.Forces?.RelativeMae))],
        "DipoleRMSE" => [("RMSE MU / mDebye / atom", static m => Milli(m.DipolePerAtom?.Rmse)), ("relative MU RMSE %", static m => Percent(m.Dipole?.RelativeRmse))],
        "DipoleMAE" => [("MAE MU / mDebye / atom", static m => Milli(m.DipolePerAtom?.Mae)), ("relative MU MAE %", static m => Percent(m.Dipole?.RelativeMae))],
        "DipolePolarRMSE" =>
        [
            ("RMSE MU / me A / atom", static m => Milli(m.DipolePerAtom?.Rmse)), ("relative MU RMSE %", static m => Percent(m.Dipole?.RelativeRmse)),
            ("RMSE ALPHA e A^2 / V / atom", static m => Milli(m.PolarizabilityPerAtom?.Rmse)),
        ],
        "EnergyDipoleRMSE" =>
        [
            ("RMSE E / meV / atom", static m => Milli(m.EnergyPerAtom?.Rmse)), ("RMSE F / meV / A", static m => Milli(m.Forces?.Rmse)), ("rel F RMSE %", static m => Percent(m.Forces?.RelativeRmse)),
            ("RMSE MU / mDebye / atom", static m => Milli(m.DipolePerAtom?.Rmse)), ("rel MU RMSE %", static m => Percent(m.Dipole?.RelativeRmse)),
        ],
        _ => [("RMSE E / meV / atom", static m => Milli(m.EnergyPerAtom?.Rmse)), ("RMSE F / meV / A", static m => Milli(m.Forces?.Rmse)), ("relative F RMSE %", static m => Percent(m.Forces?.RelativeRmse))],
    };

    /// <summary>Titles of the columns, the name of the set first.</summary>
    public IReadOnlyList<string> Titles => ["config_type", .. _columns.Select(static c => c.Title)];

    /// <summary>The rows, a cell a column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Adds a set of frames.</summary>
    /// <param name="name">Its name, such as <c>train_Default</c>.</param>
    /// <param name="metrics">The errors.</param>
    public void Add(string name, ErrorMetrics metrics) => _rows.Add([name, .. _columns.Select(c => c.Cell(metrics))]);

    /// <summary>The table as text, cells in the middle between bars.</summary>
    public override string ToString() => new ReportRows(Titles, Rows).ToString();

    /// <summary>A thousandth of the unit, one digit; a dash for nothing.</summary>
    internal static string Milli(double? value) => value is { } number ? (1000 * number).ToString("0.0", CultureInfo.InvariantCulture) : "-";

    private static string Percent(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
