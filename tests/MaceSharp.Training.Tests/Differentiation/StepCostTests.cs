using System.Diagnostics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>Tests that measure time run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What a step of training costs, in evaluations of energy and forces.</summary>
[Collection(nameof(Alone))]
public sealed class StepCostTests
{
    [GoldenFact]
    public void AStepCostsAtMostFiveEvaluations()
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("trained", "mace01_swa.model"));
        TrainingBatch batch = new([.. StructureReader.Read(GoldenData.PathOf("solvents", "solvent_xtb_train_200.xyz"))
            .Where(static s => s.Count > 1)
            .Take(10)
            .Select(static s => new LabelledStructure { Structure = s, Energy = 0, Forces = new Vector3D[s.Count] })]);
        WeightedLoss loss = new();
        ParameterSet parameters = new(model);
        using GradientEvaluator<double> evaluator = new(parameters);
        using IPotentialEvaluator potential = new MacePotential(model, new MaceOptions { Radial = RadialMode.Exact }).CreateEvaluator();
        double[] gradient = new double[parameters.Count];
        PotentialResult result = new();
        double step = double.PositiveInfinity, evaluation = double.PositiveInfinity;
        for (int repeat = 0; repeat < 9; repeat++)
        {
            step = Math.Min(step, Time(() => Gradients.Evaluate(evaluator, batch, parameters.Values, loss, gradient)));
            evaluation = Math.Min(evaluation, Time(() =>
            {
                foreach (LabelledStructure labelled in batch.Structures) { potential.Evaluate(labelled.Structure, Properties.Energy | Properties.Forces, result); }
            }));
        }

        Assert.InRange(step / evaluation, 0, 5);
    }

    private static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
