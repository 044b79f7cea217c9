using System.Globalization;
using System.Text.Json;
using MaceSharp.Cli.Output;
using MaceSharp.Reporting;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Relaxing;

/// <summary>Energy, force, stress and volume of each step of a relaxation: as a table for a person, a text file, JSON and a figure.</summary>
internal sealed class RelaxationHistory(bool movesCell)
{
    private readonly List<Row> _rows = [];

    /// <summary>Columns of the table.</summary>
    public IReadOnlyList<Column> Columns => movesCell
        ? [new("step"), new("energy", "eV"), new("max force", "eV/Å"), new("max stress", "GPa"), new("volume", "Å³")]
        : [new("step"), new("energy", "eV"), new("max force", "eV/Å")];

    /// <summary>Notes the present step.</summary>
    /// <returns>Its cells.</returns>
    public string[] Add(Relaxation relaxation)
    {
        Row row = new(relaxation.StepCount, relaxation.Energy, relaxation.LargestForce, relaxation.LargestStress, relaxation.Volume);
        _rows.Add(row);
        return Cells(row);
    }

    /// <summary>Writes the table.</summary>
    public void Write(TextWriter writer)
    {
        writer.WriteLine($"# {string.Join(" | ", Columns.Select(static c => c.Unit.Length == 0 ? c.Title : $"{c.Title} [{c.Unit}]"))}");
        foreach (Row row in _rows) { writer.WriteLine(string.Join(' ', Cells(row))); }
    }

    /// <summary>Writes the property <c>history</c>, an object of arrays.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("history");
        Write(json, "step", static r => r.Step);
        Write(json, "energy_eV", static r => r.Energy);
        Write(json, "max_force_eV_per_A", static r => r.Force);
        if (movesCell)
        {
            Write(json, "max_stress_GPa", static r => r.Stress);
            Write(json, "volume_A3", static r => r.Volume);
        }

        json.WriteEndObject();
    }

    /// <summary>Energy above the last one and forces, against the step.</summary>
    public Figure Draw(string title)
    {
        double[] steps = [.. _rows.Select(static r => (double)r.Step)];
        double last = _rows[^1].Energy;
        Figure figure = new(title) { RowHeight = 260 };
        Panel energy = new(new Axis("step"), new Axis("energy above the last", "eV"));
        energy.Add(new LineSeries(null, steps, [.. _rows.Select(r => r.Energy - last)]));
        figure.Add(energy);
        Panel force = new(new Axis("step"), new Axis("largest force", "eV/Å") { Scale = AxisScale.Logarithmic });
        force.Add(new LineSeries(null, steps, [.. _rows.Select(static r => Math.Max(r.Force, 1e-12))]));
        figure.Add(force);
        if (movesCell)
        {
            Panel volume = new(new Axis("step"), new Axis("volume", "Å³"));
            volume.Add(new LineSeries(null, steps, [.. _rows.Select(static r => r.Volume)]));
            figure.Add(volume);
        }

        return figure;
    }

    private string[] Cells(Row row)
    {
        string[] common = [row.Step.ToString(CultureInfo.InvariantCulture), Numbers.Fixed(row.Energy, 6), Numbers.Fixed(row.Force, 6)];
        return movesCell ? [.. common, Numbers.Fixed(row.Stress, 5), Numbers.Fixed(row.Volume, 3)] : common;
    }

    private void Write(Utf8JsonWriter json, string name, Func<Row, double> value)
    {
        json.WriteStartArray(name);
        foreach (Row row in _rows) { json.WriteNumberValue(value(row)); }
        json.WriteEndArray();
    }

    private readonly record struct Row(int Step, double Energy, double Force, double Stress, double Volume);
}
