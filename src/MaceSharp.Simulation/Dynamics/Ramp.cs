namespace MaceSharp.Simulation;

/// <summary>A temperature or pressure that changes with time: along a straight line, or in steps of equal height.</summary>
/// <param name="Start">Value at step 0.</param>
/// <param name="End">Value at the end of the ramp.</param>
/// <param name="Steps">Steps the ramp takes; 0 for a constant, which is <paramref name="End"/>.</param>
public sealed record Ramp(double Start, double End, long Steps)
{
    /// <summary>Height of a step, in the unit of the values; 0 for a straight line.</summary>
    public double StepHeight { get; init; }

    /// <summary>Value after the ramp; null for <see cref="End"/>.</summary>
    public double? After { get; init; }

    /// <summary>A value that does not change.</summary>
    public static Ramp Constant(double value) => new(value, value, 0);

    /// <summary>The value at a time.</summary>
    /// <param name="step">Steps done.</param>
    public double At(long step)
    {
        if (Steps <= 0 || step >= Steps) { return After ?? End; }
        double share = (double)step / Steps, height = Math.Abs(StepHeight), way = Math.Abs(End - Start);
        if (!(height > 0)) { return Start + (share * (End - Start)); }
        double levels = Math.Floor((way / height) + 1e-9) + 1;
        return Start + (Math.Sign(End - Start) * Math.Min(way, height * Math.Floor(share * levels)));
    }
}
