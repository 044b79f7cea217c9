using System.Globalization;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>Predictions against the evaluation engine, and the gradient of every parameter tensor against central differences, for every architecture.</summary>
public sealed class ParameterDifferenceTests
{
    private const Properties Everything = Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial;

    private static readonly int[] Offsets = [-2, -1, 1, 2];
    private static readonly int[] Weights = [1, -8, 8, -1];

    public static TheoryData<string> Models => ReferenceStructures.Models;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void GradientsAgreeWithDifferences(string name) => Differ(name, Everything);

    [GoldenTheory]
    [InlineData("d_density_agnesi_zbl")]
    [InlineData("e9_attention_residual")]
    [InlineData("g1_omol_like")]
    public void GradientsOfEnergiesAloneAgreeWithDifferences(string name) => Differ(name, Properties.Energy);

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void PredictionsAgreeWithTheEvaluator(string name)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
        TrainingBatch batch = ReferenceStructures.Batch(name, model.HyperParameters.Heads.Length);
        ParameterSet parameters = new(model);
        using GradientEvaluator<double> evaluator = new(parameters);
        BatchPrediction prediction = evaluator.Predict(batch, parameters.Values, Everything);
        for (int g = 0; g < batch.GraphCount; g++)
        {
            LabelledStructure labelled = batch.Structures[g];
            MacePotential potential = new(model, new MaceOptions { Radial = RadialMode.Exact, Head = model.HyperParameters.Heads[labelled.Head] });
            Properties wanted = potential.Supported & (Properties.Energy | Properties.Forces | Properties.Virial | Properties.Dipole | Properties.Polarizability | Properties.Charges);
            PotentialResult result = potential.Compute(labelled.Structure, wanted);
            double unit = model.HyperParameters.Kind == ModelKind.AtomicDielectricMace ? 1 : Units.Debye;
            double largest = 1;
            foreach (Vector3D force in result.Forces) { largest = Math.Max(largest, force.Norm); }
            if (result.Energy is { } energy) { Assert.InRange(prediction.Energies[g] - energy, -1e-9, 1e-9); }
            for (int i = 0; i < result.Forces.Length; i++) { Assert.InRange((prediction.Forces[batch.FirstAtom(g) + i] - result.Forces[i]).Norm, 0, 1e-11 * largest); }
            if (result.Virial is { } virial) { Close(virial, prediction.Virials[g], 1e-10 * largest); }
            if (result.Dipole is { } dipole) { Assert.InRange(((unit * prediction.Dipoles[g]) - dipole).Norm, 0, 1e-11); }
            if (result.Polarizability is { } polarizability) { Close(polarizability, prediction.Polarizabilities[g], 1e-11); }
            for (int i = 0; i < result.Charges.Length; i++) { Assert.InRange(prediction.Charges[batch.FirstAtom(g) + i] - result.Charges[i], -1e-11, 1e-11); }
        }
    }

    private static void Close(Matrix3 expected, Matrix3 actual, double tolerance)
    {
        foreach (double difference in (actual - expected).ToArray()) { Assert.InRange(difference, -tolerance, tolerance); }
    }

    private static void Differ(string name, Properties reads)
    {
        MaceModel model = ReferenceStructures.WithoutAtomicEnergies(ModelFile.Read(GoldenData.PathOf("models", name + ".model")));
        TrainingBatch batch = ReferenceStructures.Batch(name, model.HyperParameters.Heads.Length);
        ParameterSet parameters = new(model);
        using GradientEvaluator<double> evaluator = new(parameters);
        LinearLoss loss = new(7, model.HyperParameters.HasEnergy ? reads : Properties.Dipole | Properties.Polarizability | Properties.Charges);
        double[] gradient = new double[parameters.Count];
        (double value, BatchPrediction _) = Gradients.Evaluate(evaluator, batch, parameters.Values, loss, gradient);
        Random random = new(11);
        List<string> bad = [];
        foreach (ParameterSlot slot in parameters.Slots)
        {
            double[] saved = parameters.ValuesOf(slot).ToArray(), direction = [.. Enumerable.Range(0, slot.Count).Select(_ => random.NextDouble() - 0.5)];
            double size = Math.Sqrt(saved.Sum(static v => v * v)) + 1e-2, length = Math.Sqrt(direction.Sum(static d => d * d));
            double step = 5e-4 * size / length, difference = 0, expected = 0, norm = 0;
            for (int k = 0; k < slot.Count; k++)
            {
                expected += direction[k] * gradient[slot.Offset + k];
                norm += gradient[slot.Offset + k] * gradient[slot.Offset + k];
            }

            for (int s = 0; s < 4; s++)
            {
                for (int k = 0; k < slot.Count; k++) { parameters.Values[slot.Offset + k] = saved[k] + (Offsets[s] * step * direction[k]); }
                difference += Weights[s] * Gradients.Evaluate(evaluator, batch, parameters.Values, loss, default).Loss;
            }

            difference /= 12 * step;
            saved.CopyTo(parameters.ValuesOf(slot));
            double allowed = (2e-8 * length * Math.Sqrt(norm)) + (1e-11 * Math.Abs(value) / step);
            if (!(Math.Abs(difference - expected) <= allowed)) { bad.Add(string.Create(CultureInfo.InvariantCulture, $"{slot.Name}: {expected:e10} but the difference is {difference:e10} (norm {Math.Sqrt(norm):e2}, allowed {allowed:e1})")); }
        }

        Assert.True(bad.Count == 0, string.Join("\n", bad));
    }
}
