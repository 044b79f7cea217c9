using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using Spectre.Console;

namespace MaceSharp.Cli.Models;

/// <summary>Number, size and error of the radial tables of one layer in one precision.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Tables">All its tables, the least precise first.</param>
internal sealed record TableReport(Precision Precision, int Layer, IReadOnlyList<RadialTableInfo> Tables)
{
    private RadialTableInfo Worst => Tables[0];

    /// <summary>Measures the tables of a model.</summary>
    /// <exception cref="InvalidInputException">Its radial weights cannot be tabulated.</exception>
    public static IReadOnlyList<TableReport> Measure(CliContext context, MaceModel model)
    {
        MacePotential[] potentials = [.. new[] { Precision.Float32, Precision.Float64 }.Select(p => new MacePotential(model, new MaceOptions { Precision = p, Radial = RadialMode.Table }))];
        int all = potentials.Sum(static p => p.TableCount), done = 0;
        using ProgressDisplay progress = new(context, enabled: true, static tables => Numbers.Count((long)tables, "table"));
        List<TableReport> reports = [];
        foreach (MacePotential potential in potentials)
        {
            List<RadialTableInfo> tables = [];
            foreach (RadialTableInfo table in potential.MeasureTables(context.CancellationToken))
            {
                tables.Add(table);
                progress.Report(++done, (double)done / all);
            }

            reports.AddRange(tables.GroupBy(static t => t.Layer).OrderBy(static g => g.Key).Select(g => new TableReport(potential.Options.Precision, g.Key, [.. g.OrderByDescending(static t => t.SlopeError).ThenBy(static t => t.Elements)])));
        }

        return reports;
    }

    /// <summary>Shows reports to a person.</summary>
    public static void Write(StyledOutput output, IReadOnlyList<TableReport> reports)
    {
        output.WriteLine();
        output.WriteHeading("radial tables");
        Table table = PlainLayout.Table(new("dtype", IsText: true), new("layer"), new("tables"), new("functions"), new("intervals"), new("all tables"), new("slope error"), new("of", IsText: true));
        foreach (TableReport r in reports)
        {
            int fewest = r.Tables.Min(static t => t.Intervals), most = r.Tables.Max(static t => t.Intervals);
            table.Add(
                ModelOptions.NameOf(r.Precision),
                Numbers.Grouped(r.Layer),
                Numbers.Grouped(r.Tables.Count),
                Numbers.Grouped(r.Worst.Functions),
                fewest == most ? Numbers.Grouped(most) : $"{Numbers.Grouped(fewest)} to {Numbers.Grouped(most)}",
                Numbers.Bytes(r.Tables.Sum(static t => t.Bytes)),
                r.Worst.SlopeError.ToString("E1", System.Globalization.CultureInfo.InvariantCulture),
                r.Worst.Elements is (int sender, int receiver) ? $"{Elements.Symbol(sender)}-{Elements.Symbol(receiver)}" : "all pairs");
        }

        output.Write(table);
    }

    /// <summary>Writes the report as an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("dtype", ModelOptions.NameOf(Precision));
        json.WriteNumber("layer", Layer);
        json.WriteNumber("tables", Tables.Count);
        json.WriteNumber("functions", Worst.Functions);
        json.WriteNumber("fewest_intervals", Tables.Min(static t => t.Intervals));
        json.WriteNumber("most_intervals", Tables.Max(static t => t.Intervals));
        json.WriteNumber("bytes", Tables.Sum(static t => t.Bytes));
        json.WriteNumber("slope_error", Worst.SlopeError);
        if (Worst.Elements is (int sender, int receiver))
        {
            json.WriteStartArray("slope_error_pair");
            json.WriteStringValue(Elements.Symbol(sender));
            json.WriteStringValue(Elements.Symbol(receiver));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
