using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>Tabulated radial weights against the radial network itself, and against differences of the energy made of them.</summary>
public sealed class RadialTableTests
{
    /// <summary>Where tables begin, Å.</summary>
    private const double FirstNode = 0.5;

    public static TheoryData<string> Models => GoldenModels.Tabulated;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void TablesAgreeWithTheNetworkOnTheReferenceStructures(string model)
    {
        using GoldenReference reference = new(model);
        Trio trio = new(model);
        Comparison comparison = new(model);
        foreach ((string name, Structure structure, _) in reference.Cases(trio.Head)) { trio.Compare(comparison, name, structure); }
        comparison.AssertAllWithinBounds();
    }

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void TablesAgreeWithTheNetworkForDimersAndTrimers(string model) => CompareClusters(model, 3);

    [GoldenTheory]
    [Trait("Speed", "Slow")]
    [MemberData(nameof(Models))]
    public void TablesAgreeWithTheNetworkForManyDimersAndTrimers(string model) => CompareClusters(model, 100);

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void ForcesFromTablesAreDifferencesOfTheEnergy(string model)
    {
        const double Step = 1e-3;
        MaceModel data = GoldenModels.Random(model);
        HyperParameters h = data.HyperParameters;
        using IPotentialEvaluator evaluator = new MacePotential(data, new MaceOptions { Head = h.Heads[0], Radial = RadialMode.Table }).CreateEvaluator();
        PotentialResult result = new();
        Comparison comparison = new(model);
        Random random = new(7);
        int a = h.AtomicNumbers[0], b = h.AtomicNumbers[1];
        foreach ((string place, double distance) in Places(h.CutoffRadius))
        {
            Vector3D bond = distance * Direction(random), second = bond + (1.3 * Direction(random));
            comparison.At(place, h.Heads[0], () =>
            {
                Structure structure = new([a, b, a], [default, bond, second]);
                evaluator.Evaluate(structure, Properties.Forces, result);
                double[] forces = JsonNumbers.ToNumbers(result.Forces);
                comparison.Numbers("forces", EnergyDifferences.Forces(evaluator, structure, Step), forces, 1e-7 * Bounds.LargestOrOne(forces));
            });
        }

        comparison.AssertAllWithinBounds();
    }

    [GoldenFact]
    public void WeightsThatDependOnFeaturesCannotBeTabulated()
    {
        MaceModel model = GoldenModels.Random(GoldenModels.Attention);
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() => new MacePotential(model, new MaceOptions { Radial = RadialMode.Table }));
        Assert.Contains("attention", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be tabulated", refusal.Message, StringComparison.Ordinal);
        foreach (Precision precision in Enum.GetValues<Precision>())
        {
            Assert.Equal(RadialMode.Exact, new MacePotential(model, new MaceOptions { Precision = precision }).Radial);
        }
    }

    [GoldenTheory]
    [InlineData(Precision.Float64, RadialMode.Auto, RadialMode.Exact)]
    [InlineData(Precision.Float32, RadialMode.Auto, RadialMode.Table)]
    [InlineData(Precision.Float64, RadialMode.Table, RadialMode.Table)]
    [InlineData(Precision.Float32, RadialMode.Exact, RadialMode.Exact)]
    public void OnlyFloat32UsesTablesUnlessToldOtherwise(Precision precision, RadialMode asked, RadialMode resolved) =>
        Assert.Equal(resolved, new MacePotential(GoldenModels.Random("a_mace_8x0e"), new MaceOptions { Precision = precision, Radial = asked }).Radial);

    /// <summary>Distances in a cell, at knots (of the coarsest grid, so of all), and where tables begin.</summary>
    private static IEnumerable<(string Place, double Distance)> Places(double cutoff)
    {
        yield return ("within a cell", FirstNode + ((cutoff - FirstNode) * (20.0 / 64)) + 0.001234);
        yield return ("at a knot", FirstNode + ((cutoff - FirstNode) * (19.0 / 64)));
        yield return ("beside a knot", FirstNode + ((cutoff - FirstNode) * (31.0 / 64)) + 0.4e-3);
        yield return ("at the first node", FirstNode);
        yield return ("beside the first node", FirstNode - 0.7e-3);
    }

    private static void CompareClusters(string model, int count)
    {
        Trio trio = new(model);
        Comparison comparison = new(model);
        foreach ((string name, Structure structure) in Clusters(trio.Model.HyperParameters, count)) { trio.Compare(comparison, name, structure); }
        comparison.AssertAllWithinBounds();
    }

    /// <summary>Dimers and trimers of every pair of elements, with all distances of the first atom from the first node to the cutoff.</summary>
    private static IEnumerable<(string Name, Structure Structure)> Clusters(HyperParameters h, int count)
    {
        ImmutableArray<int> elements = h.AtomicNumbers.Length <= 6 ? h.AtomicNumbers : [1, 6, 7, 8];
        Random random = new(20240607);
        for (int i = 0; i < elements.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                for (int k = 0; k < count; k++)
                {
                    int a = elements[i], b = elements[j], c = elements[random.Next(elements.Length)];
                    Vector3D first = Distance(random, h.CutoffRadius) * Direction(random), second = Distance(random, h.CutoffRadius) * Direction(random);
                    while ((second - first).Norm < FirstNode) { second = Distance(random, h.CutoffRadius) * Direction(random); }
                    yield return ($"dimer {k} of {a} and {b}", new Structure([a, b], [default, first]));
                    yield return ($"trimer {k} of {a}, {b} and {c}", new Structure([a, b, c], [default, first, second]));
                }
            }
        }
    }

    private static double Distance(Random random, double cutoff) => FirstNode + ((cutoff - FirstNode) * random.NextDouble());

    private static Vector3D Direction(Random random)
    {
        double z = (2 * random.NextDouble()) - 1, angle = 2 * Math.PI * random.NextDouble(), radius = Math.Sqrt(1 - (z * z));
        return new Vector3D(radius * Math.Cos(angle), radius * Math.Sin(angle), z);
    }

    /// <summary>One model by its network, by tables in float64 and by tables in float32.</summary>
    private sealed class Trio
    {
        private readonly IPotentialEvaluator _exact;
        private readonly IPotentialEvaluator _table;
        private readonly IPotentialEvaluator _single;
        private readonly PotentialResult _expected = new();
        private readonly PotentialResult _actual = new();

        public Trio(string model)
        {
            Model = GoldenModels.Random(model);
            Head = Model.HyperParameters.Heads[0];
            MaceOptions options = new() { Head = Head };
            _exact = new MacePotential(Model, options with { Radial = RadialMode.Exact }).CreateEvaluator();
            _table = new MacePotential(Model, options with { Radial = RadialMode.Table }).CreateEvaluator();
            _single = new MacePotential(Model, options with { Radial = RadialMode.Table, Precision = Precision.Float32 }).CreateEvaluator();
        }

        public MaceModel Model { get; }

        public string Head { get; }

        public void Compare(Comparison comparison, string name, Structure structure) => comparison.At(name, Head, () =>
        {
            const Properties Wanted = Properties.Energy | Properties.Forces;
            _exact.Evaluate(structure, Wanted, _expected);
            double[] forces = JsonNumbers.ToNumbers(_expected.Forces);
            double largest = Bounds.LargestOrOne(forces);
            _table.Evaluate(structure, Wanted, _actual);
            comparison.Number("interaction energy from tables", _expected.InteractionEnergy!.Value, _actual.InteractionEnergy, 1e-7 * structure.Count);
            comparison.Numbers("forces from tables", forces, JsonNumbers.ToNumbers(_actual.Forces), 1e-6 * largest);
            _single.Evaluate(structure, Wanted, _actual);
            comparison.Numbers("forces from tables in float32", forces, JsonNumbers.ToNumbers(_actual.Forces), 1e-5 * largest);
        });
    }
}
