using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Moves positions by whole lattice vectors.</summary>
internal static class Wrapping
{
    /// <summary>How far below zero a fractional coordinate may be and still count as zero, so that an atom on a face stays there.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>The image of a position whose fractional coordinates along periodic directions are in [0, 1).</summary>
    /// <param name="position">The position, Å.</param>
    /// <param name="cell">A cell that is not singular, Å.</param>
    /// <param name="inverse">Its inverse.</param>
    /// <param name="periodicity">Directions along which to wrap.</param>
    public static Vector3D Wrap(Vector3D position, Matrix3 cell, Matrix3 inverse, Periodicity periodicity)
    {
        Vector3D fractional = position * inverse;
        Vector3D shift = new(
            periodicity.A ? Math.Floor(fractional.X + Tolerance) : 0,
            periodicity.B ? Math.Floor(fractional.Y + Tolerance) : 0,
            periodicity.C ? Math.Floor(fractional.Z + Tolerance) : 0);
        return position - (shift * cell);
    }
}
