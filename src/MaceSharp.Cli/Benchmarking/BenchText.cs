using System.Globalization;
using MaceSharp.Cli.Output;
using MaceSharp.Measuring;
using Spectre.Console;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>Shows a report to a person.</summary>
internal sealed class BenchText(StyledOutput output)
{
    private const int LabelWidth = 22;

    private Grid _list = PlainLayout.List(LabelWidth);

    /// <summary>Writes the report.</summary>
    public void Write(BenchReport r)
    {
        BenchRequest q = r.Request;
        _list.Add("model", q.Model.Name);
        _list.Add("structure", $"{q.Description}, {Numbers.Count(r.Atoms, "atom")}, {Number(r.Neighbors)} neighbours an atom within {Number(r.Cutoff)} Å");
        _list.Add("arithmetic", $"{ModelOptions.NameOf(q.Options.Precision)}, {(r.Radial is RadialMode radial ? $"radial {ModelOptions.NameOf(radial)}, " : "")}{Numbers.Count(q.Options.ThreadCount, "thread")}");
        _list.Add("neighbour list", q.ListPeriod == 1 ? "built every step" : $"built every {q.ListPeriod} steps, with a skin of {Number(q.Options.Skin)} Å");
        _list.Add("processor", $"{r.Machine.Processor}, {Numbers.Count(r.Machine.Cores, "core")}, {(r.Machine.VectorBits == 0 ? "no vectors" : Number(r.Machine.VectorBits) + "-bit vectors")}");
        _list.Add("system", $"{r.Machine.Runtime}, {r.Machine.OperatingSystem}");
        EndList();
        output.WriteLine();
        _list.Add("energy and forces", $"{PerAtom(r, r.Forces.Median)} µs an atom (median; {PerAtom(r, r.Forces.Shortest)} to {PerAtom(r, r.Forces.Longest)} in {Numbers.Count(q.Repeats, "repeat")} of {Numbers.Count(r.Forces.StepsPerSample, "step")})");
        _list.Add("processor time", $"{PerAtom(r, r.Forces.ProcessorTime)} µs an atom");
        _list.Add("throughput", $"{Numbers.Grouped(r.Atoms / r.Forces.Median)} atom-steps/s");
        _list.Add("energy alone", $"{PerAtom(r, r.Energy.Median)} µs an atom, {Percent(r.Energy.Median / r.Forces.Median)} of energy and forces");
        _list.Add("memory", $"{Numbers.Bytes(r.ResidentBytes / r.Atoms)} an atom resident, {Numbers.Bytes(r.ManagedBytes / r.Atoms)} of them on the managed heap");
        _list.Add("allocated", $"{Numbers.Bytes((long)Math.Round(r.Forces.AllocatedBytes))} a step");
        EndList();
        output.WriteLine();
        _list.Add("peak of one core", $"{Number(r.SinglePeak)} GFLOP/s in float32, {Number(r.DoublePeak)} in float64");
        if (r.Operations is double operations)
        {
            _list.Add("counted minimum", $"{Number(operations / 1e6)} million multiply-adds an atom");
            _list.Add("share of peak", $"{Percent(r.ShareOfPeak!.Value)} ({Percent(r.ShareOfPeakByProcessorTime!.Value)} by processor time)");
        }

        EndList();
        if (r.Stages is not { } stages) { return; }
        output.WriteLine();
        foreach (EvaluationStage stage in StageTimes.Stages) { _list.Add(NameOf(stage), $"{Percent(stages.ShareOf(stage))} of energy and forces"); }
        EndList();
    }

    private static string NameOf(EvaluationStage stage) => stage switch
    {
        EvaluationStage.NeighborList => "neighbour list",
        EvaluationStage.Geometry => "geometry of edges",
        EvaluationStage.RadialWeights => "radial weights",
        EvaluationStage.EdgesForward => "edges, forward",
        EvaluationStage.EdgesBack => "edges, back",
        EvaluationStage.Products => "mixing and products",
        EvaluationStage.Contraction => "contraction",
        _ => "the rest",
    };

    private static string PerAtom(BenchReport r, double seconds) => Number(1e6 * seconds / r.Atoms);

    private static string Number(double value) => Math.Abs(value) >= 1000 ? Numbers.Grouped(value) : value.ToString("G3", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:G3} %");

    private void EndList()
    {
        output.Write(_list);
        _list = PlainLayout.List(LabelWidth);
    }
}
