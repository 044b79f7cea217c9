namespace MaceSharp.Simulation;

/// <summary>What a run of molecular dynamics keeps constant, and how.</summary>
public enum Ensemble
{
    /// <summary>Energy and volume: velocity Verlet (W. C. Swope, H. C. Andersen, P. H. Berens and K. R. Wilson, J. Chem. Phys. 76, 637 (1982)).</summary>
    Nve,

    /// <summary>Temperature and volume: Langevin dynamics, BAOAB.</summary>
    Langevin,

    /// <summary>Temperature and volume: stochastic velocity rescaling of Bussi, Donadio and Parrinello.</summary>
    Csvr,

    /// <summary>Temperature and volume: Nosé–Hoover chains.</summary>
    NoseHoover,

    /// <summary>Temperature, roughly: weak coupling of Berendsen.</summary>
    Berendsen,

    /// <summary>Temperature and pressure: stochastic cell rescaling with stochastic velocity rescaling.</summary>
    NptCellRescaling,

    /// <summary>Temperature and pressure: Martyna, Tobias and Klein, with Nosé–Hoover chains on atoms and cell.</summary>
    NptMartynaTobiasKlein,

    /// <summary>Enthalpy and pressure: Martyna, Tobias and Klein without thermostats.</summary>
    Nph,
}
