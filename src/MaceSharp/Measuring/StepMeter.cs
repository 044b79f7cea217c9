using System.Diagnostics;
using MaceSharp.Atoms;

namespace MaceSharp.Measuring;

/// <summary>Times evaluations of moving atoms by one evaluator, as a run of dynamics makes them.</summary>
/// <param name="evaluator">The evaluator.</param>
/// <param name="atoms">The structure it evaluates, and how that moves.</param>
/// <param name="progress">Told the number of steps so far, now and then; null: nobody.</param>
/// <param name="cancellationToken">Ends a measurement early.</param>
public sealed class StepMeter(IPotentialEvaluator evaluator, MovingAtoms atoms, Action<long>? progress = null, CancellationToken cancellationToken = default)
{
    private const int LargestSteps = 10_000;

    private readonly PotentialResult _result = new();
    private long _steps;

    /// <summary>A repeat has as many steps as take about this long, and at least one.</summary>
    public TimeSpan SampleTime { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Runs steps until code and memory have settled: for the given time, but at least two and, unless they are very long, three.</summary>
    /// <param name="properties">What a step computes.</param>
    /// <param name="time">How long.</param>
    /// <returns>The duration of the last step.</returns>
    public TimeSpan WarmUp(Properties properties, TimeSpan time)
    {
        Stopwatch watch = Stopwatch.StartNew();
        TimeSpan last = TimeSpan.Zero;
        for (int step = 0; step < 2 || (watch.Elapsed < 5 * time && (step < 3 || watch.Elapsed < time)); step++)
        {
            last = TimeSpan.FromSeconds(Step(properties).Wall);
            progress?.Invoke(_steps);
        }

        return last;
    }

    /// <summary>Times steps. A repeat has whole periods of the neighbour list.</summary>
    /// <param name="properties">What a step computes.</param>
    /// <param name="repeats">Number of repeats.</param>
    /// <param name="expected">About how long a step takes.</param>
    public StepTimes Measure(Properties properties, int repeats, TimeSpan expected)
    {
        int steps = (int)Math.Clamp(SampleTime / TimeSpan.FromTicks(Math.Max(1, expected.Ticks)), 1, LargestSteps), period = atoms.ListPeriod;
        steps = (steps + period - 1) / period * period;
        double[] wall = new double[repeats], processor = new double[repeats];
        long allocated = 0;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int step = 0; step < steps; step++)
            {
                (double stepWall, double stepProcessor) = Step(properties);
                wall[repeat] += stepWall / steps;
                processor[repeat] += stepProcessor / steps;
            }

            allocated += GC.GetTotalAllocatedBytes(precise: true) - before;
            progress?.Invoke(_steps);
        }

        return new StepTimes(wall, StepTimes.MedianOf(processor), steps, allocated / ((double)steps * repeats));
    }

    /// <summary>Moves the atoms and evaluates them; only the evaluation is timed.</summary>
    private (double Wall, double Processor) Step(Properties properties)
    {
        atoms.Step();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        evaluator.Evaluate(atoms.Structure, properties, _result, cancellationToken);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _steps++;
        return (wall, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }
}
