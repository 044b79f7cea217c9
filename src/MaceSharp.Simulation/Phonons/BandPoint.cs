using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A named wave vector.</summary>
/// <param name="Label">Its name, such as Γ.</param>
/// <param name="Q">The wave vector in fractions of the reciprocal vectors of the primitive cell.</param>
public sealed record BandPoint(string Label, Vector3D Q);
