using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A wave vector of a path.</summary>
/// <param name="Q">The wave vector in fractions of the reciprocal vectors of the primitive cell.</param>
/// <param name="Place">Length of the path up to here, Å⁻¹ without 2π; jumps have no length.</param>
/// <param name="Label">Name of the point, or null between points.</param>
/// <param name="Stretch">Index of the stretch.</param>
/// <param name="Direction">Where the line leads: the direction from which Γ is approached.</param>
public readonly record struct BandSample(Vector3D Q, double Place, string? Label, int Stretch, Vector3D Direction);
