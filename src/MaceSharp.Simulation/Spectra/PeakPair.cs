namespace MaceSharp.Simulation;

/// <summary>A measured peak with the computed one it belongs to.</summary>
/// <param name="Measured">Measured wavenumber, cm⁻¹.</param>
/// <param name="MeasuredHeight">Measured height relative to the highest.</param>
/// <param name="Computed">Computed wavenumber, cm⁻¹; null where none is near.</param>
/// <param name="ComputedHeight">Computed height relative to the highest; null where none is near.</param>
public sealed record PeakPair(double Measured, double MeasuredHeight, double? Computed, double? ComputedHeight);
