namespace MaceSharp.Reporting;

/// <summary>Points joined in the order given. A point that is not finite ends the stroke; the next one begins another, so that one series holds many branches.</summary>
public sealed record LineSeries : Series
{
    /// <summary>Creates the series.</summary>
    /// <param name="name">The name in the legend; null to leave it out.</param>
    /// <param name="x">Abscissae.</param>
    /// <param name="y">Ordinates, as many.</param>
    /// <exception cref="ArgumentException">The numbers of abscissae and ordinates differ.</exception>
    public LineSeries(string? name, IReadOnlyList<double> x, IReadOnlyList<double> y)
        : base(name)
    {
        X = CheckPairs(x, y);
        Y = y;
    }

    /// <summary>Abscissae.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Ordinates.</summary>
    public IReadOnlyList<double> Y { get; }

    /// <summary>Whether the line is dashed.</summary>
    public bool Dashed { get; init; }

    /// <summary>Sticks from zero, as in a spectrum of lines.</summary>
    /// <param name="name">The name in the legend; null to leave it out.</param>
    /// <param name="x">Where the sticks stand.</param>
    /// <param name="heights">How high they are.</param>
    /// <exception cref="ArgumentException">The numbers of places and heights differ.</exception>
    public static LineSeries Sticks(string? name, IReadOnlyList<double> x, IReadOnlyList<double> heights)
    {
        CheckPairs(x, heights);
        List<double> xs = new(3 * x.Count);
        List<double> ys = new(3 * x.Count);
        for (int i = 0; i < x.Count; i++)
        {
            xs.AddRange([x[i], x[i], double.NaN]);
            ys.AddRange([0, heights[i], double.NaN]);
        }

        return new LineSeries(name, xs, ys);
    }
}
