using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Fills periodic cells with randomly oriented rigid molecules at a given number or density, alone or around a solute: a start for equilibration, not a liquid in equilibrium.
/// </summary>
/// <remarks>
/// Molecules begin on a jittered grid and are then pushed and turned apart as rigid bodies until none overlap, the idea of Packmol
/// (L. Martínez, R. Andrade, E. G. Birgin and J. M. Martínez, J. Comput. Chem. 30, 2157 (2009)). Every step costs one neighbour list with the minimal distance as its cutoff: time is linear in the number of atoms.
/// The same arguments give the same structure. Atoms come solute first, then molecule by molecule.
/// </remarks>
public static class MoleculePacking
{
    /// <summary>What is added to the covalent radius of an atom of a solute to have the radius of the sphere it fills, Å; about the radii of van der Waals (C 1.76, H 1.31, O 1.66).</summary>
    private const double SolventGap = 1;

    /// <summary>Edge of the cube that molecules fill at a density, Å.</summary>
    /// <param name="molecules">Molecules and how many of each.</param>
    /// <param name="density">Density, g/cm³.</param>
    /// <exception cref="InvalidInputException">The density is not positive and at most 30 g/cm³, or there is no molecule.</exception>
    public static double EdgeOf(IReadOnlyList<(Structure Molecule, int Count)> molecules, double density)
    {
        ArgumentNullException.ThrowIfNull(molecules);
        CheckDensity(density);
        double mass = molecules.Sum(static m => m.Count * MassOf(m.Molecule));
        return mass > 0 ? Math.Cbrt(mass / (density * Units.GramPerCubicCentimetre)) : throw new InvalidInputException("There is no molecule to pack.");
    }

    /// <summary>How many molecules of a solvent make its density in the space that a solute leaves.</summary>
    /// <param name="solute">The solute with the cell to be filled.</param>
    /// <param name="solvent">A molecule of the solvent.</param>
    /// <param name="density">Density of the pure solvent, g/cm³.</param>
    /// <param name="cancellationToken">Ends the counting early.</param>
    /// <returns>The number of molecules, at least 1.</returns>
    /// <exception cref="InvalidInputException">The density or the cell cannot be used, or there is no space left.</exception>
    public static int CountOf(Structure solute, Structure solvent, double density, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(solute);
        ArgumentNullException.ThrowIfNull(solvent);
        CheckDensity(density);
        CheckCell(solute.Cell);
        double free = FreeVolume.Of(solute, SolventGap, cancellationToken);
        double count = Math.Round(free * density * Units.GramPerCubicCentimetre / MassOf(solvent));
        if (count * solvent.Count > Supercell.LargestCount) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{count:G6} molecules are too many to pack; {Supercell.LargestCount} atoms are the most.")); }
        return count >= 1 ? (int)count : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The {free:F0} Å³ beside the solute leave no space for a molecule of the solvent; make the cell larger."));
    }

    /// <summary>Packs molecules into a cell.</summary>
    /// <param name="molecules">Molecules and how many of each.</param>
    /// <param name="cell">The cell, periodic in three directions, Å.</param>
    /// <param name="options">Minimal distance, seed, limits.</param>
    /// <param name="solute">Atoms that are there already and stay; their cell is not looked at.</param>
    /// <param name="cancellationToken">Ends the packing early.</param>
    /// <returns>The filled cell.</returns>
    /// <exception cref="InvalidInputException">An option is out of range, there is nothing to pack, or the molecules cannot be kept apart at this density.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Structure Pack(IReadOnlyList<(Structure Molecule, int Count)> molecules, Matrix3 cell, PackingOptions options, Structure? solute = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(molecules);
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.MinimalDistance is > 0 and <= 10)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A minimal distance of {options.MinimalDistance} Å is not possible; give one above 0 and up to 10 Å.")); }
        CheckCell(cell);
        double atoms = solute?.Count ?? 0;
        foreach ((Structure molecule, int count) in molecules)
        {
            if (count < 1 || molecule.Count == 0) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{count} molecules of {molecule.Count} atoms cannot be packed; give 1 or more.")); }
            atoms += (double)count * molecule.Count;
        }

        if (atoms > Supercell.LargestCount) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{atoms:G6} atoms are too many to pack; {Supercell.LargestCount} are the most.")); }
        if (molecules.Count == 0) { throw new InvalidInputException("There is no molecule to pack."); }
        RigidBodies bodies = new(molecules, solute, cell, options);
        bodies.Separate(options, cancellationToken);
        return bodies.ToStructure();
    }

    internal static double MassOf(Structure molecule)
    {
        double mass = 0;
        foreach (int z in molecule.AtomicNumbers) { mass += Elements.Mass(z); }
        return mass;
    }

    private static void CheckCell(Matrix3 cell)
    {
        if (!(Math.Abs(cell.Determinant) > 1e-3) || !cell.IsFinite) { throw new InvalidInputException("Molecules are packed into a cell with three independent lattice vectors; this one has no volume."); }
    }

    private static void CheckDensity(double density)
    {
        if (!(density is > 0 and <= 30)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A density of {density} g/cm³ is not possible; give one above 0 and up to 30.")); }
    }
}
