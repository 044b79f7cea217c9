namespace MaceSharp.Reporting;

/// <summary>Lines over the whole height of a panel, such as measured peaks or the corners of a path of wave vectors.</summary>
public sealed record VerticalLineSeries : Series
{
    /// <summary>Creates the series.</summary>
    /// <param name="name">The name in the legend; null to leave it out.</param>
    /// <param name="positions">Where the lines stand.</param>
    public VerticalLineSeries(string? name, IReadOnlyList<double> positions)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(positions);
        Positions = positions;
    }

    /// <summary>Where the lines stand.</summary>
    public IReadOnlyList<double> Positions { get; }

    /// <summary>Whether the lines are dashed.</summary>
    public bool Dashed { get; init; }
}
