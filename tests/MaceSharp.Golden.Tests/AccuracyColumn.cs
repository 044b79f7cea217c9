namespace MaceSharp.Golden.Tests;

/// <summary>What is compared with the reference. Energies in eV per atom, everything else relative to the largest component or to 1.</summary>
internal enum AccuracyColumn
{
    /// <summary>Energy in float64.</summary>
    Energy,

    /// <summary>Forces in float64.</summary>
    Forces,

    /// <summary>Virial in float64.</summary>
    Virial,

    /// <summary>Hessian, relative to its largest element.</summary>
    Hessian,

    /// <summary>Energy in float32 with the exact radial network.</summary>
    SingleEnergy,

    /// <summary>Forces in float32 with the exact radial network.</summary>
    SingleForces,

    /// <summary>Energy in float32 with tables.</summary>
    TabulatedEnergy,

    /// <summary>Forces in float32 with tables.</summary>
    TabulatedForces,

    /// <summary>Dipole and polarizability in float64.</summary>
    Dipole,

    /// <summary>Dipole and polarizability in float32 with the exact radial network.</summary>
    SingleDipole,

    /// <summary>Dipole and polarizability in float32 with tables.</summary>
    TabulatedDipole,
}
