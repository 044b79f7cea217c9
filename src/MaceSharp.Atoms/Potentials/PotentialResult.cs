namespace MaceSharp.Atoms;

/// <summary>
/// Where an evaluator writes. The caller owns it and may hand it in again: arrays are kept while they fit, so a
/// warmed-up step allocates nothing. What was not asked for is null or empty.
/// </summary>
public sealed class PotentialResult
{
    private Vector3D[] _forces = [];
    private double[] _atomicEnergies = [];
    private Matrix3[] _atomicVirials = [];
    private Vector3D[] _atomicDipoles = [];
    private double[] _charges = [];
    private double[] _descriptors = [];

    /// <summary>What the fields below hold, as asked for in the last evaluation.</summary>
    public Properties Computed { get; private set; }

    /// <summary>Number of atoms of the last evaluation.</summary>
    public int AtomCount { get; private set; }

    /// <summary>Total energy, eV; null when the potential has none.</summary>
    public double? Energy { get; set; }

    /// <summary>Energy without the isolated-atom energies E0 of the model and without <see cref="EmbeddingEnergy"/>, eV.</summary>
    public double? InteractionEnergy { get; set; }

    /// <summary>Energy that depends on total charge and spin alone (embedding readout), contained in <see cref="Energy"/> but in no atom's energy, eV; null when the model has none.</summary>
    public double? EmbeddingEnergy { get; set; }

    /// <summary>Stress, eV/Å³; null unless asked for and periodic in three directions.</summary>
    public Matrix3? Stress { get; set; }

    /// <summary>Virial −∂E/∂ε, eV; null unless virial or stress were asked for.</summary>
    public Matrix3? Virial { get; set; }

    /// <summary>Dipole moment, e·Å; null unless asked for and predicted.</summary>
    public Vector3D? Dipole { get; set; }

    /// <summary>Polarizability; null unless asked for and predicted.</summary>
    public Matrix3? Polarizability { get; set; }

    /// <summary>Forces, eV/Å; empty unless asked for.</summary>
    public Span<Vector3D> Forces => View(_forces, Properties.Forces, 1);

    /// <summary>Energy of each atom, eV; empty unless asked for.</summary>
    public Span<double> AtomicEnergies => View(_atomicEnergies, Properties.AtomicEnergies, 1);

    /// <summary>Virial of each atom, eV; empty unless asked for.</summary>
    public Span<Matrix3> AtomicVirials => View(_atomicVirials, Properties.AtomicVirials, 1);

    /// <summary>Dipole of each atom, e·Å; empty unless asked for.</summary>
    public Span<Vector3D> AtomicDipoles => View(_atomicDipoles, Properties.AtomicDipoles, 1);

    /// <summary>Partial charge of each atom, e; empty unless asked for.</summary>
    public Span<double> Charges => View(_charges, Properties.Charges, 1);

    /// <summary>Descriptors, <see cref="DescriptorWidth"/> numbers an atom; empty unless asked for.</summary>
    public Span<double> Descriptors => View(_descriptors, Properties.Descriptors | Properties.FullDescriptors, DescriptorWidth);

    /// <summary>Number of descriptors an atom.</summary>
    public int DescriptorWidth { get; private set; }

    /// <summary>Prepares the result for an evaluation: sizes the arrays asked for and clears every field. For implementers of <see cref="IPotentialEvaluator"/>.</summary>
    /// <param name="properties">What will be computed.</param>
    /// <param name="atomCount">Number of atoms.</param>
    /// <param name="descriptorWidth">Number of descriptors an atom.</param>
    public void Reset(Properties properties, int atomCount, int descriptorWidth = 0)
    {
        Computed = properties;
        AtomCount = atomCount;
        DescriptorWidth = descriptorWidth;
        Energy = InteractionEnergy = EmbeddingEnergy = null;
        Stress = Virial = Polarizability = null;
        Dipole = null;
        Resize(ref _forces, properties, Properties.Forces, atomCount);
        Resize(ref _atomicEnergies, properties, Properties.AtomicEnergies, atomCount);
        Resize(ref _atomicVirials, properties, Properties.AtomicVirials, atomCount);
        Resize(ref _atomicDipoles, properties, Properties.AtomicDipoles, atomCount);
        Resize(ref _charges, properties, Properties.Charges, atomCount);
        Resize(ref _descriptors, properties, Properties.Descriptors | Properties.FullDescriptors, checked(atomCount * descriptorWidth));
    }

    private static void Resize<T>(ref T[] array, Properties asked, Properties flag, int count)
    {
        if ((asked & flag) == 0) { return; }
        if (array.Length < count) { array = new T[count]; }
        Array.Clear(array, 0, count);
    }

    private Span<T> View<T>(T[] array, Properties flag, int width) =>
        (Computed & flag) == 0 ? [] : array.AsSpan(0, AtomCount * width);
}
