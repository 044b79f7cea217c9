namespace MaceSharp.Atoms;

/// <summary>A listed atom of a CIF: what it is called, which element it is, where it stands.</summary>
/// <param name="Label">Its label, for messages.</param>
/// <param name="Element">Atomic number.</param>
/// <param name="Mass">Mass, atomic mass units.</param>
/// <param name="Coordinates">Fractional coordinates, or Cartesian ones (Å), as the block has them.</param>
/// <param name="Line">Number of its line.</param>
internal readonly record struct CifSite(string Label, int Element, double Mass, Vector3D Coordinates, long Line);
