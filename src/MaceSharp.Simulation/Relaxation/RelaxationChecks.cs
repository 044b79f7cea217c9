using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What a relaxation asks of potential, structure and options.</summary>
internal static class RelaxationChecks
{
    /// <summary>Refuses what cannot be relaxed.</summary>
    /// <exception cref="InvalidInputException">The sentence says what.</exception>
    public static void Check(IPotential potential, Structure structure, RelaxationOptions o)
    {
        if (structure.Count == 0) { throw new InvalidInputException("The structure has no atoms."); }
        if ((potential.Supported & (Properties.Energy | Properties.Forces)) != (Properties.Energy | Properties.Forces)) { throw new InvalidInputException("The potential computes no energy and forces, so nothing can be relaxed by it."); }
        Positive(o.MaxForce, "The largest force", "eV/Å");
        Positive(o.MaxStress, "The largest stress", "GPa");
        Positive(o.MaxStep, "The longest step", "Å");
        if (o.MaxSteps < 0) { throw new InvalidInputException("The number of steps is zero or positive."); }
        if (!double.IsFinite(o.Pressure)) { throw new InvalidInputException("A pressure is a finite number, in GPa."); }
        if (!o.PressureDeviation.IsFinite || o.PressureDeviation != o.PressureDeviation.Transposed) { throw new InvalidInputException("A pressure tensor is symmetric and finite."); }
        if (o.StrainMask is { Count: not 6 }) { throw new InvalidInputException("A mask of the strain has six flags: xx yy zz yz xz xy."); }
        if (o.KeepsSymmetry && o.Constraints.Count > 0) { throw new InvalidInputException("Constraints and the symmetry of the crystal exclude each other."); }
        if (o.KeepsSymmetry && o.StrainMask is not null) { throw new InvalidInputException("A mask of the strain and the symmetry of the crystal exclude each other."); }
        if (o.Cell == CellRelaxation.Fixed)
        {
            if (o.Pressure != 0 || o.PressureDeviation != default) { throw new InvalidInputException("An external pressure changes nothing while the cell is fixed; relax the cell too."); }
            return;
        }

        if (!structure.Periodicity.IsFull) { throw new InvalidInputException($"A cell can be relaxed where the structure is periodic in three directions; this one has pbc=\"{structure.Periodicity}\"."); }
        if ((potential.Supported & Properties.Stress) == 0) { throw new InvalidInputException("The potential computes no stress, so it cannot relax a cell."); }
        if (o.Cell == CellRelaxation.Volume && o.PressureDeviation != default) { throw new InvalidInputException("A pressure that differs between directions changes nothing while the shape of the cell is fixed; relax the whole cell."); }
    }

    private static void Positive(double value, string what, string unit)
    {
        if (!(value > 0) || !double.IsFinite(value)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{what} is {value} {unit}; it must be positive.")); }
    }
}
