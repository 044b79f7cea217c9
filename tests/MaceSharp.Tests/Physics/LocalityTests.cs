using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Tests.Physics;

/// <summary>What lies beyond the cutoff does not matter, and how the work is done does not either.</summary>
public sealed class LocalityTests
{
    public static TheoryData<string> Models => RandomModels.WithEnergy;

    [Theory]
    [MemberData(nameof(Models))]
    public void EnergiesOfMoleculesFarApartAdd(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        Structure first = RandomStructures.Create("molecule", 41), second = RandomStructures.Create("molecule", 42);
        Vector3D[] positions = [.. first.Positions, .. second.Positions];
        foreach (ref Vector3D position in positions.AsSpan(first.Count)) { position += new Vector3D(80, -60, 45); }
        Structure both = new([.. first.AtomicNumbers, .. second.AtomicNumbers], positions);
        foreach ((string key, DataArray value) in first.Info) { both.Info.Add(key, value); }

        const Properties Wanted = Properties.Energy | Properties.Forces | Properties.Virial;
        PotentialResult a = potential.Compute(first, Wanted), b = potential.Compute(second, Wanted), sum = potential.Compute(both, Wanted);
        Assert.Equal(a.Energy!.Value + b.Energy!.Value, sum.Energy!.Value, 1e-9);
        Assert.Equal(a.InteractionEnergy!.Value + b.InteractionEnergy!.Value, sum.InteractionEnergy!.Value, 1e-10);
        Vector3D[] expected = [.. a.Forces, .. b.Forces];
        double largest = expected.Max(static f => f.Norm);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = (expected[i] - sum.Forces[i]).Norm;
            Assert.True(difference <= 1e-10 * Math.Max(1, largest), $"atom {i}: force off by {difference:E2}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AnIsolatedAtomHasNoForceWhateverIsAroundItBeyondTheCutoff(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        MaceModel shape = potential.Model;
        Structure alone = new([6], [new Vector3D(1, 2, 3)]);
        Structure inBox = new([6], [new Vector3D(-3, 0, 8)], new Matrix3(20, 0, 0, 0, 20, 0, 0, 0, 20), Periodicity.All);
        PotentialResult free = potential.Compute(alone, Properties.Energy | Properties.Forces | Properties.Virial);
        PotentialResult boxed = potential.Compute(inBox, Properties.Energy | Properties.Forces | Properties.Stress);
        Assert.Equal(free.Energy, boxed.Energy);
        Assert.Equal(default, free.Forces[0]);
        Assert.Equal(default, boxed.Forces[0]);
        Assert.Equal(Matrix3.Zero, free.Virial);
        Assert.Equal(Matrix3.Zero, boxed.Stress);
        Assert.True(double.IsFinite(free.Energy!.Value));

        // Without a self-connection or a residual path in the first layer nothing but E0 and the shift is left.
        if (shape.HyperParameters.Interactions[0] is InteractionKind.RealAgnostic or InteractionKind.RealAgnosticDensity)
        {
            double shift = shape.HyperParameters.Kind == ModelKind.ScaleShiftMace ? shape["scale_shift.shift"].Values[0] : 0;
            Assert.Equal(shift, free.InteractionEnergy!.Value, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ResultsDoNotDependOnTheNumberOfThreads(string model)
    {
        Structure structure = RandomStructures.CreateLarge(43, 5);
        const Properties Wanted = Properties.Energy | Properties.Forces | Properties.Stress | Properties.AtomicEnergies;
        PotentialResult one = RandomModels.Potential(model).Compute(structure, Wanted);
        foreach (int threads in new[] { 2, 3, 7 })
        {
            MacePotential potential = RandomModels.Potential(model, threads: threads);
            PotentialResult many = potential.Compute(structure, Wanted), again = potential.Compute(structure, Wanted);
            Assert.Equal(one.InteractionEnergy!.Value, many.InteractionEnergy!.Value, 1e-9 * Math.Max(1, Math.Abs(one.InteractionEnergy.Value)));
            double largest = one.Forces.ToArray().Max(static f => f.Norm);
            for (int i = 0; i < structure.Count; i++)
            {
                double difference = (one.Forces[i] - many.Forces[i]).Norm;
                Assert.True(difference <= 1e-11 * Math.Max(1, largest), $"{threads} threads, atom {i}: force off by {difference:E2}");
            }

            Assert.Equal(many.Energy, again.Energy);
            Assert.Equal(many.Stress, again.Stress);
            Assert.True(many.Forces.SequenceEqual(again.Forces), $"{threads} threads: the forces are not reproducible");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AnEvaluatorRemembersNothing(string model)
    {
        MacePotential potential = RandomModels.Potential(model);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        Structure[] structures = [.. RandomStructures.Kinds.Select(static kind => RandomStructures.Create(kind, 44)), RandomStructures.CreateLarge(45, 4), RandomStructures.Create("molecule", 46)];
        foreach (Structure structure in (Structure[])[.. structures, .. structures])
        {
            PotentialResult fresh = potential.Compute(structure, Properties.Energy | Properties.Forces | Properties.Virial);
            evaluator.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial, result);
            Assert.Equal(fresh.Energy, result.Energy);
            Assert.Equal(fresh.Virial, result.Virial);
            Assert.True(fresh.Forces.SequenceEqual(result.Forces), "The forces depend on what was evaluated before.");
        }
    }

    [Fact]
    public async Task OnePotentialServesManyThreads()
    {
        MacePotential potential = RandomModels.Potential("residual L=1");
        Structure[] structures = [.. Enumerable.Range(50, 16).Select(static seed => RandomStructures.Create("crystal", seed))];
        double[] expected = [.. structures.Select(s => potential.Compute(s, Properties.Energy).Energy!.Value)];
        double[] actual = await Task.WhenAll(structures.Select(s => Task.Run(() => potential.Compute(s, Properties.Energy).Energy!.Value)));
        Assert.Equal(expected, actual);
    }
}
