using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>Losses, predictions and the gradient of every parameter against mace-torch.</summary>
public sealed class GoldenGradientTests
{
    private const string LargeForces = "UniversalLoss_large_forces";

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string model in (string[])["a_mace_8x0e", "b_ss_16x0e_16x1o", "d_density_agnesi_zbl"])
        {
            foreach (string loss in (string[])["WeightedEnergyForcesLoss", "WeightedEnergyForcesStressLoss", "UniversalLoss", "WeightedHuberEnergyForcesStressLoss", LargeForces]) { cases.Add(model, loss); }
        }

        return cases;
    }

    [GoldenTheory]
    [MemberData(nameof(Cases))]
    public void LossAndGradientsAgree(string model, string lossName)
    {
        GoldenTraining golden = new(model);
        TrainingBatch batch = lossName == LargeForces ? golden.LargeForcesBatch() : golden.Batch;
        JsonElement expected = lossName == LargeForces ? golden.LargeForces : golden.Loss(lossName);
        ILoss loss = LossOf(lossName);
        ParameterSet parameters = new(golden.Model);
        using GradientEvaluator<double> evaluator = new(parameters);
        double[] gradient = new double[parameters.Count];
        (double value, BatchPrediction prediction) = Gradients.Evaluate(evaluator, batch, parameters.Values, loss, gradient);

        double wanted = expected.GetProperty("value").GetDouble();
        Assert.InRange(Math.Abs(value - wanted), 0, 1e-10 * Math.Abs(wanted));
        if (lossName != LargeForces)
        {
            Close(GoldenTraining.Numbers(expected.GetProperty("pred_energy")), prediction.Energies.ToArray(), 1e-9);
            Close(GoldenTraining.Numbers(expected.GetProperty("pred_forces")), [.. prediction.Forces.ToArray().SelectMany(static f => (double[])[f.X, f.Y, f.Z])], 1e-10);
            if (expected.GetProperty("pred_stress").ValueKind != JsonValueKind.Null)
            {
                Close(GoldenTraining.Numbers(expected.GetProperty("pred_stress")), [.. prediction.Stresses.ToArray().SelectMany(static s => s.ToArray())], 1e-12);
            }
        }

        double all = Math.Sqrt(gradient.Sum(static g => g * g));
        List<string> bad = [];
        foreach (ParameterSlot slot in parameters.Slots)
        {
            double[] reference = golden.Arrays[$"grad/{lossName}/{slot.Name}"].Values;
            double norm = 0, error = 0;
            for (int k = 0; k < slot.Count; k++)
            {
                norm += reference[k] * reference[k];
                error += Math.Pow(gradient[slot.Offset + k] - reference[k], 2);
            }

            double allowed = 1e-10 * Math.Max(Math.Sqrt(norm), 1e-6 * all);
            if (!(Math.Sqrt(error) <= allowed)) { bad.Add(FormattableString.Invariant($"{slot.Name}: error {Math.Sqrt(error):e2} of {Math.Sqrt(norm):e2}, ratio {Math.Sqrt(error / norm):e1}")); }
        }

        Assert.True(bad.Count == 0, string.Join("\n", bad));
    }

    [GoldenTheory]
    [InlineData("a_mace_8x0e")]
    [InlineData("b_ss_16x0e_16x1o")]
    [InlineData("d_density_agnesi_zbl")]
    public void ParametersAreNamedShapedAndOrderedAsInTheStateDict(string model)
    {
        GoldenTraining golden = new(model);
        ParameterSet parameters = new(golden.Model);
        Assert.Equal(golden.ParameterShapes.Select(static p => p.Name), parameters.Slots.Select(static s => s.Name));
        foreach ((string name, int[] shape) in golden.ParameterShapes) { Assert.Equal(shape, parameters[name].Shape); }
    }

    private static ILoss LossOf(string name) => name switch
    {
        "WeightedEnergyForcesLoss" => new WeightedLoss(1, 100),
        "WeightedEnergyForcesStressLoss" => new WeightedLoss(1, 100, 1),
        "WeightedHuberEnergyForcesStressLoss" => new HuberLoss(1, 100, 1),
        _ => new UniversalLoss(1, 100, 1),
    };

    private static void Close(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) { Assert.InRange(actual[i], expected[i] - tolerance, expected[i] + tolerance); }
    }
}
