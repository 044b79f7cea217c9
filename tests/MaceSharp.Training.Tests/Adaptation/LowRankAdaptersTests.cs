using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Operators;
using MaceSharp.Training.Adaptation;
using MaceSharp.Training.Tests.Differentiation;
using MaceSharp.Training.Tests.Network;

namespace MaceSharp.Training.Tests.Adaptation;

public class LowRankAdaptersTests
{
    private const int Rank = 3;
    private const double Alpha = 2.5;

    public static TheoryData<string> Shapes => ["plain", "density", "nonlinear", "attention", "embeddings"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void NothingChangesBeforeTheFirstStep(string shape)
    {
        ParameterSet parameters = Create(shape);
        LowRankAdapters adapters = new(parameters, Rank, Alpha, 7);
        double[] expanded = new double[parameters.Count];
        adapters.Expand(adapters.Values, expanded);
        Assert.Equal(parameters.Values, expanded);
        Assert.Contains(adapters.Values, static v => v != 0);
    }

    /// <summary>Which tensors mace-torch adapts: o3.Linear, e3nn's dense layers, nn.Linear; no biases, layer norms, tables, tensor products or contraction weights.</summary>
    [Theory]
    [InlineData("plain", "interactions.0.skip_tp.weight products.0.symmetric_contractions.contractions.0.weights_max products.0.symmetric_contractions.contractions.0.weights.0 products.0.symmetric_contractions.contractions.0.weights.1 products.0.symmetric_contractions.contractions.1.weights_max products.0.symmetric_contractions.contractions.1.weights.0 products.0.symmetric_contractions.contractions.1.weights.1 interactions.1.skip_tp.weight products.1.symmetric_contractions.contractions.0.weights_max products.1.symmetric_contractions.contractions.0.weights.0")]
    [InlineData("attention", "products.0.symmetric_contractions.contractions.0.weights_max products.0.symmetric_contractions.contractions.0.weights.0 products.0.symmetric_contractions.contractions.0.weights.1 products.0.symmetric_contractions.contractions.1.weights_max products.0.symmetric_contractions.contractions.1.weights.0 products.0.symmetric_contractions.contractions.1.weights.1 products.1.symmetric_contractions.contractions.0.weights_max products.1.symmetric_contractions.contractions.0.weights.0")]
    public void WhatIsNotALinearMapStays(string shape, string names)
    {
        ParameterSet parameters = Create(shape);
        HashSet<string> adapted = [.. new LowRankAdapters(parameters, Rank, Alpha, 7).Places.Select(static p => p.Slot.Name)];
        Assert.Equal(names.Split(' ').Order(), parameters.Slots.Select(static s => s.Name).Where(n => !adapted.Contains(n)).Order());
    }

    [Fact]
    public void NormsBiasesAndTablesStay()
    {
        ParameterSet nonLinear = Create("nonlinear"), embeddings = Create("embeddings");
        HashSet<string> adapted = [.. new LowRankAdapters(nonLinear, Rank, Alpha, 7).Places.Concat(new LowRankAdapters(embeddings, Rank, Alpha, 7).Places).Select(static p => p.Slot.Name)];
        Assert.Contains("interactions.0.conv_tp_weights.net.0.weight", adapted);
        Assert.DoesNotContain("interactions.0.conv_tp_weights.net.1.weight", adapted);
        Assert.DoesNotContain("interactions.0.conv_tp_weights.net.0.bias", adapted);
        Assert.DoesNotContain("interactions.0.alpha", adapted);
        Assert.Contains("interactions.0.source_embedding.weight", adapted);
        Assert.Contains("interactions.0.skip_tp.weight", adapted);
        Assert.Contains("joint_embedding.embedders.total_charge.0.weight", adapted);
        Assert.Contains("joint_embedding.project.0.weight", adapted);
        Assert.DoesNotContain("joint_embedding.embedders.total_spin.weight", adapted);
    }

    /// <summary>The merged map is the map plus α/rank times the two narrow maps one after the other, each with e3nn's normalisation.</summary>
    [Theory]
    [InlineData("interactions.1.linear_up")]
    [InlineData("interactions.0.linear")]
    [InlineData("readouts.0.linear")]
    public void TheMergedMapIsTheSumOfBothWays(string name)
    {
        ParameterSet parameters = Create("plain");
        LowRankAdapters adapters = Randomised(parameters);
        TensorSpecification tensor = ParameterLayout.Of(parameters.Model.HyperParameters).Single(t => t.Name == name + ".weight");
        Irreps input = tensor.Input!, output = tensor.Output!, narrow = new(input.Blocks.Select(static b => b.Irrep).Distinct().Where(i => output.CountOf(i) > 0).Order().Select(static i => new IrrepBlock(Rank, i)));
        double[] a = Of(".lora_A.weight"), b = Of(".lora_B.weight"), merged = new double[parameters.Count];
        adapters.Expand(adapters.Values, merged);
        ParameterSlot slot = parameters[name + ".weight"];
        double[] x = OperatorCheck.Random(5, input.Dimension);
        double[] expected = Apply(input, output, parameters.ValuesOf(slot), x), change = Apply(narrow, output, b, Apply(input, narrow, a, x));
        double[] found = Apply(input, output, merged.AsSpan(slot.Offset, slot.Count), x);
        for (int i = 0; i < found.Length; i++) { Assert.Equal(expected[i] + (Alpha / Rank * change[i]), found[i], 12); }

        double[] Of(string suffix) => adapters.Values[Range(adapters.Places.Single(p => p.Place.Name == name + suffix).Place.Range)];
    }

    /// <summary>Dense layers of both layouts: the change has the shape of the matrix and the rank of the adapters.</summary>
    [Theory]
    [InlineData("plain", "interactions.0.conv_tp_weights.layer1.weight")]
    [InlineData("nonlinear", "interactions.0.conv_tp_weights.net.3.weight")]
    public void DenseChangesAreProducts(string shape, string name)
    {
        ParameterSet parameters = Create(shape);
        LowRankAdapters adapters = Randomised(parameters);
        double[] merged = new double[parameters.Count];
        adapters.Expand(adapters.Values, merged);
        ParameterSlot slot = parameters[name];
        double[] a = adapters.Values[Range(adapters.Places.First(p => p.Slot.Name == name).Place.Range)], b = adapters.Values[Range(adapters.Places.Last(p => p.Slot.Name == name).Place.Range)];
        bool transposed = shape == "nonlinear";
        int rows = slot.Shape[0], columns = slot.Shape[1], outputs = transposed ? rows : columns;
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                (int i, int o) = transposed ? (c, r) : (r, c);
                double product = 0;
                for (int k = 0; k < Rank; k++) { product += a[(i * Rank) + k] * b[(k * outputs) + o]; }
                int at = slot.Offset + (r * columns) + c;
                Assert.Equal(parameters.Values[at] + (Alpha / Rank * product), merged[at], 12);
            }
        }
    }

    /// <summary>Gradients of a loss of energies, forces and stress with respect to every adapter against differences.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void GradientsAgreeWithDifferences(string shape)
    {
        ParameterSet parameters = Create(shape);
        LowRankAdapters adapters = Randomised(parameters);
        using GradientEvaluator<double> evaluator = new(parameters);
        LinearLoss loss = new(7, Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial);
        TrainingBatch batch = new([new LabelledStructure { Structure = Molecule() }]);
        double[] expanded = new double[parameters.Count], full = new double[parameters.Count], gradient = new double[adapters.Values.Length];
        adapters.Expand(adapters.Values, expanded);
        Gradients.Evaluate(evaluator, batch, expanded, loss, full);
        adapters.Pull(adapters.Values, full, gradient);
        foreach (AdaptedPlace place in adapters.Places)
        {
            double[] direction = new double[gradient.Length];
            OperatorCheck.Random(11, place.Place.Range.Length).CopyTo(direction, place.Place.Range.Offset);
            double size = Math.Sqrt(direction.Sum(static d => d * d)), scale = 0.2 / size, expected = scale * OperatorCheck.Dot(gradient, direction);
            double difference = OperatorCheck.Derivative(h =>
            {
                adapters.Expand(OperatorCheck.Along(adapters.Values, direction, scale * h), expanded);
                return [Gradients.Evaluate(evaluator, batch, expanded, loss, default).Loss];
            })[0];
            double norm = Math.Sqrt(gradient[Range(place.Place.Range)].Sum(static g => g * g));
            Assert.True(Math.Abs(difference - expected) <= (1e-8 * 0.2 * norm) + 1e-9, $"{place.Place.Name}: {expected:e9} but the difference is {difference:e9}");
        }
    }

    /// <summary>A merged model is as symmetric as any: the energy does not see a rotation or a mirror, to rounding.</summary>
    [Fact]
    public void MergedModelsAreEquivariant()
    {
        ParameterSet parameters = Create("plain");
        LowRankAdapters adapters = Randomised(parameters);
        MaceModel before = parameters.ToModel();
        adapters.Expand(adapters.Values, parameters.Values);
        MacePotential potential = new(parameters.ToModel(), new MaceOptions { Radial = RadialMode.Exact });
        Structure molecule = Molecule();
        Matrix3 turn = new(new Vector3D(0, -1, 0), new Vector3D(0.6, 0, -0.8), new Vector3D(-0.8, 0, -0.6));
        Structure turned = new(molecule.AtomicNumbers.ToArray(), [.. molecule.Positions.ToArray().Select(p => p * turn)]);
        PotentialResult a = potential.Compute(molecule, Properties.Energy | Properties.Forces), b = potential.Compute(turned, Properties.Energy | Properties.Forces);
        Assert.Equal(a.Energy!.Value, b.Energy!.Value, 11);
        for (int i = 0; i < molecule.Count; i++) { Assert.InRange(((a.Forces[i] * turn) - b.Forces[i]).Norm, 0, 1e-10); }
        Assert.NotEqual(new MacePotential(before).Compute(molecule, Properties.Energy).Energy!.Value, a.Energy!.Value, 4);
    }

    private static Range Range(Training.Optimization.ParameterRange range) => range.Offset..(range.Offset + range.Length);

    private static LowRankAdapters Randomised(ParameterSet parameters)
    {
        LowRankAdapters adapters = new(parameters, Rank, Alpha, 7);
        double[] noise = OperatorCheck.Random(9, adapters.Values.Length);
        for (int i = 0; i < noise.Length; i++) { adapters.Values[i] += 0.3 * noise[i]; }
        return adapters;
    }

    private static double[] Apply(Irreps input, Irreps output, ReadOnlySpan<double> weights, double[] x)
    {
        double[] y = new double[output.Dimension];
        EquivariantLinear<double>.Create(input, output, weights).Forward(x, y, 1, default, new RowBuffer());
        return y;
    }

    private static Structure Molecule()
    {
        Structure molecule = new([8, 1, 1, 6], [default, new(0.96, 0.05, 0), new(-0.2, 0.93, 0.1), new(0.3, -0.4, 1.4)]);
        molecule.Info.Add("total_charge", DataArray.Of([1.0]));
        molecule.Info.Add("total_spin", DataArray.Of([2.0]));
        return molecule;
    }

    private static ParameterSet Create(string shape) => new(SmallModels.Create(shape switch
    {
        "density" => SmallModels.Density,
        "nonlinear" => SmallModels.NonLinear,
        "attention" => SmallModels.Plain with { Interactions = [InteractionKind.RealAgnosticAttResidual, InteractionKind.RealAgnosticAttResidual] },
        "embeddings" => SmallModels.Plain with { Embeddings = [new EmbeddingSpec("total_charge", false, 5, 0, 0, 1), new EmbeddingSpec("total_spin", true, 4, 6, 0, 1)], UseEmbeddingReadout = true },
        _ => SmallModels.Plain,
    }));
}
