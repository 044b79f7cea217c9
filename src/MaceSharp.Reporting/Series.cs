namespace MaceSharp.Reporting;

/// <summary>Something drawn in a panel: <see cref="LineSeries"/>, <see cref="ScatterSeries"/>, <see cref="HistogramSeries"/> or <see cref="VerticalLineSeries"/>.</summary>
public abstract record Series
{
    private protected Series(string? name) => Name = name;

    /// <summary>The name in the legend; null for a series that the legend leaves out.</summary>
    public string? Name { get; }

    /// <summary>Index of the colour; null for the next free one of the panel. Series of one index have one colour.</summary>
    public int? Color { get; init; }

    private protected static IReadOnlyList<double> CheckPairs(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return x.Count == y.Count ? x : throw new ArgumentException($"{x.Count} abscissae do not fit {y.Count} ordinates.", nameof(y));
    }
}
