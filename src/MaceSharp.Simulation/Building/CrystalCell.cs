namespace MaceSharp.Simulation;

/// <summary>Which cell of a crystal.</summary>
public enum CrystalCell
{
    /// <summary>The smallest cell.</summary>
    Primitive,

    /// <summary>The conventional cube.</summary>
    Cubic,

    /// <summary>A cell with right angles.</summary>
    Orthorhombic,
}
