namespace MaceSharp.Simulation;

/// <summary>The shape that a line of a spectrum is given.</summary>
public enum LineShape
{
    /// <summary>Cauchy–Lorentz, as of a lifetime.</summary>
    Lorentzian,

    /// <summary>Gaussian, as of an uneven surrounding or an instrument.</summary>
    Gaussian,
}
