using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Thermodynamics of a quantum harmonic oscillator.</summary>
internal static class HarmonicOscillator
{
    /// <summary>Adds free energy, energy (eV), entropy and heat capacity (eV/K) of an oscillator.</summary>
    /// <param name="quantum">hν, eV; positive.</param>
    /// <param name="temperature">T, K; may be zero.</param>
    /// <param name="weight">How many of them.</param>
    /// <param name="free">Free energy.</param>
    /// <param name="energy">Energy.</param>
    /// <param name="entropy">Entropy.</param>
    /// <param name="heat">Heat capacity.</param>
    public static void Add(double quantum, double temperature, double weight, ref double free, ref double energy, ref double entropy, ref double heat)
    {
        free += weight * 0.5 * quantum;
        energy += weight * 0.5 * quantum;
        double kt = Units.BoltzmannConstant * temperature, x = quantum / kt;
        if (temperature == 0 || x > 700) { return; }
        double occupation = 1 / double.ExpM1(x), log = Math.Log(-double.ExpM1(-x));
        free += weight * kt * log;
        energy += weight * quantum * occupation;
        entropy += weight * Units.BoltzmannConstant * ((x * occupation) - log);
        heat += weight * Units.BoltzmannConstant * x * x * occupation * (1 + occupation);
    }
}
