using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What molecular dynamics asks of potential, structure and options.</summary>
internal static class DynamicsChecks
{
    /// <summary>Refuses what cannot be run.</summary>
    /// <exception cref="InvalidInputException">The sentence says what.</exception>
    public static void Check(IPotential potential, Structure structure, DynamicsOptions o)
    {
        if (structure.Count == 0) { throw new InvalidInputException("The structure has no atoms."); }
        if ((potential.Supported & (Properties.Energy | Properties.Forces)) != (Properties.Energy | Properties.Forces)) { throw new InvalidInputException("The potential computes no energy and forces, so nothing can move by it."); }
        Positive(o.TimeStep, "The time step", "fs");
        if (o.TimeStep > 1000) { throw new InvalidInputException("The time step is in fs and at most 1000."); }
        foreach (double t in new[] { o.Temperature.Start, o.Temperature.End })
        {
            if (!(t >= 0) || !double.IsFinite(t)) { throw new InvalidInputException("Temperatures are zero or positive, in K."); }
            if (t == 0 && o.Ensemble is not (Ensemble.Nve or Ensemble.Berendsen)) { throw new InvalidInputException($"The ensemble {o.Ensemble} needs temperatures above 0 K."); }
        }

        if (!double.IsFinite(o.Pressure.Start) || !double.IsFinite(o.Pressure.End)) { throw new InvalidInputException("A pressure is a finite number, in GPa."); }
        if (!o.PressureDeviation.IsFinite || (o.PressureDeviation - o.PressureDeviation.Transposed).ToArray().Max(Math.Abs) > 0) { throw new InvalidInputException("A pressure tensor is symmetric and finite."); }
        Positive(o.Friction, "The friction", "1/fs");
        Positive(o.ThermostatTime, "The time of the thermostat", "fs");
        Positive(o.BarostatTime, "The time of the barostat", "fs");
        Positive(o.BulkModulus, "The bulk modulus", "GPa");
        if (o.ThermostatChain is < 1 or > 20 || o.BarostatChain is < 1 or > 20 || o.ThermostatSubsteps is < 1 or > 100) { throw new InvalidInputException("Chains have 1 to 20 thermostats, integrated in 1 to 100 parts."); }
        if (o.BarostatEvery < 1) { throw new InvalidInputException("A barostat is applied every step or every few steps."); }
        if (o.Ensemble is Ensemble.NptCellRescaling or Ensemble.NptMartynaTobiasKlein or Ensemble.Nph) { CheckBarostat(potential, structure, o); }
    }

    private static void CheckBarostat(IPotential potential, Structure structure, DynamicsOptions o)
    {
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException($"A constant pressure needs a structure that is periodic in three directions; this one has pbc=\"{structure.Periodicity}\"."); }
        if ((potential.Supported & Properties.Virial) == 0) { throw new InvalidInputException("The potential computes no virial, which a constant pressure needs."); }
        if (o.Constraints.Any(static c => c is not Constraint.Bond)) { throw new InvalidInputException("Atoms that are fixed, or bound to a plane or line, exclude a changing cell in molecular dynamics: they would have to move with it; use an ensemble of constant volume (fixed bonds may stay)."); }
        if (o.CellFreedom == CellFreedom.Isotropic && o.PressureDeviation != default) { throw new InvalidInputException("A pressure that differs between directions needs a cell that can follow it: let lengths change one by one, or the whole cell."); }
        if (o.CellFreedom == CellFreedom.Anisotropic && o.PressureDeviation.ToVoigt().AsSpan(3).ContainsAnyExcept(0)) { throw new InvalidInputException("A pressure with shear needs a cell whose angles are free."); }
        if (structure.Count < 2) { throw new InvalidInputException("A constant pressure needs at least two atoms."); }
        if (!o.RemovesDrift) { throw new InvalidInputException("A constant pressure needs a centre of mass at rest; leave the removal of drift on."); }
    }

    private static void Positive(double value, string what, string unit)
    {
        if (!(value > 0) || !double.IsFinite(value)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{what} is {value} {unit}; it must be positive.")); }
    }
}
