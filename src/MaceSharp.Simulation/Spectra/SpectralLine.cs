namespace MaceSharp.Simulation;

/// <summary>A line of an infrared spectrum.</summary>
/// <param name="Wavenumber">Where, cm⁻¹.</param>
/// <param name="Intensity">Integrated molar absorption coefficient, km/mol (of a crystal: per mole of cells).</param>
public readonly record struct SpectralLine(double Wavenumber, double Intensity);
