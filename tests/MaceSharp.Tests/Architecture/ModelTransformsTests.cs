using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Architecture;

/// <summary>A model cut to fewer elements or one head computes the same energies and forces.</summary>
public sealed class ModelTransformsTests
{
    public static TheoryData<string> Models => GoldenData.Exists
        ? [.. Directory.GetFiles(GoldenData.PathOf("models"), "*.model").Select(static p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)]
        : ["(none)"];

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Fewer_elements_give_the_same_results(string name)
    {
        MaceModel model = Load(name);
        foreach (int[] elements in (int[][])[[1, 8], [8]])
        {
            MaceModel smaller = ModelTransforms.SelectElements(model, elements);
            Assert.Equal(elements, smaller.HyperParameters.AtomicNumbers.ToArray());
            Assert.Equal(model.StoredPrecision, smaller.StoredPrecision);
            ParameterLayout.Check(smaller);
            foreach (string head in model.HyperParameters.Heads) { AssertSame(model, head, smaller, head, elements); }
        }
    }

    [GoldenTheory]
    [InlineData("f_multihead")]
    [InlineData("g2_mh1_like")]
    [InlineData("g3_nonlinear_bias_readout")]
    public void One_head_gives_the_results_of_that_head(string name)
    {
        MaceModel model = Load(name);
        Assert.True(model.HyperParameters.Heads.Length > 1);
        foreach (string head in model.HyperParameters.Heads)
        {
            MaceModel single = ModelTransforms.SelectHead(model, head);
            Assert.Equal([head], single.HyperParameters.Heads.ToArray());
            Assert.True(ParameterLayout.CountParameters(single) < ParameterLayout.CountParameters(model));
            AssertSame(model, head, single, head, [1, 8]);
            AssertSame(model, head, ModelTransforms.SelectElements(single, [8, 1]), head, [1, 8]);
        }
    }

    [GoldenFact]
    public void The_heads_of_the_test_differ()
    {
        // Otherwise the tests above would not notice a wrong head.
        MaceModel model = Load("f_multihead");
        double[] energies = [.. model.HyperParameters.Heads.Select(head => Compute(model, head, [1, 8]).InteractionEnergy!.Value)];
        Assert.True(Math.Abs(energies[0] - energies[1]) > 1e-3);
    }

    [GoldenFact]
    public void Precision_changes_the_weights_but_not_the_energies_of_atoms()
    {
        MaceModel model = Load("b_ss_16x0e_16x1o");
        MaceModel narrow = ModelTransforms.ToPrecision(model, Precision.Float32), wide = ModelTransforms.ToPrecision(narrow, Precision.Float64);
        Assert.Equal(Precision.Float32, narrow.StoredPrecision);
        Assert.Equal(Precision.Float64, wide.StoredPrecision);
        foreach ((string name, NamedTensor tensor) in model.Tensors)
        {
            bool isEnergy = name.StartsWith("atomic_energies", StringComparison.Ordinal) || name.StartsWith("scale_shift", StringComparison.Ordinal);
            Assert.Equal(isEnergy ? Precision.Float64 : Precision.Float32, narrow[name].Precision);
            Assert.Equal(isEnergy ? tensor.Values : tensor.Values.Select(static v => (double)(float)v), narrow[name].Values);
            Assert.Equal(narrow[name].Values, wide[name].Values);
        }

        double before = Compute(model, "Default", [1, 8]).InteractionEnergy!.Value, after = Compute(wide, "Default", [1, 8]).InteractionEnergy!.Value;
        Assert.InRange(Math.Abs(before - after), double.Epsilon, 1e-5 * Math.Max(1, Math.Abs(before)));
    }

    [GoldenFact]
    public void What_does_not_exist_is_refused()
    {
        MaceModel model = Load("f_multihead");
        Assert.Contains("pt_head", Assert.Throws<InvalidInputException>(() => ModelTransforms.SelectHead(model, "none")).Message, StringComparison.Ordinal);
        Assert.Contains("does not know Au; it knows H, ", Assert.Throws<InvalidInputException>(() => ModelTransforms.SelectElements(model, [1, 79])).Message, StringComparison.Ordinal);
        Assert.Contains("No element", Assert.Throws<InvalidInputException>(() => ModelTransforms.SelectElements(model, [])).Message, StringComparison.Ordinal);
        var tensors = model.Tensors.SetItem("node_embedding.linear.weight", new NamedTensor([.. model["node_embedding.linear.weight"].Shape], [.. model["node_embedding.linear.weight"].Values.Select(static _ => 1e300)]));
        Assert.Contains("too large", Assert.Throws<InvalidInputException>(() => ModelTransforms.ToPrecision(model with { Tensors = tensors }, Precision.Float32)).Message, StringComparison.Ordinal);
    }

    [GoldenFact]
    public void All_elements_or_the_only_head_change_nothing()
    {
        MaceModel model = Load("a_mace_8x0e");
        Assert.Same(model, ModelTransforms.SelectElements(model, model.HyperParameters.AtomicNumbers));
        Assert.Same(model, ModelTransforms.SelectHead(model, "Default"));
    }

    private static void AssertSame(MaceModel expected, string expectedHead, MaceModel actual, string actualHead, int[] elements)
    {
        PotentialResult before = Compute(expected, expectedHead, elements), after = Compute(actual, actualHead, elements);

        // Rescaled weights are rounded to their stored precision: 53 or 24 bits.
        double rounding = expected.StoredPrecision == Precision.Float64 ? 1e-12 : 1e-6;
        if (expected.HyperParameters.HasEnergy)
        {
            Assert.InRange(Math.Abs(before.InteractionEnergy!.Value - after.InteractionEnergy!.Value), 0, rounding * Math.Max(1, Math.Abs(before.InteractionEnergy.Value)));
            Assert.InRange(Math.Abs(before.Energy!.Value - after.Energy!.Value), 0, (rounding * Math.Max(1, Math.Abs(before.InteractionEnergy.Value))) + (4 * Math.BitIncrement(Math.Abs(before.Energy.Value))) - (4 * Math.Abs(before.Energy.Value)));
            double largest = 1;
            foreach (Vector3D force in before.Forces) { largest = Math.Max(largest, force.Norm); }
            for (int i = 0; i < before.Forces.Length; i++) { Assert.InRange((before.Forces[i] - after.Forces[i]).Norm, 0, 10 * rounding * largest); }
        }

        if (expected.HyperParameters.HasDipole) { Assert.InRange((before.Dipole!.Value - after.Dipole!.Value).Norm, 0, rounding * Math.Max(1, before.Dipole.Value.Norm)); }
    }

    private static PotentialResult Compute(MaceModel model, string head, int[] elements)
    {
        Random random = new(7);
        int[] numbers = [.. Enumerable.Range(0, 7).Select(i => elements[i % elements.Length])];
        Vector3D[] positions = new Vector3D[numbers.Length];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = new Vector3D((1.3 * (i % 2)) + (0.2 * random.NextDouble()), (1.3 * (i / 2 % 2)) + (0.2 * random.NextDouble()), (1.3 * (i / 4)) + (0.2 * random.NextDouble()));
        }

        Structure structure = new(numbers, positions);
        structure.Info.Add("total_charge", DataArray.Of(1.0));
        structure.Info.Add("total_spin", DataArray.Of(2.0));
        Properties properties = model.HyperParameters.HasEnergy ? Properties.Energy | Properties.Forces : Properties.None;
        if (model.HyperParameters.HasDipole) { properties |= Properties.Dipole; }
        return new MacePotential(model, new MaceOptions { Head = head }).Compute(structure, properties);
    }

    private static MaceModel Load(string name) => ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
}
