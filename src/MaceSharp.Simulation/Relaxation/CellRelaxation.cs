namespace MaceSharp.Simulation;

/// <summary>What of a cell is relaxed.</summary>
public enum CellRelaxation
{
    /// <summary>Nothing.</summary>
    Fixed,

    /// <summary>Volume and shape.</summary>
    Full,

    /// <summary>The shape at constant volume.</summary>
    Shape,

    /// <summary>The volume at constant shape.</summary>
    Volume,
}
