namespace MaceSharp.Simulation;

/// <summary>Thermal properties of a cell or molecule at a temperature.</summary>
/// <param name="Temperature">T, K.</param>
/// <param name="FreeEnergy">Helmholtz energy of the vibrations, zero-point energy included, eV.</param>
/// <param name="Energy">Energy of the vibrations, zero-point energy included, eV.</param>
/// <param name="Entropy">Entropy, eV/K.</param>
/// <param name="HeatCapacity">Heat capacity at constant volume, eV/K.</param>
public readonly record struct ThermalProperties(double Temperature, double FreeEnergy, double Energy, double Entropy, double HeatCapacity);
