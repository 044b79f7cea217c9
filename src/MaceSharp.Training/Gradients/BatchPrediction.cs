using MaceSharp.Atoms;

namespace MaceSharp.Training;

/// <summary>
/// What a model says of a batch: one number or tensor a structure, one vector or number an atom (structures one after the other).
/// The same shape holds the derivatives of a loss, see <see cref="PredictionAdjoint"/>. What was not asked for is zero.
/// </summary>
/// <remarks>Arrays may be longer than the batch; use the spans. They are valid until the next prediction of the evaluator that owns them.</remarks>
public class BatchPrediction
{
    private double[] _energies = [];
    private Vector3D[] _forces = [];
    private Matrix3[] _stresses = [];
    private Matrix3[] _virials = [];
    private Vector3D[] _dipoles = [];
    private Matrix3[] _polarizabilities = [];
    private double[] _charges = [];

    /// <summary>Number of structures.</summary>
    public int GraphCount { get; private set; }

    /// <summary>Number of atoms of all structures.</summary>
    public int AtomCount { get; private set; }

    /// <summary>Total energy of each structure, eV.</summary>
    public Span<double> Energies => _energies.AsSpan(0, GraphCount);

    /// <summary>Force on each atom, eV/Å.</summary>
    public Span<Vector3D> Forces => _forces.AsSpan(0, AtomCount);

    /// <summary>
    /// Stress of each structure, eV/Å³. Where a structure is not periodic in three directions it is taken, as in the training of mace-torch, over a cell whose
    /// missing lattice vectors are 5·r_max·(1 + the largest coordinate) long: losses that see it agree.
    /// </summary>
    public Span<Matrix3> Stresses => _stresses.AsSpan(0, GraphCount);

    /// <summary>Virial −∂E/∂ε of each structure, eV.</summary>
    public Span<Matrix3> Virials => _virials.AsSpan(0, GraphCount);

    /// <summary>Dipole moment of each structure, in the unit of the model: Debye, or e·Å for a dielectric model, as in mace-torch.</summary>
    public Span<Vector3D> Dipoles => _dipoles.AsSpan(0, GraphCount);

    /// <summary>Polarizability of each structure, in the unit of the model's data.</summary>
    public Span<Matrix3> Polarizabilities => _polarizabilities.AsSpan(0, GraphCount);

    /// <summary>Partial charge of each atom, e.</summary>
    public Span<double> Charges => _charges.AsSpan(0, AtomCount);

    /// <summary>Sizes the arrays for a batch and clears them. Allocates only where a batch is larger than all before.</summary>
    /// <param name="graphs">Number of structures.</param>
    /// <param name="atoms">Number of atoms of all structures.</param>
    public void Reset(int graphs, int atoms)
    {
        GraphCount = graphs;
        AtomCount = atoms;
        Clear(ref _energies, graphs);
        Clear(ref _forces, atoms);
        Clear(ref _stresses, graphs);
        Clear(ref _virials, graphs);
        Clear(ref _dipoles, graphs);
        Clear(ref _polarizabilities, graphs);
        Clear(ref _charges, atoms);
    }

    private static void Clear<T>(ref T[] array, int count)
    {
        if (array.Length < count) { array = new T[count]; }
        Array.Clear(array, 0, count);
    }
}
