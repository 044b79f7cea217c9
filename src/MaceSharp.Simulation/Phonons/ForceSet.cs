using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The forces in a supercell of which one atom is displaced.</summary>
/// <param name="Displacement">The displacement.</param>
/// <param name="Forces">Forces on all atoms, eV/Å, those of the undisplaced supercell subtracted.</param>
public sealed record ForceSet(AtomDisplacement Displacement, Vector3D[] Forces);
