namespace MaceSharp.Simulation;

/// <summary>A temperature or pressure that changes with time: along a straight line, or in steps of equal height.</summary>
/// <param name="Start">Value at step 0.</param>
/// <param name="End">Value from the last step of the ramp on.</param>
/// <param name="Steps">Steps the ramp takes; 0 for a constant, which is <paramref name="End"/>.</param>
public sealed record Ramp(double Start, double End, long Steps)
{
    /// <summary>Height of a step, in the unit of the values; 0 for a straight line.</summary>
    public double StepHeight { get; init; }

    /// <summary>A value that does not change.</summary>
    public static Ramp Constant(double value) => new(value, value, 0);

    /// <summary>The value at a time.</summary>
    /// <param name="step">Steps done.</param>
    public double At(long step)
    {
        if (Steps <= 0 || step >= Steps) { return End; }
        double share = (double)step / Steps, height = Math.Abs(StepHeight);
        if (!(height > 0)) { return Start + (share * (End - Start)); }
        double count = Math.Max(1, Math.Round(Math.Abs(End - Start) / height)) + 1;
        return Start + (Math.Sign(End - Start) * Math.Min(Math.Abs(End - Start), height * Math.Floor(share * count)));
    }
}
