namespace MaceSharp.Simulation;

/// <summary>The seven crystal systems.</summary>
public enum CrystalSystem
{
    /// <summary>Point groups 1 and -1.</summary>
    Triclinic,

    /// <summary>Point groups 2, m and 2/m.</summary>
    Monoclinic,

    /// <summary>Point groups 222, mm2 and mmm.</summary>
    Orthorhombic,

    /// <summary>Point groups with one fourfold axis.</summary>
    Tetragonal,

    /// <summary>Point groups with one threefold axis.</summary>
    Trigonal,

    /// <summary>Point groups with one sixfold axis.</summary>
    Hexagonal,

    /// <summary>Point groups with four threefold axes.</summary>
    Cubic,
}
