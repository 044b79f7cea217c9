using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// Structures that one step of training sees together, with their labels and weights as arrays over graphs (structures) and atoms.
/// Weights of missing labels are zero here, and missing labels are zero.
/// </summary>
public sealed class TrainingBatch
{
    private readonly int[] _firstAtom;
    private readonly Vector3D[] _forces;

    /// <summary>Puts structures together.</summary>
    /// <param name="structures">At least one structure.</param>
    /// <exception cref="ArgumentException">There is no structure.</exception>
    /// <exception cref="InvalidInputException">A label does not fit its structure.</exception>
    public TrainingBatch(params IReadOnlyList<LabelledStructure> structures)
    {
        ArgumentNullException.ThrowIfNull(structures);
        if (structures.Count == 0) { throw new ArgumentException("A batch has at least one structure.", nameof(structures)); }
        Structures = structures;
        _firstAtom = new int[structures.Count + 1];
        for (int g = 0; g < structures.Count; g++) { _firstAtom[g + 1] = _firstAtom[g] + structures[g].Structure.Count; }
        _forces = new Vector3D[AtomCount];
        for (int g = 0; g < structures.Count; g++)
        {
            if (structures[g].Forces is not { } forces) { continue; }
            if (forces.Count != structures[g].Structure.Count)
            {
                throw new InvalidInputException($"{structures[g].Structure.Origin ?? "A structure"} has {structures[g].Structure.Count} atoms but {forces.Count} forces.");
            }

            for (int i = 0; i < forces.Count; i++) { _forces[_firstAtom[g] + i] = forces[i]; }
        }
    }

    /// <summary>The structures.</summary>
    public IReadOnlyList<LabelledStructure> Structures { get; }

    /// <summary>Number of structures.</summary>
    public int GraphCount => Structures.Count;

    /// <summary>Number of atoms of all structures.</summary>
    public int AtomCount => _firstAtom[^1];

    /// <summary>Labels of the forces of all atoms, eV/Å; zero where there is none.</summary>
    public ReadOnlySpan<Vector3D> Forces => _forces;

    /// <summary>First atom of a structure in arrays over all atoms; for <see cref="GraphCount"/> the number of atoms.</summary>
    public int FirstAtom(int graph) => _firstAtom[graph];

    /// <summary>Number of atoms of a structure.</summary>
    public int AtomCountOf(int graph) => _firstAtom[graph + 1] - _firstAtom[graph];

    /// <summary>Weight of the energy of a structure, its weight as a whole left out; zero without label.</summary>
    public double EnergyWeight(int graph) => Structures[graph].Energy is null ? 0 : Structures[graph].EnergyWeight;

    /// <summary>Weight of the forces of a structure; zero without label.</summary>
    public double ForcesWeight(int graph) => Structures[graph].Forces is null ? 0 : Structures[graph].ForcesWeight;

    /// <summary>Weight of the stress of a structure; zero without label.</summary>
    public double StressWeight(int graph) => Structures[graph].Stress is null ? 0 : Structures[graph].StressWeight;

    /// <summary>Weight of the virials of a structure; zero without label.</summary>
    public double VirialsWeight(int graph) => Structures[graph].Virials is null ? 0 : Structures[graph].VirialsWeight;

    /// <summary>Weight of the dipole of a structure; zero without label.</summary>
    public double DipoleWeight(int graph) => Structures[graph].Dipole is null ? 0 : Structures[graph].DipoleWeight;

    /// <summary>Weight of the polarizability of a structure; zero without label.</summary>
    public double PolarizabilityWeight(int graph) => Structures[graph].Polarizability is null ? 0 : Structures[graph].PolarizabilityWeight;

    /// <summary>Weight of the charges of a structure; zero without label.</summary>
    public double ChargesWeight(int graph) => Structures[graph].Charges is null ? 0 : Structures[graph].ChargesWeight;
}
