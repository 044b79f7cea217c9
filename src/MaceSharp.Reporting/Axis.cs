namespace MaceSharp.Reporting;

/// <summary>An axis of a panel.</summary>
/// <param name="Label">What is shown, such as <c>Energy</c>; may be empty.</param>
/// <param name="Unit">The unit, such as <c>eV</c>, written in parentheses behind the label; null where there is none.</param>
public sealed record Axis(string Label, string? Unit = null)
{
    /// <summary>Linear unless said otherwise.</summary>
    public AxisScale Scale { get; init; }

    /// <summary>The smallest number shown; null to take it from the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>The largest number shown; null to take it from the data.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether numbers grow to the left or downwards, as wavenumbers do in infrared spectra.</summary>
    public bool Reversed { get; init; }

    /// <summary>Ticks that replace the automatic ones; null for automatic ones. An empty list leaves the axis without.</summary>
    public IReadOnlyList<AxisTick>? Ticks { get; init; }

    /// <summary>Label and unit in one text.</summary>
    public string Text => string.IsNullOrEmpty(Unit) ? Label : Label.Length == 0 ? Unit : $"{Label} ({Unit})";
}
