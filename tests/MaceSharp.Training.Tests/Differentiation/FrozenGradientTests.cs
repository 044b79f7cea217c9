using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>What is left out for frozen tensors changes no gradient of the others, not by a bit.</summary>
public sealed class FrozenGradientTests
{
    private const Properties Everything = Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial;

    public static TheoryData<string> Models => ReferenceStructures.Models;

    /// <summary>One tensor alone, each in turn: every way through the network is cut somewhere.</summary>
    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void EveryTensorAloneHasTheGradientItHasAmongAll(string name)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
        TrainingBatch batch = new([.. ReferenceStructures.Batch(name, model.HyperParameters.Heads.Length).Structures.Take(2)]);
        ParameterSet parameters = new(model);
        double[] all = GradientOf(parameters, batch);
        foreach (ParameterSlot slot in parameters.Slots)
        {
            parameters.Freeze(other => other != slot);
            double[] alone = GradientOf(parameters, batch);
            Assert.Equal(all[slot.Range], alone[slot.Range]);
            Array.Clear(alone, slot.Offset, slot.Count);
            Assert.All(alone, static g => Assert.Equal(0, g));
        }
    }

    /// <summary>The levels of the option <c>freeze</c>.</summary>
    [GoldenTheory]
    [InlineData("interactions", "node_embedding")]
    [InlineData("products", "interactions", "node_embedding")]
    [InlineData("readouts")]
    public void BlocksCanBeFrozen(params string[] blocks)
    {
        MaceModel model = ModelFile.Read(GoldenData.PathOf("models", "e9_attention_residual.model"));
        TrainingBatch batch = ReferenceStructures.Batch("e9_attention_residual", model.HyperParameters.Heads.Length);
        ParameterSet parameters = new(model);
        double[] expected = GradientOf(parameters, batch);
        parameters.Freeze(slot => blocks.Any(b => slot.Name.StartsWith(b, StringComparison.Ordinal)));
        for (int i = 0; i < parameters.Slots.Length; i++)
        {
            if (parameters.IsFrozen(i)) { Array.Clear(expected, parameters.Slots[i].Offset, parameters.Slots[i].Count); }
        }

        Assert.Equal(expected, GradientOf(parameters, batch));
    }

    private static double[] GradientOf(ParameterSet parameters, TrainingBatch batch)
    {
        LinearLoss loss = new(7, parameters.Model.HyperParameters.HasEnergy ? Everything : Properties.Dipole | Properties.Polarizability | Properties.Charges);
        using GradientEvaluator<double> evaluator = new(parameters);
        double[] gradient = new double[parameters.Count];
        Gradients.Evaluate(evaluator, batch, parameters.Values, loss, gradient);
        return gradient;
    }
}
