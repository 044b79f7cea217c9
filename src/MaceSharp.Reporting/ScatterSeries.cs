namespace MaceSharp.Reporting;

/// <summary>Points on their own. Those that are not finite are left out.</summary>
public sealed record ScatterSeries : Series
{
    /// <summary>Creates the series.</summary>
    /// <param name="name">The name in the legend; null to leave it out.</param>
    /// <param name="x">Abscissae, in any order.</param>
    /// <param name="y">Ordinates, as many.</param>
    /// <exception cref="ArgumentException">The numbers of abscissae and ordinates differ.</exception>
    public ScatterSeries(string? name, IReadOnlyList<double> x, IReadOnlyList<double> y)
        : base(name)
    {
        X = CheckPairs(x, y);
        Y = y;
    }

    /// <summary>Abscissae.</summary>
    public IReadOnlyList<double> X { get; }

    /// <summary>Ordinates.</summary>
    public IReadOnlyList<double> Y { get; }
}
