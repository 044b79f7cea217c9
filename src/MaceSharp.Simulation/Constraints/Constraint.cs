using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What an atom, or a pair of atoms, must not do. Atoms are counted from 0.</summary>
public abstract record Constraint
{
    private Constraint()
    {
    }

    /// <summary>An atom stays where it is (in a cell that changes: at its fractional coordinates).</summary>
    /// <param name="Atom">The atom.</param>
    public sealed record Fixed(int Atom) : Constraint;

    /// <summary>An atom moves in a plane.</summary>
    /// <param name="Atom">The atom.</param>
    /// <param name="Normal">A vector perpendicular to the plane, of any length.</param>
    public sealed record Plane(int Atom, Vector3D Normal) : Constraint;

    /// <summary>An atom moves along a line.</summary>
    /// <param name="Atom">The atom.</param>
    /// <param name="Direction">A vector along the line, of any length.</param>
    public sealed record Line(int Atom, Vector3D Direction) : Constraint;

    /// <summary>Two atoms keep their distance. Periodic images are not looked for: it is the distance of the positions as they stand.</summary>
    /// <param name="First">An atom.</param>
    /// <param name="Second">Another atom.</param>
    /// <param name="Length">The distance, Å; null for that of the starting structure.</param>
    public sealed record Bond(int First, int Second, double? Length = null) : Constraint;
}
