namespace MaceSharp.Atoms;

/// <summary>A row of bins, relative to a central bin, that may hold neighbours of the atoms in the central one.</summary>
/// <param name="Y">Offset along the second axis, in bins.</param>
/// <param name="Z">Offset along the third axis, in bins.</param>
/// <param name="First">First offset along the first axis, in bins.</param>
/// <param name="Last">Last offset along the first axis, in bins.</param>
internal readonly record struct StencilRow(int Y, int Z, int First, int Last);
