using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Training.Tests.Data;

public class DataSetTests
{
    private static readonly TrainingKeys XtbKeys = new() { Energy = "energy_xtb", Forces = "forces_xtb" };

    /// <summary>golden/solvents/mace01_run-123.log: 180 and 20 frames, E0 of the isolated atoms; 9.862 neighbours and scale 2.178 on its own random 180 frames.</summary>
    [GoldenFact]
    public void ThePublishedRunIsPreparedAsInItsLog()
    {
        TrainingPlan plan = TrainingPlanner.Prepare(new TrainingOptions
        {
            Name = "mace01",
            Data = new DataOptions { TrainFiles = [GoldenData.PathOf("solvents", "solvent_xtb_train_200.xyz")], Keys = XtbKeys, E0s = "average" },
            Network = new NetworkOptions { CutoffRadius = 4, ChannelCount = 32, MaxL = 0, Correlation = 2, MaxEll = 2 },
        });
        Assert.Equal((180, 20), (plan.Heads[0].Train.Count, plan.Heads[0].Valid.Count));
        Assert.Equal(18, plan.StepsPerEpoch);
        Assert.Equal([-10.707211383396714, -48.847445262804705, -102.57117256025786], plan.Model["atomic_energies_fn.atomic_energies"].Values);
        Assert.Equal(53648, Architecture.ParameterLayout.CountParameters(plan.Model));
        Assert.Equal(9.86, plan.AverageNeighborCount, 0.03);
        Assert.Equal(2.178, plan.Model["scale_shift.scale"].Values[0], 0.1);
        Assert.Equal(0, plan.Model["scale_shift.shift"].Values[0]);
    }

    /// <summary>Least squares means that the residuals are orthogonal to the counts of each element.</summary>
    [GoldenFact]
    public void AverageEnergiesSolveTheNormalEquations()
    {
        HeadDataSet data = DataSetReader.Read("Default", 0, new DataOptions { TrainFiles = [GoldenData.PathOf("solvents", "solvent_xtb_train_200.xyz")], Keys = XtbKeys }, 1);
        (var energies, bool determined) = AtomicEnergyFit.Fit(data.Train, [1, 6, 8]);
        Assert.True(determined);
        foreach (int element in new[] { 1, 6, 8 })
        {
            double sum = 0, size = 0;
            foreach (LabelledStructure frame in data.Train)
            {
                int count = 0;
                double rest = frame.Energy!.Value;
                foreach (int z in frame.Structure.AtomicNumbers)
                {
                    rest -= energies[z];
                    if (z == element) { count++; }
                }

                sum += count * rest;
                size += Math.Abs(count * frame.Energy.Value);
            }

            Assert.True(Math.Abs(sum) <= 1e-9 * size, $"{element}: {sum}");
        }
    }

    [Fact]
    public void EnergiesThatCompositionsLeaveOpenAreTheSmallest()
    {
        LabelledStructure[] frames = [Water(-3), Water(-3)];
        (var energies, bool determined) = AtomicEnergyFit.Fit(frames, [1, 8]);
        Assert.False(determined);

        // 2·H + O = −3 with least H² + O².
        Assert.Equal(-1.2, energies[1], 12);
        Assert.Equal(-0.6, energies[8], 12);
    }

    [Fact]
    public void AverageNeighborsLeaveLonelyAtomsOut()
    {
        Structure structure = new([1, 1, 1], [default, new(1, 0, 0), new(50, 0, 0)]);
        LabelledStructure[] frames = DataSetStatistics.WithNeighbors([new LabelledStructure { Structure = structure }], 2);
        Assert.Equal(1, DataSetStatistics.AverageNeighborCount(frames));
    }

    [Fact]
    public void TheSplitDependsOnTheSeedAlone()
    {
        int[] items = [.. Enumerable.Range(0, 50)];
        (List<int> first, List<int> second) = DataSetReader.Split(items, 0.1, 7);
        Assert.Equal((45, 5), (first.Count, second.Count));
        Assert.Equal(items, first.Concat(second).Order());
        Assert.Equal(second, DataSetReader.Split(items, 0.1, 7).Second);
        Assert.NotEqual(second, DataSetReader.Split(items, 0.1, 8).Second);
        Assert.Single(DataSetReader.Split(items, 0, 7).Second);
    }

    [Theory]
    [InlineData("{1: -13.6, 'O': -2041.8}", -13.6, -2041.8)]
    [InlineData("{\"H\": 1, \"8\": 2}", 1, 2)]
    public void EnergiesAreTakenFromAMapping(string text, double hydrogen, double oxygen)
    {
        HeadDataSet data = new("Default", [Water(-3)], [], System.Collections.Immutable.ImmutableSortedDictionary<int, double>.Empty);
        AtomicEnergyChoice choice = AtomicEnergyChoice.Choose(data, text, [1, 8], [1, 8], null, 1, []);
        Assert.Equal((hydrogen, oxygen), (choice.Energies[1], choice.Energies[8]));
    }

    [Fact]
    public void AnElementWithoutEnergyIsNamed()
    {
        HeadDataSet data = new("Default", [Water(-3)], [], System.Collections.Immutable.ImmutableSortedDictionary<int, double>.Empty);
        Assert.Equal(
            "There is no isolated-atom energy for O, which is in the data of head Default; the energies come from the option E0s.",
            Assert.Throws<InvalidInputException>(() => AtomicEnergyChoice.Choose(data, "{1: 2}", [1, 8], [1, 8], null, 1, [])).Message);
    }

    private static LabelledStructure Water(double energy) => new() { Structure = new Structure([8, 1, 1], [default, new(0.96, 0, 0), new(0, 0.96, 0)]), Energy = energy };
}
