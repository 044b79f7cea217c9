using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;
using MaceSharp.Training.Tests.Network;

namespace MaceSharp.Training.Tests.Runs;

/// <summary>Elements that a foundation model does not know.</summary>
public class NewElementTests
{
    private static readonly Structure Water = new([8, 1, 1], [default, new(0.96, 0, 0), new(0, 0.96, 0.1)]);

    public static TheoryData<string> Shapes => ["residual", "plain", "density", "nonlinear", "agnostic"];

    [Theory]
    [InlineData(16, 8, 1, 6, 8)]
    [InlineData(17, 8, 1, 6, 8)]
    [InlineData(14, 6, 1, 6, 8)]
    [InlineData(9, 17, 1, 8, 17, 35)]
    [InlineData(35, 17, 9, 17)]
    [InlineData(3, 1, 1, 6, 8)]
    [InlineData(2, 18, 1, 18, 6)]
    [InlineData(58, 57, 57, 22)]
    [InlineData(92, 60, 60, 74, 86)]
    [InlineData(72, 22, 22, 71, 73)]
    [InlineData(47, 29, 29, 46, 48)]
    public void TheNearestElementIsOfTheSameColumn(int element, int expected, params int[] known) => Assert.Equal(expected, NearestElement.Of(element, known));

    [Fact]
    public void PlacesAreThoseOfThePeriodicTable()
    {
        (int, int, int)[] places = [(1, 1, 1), (2, 1, 18), (5, 2, 13), (11, 3, 1), (12, 3, 2), (13, 3, 13), (21, 4, 3), (30, 4, 12), (31, 4, 13), (57, 6, 19), (70, 6, 32), (71, 6, 3), (86, 6, 18), (89, 7, 19), (102, 7, 32), (118, 7, 18)];
        foreach ((int z, int period, int column) in places) { Assert.Equal((z, (period, column)), (z, NearestElement.PlaceOf(z))); }
    }

    /// <summary>Old structures have the energy they had, and a new element acts as the one whose weights it has.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void AnExtendedModelComputesTheSame(string shape)
    {
        MaceModel model = SmallModels.Create(shape switch
        {
            "plain" => SmallModels.Plain with { Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual] },
            "density" => SmallModels.Density,
            "nonlinear" => SmallModels.NonLinear,
            "agnostic" => SmallModels.Plain with { UseAgnosticProduct = true },
            _ => SmallModels.Plain,
        });
        MaceModel extended = ModelTransforms.ExtendElements(model, new Dictionary<int, int> { [16] = 8, [3] = 1 });
        Assert.Equal(new[] { 1, 3, 6, 8, 16 }, extended.HyperParameters.AtomicNumbers);
        Structure sulphide = new([16, 1, 3], Water.Positions.ToArray());
        double expected = Energy(model, Water);
        Assert.Equal(expected, Energy(extended, Water), 10);
        Assert.Equal(expected, Energy(extended, sulphide), 10);
        Assert.Equal(expected, Energy(ModelTransforms.SelectElements(extended, [1, 6, 8]), Water), 10);
    }

    [Fact]
    public void WhatCannotBeAddedIsRefused()
    {
        MaceModel model = SmallModels.Create(SmallModels.Plain);
        Assert.Equal("O cannot be added to the model: it knows it already.", Refusal(8, 1));
        Assert.Equal("The model does not know N, whose weights P is to get.", Refusal(15, 7));
        Assert.Contains("is no element", Refusal(300, 1), StringComparison.Ordinal);

        string Refusal(int added, int parent) => Assert.Throws<InvalidInputException>(() => ModelTransforms.ExtendElements(model, new Dictionary<int, int> { [added] = parent })).Message;
    }

    /// <summary>Training on data with a new element: errors fall, and before it nothing known has changed.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ANewElementIsLearned(bool lowRank)
    {
        using TemporaryRun run = new();
        MaceModel foundation = SmallModels.Create(SmallModels.Plain with { AtomicNumbers = [1, 6, 8] });
        string file = run.Write("sulphur.xyz", ToyRun.Frames(12).Replace("O ", "S ", StringComparison.Ordinal));
        TrainingOptions options = Options(run, file) with
        {
            FineTuning = new FineTuningOptions { FoundationModel = "f", ExtendElements = true, KeepElements = true, LowRank = lowRank ? new LowRankOptions { IsUsed = true, Rank = 4, Alpha = 4 } : null },
        };
        TrainingPlan plan = TrainingPlanner.Prepare(options, _ => foundation);
        Assert.Equal(new[] { 1, 6, 8, 16 }, plan.Model.HyperParameters.AtomicNumbers);
        Assert.Contains("S is new to the foundation model; its weights begin as those of O.", plan.Notes);
        Assert.Equal(-7, plan.AtomicEnergies[0].Energies[16]);
        Assert.DoesNotContain(plan.Notes, static n => n.Contains("more than any bond", StringComparison.Ordinal));
        Assert.Equal(Forces(foundation), Forces(plan.Model), static (a, b) => (a - b).Norm < 1e-10);
        RecordingObserver observer = new();
        using TrainingRun training = new(plan, observer);
        training.Run();
        Assert.True(observer.Reports[^1].Heads[0].Metrics.Loss < 0.5 * observer.Reports[0].Heads[0].Metrics.Loss);

        static Vector3D[] Forces(MaceModel model) => new MacePotential(model).Compute(Water, Properties.Forces).Forces.ToArray();
    }

    [Theory]
    [InlineData("foundation", "There is no isolated-atom energy for S, which is in the data of head Default; the energies come from the foundation model.")]
    [InlineData("estimated", "E0s: estimated corrects a foundation model on the frames of head Default, but it does not know S; give isolated atoms in the training file, a mapping, or average.")]
    [InlineData("{1: -1}", "There is no isolated-atom energy for S, which is in the data of head Default; the energies come from the option E0s.")]
    public void ANewElementNeedsAnEnergy(string e0s, string expected)
    {
        using TemporaryRun run = new();
        string file = run.Write("sulphur.xyz", ToyRun.Frames(4).Replace("O ", "S ", StringComparison.Ordinal));
        TrainingOptions options = Options(run, file) with { FineTuning = new FineTuningOptions { FoundationModel = "f", ExtendElements = true } };
        options = options with { Data = options.Data with { E0s = e0s } };
        Assert.Equal(expected, Assert.Throws<InvalidInputException>(() => TrainingPlanner.Prepare(options, _ => SmallModels.Create(SmallModels.Plain))).Message);
    }

    /// <summary>Energies of atoms so far from those of the frames that no bonds can be the reason are told, not taken in silence.</summary>
    [Fact]
    public void AtomsThatDoNotBelongToTheDataAreNoted()
    {
        using TemporaryRun run = new();
        string file = run.Write("frames.xyz", ToyRun.Frames(12));
        TrainingOptions options = Options(run, file) with { FineTuning = new FineTuningOptions { FoundationModel = "f" } };
        options = options with { Data = options.Data with { E0s = "{1: -3, 6: -5, 8: 97842.6}" } };
        TrainingPlan plan = TrainingPlanner.Prepare(options, _ => SmallModels.Create(SmallModels.Plain with { AtomicNumbers = [1, 6, 8] }));
        Assert.Contains(plan.Notes, static n => n.Contains("eV/atom below the isolated atoms (the option E0s), more than any bond", StringComparison.Ordinal));
    }

    private static TrainingOptions Options(TemporaryRun run, string file) => new()
    {
        Name = "new",
        WorkDirectory = run.Folder,
        Threads = 1,
        Data = new DataOptions { TrainFiles = [file], ValidFiles = [file], E0s = "{1: -3, 6: -5, 8: -6, 16: -7}" },
        Optimization = new OptimizationOptions { BatchSize = 4, MaxEpochs = 12, LearningRate = 0.01 },
    };

    private static double Energy(MaceModel model, Structure structure) => new MacePotential(model, new MaceOptions { Radial = RadialMode.Exact }).Compute(structure, Properties.Energy).Energy!.Value;
}
