namespace MaceSharp.Simulation;

/// <summary>The stress of a strained crystal.</summary>
/// <param name="Component">Voigt index of the strain, 0 to 5; −1 for none.</param>
/// <param name="Strain">Size of the strain; for shear the sum of both off-diagonal elements.</param>
/// <param name="Stress">Stress in Voigt order, eV/Å³.</param>
public sealed record StressStrainPoint(int Component, double Strain, double[] Stress);
