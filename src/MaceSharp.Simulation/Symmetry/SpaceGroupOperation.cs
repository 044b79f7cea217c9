using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>An operation of a space group in fractional coordinates of a cell: x′ = W·x + w for columns x (International Tables for Crystallography A).</summary>
/// <param name="Rotation">W, proper or improper.</param>
/// <param name="Translation">w, elements from 0 to 1.</param>
public readonly record struct SpaceGroupOperation(IntegerMatrix3 Rotation, Vector3D Translation)
{
    /// <summary>Applies the operation to fractional coordinates.</summary>
    public Vector3D Apply(Vector3D fractional) => (Rotation * fractional) + Translation;
}
