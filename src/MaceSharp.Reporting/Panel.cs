namespace MaceSharp.Reporting;

/// <summary>One pair of axes with what is drawn between them.</summary>
/// <param name="x">The horizontal axis.</param>
/// <param name="y">The vertical axis.</param>
/// <param name="title">Written above; null for none.</param>
public sealed class Panel(Axis x, Axis y, string? title = null)
{
    /// <summary>The horizontal axis.</summary>
    public Axis X { get; } = x ?? throw new ArgumentNullException(nameof(x));

    /// <summary>The vertical axis.</summary>
    public Axis Y { get; } = y ?? throw new ArgumentNullException(nameof(y));

    /// <summary>Written above; null for none.</summary>
    public string? Title { get; } = title;

    /// <summary>What is drawn, the first one lowest.</summary>
    public IList<Series> Series { get; } = [];

    /// <summary>Whether named series are listed in a legend. It is left out anyway when no series has a name.</summary>
    public bool ShowLegend { get; init; } = true;

    /// <summary>Width relative to the other panels of a row.</summary>
    public double RelativeWidth { get; init; } = 1;

    /// <summary>Adds a series.</summary>
    /// <param name="series">What is drawn.</param>
    /// <returns>This panel.</returns>
    public Panel Add(Series series)
    {
        ArgumentNullException.ThrowIfNull(series);
        Series.Add(series);
        return this;
    }
}
