using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What a relaxation came to.</summary>
/// <param name="Structure">The last structure with energy, forces and perhaps stress.</param>
/// <param name="IsConverged">Whether forces and stress are as small as asked for.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Evaluations">Evaluations of the potential.</param>
/// <param name="Energy">Energy, eV.</param>
/// <param name="StartEnergy">Energy of the start, eV.</param>
/// <param name="LargestForce">Largest force on an atom, eV/Å.</param>
/// <param name="LargestStress">Largest free component of stress plus pressure, GPa.</param>
public sealed record RelaxationResult(Structure Structure, bool IsConverged, int Steps, long Evaluations, double Energy, double StartEnergy, double LargestForce, double LargestStress);
