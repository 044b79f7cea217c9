using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Homogeneous strains, random displacements and missing atoms.</summary>
public static class Deformation
{
    /// <summary>Largest element of a strain.</summary>
    public const double LargestStrain = 1;

    /// <summary>Strains cell and positions together: every row vector r becomes r·(1 + ε).</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="strain">The symmetric strain ε.</param>
    /// <returns>The strained structure, without results.</returns>
    /// <exception cref="InvalidInputException">The strain is not finite, larger than <see cref="LargestStrain"/>, or turns the cell inside out.</exception>
    public static Structure Strain(Structure structure, Matrix3 strain)
    {
        ArgumentNullException.ThrowIfNull(structure);
        Matrix3 deformation = Matrix3.Identity + strain.Symmetrized;
        foreach (double element in strain.ToArray())
        {
            if (!(Math.Abs(element) <= LargestStrain)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A strain of {element} is not small; give elements between -{LargestStrain} and {LargestStrain}, for example 0.01 for one per cent.")); }
        }

        if (deformation.Determinant <= 0) { throw new InvalidInputException("The strain leaves no volume."); }
        Structure strained = Copy(structure);
        foreach (ref Vector3D position in strained.Positions) { position *= deformation; }
        strained.Cell = structure.Cell * deformation;
        return strained;
    }

    /// <summary>Moves every atom by normally distributed steps.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="standardDeviation">Standard deviation of every Cartesian component, Å.</param>
    /// <param name="seed">Seed of the steps.</param>
    /// <returns>The rattled structure, without results.</returns>
    /// <exception cref="InvalidInputException">The standard deviation is negative, not finite or beyond 10 Å.</exception>
    public static Structure Rattle(Structure structure, double standardDeviation, int seed)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!(standardDeviation is >= 0 and <= 10)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A rattle of {standardDeviation} Å is not possible; give a standard deviation from 0 to 10 Å, usually below 0.2.")); }
        Random random = new(seed);
        Structure rattled = Copy(structure);
        foreach (ref Vector3D position in rattled.Positions)
        {
            position += standardDeviation * new Vector3D(RandomRotation.Normal(random), RandomRotation.Normal(random), RandomRotation.Normal(random));
        }

        return rattled;
    }

    /// <summary>Removes atoms.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="atoms">Indices of the atoms that go, from 0.</param>
    /// <returns>The rest, without results.</returns>
    /// <exception cref="InvalidInputException">There is no such atom, one is named twice, or none would be left.</exception>
    public static Structure Remove(Structure structure, IReadOnlyCollection<int> atoms)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(atoms);
        HashSet<int> gone = [];
        foreach (int atom in atoms)
        {
            if (atom < 0 || atom >= structure.Count) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"There is no atom {atom} to remove; the structure has {structure.Count}, counted from 0.")); }
            if (!gone.Add(atom)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"Atom {atom} cannot be removed twice.")); }
        }

        if (gone.Count == structure.Count) { throw new InvalidInputException("No atom would be left."); }
        int[] left = [.. Enumerable.Range(0, structure.Count).Where(i => !gone.Contains(i))];
        Vector3D[] positions = new Vector3D[left.Length];
        for (int i = 0; i < left.Length; i++) { positions[i] = structure.Positions[left[i]]; }
        return CarriedData.Select(structure, left, positions, structure.Cell, structure.Periodicity);
    }

    /// <summary>Removes atoms of one element chosen at random.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="atomicNumber">The element.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <returns>The rest, without results.</returns>
    /// <exception cref="InvalidInputException">There are fewer atoms of this element, or none would be left.</exception>
    public static Structure RemoveRandom(Structure structure, int atomicNumber, int count, int seed)
    {
        ArgumentNullException.ThrowIfNull(structure);
        List<int> candidates = [];
        for (int i = 0; i < structure.Count; i++)
        {
            if (structure.AtomicNumbers[i] == atomicNumber) { candidates.Add(i); }
        }

        if (count < 1 || count > candidates.Count) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{count} atoms of {Elements.Symbol(atomicNumber)} cannot be removed; the structure has {candidates.Count}.")); }
        int[] chosen = [.. candidates];
        new Random(seed).Shuffle(chosen);
        return Remove(structure, chosen[..count]);
    }

    private static Structure Copy(Structure structure) =>
        CarriedData.Select(structure, [.. Enumerable.Range(0, structure.Count)], structure.Positions, structure.Cell, structure.Periodicity);
}
