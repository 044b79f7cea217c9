using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using Spectre.Console;

namespace MaceSharp.Cli.Evaluation;

/// <summary>What a run did: counts, speed, and errors against labels.</summary>
internal sealed class EvalSummary
{
    /// <summary>Names of the models.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Arithmetic, as <c>--dtype</c> takes it.</summary>
    public required string Dtype { get; init; }

    /// <summary>How radial weights were computed, as <c>--radial</c> takes it: one way, or two in a mixed committee; empty where there are none.</summary>
    public IReadOnlyList<string> Radial { get; set; } = [];

    /// <summary>The dispersion correction that was added, or null.</summary>
    public string? Dispersion { get; init; }

    /// <summary>Threads used.</summary>
    public int Threads { get; set; }

    /// <summary>Where the results went, or null.</summary>
    public string? Output { get; init; }

    /// <summary>Frames evaluated.</summary>
    public long Frames { get; private set; }

    /// <summary>Atoms of these frames.</summary>
    public long Atoms { get; private set; }

    /// <summary>Frames marked as isolated atoms, which no error counts.</summary>
    public long IsolatedAtoms { get; private set; }

    /// <summary>Wall time of reading, evaluating and writing.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Errors over all frames.</summary>
    public ErrorStatistics Errors;

    /// <summary>Adds a frame.</summary>
    public void Add(EvaluatedFrame frame)
    {
        Frames++;
        Atoms += frame.Structure.Count;
        if (frame.IsIsolatedAtom) { IsolatedAtoms++; }
        Errors.Add(frame.Errors);
    }

    /// <summary>Writes the summary for a person.</summary>
    public void Write(StyledOutput writer)
    {
        double seconds = Math.Max(Elapsed.TotalSeconds, 1e-9);
        string models = Models.Count == 1 ? Models[0] : $"committee of {Models.Count}: {string.Join(", ", Models)}";
        if (Dispersion is not null) { models += $" + {Dispersion}"; }
        string radial = Radial.Count == 0 ? "" : $"radial {string.Join(" and ", Radial)}, ";
        writer.WriteLine($"{Numbers.Count(Frames, "frame")}, {Numbers.Count(Atoms, "atom")} in {Numbers.Duration(Elapsed)} ({Numbers.Grouped(Atoms / seconds)} atoms/s); {models}; {Dtype}, {radial}{Numbers.Count(Threads, "thread")}");
        if (IsolatedAtoms > 0) { writer.WriteLine($"{Numbers.Count(IsolatedAtoms, "frame")} marked IsolatedAtom: evaluated, not counted in the errors below"); }
        if (Errors.Energy.Count + Errors.Forces.Count + Errors.Stress.Count == 0) { return; }

        Table table = PlainLayout.Table(new("error against labels", IsText: true), new("RMSE"), new("MAE"), new("", IsText: true), new("frames with label"));
        AddRow(table, "energy", Errors.Energy, 1e3, "meV/atom");
        AddRow(table, "forces", Errors.Forces, 1e3, "meV/Å");
        AddRow(table, "stress", Errors.Stress, 1e3, "meV/Å³");
        AddRow(table, "", Errors.Stress, 1 / Units.GigaPascal, "GPa");
        writer.Write(table);
    }

    /// <summary>Writes the summary as a JSON object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("frames", Frames);
        json.WriteNumber("atoms", Atoms);
        json.WriteNumber("isolated_atoms", IsolatedAtoms);
        json.WriteNumber("seconds", Math.Round(Elapsed.TotalSeconds, 6));
        json.WriteNumber("atoms_per_second", Math.Round(Atoms / Math.Max(Elapsed.TotalSeconds, 1e-9), 3));
        json.WriteStartArray("models");
        foreach (string model in Models) { json.WriteStringValue(model); }
        json.WriteEndArray();
        if (Dispersion is not null) { json.WriteString("dispersion", Dispersion); }
        json.WriteString("dtype", Dtype);
        if (Radial.Count > 0) { json.WriteString("radial", string.Join('+', Radial)); }
        json.WriteNumber("threads", Threads);
        if (Output is not null) { json.WriteString("output", Output); }
        json.WriteStartObject("errors");
        WriteErrors(json, "energy_per_atom", "meV/atom", Errors.Energy, 1e3);
        WriteErrors(json, "forces", "meV/Å", Errors.Forces, 1e3);
        WriteErrors(json, "stress", "meV/Å³", Errors.Stress, 1e3);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void AddRow(Table table, string name, in DifferenceSum sum, double scale, string unit)
    {
        if (sum.Count == 0) { return; }
        long counted = Frames - IsolatedAtoms;
        table.Add(name, Numbers.Short(scale * sum.RootMeanSquare), Numbers.Short(scale * sum.MeanMagnitude), unit, name.Length == 0 ? "" : $"{Numbers.Grouped(sum.FrameCount)} of {Numbers.Grouped(counted)}");
    }

    private void WriteErrors(Utf8JsonWriter json, string name, string unit, in DifferenceSum sum, double scale)
    {
        if (sum.Count == 0) { return; }
        json.WriteStartObject(name);
        json.WriteNumber("rmse", scale * sum.RootMeanSquare);
        json.WriteNumber("mae", scale * sum.MeanMagnitude);
        json.WriteString("unit", unit);
        json.WriteNumber("frames", sum.FrameCount);
        json.WriteNumber("frames_without_label", Frames - IsolatedAtoms - sum.FrameCount);
        json.WriteEndObject();
    }
}
