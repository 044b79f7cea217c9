using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Evaluation;

/// <summary>One evaluator for structures that differ in everything: each result is that of a fresh one.</summary>
public sealed class ReuseTests
{
    private const Properties Asked = Properties.Energy | Properties.Forces | Properties.Stress | Properties.AtomicEnergies | Properties.AtomicVirials;

    public static TheoryData<string> Models => RandomModels.WithEnergy;

    [Theory]
    [MemberData(nameof(Models))]
    public void Elements_and_sizes_may_change(string name)
    {
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            MaceModel model = RandomModels.Create(name);
            MaceOptions options = new() { Head = model.HyperParameters.Heads[0], ThreadCount = 2, Precision = precision };
            Compare(new MacePotential(model, options), [Crystal(1), Only(8, 2), Only(1, 3), Crystal(4), Only(6, 1), Crystal(1)]);
        }
    }

    /// <summary>Beyond a number of elements pairs of them no longer have matrices of their own.</summary>
    [Fact]
    public void Many_elements_are_the_sum_of_what_few_are()
    {
        foreach (InteractionKind kind in (InteractionKind[])[InteractionKind.RealAgnostic, InteractionKind.RealAgnosticDensity])
        {
            HyperParameters shape = RandomModels.Create("mace").HyperParameters with { AtomicNumbers = [1, 6, 7, 8, 9, 15, 16, 17, 35], Interactions = [kind, InteractionKind.RealAgnosticResidual] };
            MacePotential potential = new(ModelBuilder.Create(shape), new MaceOptions { ThreadCount = 1 });
            Structure few = RandomStructures.CreateLarge(5, 3), many = RandomStructures.CreateLarge(5, 3);
            Compare(potential, [few, WithElements(many, shape.AtomicNumbers), few]);

            // Two clusters out of each other's reach, together of nine elements and each of three: energies add up and forces stay.
            Structure first = Cluster([1, 6, 7], 0), second = Cluster([8, 9, 15, 16, 17, 35], 40);
            Structure both = new([.. first.AtomicNumbers, .. second.AtomicNumbers], [.. first.Positions, .. second.Positions]);
            using IPotentialEvaluator evaluator = potential.CreateEvaluator();
            PotentialResult a = new(), b = new(), sum = new();
            evaluator.Evaluate(first, Properties.Energy | Properties.Forces, a);
            evaluator.Evaluate(second, Properties.Energy | Properties.Forces, b);
            evaluator.Evaluate(both, Properties.Energy | Properties.Forces, sum);
            Assert.Equal(a.Energy!.Value + b.Energy!.Value, sum.Energy!.Value, 1e-10);
            Assert.Equal(both.Count, first.Count + second.Count);
            Vector3D[] parts = [.. a.Forces, .. b.Forces];
            for (int i = 0; i < both.Count; i++) { Assert.True((parts[i] - sum.Forces[i]).Norm < 1e-11 * Math.Max(1, parts[i].Norm)); }
        }
    }

    private static void Compare(MacePotential potential, Structure[] structures)
    {
        using IPotentialEvaluator reused = potential.CreateEvaluator();
        PotentialResult actual = new();
        foreach (Structure structure in structures)
        {
            using IPotentialEvaluator fresh = potential.CreateEvaluator();
            PotentialResult expected = new();
            fresh.Evaluate(structure, Asked, expected);
            reused.Evaluate(structure, Asked, actual);
            Assert.Equal(expected.Energy, actual.Energy);
            Assert.Equal(expected.Stress, actual.Stress);
            Assert.Equal(expected.Forces.ToArray(), actual.Forces.ToArray());
            Assert.Equal(expected.AtomicEnergies.ToArray(), actual.AtomicEnergies.ToArray());
            Assert.Equal(expected.AtomicVirials.ToArray(), actual.AtomicVirials.ToArray());
        }
    }

    private static Structure Crystal(int seed) => RandomStructures.Create("crystal", seed);

    private static Structure Only(int atomicNumber, int seed)
    {
        Structure structure = RandomStructures.Create(seed % 2 == 0 ? "crystal" : "tiny cell", seed);
        return WithElements(structure, [atomicNumber]);
    }

    private static Structure WithElements(Structure structure, IReadOnlyList<int> atomicNumbers) =>
        new([.. Enumerable.Range(0, structure.Count).Select(i => atomicNumbers[i % atomicNumbers.Count])], [.. structure.Positions], structure.Cell, structure.Periodicity);

    private static Structure Cluster(int[] atomicNumbers, double x)
    {
        Random random = new(atomicNumbers.Length);
        int[] numbers = [.. Enumerable.Range(0, 12).Select(i => atomicNumbers[i % atomicNumbers.Length])];
        Vector3D[] places = [.. Enumerable.Range(0, 12).Select(i => new Vector3D(x + (1.4 * (i % 3)) + (0.3 * random.NextDouble()), (1.4 * (i / 3 % 2)) + (0.3 * random.NextDouble()), (1.4 * (i / 6)) + (0.3 * random.NextDouble())))];
        return new Structure(numbers, places);
    }
}
