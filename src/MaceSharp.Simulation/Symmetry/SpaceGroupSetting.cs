using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How a crystal has the symmetry of a type of space groups: in which cell and about which origin its operations are those of the standard setting.</summary>
/// <param name="Type">The type.</param>
/// <param name="Cell">Lattice vectors of the conventional cell as rows, Å; right-handed, in the orientation of the crystal.</param>
/// <param name="Origin">Origin of the standard setting, Å.</param>
public sealed record SpaceGroupSetting(SpaceGroupType Type, Matrix3 Cell, Vector3D Origin);
