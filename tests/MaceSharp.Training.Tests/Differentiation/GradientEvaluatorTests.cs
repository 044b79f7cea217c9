using System.Diagnostics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Training.Tests.Network;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>Threads, precision, memory and bad input of the gradient evaluator.</summary>
public sealed class GradientEvaluatorTests
{
    private static readonly WeightedLoss Loss = new WeightedLoss(1, 100, 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ThreadsChangeNothingButRounding(int threads)
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.NonLinear));
        TrainingBatch batch = Batch(9);
        (double[] one, double lossOfOne) = Evaluate<double>(parameters, batch, 1);
        (double[] several, double loss) = Evaluate<double>(parameters, batch, threads);
        (double[] again, double _) = Evaluate<double>(parameters, batch, threads);
        Assert.Equal(several, again);
        Assert.Equal(lossOfOne, loss, 1e-13 * lossOfOne);
        Assert.InRange(Distance(one, several), 0, 1e-13);
    }

    [Fact]
    public void SinglePrecisionAgreesToItsRounding()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.Plain));
        TrainingBatch batch = Batch(5);
        (double[] wide, double loss) = Evaluate<double>(parameters, batch, 1);
        (double[] narrow, double narrowLoss) = Evaluate<float>(parameters, batch, 1);
        Assert.InRange(Math.Abs(narrowLoss - loss), 0, 1e-5 * loss);
        Assert.InRange(Distance(wide, narrow), 0, 1e-5);
    }

    [Fact]
    public void TheGradientOfABatchIsTheSumOverItsStructures()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.Density));
        TrainingBatch batch = Batch(4);
        double[] sum = new double[parameters.Count];
        (double[] together, double _) = Evaluate<double>(parameters, batch, 1);
        foreach (LabelledStructure structure in batch.Structures)
        {
            double[] own = Evaluate<double>(parameters, new TrainingBatch(structure), 1).Gradient;
            for (int k = 0; k < sum.Length; k++) { sum[k] += own[k] / batch.GraphCount; }
        }

        Assert.InRange(Distance(together, sum), 0, 1e-13);
    }

    [Fact]
    public void AWarmStepAllocatesNextToNothing()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.Plain));
        TrainingBatch batch = Batch(4);
        using GradientEvaluator<double> evaluator = new(parameters);
        PredictionAdjoint adjoint = new();
        double[] gradient = new double[parameters.Count];
        long before = 0;
        for (int step = 0; step < 40; step++)
        {
            if (step == 30) { before = GC.GetAllocatedBytesForCurrentThread(); }
            BatchPrediction prediction = evaluator.Predict(batch, parameters.Values, Loss.Reads);
            adjoint.Reset(batch.GraphCount, batch.AtomCount);
            Loss.Evaluate(batch, prediction, adjoint);
            evaluator.Accumulate(adjoint, gradient);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10, 0, 10_000);
    }

    [Fact]
    public void AnAtomAloneHasAGradientAndNoForce()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.NonLinear));
        TrainingBatch batch = new(new LabelledStructure { Structure = new Structure([6], [new Vector3D(1, 2, 3)]), Energy = 1, Forces = [default] });
        using GradientEvaluator<double> evaluator = new(parameters, 2);
        double[] gradient = new double[parameters.Count];
        (double _, BatchPrediction prediction) = Gradients.Evaluate(evaluator, batch, parameters.Values, Loss, gradient);
        Assert.Equal(default, prediction.Forces[0]);
        Assert.All(gradient, static g => Assert.True(double.IsFinite(g)));
        Assert.Contains(gradient, static g => g != 0);
    }

    [Fact]
    public void TheEstimateOfMemoryIsOfTheRightSize()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.NonLinear));
        TrainingBatch batch = Batch(64);
        int pairs = batch.Structures.Sum(static s => NeighborPairs.Find(s.Structure, SmallModels.NonLinear.CutoffRadius).Count);
        using GradientEvaluator<double> evaluator = new(parameters);
        double[] gradient = new double[parameters.Count];
        long before = GC.GetAllocatedBytesForCurrentThread(), estimate = evaluator.EstimateBytes(batch.AtomCount, pairs);
        Gradients.Evaluate(evaluator, batch, parameters.Values, Loss, gradient);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(taken, estimate / 2, 2 * estimate);
    }

    [Fact]
    public void ParametersReturnToTheModel()
    {
        MaceModel model = SmallModels.Create(SmallModels.Plain);
        ParameterSet parameters = new(model);
        for (int k = 0; k < parameters.Count; k++) { parameters.Values[k] += k; }
        ParameterSet back = new(parameters.ToModel());
        Assert.Equal(parameters.Values, back.Values);
        Assert.Equal(model["atomic_energies_fn.atomic_energies"].Values, back.Model["atomic_energies_fn.atomic_energies"].Values);
        Assert.Equal(0, model["node_embedding.linear.weight"].Values[0] - new ParameterSet(model).Values[0]);
        Assert.Equal(ParameterLayout.CountParameters(model), parameters.Count);
    }

    [Fact]
    public void BadStructuresAreNamed()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.Plain));
        using GradientEvaluator<double> evaluator = new(parameters);
        InvalidInputException unknown = Assert.Throws<InvalidInputException>(() => evaluator.Predict(new TrainingBatch(Labelled(new Structure([1, 26], [default, new(1, 0, 0)]) { Origin = "x.xyz@3" })), parameters.Values, Properties.Energy));
        Assert.Contains("Fe", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("x.xyz@3", unknown.Message, StringComparison.Ordinal);
        InvalidInputException same = Assert.Throws<InvalidInputException>(() => evaluator.Predict(new TrainingBatch(Labelled(new Structure([1, 1], [default, default]) { Origin = "x.xyz@4" })), parameters.Values, Properties.Energy));
        Assert.Contains("x.xyz@4", same.Message, StringComparison.Ordinal);
        InvalidInputException infinite = Assert.Throws<InvalidInputException>(() => evaluator.Predict(new TrainingBatch(Labelled(new Structure([1], [new(double.NaN, 0, 0)]) { Origin = "x.xyz@5" })), parameters.Values, Properties.Energy));
        Assert.Contains("x.xyz@5", infinite.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => evaluator.Predict(new TrainingBatch(Labelled(new Structure([1], [default])) with { Head = 1 }), parameters.Values, Properties.Energy));

        // It goes on afterwards.
        Assert.NotEqual(0, evaluator.Predict(Batch(1), parameters.Values, Properties.Energy).Energies[0]);
    }

    [Fact]
    public void DerivativesThatWereNotPredictedAreRefused()
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.Plain));
        using GradientEvaluator<double> evaluator = new(parameters);
        TrainingBatch batch = Batch(1);
        evaluator.Predict(batch, parameters.Values, Properties.Energy);
        PredictionAdjoint adjoint = new();
        adjoint.Reset(batch.GraphCount, batch.AtomCount);
        adjoint.Forces[0] = new Vector3D(1, 0, 0);
        Assert.Throws<InvalidOperationException>(() => evaluator.Accumulate(adjoint, new double[parameters.Count]));
    }

    private static LabelledStructure Labelled(Structure structure) => new() { Structure = structure };

    /// <summary>Random clusters and crystals with random labels.</summary>
    private static TrainingBatch Batch(int count)
    {
        Random random = new(17);
        List<LabelledStructure> structures = [];
        for (int g = 0; g < count; g++)
        {
            int atoms = 3 + (g % 4);
            bool crystal = g % 2 == 1;
            Vector3D Next(double scale) => new(scale * random.NextDouble(), scale * random.NextDouble(), scale * random.NextDouble());
            Vector3D[] positions = [.. Enumerable.Range(0, atoms).Select(i => new Vector3D(1.3 * (i % 2), 1.4 * (i / 2), 0) + Next(0.3))];
            Structure structure = new(
                [.. Enumerable.Range(0, atoms).Select(i => (int[])[1, 6, 8]).Select((z, i) => z[(i + g) % 3])],
                positions,
                crystal ? new Matrix3(4, 0, 0.3, 0, 5, 0, 0.2, 0, 3.5) : default,
                crystal ? new Periodicity(true, true, true) : default);
            structures.Add(new LabelledStructure
            {
                Structure = structure,
                Energy = random.NextDouble(),
                Forces = [.. Enumerable.Range(0, atoms).Select(_ => Next(1))],
                Stress = crystal ? Matrix3.Identity : null,
            });
        }

        return new TrainingBatch(structures);
    }

    private static (double[] Gradient, double Loss) Evaluate<T>(ParameterSet parameters, TrainingBatch batch, int threads)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        using GradientEvaluator<T> evaluator = new(parameters, threads);
        double[] gradient = new double[parameters.Count];
        return (gradient, Gradients.Evaluate(evaluator, batch, parameters.Values, new WeightedLoss(1, 0.1 * batch.AtomCount / batch.GraphCount, 1), gradient).Loss);
    }

    /// <summary>Length of the difference over the length of the first.</summary>
    private static double Distance(double[] expected, double[] actual)
    {
        double norm = Math.Sqrt(expected.Sum(static e => e * e));
        Debug.Assert(norm > 0, "There is a gradient.");
        return Math.Sqrt(expected.Zip(actual, static (e, a) => (e - a) * (e - a)).Sum()) / norm;
    }
}
