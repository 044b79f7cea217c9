using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How a cell may change under a barostat.</summary>
public enum CellFreedom
{
    /// <summary>The volume alone.</summary>
    Isotropic,

    /// <summary>Stretches along x, y and z; no shear.</summary>
    Anisotropic,

    /// <summary>All lengths and angles; the cell does not turn.</summary>
    Full,
}

/// <summary>What is common to cells of a freedom.</summary>
internal static class CellFreedoms
{
    /// <summary>Number of degrees of freedom.</summary>
    public static int Count(this CellFreedom freedom) => freedom switch { CellFreedom.Isotropic => 1, CellFreedom.Anisotropic => 3, _ => 6 };

    /// <summary>The part of a symmetric strain or stress that a freedom leaves.</summary>
    public static Matrix3 Project(this CellFreedom freedom, Matrix3 m) => freedom switch
    {
        CellFreedom.Isotropic => (m.Trace / 3) * Matrix3.Identity,
        CellFreedom.Anisotropic => new(m[0, 0], 0, 0, 0, m[1, 1], 0, 0, 0, m[2, 2]),
        _ => m.Symmetrized,
    };
}
