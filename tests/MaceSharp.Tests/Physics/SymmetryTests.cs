using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Tests.Equivariance;

namespace MaceSharp.Tests.Physics;

/// <summary>What must not change, or turn along, when the atoms are turned, mirrored, moved, renamed or repeated.</summary>
public sealed class SymmetryTests
{
    private const double Rounding = 1e-10;

    public static TheoryData<string> Models => RandomModels.All;

    [Theory]
    [MemberData(nameof(Models))]
    public void Rotation(string model) => Turned(model, Rotations.Random(new Random(21)));

    [Theory]
    [MemberData(nameof(Models))]
    public void Reflection(string model)
    {
        // With all harmonics counted as even, mirror images are different things.
        if (model != "so3") { Turned(model, -Rotations.Random(new Random(22))); }
    }

    [Fact]
    public void MirrorImagesDifferInSo3Models()
    {
        Structure structure = RandomStructures.Create("molecule", 3);
        Structure mirrored = structure.Clone();
        foreach (ref Vector3D position in mirrored.Positions) { position = -position; }
        MacePotential potential = RandomModels.Potential("so3");
        double difference = Math.Abs(Evaluate(potential, structure).Energy!.Value - Evaluate(potential, mirrored).Energy!.Value);
        Assert.True(difference > 1e-6, $"The energies differ by {difference:E2} eV only.");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Translation(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        foreach (string kind in RandomStructures.Kinds)
        {
            Structure structure = RandomStructures.Create(kind, 4), moved = structure.Clone();
            foreach (ref Vector3D position in moved.Positions) { position += new Vector3D(3.7, -12.9, 0.3); }
            AssertSame(kind, Evaluate(potential, structure), Evaluate(potential, moved));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void LatticeTranslationOfSingleAtoms(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        foreach (string kind in new[] { "crystal", "slab", "wire" })
        {
            Structure structure = RandomStructures.Create(kind, 5), moved = structure.Clone();
            structure.Arrays.Remove("charges");
            moved.Arrays.Remove("charges");
            moved.Positions[0] += structure.Cell.Row1;
            moved.Positions[2] -= 3 * structure.Cell.Row1;
            PotentialResult expected = Evaluate(potential, structure), actual = Evaluate(potential, moved);

            // The dipole of a periodic structure with charges depends on which image of an atom is meant.
            expected.Dipole = actual.Dipole = null;
            AssertSame(kind, expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ChoiceOfLatticeVectors(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        Structure structure = RandomStructures.Create("crystal", 6), other = structure.Clone();
        Matrix3 cell = structure.Cell;
        other.Cell = new Matrix3(cell.Row1, cell.Row2 - cell.Row0, cell.Row0);
        AssertSame("crystal", Evaluate(potential, structure), Evaluate(potential, other));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Permutation(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        foreach (string kind in RandomStructures.Kinds)
        {
            Structure structure = RandomStructures.Create(kind, 7);
            int[] order = [.. Enumerable.Range(0, structure.Count)];
            new Random(8).Shuffle(order);
            Structure permuted = Select(structure, order, structure.Cell, static _ => default);
            PotentialResult original = Evaluate(potential, structure), actual = Evaluate(potential, permuted);
            AssertTotals(kind, original, actual, 1);
            AssertAtoms(kind, original, actual, order, static vector => vector);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Supercell(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        foreach (string kind in new[] { "crystal", "tiny cell", "slab", "wire" })
        {
            Structure structure = RandomStructures.Create(kind, 9);
            Matrix3 cell = structure.Cell;
            int n = structure.Count;
            int[] order = [.. Enumerable.Range(0, 2 * n).Select(i => i % n)];
            Structure doubled = Select(structure, order, new Matrix3(cell.Row0, 2 * cell.Row1, cell.Row2), i => i < n ? default : cell.Row1);
            PotentialResult original = Evaluate(potential, structure), actual = Evaluate(potential, doubled);
            AssertTotals(kind, original, actual, 2);
            AssertAtoms(kind, original, actual, order, static vector => vector);
        }
    }

    private static void Turned(string model, Matrix3 rotation)
    {
        MacePotential potential = RandomModels.Potential(model);
        foreach (string kind in RandomStructures.Kinds)
        {
            Structure structure = RandomStructures.Create(kind, 10), turned = structure.Clone();
            foreach (ref Vector3D position in turned.Positions) { position *= rotation; }
            turned.Cell = structure.Cell * rotation;
            PotentialResult original = Evaluate(potential, structure), actual = Evaluate(potential, turned);
            PotentialResult expected = original;
            Matrix3 Turn(Matrix3 tensor) => rotation.Transposed * tensor * rotation;
            if (original.Virial is { } virial) { expected.Virial = Turn(virial); }
            if (original.Stress is { } stress) { expected.Stress = Turn(stress); }
            if (original.Polarizability is { } polarizability) { expected.Polarizability = Turn(polarizability); }
            if (original.Dipole is { } dipole) { expected.Dipole = dipole * rotation; }
            foreach (ref Matrix3 atomic in expected.AtomicVirials) { atomic = Turn(atomic); }
            if (rotation.Determinant < 0) { MirrorPseudoscalars(potential, expected.Descriptors); }
            AssertTotals(kind, expected, actual, 1);
            AssertAtoms(kind, expected, actual, [.. Enumerable.Range(0, structure.Count)], vector => vector * rotation);
        }
    }

    /// <summary>Scalars of odd parity change sign; invariant descriptors hold the scalars of every layer.</summary>
    private static void MirrorPseudoscalars(MacePotential potential, Span<double> descriptors)
    {
        HyperParameters shape = potential.Model.HyperParameters;
        int[] signs = [.. Enumerable.Range(1, shape.LayerCount).SelectMany(layer => shape.NodeIrreps(layer).Blocks.Where(static b => b.Irrep.Degree == 0).SelectMany(static b => Enumerable.Repeat(b.Irrep.Parity, b.Multiplicity)))];
        for (int i = 0; i < descriptors.Length; i++) { descriptors[i] *= signs[i % signs.Length]; }
    }

    private static Structure Select(Structure structure, int[] order, Matrix3 cell, Func<int, Vector3D> shift)
    {
        int[] numbers = new int[order.Length];
        Vector3D[] positions = new Vector3D[order.Length];
        double[] charges = new double[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            numbers[i] = structure.AtomicNumbers[order[i]];
            positions[i] = structure.Positions[order[i]] + shift(i);
            charges[i] = structure.Arrays["charges"].Reals[order[i]];
        }

        Structure selected = new(numbers, positions, cell, structure.Periodicity);
        selected.Arrays.Add("charges", DataArray.Of(charges));
        foreach ((string key, DataArray value) in structure.Info) { selected.Info.Add(key, value.Clone()); }
        return selected;
    }

    private static PotentialResult Evaluate(MacePotential potential, Structure structure)
    {
        const Properties Wanted = Properties.Energy | Properties.Forces | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials
            | Properties.Dipole | Properties.AtomicDipoles | Properties.Charges | Properties.Polarizability | Properties.Descriptors;
        Properties properties = potential.Supported & Wanted;
        if (structure.Periodicity.IsFull) { properties |= potential.Supported & Properties.Stress; }
        return potential.Compute(structure, properties);
    }

    private static void AssertSame(string kind, PotentialResult expected, PotentialResult actual)
    {
        AssertTotals(kind, expected, actual, 1);
        AssertAtoms(kind, expected, actual, [.. Enumerable.Range(0, expected.AtomCount)], static vector => vector);
    }

    private static void AssertTotals(string kind, PotentialResult expected, PotentialResult actual, int copies)
    {
        AssertClose($"{kind}: energy", Numbers(expected.Energy, copies), Numbers(actual.Energy, 1));
        AssertClose($"{kind}: interaction energy", Numbers(expected.InteractionEnergy, copies), Numbers(actual.InteractionEnergy, 1));
        AssertClose($"{kind}: embedding energy", Numbers(expected.EmbeddingEnergy, copies), Numbers(actual.EmbeddingEnergy, 1));
        AssertClose($"{kind}: virial", Numbers(expected.Virial, copies), Numbers(actual.Virial, 1));
        AssertClose($"{kind}: stress", Numbers(expected.Stress, 1), Numbers(actual.Stress, 1));
        AssertClose($"{kind}: polarizability", Numbers(expected.Polarizability, copies), Numbers(actual.Polarizability, 1));
        if (expected.Dipole is { } dipole) { AssertClose($"{kind}: dipole", Numbers(copies * dipole), Numbers(actual.Dipole!.Value)); }
    }

    private static void AssertAtoms(string kind, PotentialResult expected, PotentialResult actual, int[] order, Func<Vector3D, Vector3D> turn)
    {
        AssertClose($"{kind}: forces", [.. order.SelectMany(i => Vectors(expected.Forces, i, turn))], [.. order.SelectMany((_, i) => Vectors(actual.Forces, i, static v => v))]);
        AssertClose($"{kind}: atomic dipoles", [.. order.SelectMany(i => Vectors(expected.AtomicDipoles, i, turn))], [.. order.SelectMany((_, i) => Vectors(actual.AtomicDipoles, i, static v => v))]);
        AssertClose($"{kind}: atomic energies", Rows(expected.AtomicEnergies, order), actual.AtomicEnergies.ToArray());
        AssertClose($"{kind}: charges", Rows(expected.Charges, order), actual.Charges.ToArray());
        AssertClose($"{kind}: descriptors", Rows(expected.Descriptors, order), actual.Descriptors.ToArray());
        double[][] virials = [.. expected.AtomicVirials.ToArray().Select(static v => v.ToArray())];
        if (virials.Length > 0) { AssertClose($"{kind}: atomic virials", [.. order.SelectMany(i => virials[i])], [.. actual.AtomicVirials.ToArray().SelectMany(static v => v.ToArray())]); }
    }

    private static double[] Vectors(Span<Vector3D> vectors, int index, Func<Vector3D, Vector3D> turn) => vectors.IsEmpty ? [] : Numbers(turn(vectors[index]));

    private static double[] Rows(Span<double> values, int[] order)
    {
        if (values.IsEmpty) { return []; }
        double[] all = values.ToArray();
        int width = all.Length / (order.Max() + 1);
        return [.. order.SelectMany(i => all[(i * width)..((i + 1) * width)])];
    }

    private static double[] Numbers(double? value, int copies) => value is { } v ? [copies * v] : [];

    private static double[] Numbers(Matrix3? value, int copies) => value is { } v ? (copies * v).ToArray() : [];

    private static double[] Numbers(Vector3D v) => [v.X, v.Y, v.Z];

    private static void AssertClose(string what, double[] expected, double[] actual)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {actual.Length} numbers instead of {expected.Length}");
        if (expected.Length == 0) { return; }
        double bound = Rounding * Math.Max(1, expected.Max(Math.Abs));
        double largest = expected.Zip(actual, static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest <= bound, $"{what}: off by {largest:E2}, bound {bound:E2}");
    }
}
