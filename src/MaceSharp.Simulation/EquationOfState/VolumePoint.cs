using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A crystal at one of several volumes.</summary>
/// <param name="Volume">V, Å³.</param>
/// <param name="Energy">E, eV.</param>
/// <param name="Structure">The crystal there, relaxed if asked for.</param>
public sealed record VolumePoint(double Volume, double Energy, Structure Structure);
