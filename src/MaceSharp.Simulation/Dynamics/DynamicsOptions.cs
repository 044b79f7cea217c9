using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>How a run of molecular dynamics goes. Times in fs, temperatures in K, pressures in GPa.</summary>
public sealed record DynamicsOptions
{
    /// <summary>What is kept constant, and how.</summary>
    public Ensemble Ensemble { get; init; } = Ensemble.Nve;

    /// <summary>Time step, fs.</summary>
    public double TimeStep { get; init; } = 1;

    /// <summary>Temperature of thermostats and of initial velocities, K.</summary>
    public Ramp Temperature { get; init; } = Ramp.Constant(300);

    /// <summary>Pressure of barostats, GPa.</summary>
    public Ramp Pressure { get; init; } = Ramp.Constant(0);

    /// <summary>
    /// What a target pressure tensor has beyond its mean <see cref="Pressure"/>, GPa: symmetric, with trace 0, positive under compression. It is a thermodynamic tension (M. Parrinello and A. Rahman, J. Appl. Phys. 52, 7182 (1981)):
    /// a pressure in the cell of the start, so that the ensemble has an enthalpy, U + P·V + V₀·D:E with the strain E; the pressure in the cell itself differs by about the strain times the deviation.
    /// </summary>
    public Matrix3 PressureDeviation { get; init; }

    /// <summary>Friction coefficient of Langevin dynamics, 1/fs.</summary>
    public double Friction { get; init; } = 0.005;

    /// <summary>Characteristic time of other thermostats, fs.</summary>
    public double ThermostatTime { get; init; } = 100;

    /// <summary>Characteristic time of barostats, fs.</summary>
    public double BarostatTime { get; init; } = 1000;

    /// <summary>Thermostats in the chain on the atoms.</summary>
    public int ThermostatChain { get; init; } = 3;

    /// <summary>Thermostats in the chain on the cell.</summary>
    public int BarostatChain { get; init; } = 3;

    /// <summary>Parts in which a chain of thermostats is integrated.</summary>
    public int ThermostatSubsteps { get; init; } = 1;

    /// <summary>How the cell may change.</summary>
    public CellFreedom CellFreedom { get; init; } = CellFreedom.Isotropic;

    /// <summary>An estimate of the bulk modulus, GPa; with <see cref="BarostatTime"/> it sets how fast stochastic cell rescaling acts.</summary>
    public double BulkModulus { get; init; } = 2;

    /// <summary>Steps between two applications of stochastic cell rescaling.</summary>
    public int BarostatEvery { get; init; } = 10;

    /// <summary>Seed of noise and initial velocities.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Whether initial velocities are drawn anew though the structure has momenta.</summary>
    public bool DrawsVelocities { get; init; }

    /// <summary>Whether the motion of the centre of mass is removed from initial velocities, and kept away where the method does not conserve it.</summary>
    public bool RemovesDrift { get; init; } = true;

    /// <summary>Whether the rotation of a structure without periodicity is removed from initial velocities.</summary>
    public bool RemovesRotation { get; init; }

    /// <summary>Steps between removals of drift (and rotation) that rounding brings; 0: none.</summary>
    public int RemoveDriftEvery { get; init; }

    /// <summary>What the atoms must not do.</summary>
    public IReadOnlyList<Constraint> Constraints { get; init; } = [];
}
