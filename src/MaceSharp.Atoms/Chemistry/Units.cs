namespace MaceSharp.Atoms;

/// <summary>
/// Units as factors to the base units of this library, eV, Å, u, e and K: multiply to come in, divide to go out.
/// <c>0.5 * Units.Femtosecond</c> is a time step; <c>stress / Units.GigaPascal</c> is a stress in GPa.
/// </summary>
/// <remarks>
/// Constants: CODATA 2018, E. Tiesinga, P. J. Mohr, D. B. Newell and B. N. Taylor, Rev. Mod. Phys. 93, 025010 (2021);
/// e, k, h, N_A and c are exact by the definition of the SI. The unit of time that goes with eV, Å and u is
/// Å·(u/eV)^½ = 10.18 fs; velocities inside the library are in Å per this unit only where a document says so.
/// </remarks>
public static class Units
{
    /// <summary>The elementary charge, C (exact). Also 1 eV in J.</summary>
    public const double ElementaryChargeCoulomb = 1.602176634e-19;

    /// <summary>The Boltzmann constant, J/K (exact).</summary>
    public const double BoltzmannConstantJoulePerKelvin = 1.380649e-23;

    /// <summary>The Planck constant h, J·s (exact).</summary>
    public const double PlanckConstantJouleSecond = 6.62607015e-34;

    /// <summary>The Avogadro constant, 1/mol (exact).</summary>
    public const double AvogadroConstant = 6.02214076e23;

    /// <summary>The speed of light in vacuum, m/s (exact).</summary>
    public const double SpeedOfLightMetrePerSecond = 299792458;

    /// <summary>The atomic mass constant, kg; standard uncertainty 5.0e-37.</summary>
    public const double AtomicMassConstantKilogram = 1.66053906660e-27;

    /// <summary>The vacuum electric permittivity, F/m; standard uncertainty 1.3e-21.</summary>
    public const double VacuumPermittivityFaradPerMetre = 8.8541878128e-12;

    /// <summary>1 eV, the base unit of energy.</summary>
    public const double ElectronVolt = 1;

    /// <summary>1 Å, the base unit of length.</summary>
    public const double Angstrom = 1;

    /// <summary>1 meV in eV.</summary>
    public const double MilliElectronVolt = 1e-3;

    /// <summary>1 nm in Å.</summary>
    public const double Nanometre = 10;

    /// <summary>1 Hartree in eV.</summary>
    public const double Hartree = 27.211386245988;

    /// <summary>1 Rydberg in eV.</summary>
    public const double Rydberg = Hartree / 2;

    /// <summary>1 Bohr in Å.</summary>
    public const double Bohr = 0.529177210903;

    /// <summary>1 J in eV.</summary>
    public const double Joule = 1 / ElementaryChargeCoulomb;

    /// <summary>1 kJ/mol in eV per particle.</summary>
    public const double KilojoulePerMole = 1000 / (AvogadroConstant * ElementaryChargeCoulomb);

    /// <summary>1 kcal/mol (thermochemical calorie, 4.184 J exactly) in eV per particle.</summary>
    public const double KilocaloriePerMole = 4.184 * KilojoulePerMole;

    /// <summary>The energy hc/λ of 1 cm⁻¹, in eV.</summary>
    public const double InverseCentimetre = 100 * PlanckConstantJouleSecond * SpeedOfLightMetrePerSecond / ElementaryChargeCoulomb;

    /// <summary>The energy hν of 1 THz, in eV.</summary>
    public const double Terahertz = 1e12 * PlanckConstantJouleSecond / ElementaryChargeCoulomb;

    /// <summary>The Boltzmann constant, eV/K.</summary>
    public const double BoltzmannConstant = BoltzmannConstantJoulePerKelvin / ElementaryChargeCoulomb;

    /// <summary>1 GPa in eV/Å³.</summary>
    public const double GigaPascal = 1e-21 / ElementaryChargeCoulomb;

    /// <summary>1 bar in eV/Å³.</summary>
    public const double Bar = 1e-4 * GigaPascal;

    /// <summary>1 Debye (10⁻²¹/c C·m with c in m/s) in e·Å.</summary>
    public const double Debye = 1e-21 / SpeedOfLightMetrePerSecond / (1e-10 * ElementaryChargeCoulomb);

    /// <summary>1/(4πε₀) in eV·Å/e²: the energy of two elementary charges 1 Å apart.</summary>
    public const double CoulombConstant = 1e10 * ElementaryChargeCoulomb / (4 * Math.PI * VacuumPermittivityFaradPerMetre);

    /// <summary>1 g/cm³ in u/Å³.</summary>
    public const double GramPerCubicCentimetre = 1e-27 / AtomicMassConstantKilogram;

    /// <summary>1 fs in the unit of time Å·(u/eV)^½ that goes with eV, Å and u.</summary>
    public static readonly double Femtosecond = 1e-5 * Math.Sqrt(ElementaryChargeCoulomb / AtomicMassConstantKilogram);

    /// <summary>1 ps in the unit of time Å·(u/eV)^½.</summary>
    public static readonly double Picosecond = 1000 * Femtosecond;

    /// <summary>h/2π in eV times the unit of time Å·(u/eV)^½.</summary>
    public static readonly double ReducedPlanckConstant = PlanckConstantJouleSecond / (2 * Math.PI * ElementaryChargeCoulomb) * 1e15 * Femtosecond;
}
