namespace MaceSharp.Training.Optimization;

/// <summary>
/// Looks along a line for a point where a function has fallen enough and its slope is small enough: the strong Wolfe conditions f ≤ f₀ + c₁·t·s₀ and |s| ≤ c₂·|s₀|
/// (Nocedal and Wright, Numerical Optimization, 2nd ed., algorithms 3.5 and 3.6), with cubic interpolation.
/// </summary>
/// <param name="function">The function.</param>
/// <param name="origin">Where the line begins.</param>
/// <param name="direction">Its direction.</param>
/// <param name="shortest">An interval in which no variable moves by more is not divided further.</param>
internal sealed class WolfeSearch(DifferentiableFunction function, double[] origin, double[] direction, double shortest)
{
    /// <summary>c₁: how much of the fall that the first slope promises is enough.</summary>
    public const double EnoughFall = 1e-4;

    /// <summary>c₂: how much of the first slope may be left.</summary>
    public const double EnoughCurvature = 0.9;

    /// <summary>Most evaluations.</summary>
    public const int MostEvaluations = 25;

    private readonly double[] _point = new double[origin.Length];
    private int _evaluations;

    /// <summary>Searches.</summary>
    /// <param name="value">f₀, the value at the origin.</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="slope">s₀, the slope there, negative.</param>
    /// <param name="trial">The first length to try.</param>
    /// <returns>The length with the lowest value among those that qualify best; its value is not below f₀ where nothing was found.</returns>
    public (double Length, double Value, double[] Gradient) Run(double value, double[] gradient, double slope, double trial)
    {
        Place start = new(0, value, slope, gradient), before = start, low, high;
        double length = trial;
        while (true)
        {
            Place now = At(length);
            if (!(now.Value <= value + (EnoughFall * length * slope)) || (_evaluations > 1 && now.Value >= before.Value))
            {
                (low, high) = (before, now);
                break;
            }

            if (Math.Abs(now.Slope) <= -EnoughCurvature * slope) { return Of(now); }
            if (now.Slope >= 0)
            {
                (low, high) = (now, before);
                break;
            }

            if (_evaluations >= MostEvaluations) { return Of(now); }
            double next = Interpolate(before, now, length + (0.01 * (length - before.Length)), 10 * length);
            (before, length) = (now, next);
        }

        return Of(Narrow(low, high, value, slope));
    }

    /// <summary>Narrows an interval that holds a point of the kind looked for, its lower end first.</summary>
    private Place Narrow(Place low, Place high, double value, double slope)
    {
        double widest = 0;
        foreach (double d in direction) { widest = Math.Max(widest, Math.Abs(d)); }
        bool crept = false;
        while (_evaluations < MostEvaluations && Math.Abs(high.Length - low.Length) * widest >= shortest)
        {
            (double least, double most) = low.Length < high.Length ? (low.Length, high.Length) : (high.Length, low.Length);
            double length = Interpolate(low, high, least, most), margin = 0.1 * (most - least);
            if (Math.Min(most - length, length - least) < margin)
            {
                // Near an end twice, or at it: a tenth inwards.
                if (crept || length >= most || length <= least) { length = Math.Abs(length - most) < Math.Abs(length - least) ? most - margin : least + margin; }
                crept = !crept;
            }
            else { crept = false; }

            Place now = At(length);
            if (!(now.Value <= value + (EnoughFall * length * slope)) || now.Value >= low.Value)
            {
                high = now;
                continue;
            }

            if (Math.Abs(now.Slope) <= -EnoughCurvature * slope) { return now; }
            if (now.Slope * (high.Length - low.Length) >= 0) { high = low; }
            low = now;
        }

        return low;
    }

    /// <summary>The minimum of the cubic through values and slopes at two points, within bounds; their middle where there is none.</summary>
    private static double Interpolate(in Place a, in Place b, double least, double most)
    {
        (Place first, Place second) = a.Length <= b.Length ? (a, b) : (b, a);
        double d1 = first.Slope + second.Slope - (3 * (first.Value - second.Value) / (first.Length - second.Length));
        double square = (d1 * d1) - (first.Slope * second.Slope);
        if (!(square >= 0) || !double.IsFinite(square)) { return 0.5 * (least + most); }
        double d2 = Math.Sqrt(square);
        double place = second.Length - ((second.Length - first.Length) * ((second.Slope + d2 - d1) / (second.Slope - first.Slope + (2 * d2))));
        return double.IsFinite(place) ? Math.Clamp(place, least, most) : 0.5 * (least + most);
    }

    private static (double, double, double[]) Of(in Place place) => (place.Length, place.Value, place.Gradient);

    /// <summary>Value and slope at a length; a value that is not finite counts as infinite.</summary>
    private Place At(double length)
    {
        _evaluations++;
        double[] gradient = new double[origin.Length];
        for (int i = 0; i < origin.Length; i++) { _point[i] = origin[i] + (length * direction[i]); }
        double value = function(_point, gradient), slope = 0;
        for (int i = 0; i < gradient.Length; i++) { slope += gradient[i] * direction[i]; }
        return double.IsFinite(value) && double.IsFinite(slope) ? new Place(length, value, slope, gradient) : new Place(length, double.PositiveInfinity, 0, gradient);
    }

    private readonly record struct Place(double Length, double Value, double Slope, double[] Gradient);
}
