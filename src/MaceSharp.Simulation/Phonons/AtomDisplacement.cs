using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A displacement of one atom of a supercell.</summary>
/// <param name="Atom">Index of the atom in the supercell.</param>
/// <param name="Vector">The displacement, Å.</param>
public sealed record AtomDisplacement(int Atom, Vector3D Vector);
