namespace MaceSharp.Simulation;

/// <summary>How far a band is.</summary>
/// <param name="Step">Number of the step, from 0.</param>
/// <param name="MaximalForce">Largest projected force on an atom, eV/Å.</param>
/// <param name="Barrier">Energy of the highest image above the first, eV.</param>
/// <param name="HighestImage">Index of the highest image.</param>
/// <param name="IsClimbing">Whether it climbs.</param>
public readonly record struct NebStep(int Step, double MaximalForce, double Barrier, int HighestImage, bool IsClimbing);
