using System.Text.Json;
using MaceSharp.Measuring;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>A report for machines; units are in the names.</summary>
internal static class BenchJson
{
    /// <summary>Writes the report as one object.</summary>
    public static void Write(Utf8JsonWriter json, BenchReport r)
    {
        BenchRequest q = r.Request;
        json.WriteStartObject();
        json.WriteString("model", q.Model.Name);
        json.WriteString("structure", q.Description);
        json.WriteNumber("atoms", r.Atoms);
        json.WriteNumber("cutoff_angstrom", r.Cutoff);
        json.WriteNumber("neighbors_per_atom", r.Neighbors);
        json.WriteString("dtype", ModelOptions.NameOf(q.Options.Precision));
        if (r.Radial is RadialMode radial) { json.WriteString("radial", ModelOptions.NameOf(radial)); }
        else { json.WriteNull("radial"); }
        json.WriteNumber("threads", q.Options.ThreadCount);
        json.WriteNumber("steps_per_neighbor_list", q.ListPeriod);
        json.WriteNumber("skin_angstrom", q.Options.Skin);
        json.WriteStartObject("machine");
        json.WriteString("processor", r.Machine.Processor);
        json.WriteNumber("cores", r.Machine.Cores);
        json.WriteNumber("vector_bits", r.Machine.VectorBits);
        json.WriteString("runtime", r.Machine.Runtime);
        json.WriteString("operating_system", r.Machine.OperatingSystem);
        json.WriteEndObject();
        Write(json, "energy_and_forces", r, r.Forces);
        Write(json, "energy", r, r.Energy);
        if (r.Stages is { } stages)
        {
            json.WriteStartObject("shares_of_stages");
            foreach (EvaluationStage stage in StageTimes.Stages) { json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(stage.ToString()), stages.ShareOf(stage)); }
            json.WriteEndObject();
        }

        json.WriteNumber("energy_over_energy_and_forces", r.Energy.Median / r.Forces.Median);
        json.WriteNumber("resident_bytes_per_atom", (double)r.ResidentBytes / r.Atoms);
        json.WriteNumber("managed_bytes_per_atom", (double)r.ManagedBytes / r.Atoms);
        json.WriteStartObject("peak_gflops_per_core");
        json.WriteNumber("float32", r.SinglePeak);
        json.WriteNumber("float64", r.DoublePeak);
        json.WriteEndObject();
        Write(json, "counted_multiply_adds_per_atom", r.Operations);
        Write(json, "share_of_peak", r.ShareOfPeak);
        Write(json, "share_of_peak_by_processor_time", r.ShareOfPeakByProcessorTime);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, BenchReport r, StepTimes times)
    {
        json.WriteStartObject(name);
        json.WriteNumber("microseconds_per_atom", Scaled(times.Median));
        json.WriteStartArray("microseconds_per_atom_of_repeats");
        foreach (double sample in times.Samples) { json.WriteNumberValue(Scaled(sample)); }
        json.WriteEndArray();
        json.WriteNumber("processor_microseconds_per_atom", Scaled(times.ProcessorTime));
        json.WriteNumber("atom_steps_per_second", r.Atoms / times.Median);
        json.WriteNumber("steps_per_repeat", times.StepsPerSample);
        json.WriteNumber("allocated_bytes_per_step", times.AllocatedBytes);
        json.WriteEndObject();

        double Scaled(double seconds) => 1e6 * seconds / r.Atoms;
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number) { json.WriteNumber(name, number); }
        else { json.WriteNull(name); }
    }
}
