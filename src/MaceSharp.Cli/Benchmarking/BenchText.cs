using System.Globalization;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>Shows a report to a person.</summary>
internal sealed class BenchText(TextWriter output)
{
    private const int LabelWidth = 22;

    /// <summary>Writes the report.</summary>
    public void Write(BenchReport r)
    {
        BenchRequest q = r.Request;
        Line("model", q.Model.Name);
        Line("structure", $"{q.Description}, {Numbers.Count(r.Atoms, "atom")}, {Number(r.Neighbors)} neighbours an atom within {Number(r.Cutoff)} Å");
        Line("arithmetic", $"{ModelOptions.NameOf(q.Precision)}, {(r.Radial is RadialMode radial ? $"{NameOf(radial)}, " : "")}{Numbers.Count(q.Threads, "thread")}");
        Line("processor", $"{r.Machine.Processor}, {Numbers.Count(r.Machine.Cores, "core")}, {(r.Machine.VectorBits == 0 ? "no vectors" : Number(r.Machine.VectorBits) + "-bit vectors")}");
        Line("system", $"{r.Machine.Runtime}, {r.Machine.OperatingSystem}");
        output.WriteLine();
        Line("energy and forces", $"{PerAtom(r, r.Forces.Median)} µs an atom (median; {PerAtom(r, r.Forces.Shortest)} to {PerAtom(r, r.Forces.Longest)} in {Numbers.Count(q.Repeats, "repeat")} of {Numbers.Count(r.Forces.StepsPerSample, "step")})");
        Line("processor time", $"{PerAtom(r, r.Forces.ProcessorTime)} µs an atom");
        Line("throughput", $"{Numbers.Grouped(r.Atoms / r.Forces.Median)} atom-steps/s");
        Line("energy alone", $"{PerAtom(r, r.Energy.Median)} µs an atom, {Percent(r.Energy.Median / r.Forces.Median)} of energy and forces");
        Line("memory", $"{Numbers.Bytes(r.ResidentBytes / r.Atoms)} an atom resident, {Numbers.Bytes(r.ManagedBytes / r.Atoms)} of them on the managed heap");
        Line("allocated", $"{Numbers.Bytes((long)Math.Round(r.Forces.AllocatedBytes))} a step");
        output.WriteLine();
        Line("peak of one core", $"{Number(r.SinglePeak)} GFLOP/s in float32, {Number(r.DoublePeak)} in float64");
        if (r.Operations is not double operations) { return; }
        Line("counted minimum", $"{Number(operations / 1e6)} million multiply-adds an atom");
        Line("share of peak", $"{Percent(r.ShareOfPeak!.Value)} ({Percent(r.ShareOfPeakByProcessorTime!.Value)} by processor time)");
    }

    private static string NameOf(RadialMode radial) => radial == RadialMode.Table ? "radial tables" : "exact radial network";

    private static string PerAtom(BenchReport r, double seconds) => Number(1e6 * seconds / r.Atoms);

    private static string Number(double value) => Math.Abs(value) >= 1000 ? Numbers.Grouped(value) : value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:G3} %");

    private void Line(string label, string value) => output.WriteLine($"{label.PadRight(LabelWidth)}{value}");
}
