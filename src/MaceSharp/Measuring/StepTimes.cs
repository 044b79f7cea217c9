namespace MaceSharp.Measuring;

/// <summary>What the steps of one kind took.</summary>
/// <param name="Samples">Wall time a step of each repeat, s.</param>
/// <param name="ProcessorTime">Time a step on all processors together, s: the median of the repeats. Unlike wall time it does not count what other processes took.</param>
/// <param name="StepsPerSample">Steps of one repeat.</param>
/// <param name="AllocatedBytes">Managed bytes allocated a step, on all threads.</param>
public sealed record StepTimes(IReadOnlyList<double> Samples, double ProcessorTime, int StepsPerSample, double AllocatedBytes)
{
    /// <summary>Median wall time a step, s.</summary>
    public double Median => MedianOf(Samples);

    /// <summary>Shortest wall time a step, s.</summary>
    public double Shortest => Samples.Min();

    /// <summary>Longest wall time a step, s.</summary>
    public double Longest => Samples.Max();

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double MedianOf(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }
}
