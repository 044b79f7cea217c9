using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests.Potentials;

public class CommitteeTests
{
    private const Properties Everything = Properties.Energy | Properties.Forces | Properties.Stress | Properties.AtomicEnergies | Properties.AtomicVirials;

    private static readonly LennardJones[] Members = [new(0.01), new(0.012), new(0.02, 2.1)];

    private static Structure Crystal() => new([1, 6, 8], [new(0, 0, 0), new(1.8, 0.3, 0.1), new(0.2, 2.1, 1.9)], new(4.1, 0, 0, 0.3, 4.5, 0, 0.1, 0.2, 4.9), Periodicity.All);

    [Fact]
    public void MeanAndPopulationVarianceAreThoseOfTheMembers()
    {
        Structure structure = Crystal();
        PotentialResult[] alone = [.. Members.Select(m => m.Compute(structure, Everything))];
        CommitteeResult result = new Committee(Members).ComputeSpread(structure, Everything);

        (double mean, double variance) = Statistics(alone, static r => r.Energy!.Value);
        Assert.Equal(mean, result.Mean.Energy!.Value, 1e-14);
        Assert.Equal(variance, result.EnergyVariance!.Value, 1e-14);
        Assert.True(variance > 1e-6);
        (mean, _) = Statistics(alone, static r => r.InteractionEnergy!.Value);
        Assert.Equal(mean, result.Mean.InteractionEnergy!.Value, 1e-14);
        for (int i = 0; i < structure.Count; i++)
        {
            (mean, variance) = Statistics(alone, r => r.AtomicEnergies[i]);
            Assert.Equal(mean, result.Mean.AtomicEnergies[i], 1e-14);
            Assert.Equal(variance, result.AtomicEnergyVariances[i], 1e-14);
            for (int axis = 0; axis < 3; axis++)
            {
                (mean, variance) = Statistics(alone, r => r.Forces[i][axis]);
                Assert.Equal(mean, result.Mean.Forces[i][axis], 1e-14);
                Assert.Equal(variance, result.ForceVariances[i][axis], 1e-14);
                (mean, variance) = Statistics(alone, r => r.Stress!.Value[i, axis]);
                Assert.Equal(mean, result.Mean.Stress!.Value[i, axis], 1e-14);
                Assert.Equal(variance, result.StressVariance!.Value[i, axis], 1e-14);
                (mean, _) = Statistics(alone, r => r.AtomicVirials[i][axis, 0]);
                Assert.Equal(mean, result.Mean.AtomicVirials[i][axis, 0], 1e-14);
            }
        }

        for (int m = 0; m < Members.Length; m++) { Assert.Equal(alone[m].Energy, result.Members[m].Energy); }
    }

    [Fact]
    public void AsAPotentialItGivesTheMean()
    {
        Committee committee = new(Members);
        PotentialResult mean = committee.Compute(Crystal(), Everything);
        CommitteeResult spread = committee.ComputeSpread(Crystal(), Everything);
        Assert.Equal(spread.Mean.Energy, mean.Energy);
        Assert.Equal(spread.Mean.Forces.ToArray(), mean.Forces.ToArray());
        Assert.Equal(spread.Mean.Stress, mean.Stress);
        Assert.Equal(5.0, committee.CutoffRadius);
    }

    [Fact]
    public void IdenticalMembersHaveNoVariance()
    {
        CommitteeResult result = new Committee(Members[0], Members[0]).ComputeSpread(Crystal(), Everything);
        Assert.Equal(0, result.EnergyVariance);
        Assert.Equal(Matrix3.Zero, result.StressVariance);
        Assert.All(result.ForceVariances.ToArray(), static v => Assert.Equal(Vector3D.Zero, v));
    }

    [Fact]
    public void AResultMayBeUsedAgainForFewerAtomsAndProperties()
    {
        CommitteeResult result = new();
        using CommitteeEvaluator evaluator = new Committee(Members).CreateEvaluator();
        evaluator.Evaluate(Crystal(), Everything, result);
        Structure dimer = new([1, 1], [new(0, 0, 0), new(2.2, 0, 0)]);
        evaluator.Evaluate(dimer, Properties.Energy | Properties.Forces, result);
        Assert.Equal(2, result.ForceVariances.Length);
        Assert.Equal(0, result.AtomicEnergyVariances.Length);
        Assert.Null(result.StressVariance);
        Assert.Equal(new Committee(Members).ComputeSpread(dimer, Properties.Energy).EnergyVariance, result.EnergyVariance);
    }

    [Fact]
    public void DescriptorsAreRefused()
    {
        Committee committee = new(Members);
        Assert.Equal(Properties.None, committee.Supported & Properties.Descriptors);
        Assert.Throws<InvalidInputException>(() => committee.ComputeSpread(Crystal(), Properties.Descriptors));
        Assert.Throws<ArgumentException>(() => new Committee());
    }

    private static (double Mean, double Variance) Statistics(PotentialResult[] results, Func<PotentialResult, double> value)
    {
        double mean = results.Average(value);
        return (mean, results.Average(r => (value(r) - mean) * (value(r) - mean)));
    }
}
