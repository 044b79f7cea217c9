using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Masses of the atoms of a structure: what its array <c>masses</c> (u) says, or else the standard atomic weights.</summary>
public static class AtomicMasses
{
    /// <summary>Masses of the atoms, u.</summary>
    /// <exception cref="InvalidInputException">A mass is missing or not positive.</exception>
    public static double[] Of(Structure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        double[] masses = new double[structure.Count];
        double[]? given = structure.Arrays.TryGetValue("masses", out DataArray? array) && array.Count == masses.Length && array.TryGetNumbers(out double[] numbers) ? numbers : null;
        for (int i = 0; i < masses.Length; i++)
        {
            masses[i] = given?[i] ?? Elements.Mass(structure.AtomicNumbers[i]);
            if (!(masses[i] > 0) || !double.IsFinite(masses[i])) { throw new InvalidInputException($"Atom {i + 1} ({Elements.Symbol(structure.AtomicNumbers[i])}) has no mass; give positive ones in an array 'masses' (u)."); }
        }

        return masses;
    }
}
