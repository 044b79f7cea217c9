using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>What every evaluator of this library checks and fills in the same way.</summary>
internal static class PotentialChecks
{
    /// <summary>Refuses what cannot be evaluated.</summary>
    /// <exception cref="InvalidInputException">The structure is unsound, or a property is not supported.</exception>
    public static void Check(Structure structure, Properties properties, Properties supported, string name)
    {
        if (structure.Count == 0) { throw new InvalidInputException("The structure has no atoms."); }
        if ((properties & ~supported) != 0) { throw new InvalidInputException($"{name} does not compute {properties & ~supported}; it computes {supported}."); }
        if ((properties & Properties.Stress) != 0 && !structure.Periodicity.IsFull)
        {
            throw new InvalidInputException($"Stress exists only for a structure that is periodic in three directions; this one has pbc=\"{structure.Periodicity}\".");
        }

        structure.Validate();
    }

    /// <summary>The error of two atoms at the same place.</summary>
    public static InvalidInputException Coincide(int i, int j) => new($"Atoms {Math.Min(i, j) + 1} and {Math.Max(i, j) + 1} are at the same place.");

    /// <summary>Fills virial and stress from the derivative of the energy by strain, eV.</summary>
    public static void SetStrainDerivative(PotentialResult result, Properties properties, Matrix3 strain, Structure structure)
    {
        if ((properties & (Properties.Virial | Properties.Stress)) != 0) { result.Virial = -strain; }
        if ((properties & Properties.Stress) != 0) { result.Stress = (1 / structure.Volume) * strain; }
    }
}
