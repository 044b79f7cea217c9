using MaceSharp.Architecture;
using MaceSharp.Measuring;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>What was measured. Times are of one step, energy and forces of all atoms.</summary>
internal sealed record BenchReport
{
    /// <summary>What was asked for.</summary>
    public required BenchRequest Request { get; init; }

    /// <summary>The machine.</summary>
    public required Machine Machine { get; init; }

    /// <summary>Cutoff of the model, Å.</summary>
    public required double Cutoff { get; init; }

    /// <summary>Neighbours of an atom within the cutoff, on average.</summary>
    public required double Neighbors { get; init; }

    /// <summary>How radial weights are computed; null for a potential that has none.</summary>
    public RadialMode? Radial { get; init; }

    /// <summary>Steps that compute energy and forces.</summary>
    public required StepTimes Forces { get; init; }

    /// <summary>Where the time of energy and forces goes; null for a potential that does not say.</summary>
    public StageTimes? Stages { get; init; }

    /// <summary>Steps that compute the energy alone.</summary>
    public required StepTimes Energy { get; init; }

    /// <summary>Growth of the resident memory of the process from before the evaluator was made to its largest, bytes.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>Growth of the managed heap from before the evaluator was made to after the warm-up, bytes.</summary>
    public required long ManagedBytes { get; init; }

    /// <summary>Peak of one core in float32, GFLOP/s.</summary>
    public required double SinglePeak { get; init; }

    /// <summary>Peak of one core in float64, GFLOP/s.</summary>
    public required double DoublePeak { get; init; }

    /// <summary>Counted minimum of multiply-adds an atom for energy and forces; null for a model that is not counted.</summary>
    public double? Operations { get; init; }

    /// <summary>Number of atoms.</summary>
    public int Atoms => Request.Structure.Count;

    /// <summary>Threads that can run at the same time.</summary>
    public int BusyCores => Math.Min(Request.Options.ThreadCount, Machine.Cores);

    /// <summary>Peak of one core in the arithmetic used, GFLOP/s.</summary>
    public double Peak => Request.Options.Precision == Precision.Float32 ? SinglePeak : DoublePeak;

    /// <summary>Counted minimum over what the cores could have done in the median time; 0 to 1.</summary>
    public double? ShareOfPeak => Operations is double operations ? 2e-9 * operations * Atoms / (Forces.Median * Peak * BusyCores) : null;

    /// <summary>The same with processor time in place of wall time: what it would be on a machine with nothing else to do.</summary>
    public double? ShareOfPeakByProcessorTime => Operations is double operations ? 2e-9 * operations * Atoms / (Forces.ProcessorTime * Peak) : null;
}
