using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Training.Tests.Runs;

public class FineTuningTests
{
    /// <summary>Every head of the model computes what the one head did.</summary>
    [Fact]
    public void RepeatedHeadsComputeTheSame()
    {
        MaceModel model = Foundation();
        MaceModel repeated = HeadReplication.Repeat(model, ["pt_head", "Default", "third"]);
        Structure water = Water();
        double expected = new MacePotential(model).Compute(water, Properties.Energy).Energy!.Value;
        foreach (string head in new[] { "pt_head", "Default", "third" })
        {
            Assert.Equal(expected, new MacePotential(repeated, new MaceOptions { Head = head }).Compute(water, Properties.Energy).Energy!.Value, 10);
        }
    }

    /// <summary>Before its first step a fine-tuned model computes what the foundation does, less the difference of E0.</summary>
    [Fact]
    public void AModelBeginsAsItsFoundation()
    {
        using TemporaryRun run = new();
        MaceModel foundation = Foundation();
        TrainingPlan plan = Plan(run, foundation, new FineTuningOptions { FoundationModel = "f" });
        Assert.Equal(new[] { 1, 8 }, plan.Model.HyperParameters.AtomicNumbers);
        Structure water = Water();
        double before = new MacePotential(foundation).Compute(water, Properties.Energy).Energy!.Value, after = new MacePotential(plan.Model).Compute(water, Properties.Energy).Energy!.Value;
        Assert.Equal(before - Sum(AtomicEnergyChoice.OfModel(foundation)), after - Sum(plan.AtomicEnergies[0].Energies), 8);

        static double Sum(ImmutableSortedDictionary<int, double> e0) => e0[8] + (2 * e0[1]);
    }

    /// <summary>Labels that differ from the foundation by energies of atoms alone give back those energies.</summary>
    [Fact]
    public void EstimatedEnergiesCorrectTheFoundation()
    {
        using TemporaryRun run = new();
        MaceModel foundation = Foundation();
        MacePotential potential = new(foundation);
        using (StructureWriter writer = StructureWriter.Create(run.PathOf("frames.xyz")))
        {
            for (int i = 0; i < 8; i++)
            {
                Structure s = new(i % 2 == 0 ? [8, 1, 1] : [8, 1], i % 2 == 0 ? [default, new(0.96 + (0.01 * i), 0, 0), new(0, 0.96, 0)] : [default, new(0.9 + (0.01 * i), 0, 0)]);
                int hydrogens = s.Count - 1;
                s.Info["REF_energy"] = DataArray.Of(potential.Compute(s, Properties.Energy).Energy!.Value + 3 + (0.5 * hydrogens));
                s.Arrays["REF_forces"] = DataArray.Of(new double[3 * s.Count], s.Count, 3);
                writer.Write(s);
            }

            writer.Complete();
        }

        TrainingPlan plan = Plan(run, foundation, new FineTuningOptions { FoundationModel = "f" }, "estimated");
        ImmutableSortedDictionary<int, double> old = AtomicEnergyChoice.OfModel(foundation);
        Assert.Equal(old[8] + 3, plan.AtomicEnergies[0].Energies[8], 6);
        Assert.Equal(old[1] + 0.5, plan.AtomicEnergies[0].Energies[1], 6);
    }

    [Fact]
    public void ReplayMakesTwoHeadsAndTheReplayedComesFirst()
    {
        using TemporaryRun run = new();
        TrainingPlan plan = Plan(run, Foundation(), new FineTuningOptions { FoundationModel = "f", MultiHead = true, ReplayFile = run.PathOf("frames.xyz"), ReplayCount = 5, ReplayWeight = 0.25, PseudoLabels = true });
        Assert.Equal(new[] { "pt_head", "Default" }, plan.Model.HyperParameters.Heads);
        Assert.Equal(5, plan.Heads[0].Train.Count);
        Assert.All(plan.Heads[0].Train, f => Assert.Equal((0, 0.25), (f.Head, f.Weight)));
        Assert.All(plan.Heads[1].Train, f => Assert.Equal(1, f.Head));
        LabelledStructure first = plan.Heads[0].Train[0];
        Assert.Equal(new MacePotential(Foundation()).Compute(first.Structure, Properties.Energy).Energy!.Value, first.Energy!.Value, 10);
    }

    [Fact]
    public void AnElementThatTheFoundationDoesNotKnowIsNamed()
    {
        using TemporaryRun run = new();
        run.Write("frames.xyz", ToyRun.Frames(4).Replace("O ", "S ", StringComparison.Ordinal));
        InvalidInputException exception = Assert.Throws<InvalidInputException>(() => Plan(run, Foundation(), new FineTuningOptions { FoundationModel = "f" }));
        Assert.Equal("The data have the element S, which is not in the foundation model; it knows H, C, O. foundation_model_extend_elements: True adds it.", exception.Message);
    }

    /// <summary>Adapters are trained, and what they do not adapt stays to the bit; errors before and after stand side by side for every head.</summary>
    [Fact]
    public void AdaptersMoveLinearMapsAlone()
    {
        using TemporaryRun folder = new();
        TrainingPlan plan = Plan(folder, Foundation(), new FineTuningOptions
        {
            FoundationModel = "f",
            MultiHead = true,
            ReplayFile = folder.PathOf("frames.xyz"),
            ReplayCount = 5,
            PseudoLabels = true,
            LowRank = new LowRankOptions { IsUsed = true, Rank = 2, Alpha = 2 },
        });
        RecordingObserver observer = new();
        using TrainingRun run = new(plan, observer);
        Assert.InRange(run.TrainedCount, 1, ParameterLayout.CountParameters(plan.Model) - 1);
        TrainingOutcome outcome = run.Run();
        foreach (ParameterSlot slot in new ParameterSet(plan.Model).Slots)
        {
            bool stays = slot.Name.Contains("skip_tp", StringComparison.Ordinal) || slot.Name.Contains("contractions", StringComparison.Ordinal);
            Assert.True(stays == plan.Model[slot.Name].Values.AsSpan().SequenceEqual(outcome.Final.Model[slot.Name].Values), slot.Name);
        }

        Assert.True(observer.Reports[^1].Heads[^1].Metrics.Loss < observer.Reports[0].Heads[^1].Metrics.Loss);
        TrainingResults results = TrainingCompletion.Evaluate(plan, run, outcome);
        ReportRows table = TrainingCompletion.BeforeAndAfter(results);
        Assert.Equal(["config_type", "RMSE E / meV / atom, before", "after", "RMSE F / meV / A, before", "after"], table.Titles);
        Assert.Equal(["train_pt_head", "train_Default", "valid_pt_head", "valid_Default"], table.Rows.Select(static r => r[0]));

        // The replayed labels are those of the foundation, so that its errors vanish there.
        Assert.Equal("0.0", table.Rows[0][1]);
        Assert.NotEqual("0.0", table.Rows[1][1]);
        Assert.Equal(table.Rows[1][2], TrainingCompletion.TableOf("PerAtomRMSE", results.Stages[^1].TrainAndValid).Rows[1][1]);
    }

    private static TrainingPlan Plan(TemporaryRun run, MaceModel foundation, FineTuningOptions tuning, string e0s = "average") =>
        TrainingPlanner.Prepare(ToyRun.Options(run) with { FineTuning = tuning, Data = new DataOptions { TrainFiles = [ToyRun.Options(run).Data.TrainFiles[0]], E0s = e0s } }, _ => foundation);

    private static Structure Water() => new([8, 1, 1], [default, new(0.96, 0, 0), new(0, 0.96, 0.1)]);

    private static MaceModel Foundation() => ModelBuilder.Create(
        NetworkFactory.Create(new NetworkOptions { ChannelCount = 4, MaxL = 1, MaxEll = 2, Correlation = 2, CutoffRadius = 4, RadialMlp = [8], MlpIrreps = "4x0e" }, [1, 6, 8], ["Default"], 3),
        new ModelInitialization { Seed = 3, AtomicEnergies = [[-1.5, -20, -30]], Scale = [2], Shift = [0.3] });
}
