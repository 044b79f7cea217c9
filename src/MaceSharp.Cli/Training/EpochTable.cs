using System.Globalization;
using MaceSharp.Cli.Output;
using MaceSharp.Training.Runs;

namespace MaceSharp.Cli.Training;

/// <summary>The table of validations that grows while a run goes on.</summary>
internal sealed class EpochTable
{
    private readonly StreamedTable _table;
    private readonly int _columns;
    private readonly List<Func<ErrorMetrics, double?>> _quantities = [];

    /// <summary>Creates a table for what the first validation has found.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="first">The first validation.</param>
    public EpochTable(StyledOutput output, EpochReport first)
    {
        List<Column> columns = [new("epoch"), new("train", "loss"), new("valid", "loss")];
        foreach (HeadMetrics head in first.Heads)
        {
            string suffix = first.Heads.Count > 1 ? " " + head.Head : "";
            Offer(static m => m.EnergyPerAtom?.Rmse, "E" + suffix, "meV/atom");
            Offer(static m => m.Forces?.Rmse, "F" + suffix, "meV/Å");
            Offer(static m => m.Stress?.Rmse, "stress" + suffix, "meV/Å³");
            Offer(static m => m.VirialsPerAtom?.Rmse, "virials" + suffix, "meV/atom");
            Offer(static m => m.DipolePerAtom?.Rmse, "dipole" + suffix, "m/atom");
            Offer(static m => m.PolarizabilityPerAtom?.Rmse, "polar." + suffix, "m/atom");

            void Offer(Func<ErrorMetrics, double?> quantity, string title, string unit)
            {
                if (quantity(head.Metrics) is null) { return; }
                columns.Add(new(title, unit));
                if (head == first.Heads[0]) { _quantities.Add(quantity); }
            }
        }

        columns.AddRange([new("learning", "rate"), new("frames", "/s"), new("time", "left"), new("", "", IsText: true)]);
        _table = new StreamedTable(output, columns);
        _columns = columns.Count;
    }

    /// <summary>Adds a validation.</summary>
    public void Add(EpochReport report)
    {
        List<string> cells =
        [
            report.Epoch?.ToString(CultureInfo.InvariantCulture) ?? "-",
            double.IsNaN(report.TrainingLoss) ? "-" : Numbers.Short(report.TrainingLoss),
            Numbers.Short(report.Heads[^1].Metrics.Loss),
        ];
        foreach (HeadMetrics head in report.Heads) { cells.AddRange(_quantities.Select(q => Numbers.Fixed(1000 * q(head.Metrics), 2))); }
        while (cells.Count < _columns - 4) { cells.Add("-"); }
        cells.RemoveRange(_columns - 4, cells.Count - _columns + 4);
        cells.AddRange(
        [
            report.LearningRate.ToString("G3", CultureInfo.InvariantCulture),
            report.Epoch is null ? "-" : report.FramesPerSecond.ToString("F0", CultureInfo.InvariantCulture),
            report.Epoch is null ? "-" : Numbers.Duration(report.Remaining),
            report.IsBest ? "best" : "",
        ]);
        _table.Add([.. cells]);
        _table.Finish();
    }
}
