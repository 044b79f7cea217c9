using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Simulation;

/// <summary>Thermochemistry of a gas of rigid rotors with harmonic vibrations (D. A. McQuarrie, Statistical Mechanics, 1976).</summary>
public sealed class IdealGas
{
    private readonly double[] _quanta;

    /// <summary>Describes the gas.</summary>
    /// <param name="molecule">The molecule at rest.</param>
    /// <param name="masses">Masses of its atoms, u.</param>
    /// <param name="quanta">Energies hν of its vibrations, eV; imaginary ones (negative) are left out.</param>
    /// <param name="potentialEnergy">Energy of the molecule at rest, eV.</param>
    /// <param name="symmetryNumber">Number of rotations that map the molecule onto itself.</param>
    /// <param name="spin">Total spin S of the electrons.</param>
    /// <exception cref="InvalidInputException">The molecule is periodic, or the symmetry number or spin makes no sense.</exception>
    public IdealGas(Structure molecule, IReadOnlyList<double> masses, IEnumerable<double> quanta, double potentialEnergy, int symmetryNumber = 1, double spin = 0)
    {
        ArgumentNullException.ThrowIfNull(molecule);
        ArgumentNullException.ThrowIfNull(masses);
        ArgumentNullException.ThrowIfNull(quanta);
        if (molecule.Periodicity != Periodicity.None) { throw new InvalidInputException("A gas is of molecules; this structure is periodic."); }
        if (symmetryNumber < 1) { throw new InvalidInputException($"A symmetry number of {symmetryNumber} makes no sense; it counts rotations, so it is 1 or more."); }
        if (!(spin >= 0) || Math.Abs((2 * spin) - Math.Round(2 * spin)) > 1e-9) { throw new InvalidInputException(FormattableString.Invariant($"A spin of {spin} makes no sense; it is 0, 0.5, 1 and so on.")); }
        PotentialEnergy = potentialEnergy;
        SymmetryNumber = symmetryNumber;
        Spin = spin;
        Mass = masses.Sum();
        _quanta = [.. quanta.Where(static q => q > 0)];
        MomentsOfInertia = Moments(molecule, masses);
        double largest = MomentsOfInertia[2];
        Shape = molecule.Count == 1 ? MoleculeShape.Monatomic : MomentsOfInertia[0] < 1e-6 * largest ? MoleculeShape.Linear : MoleculeShape.Nonlinear;
    }

    /// <summary>Energy of the molecule at rest, eV.</summary>
    public double PotentialEnergy { get; }

    /// <summary>Number of rotations that map the molecule onto itself.</summary>
    public int SymmetryNumber { get; }

    /// <summary>Total spin of the electrons.</summary>
    public double Spin { get; }

    /// <summary>Mass of the molecule, u.</summary>
    public double Mass { get; }

    /// <summary>How the molecule can turn.</summary>
    public MoleculeShape Shape { get; }

    /// <summary>The three principal moments of inertia, rising, u·Å².</summary>
    public IReadOnlyList<double> MomentsOfInertia { get; }

    /// <summary>Half the sum of the quanta, eV.</summary>
    public double ZeroPointEnergy => 0.5 * _quanta.Sum();

    /// <summary>Inner energy at rest, zero-point energy and heat up to a temperature, eV.</summary>
    /// <param name="temperature">T, K.</param>
    public double InternalEnergy(double temperature)
    {
        double kt = Units.BoltzmannConstant * temperature;
        return PotentialEnergy + Vibrations(temperature).Energy + (1.5 * kt) + (Shape switch { MoleculeShape.Monatomic => 0, MoleculeShape.Linear => kt, _ => 1.5 * kt });
    }

    /// <summary>Enthalpy, eV.</summary>
    /// <param name="temperature">T, K.</param>
    public double Enthalpy(double temperature) => InternalEnergy(temperature) + (Units.BoltzmannConstant * temperature);

    /// <summary>Entropy, eV/K.</summary>
    /// <param name="temperature">T, K.</param>
    /// <param name="pressure">p, bar.</param>
    public double Entropy(double temperature, double pressure = 1)
    {
        const double K = Units.BoltzmannConstant;
        double kt = K * temperature;

        // (2π m kT/h²)^(3/2) kT/p and 8π² I kT/h², with m and I in kg and m.
        double h = Units.PlanckConstantJouleSecond, joule = kt / Units.Joule;
        double volume = joule / (pressure * 1e5);
        double translation = K * (Math.Log(Math.Pow(2 * Math.PI * Mass * Units.AtomicMassConstantKilogram * joule / (h * h), 1.5) * volume) + 2.5);
        double Turn(double moment) => 8 * Math.PI * Math.PI * moment * Units.AtomicMassConstantKilogram * 1e-20 * joule / (h * h);
        double rotation = Shape switch
        {
            MoleculeShape.Monatomic => 0,
            MoleculeShape.Linear => K * (Math.Log(Turn(MomentsOfInertia[2]) / SymmetryNumber) + 1),
            _ => K * (Math.Log(Math.Sqrt(Math.PI * Turn(MomentsOfInertia[0]) * Turn(MomentsOfInertia[1]) * Turn(MomentsOfInertia[2])) / SymmetryNumber) + 1.5),
        };
        return translation + rotation + Vibrations(temperature).Entropy + (K * Math.Log((2 * Spin) + 1));
    }

    /// <summary>Gibbs energy, eV.</summary>
    /// <param name="temperature">T, K.</param>
    /// <param name="pressure">p, bar.</param>
    public double GibbsEnergy(double temperature, double pressure = 1) => Enthalpy(temperature) - (temperature * Entropy(temperature, pressure));

    /// <summary>Heat capacity at constant pressure, eV/K.</summary>
    /// <param name="temperature">T, K.</param>
    public double HeatCapacity(double temperature) =>
        Vibrations(temperature).HeatCapacity + (Units.BoltzmannConstant * (Shape switch { MoleculeShape.Monatomic => 2.5, MoleculeShape.Linear => 3.5, _ => 4 }));

    /// <summary>The part of the vibrations.</summary>
    /// <param name="temperature">T, K.</param>
    public ThermalProperties Vibrations(double temperature)
    {
        double free = 0, energy = 0, entropy = 0, heat = 0;
        foreach (double quantum in _quanta) { HarmonicOscillator.Add(quantum, temperature, 1, ref free, ref energy, ref entropy, ref heat); }
        return new ThermalProperties(temperature, free, energy, entropy, heat);
    }

    private static double[] Moments(Structure molecule, IReadOnlyList<double> masses)
    {
        Vector3D centre = default;
        for (int i = 0; i < masses.Count; i++) { centre += masses[i] * molecule.Positions[i]; }
        centre /= masses.Sum();
        Matrix3 inertia = default;
        for (int i = 0; i < masses.Count; i++)
        {
            Vector3D r = molecule.Positions[i] - centre;
            inertia += masses[i] * ((Vector3D.Dot(r, r) * Matrix3.Identity) - Matrix3.Outer(r, r));
        }

        return [.. Matrix<double>.Build.Dense(3, 3, (i, j) => inertia[i, j]).Evd(Symmetricity.Symmetric).EigenValues.Select(static z => Math.Max(0, z.Real)).Order()];
    }
}
