using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Architecture;

public sealed class ModelBuilderTests
{
    public static TheoryData<string> Models => RandomModels.All;

    [Theory]
    [MemberData(nameof(Models))]
    public void AModelHasWhatItsHyperParametersAskFor(string name)
    {
        MaceModel model = RandomModels.Create(name);
        ParameterLayout.Check(model);
        Assert.Equal(ParameterLayout.Of(model.HyperParameters).Length, model.Tensors.Count);
    }

    [Fact]
    public void TheSameSeedGivesTheSameModel()
    {
        MaceModel first = RandomModels.Create("correlation 3", 5), same = RandomModels.Create("correlation 3", 5), other = RandomModels.Create("correlation 3", 6);
        foreach ((string name, NamedTensor tensor) in first.Tensors)
        {
            Assert.Equal(tensor.Values, same[name].Values);
            if (name.Contains("linear", StringComparison.Ordinal)) { Assert.NotEqual(tensor.Values, other[name].Values); }
        }
    }

    [Fact]
    public void TensorsDoNotChangeWhenOthersAreAdded()
    {
        MaceModel few = RandomModels.Create("residual L=1"), more = RandomModels.Create("three layers");
        Assert.Equal(few["interactions.0.linear_up.weight"].Values, more["interactions.0.linear_up.weight"].Values);
    }

    [Fact]
    public void WeightsHaveTheSpreadOfUpstream()
    {
        MaceModel model = ModelBuilder.Create(Wide(InteractionKind.RealAgnosticResidualNonLinear, [new("total_spin", true, 40, 50, 0), new("total_charge", false, 40, 0, 0)]));
        AssertNormal(model["node_embedding.linear.weight"], 1);
        AssertNormal(model["interactions.0.linear_1.weight"], 1);
        AssertNormal(model["interactions.1.skip_tp.weight"], 1);
        AssertNormal(model["readouts.1.linear_1.weight"], 1);
        AssertNormal(model["joint_embedding.embedders.total_spin.weight"], 1);
        NamedTensor product = model["products.0.symmetric_contractions.contractions.0.weights_max"];
        AssertNormal(product, 1.0 / product.Shape[1]);
        AssertUniform(model["interactions.0.source_embedding.weight"], 0.001);
        AssertUniform(model["interactions.1.target_embedding.weight"], 0.001);
        AssertUniform(model["interactions.0.conv_tp_weights.net.3.weight"], 1 / Math.Sqrt(64));
        AssertUniform(model["interactions.0.conv_tp_weights.net.3.bias"], 1 / Math.Sqrt(64));
        AssertUniform(model["joint_embedding.embedders.total_charge.2.weight"], 1 / Math.Sqrt(40));
        AssertUniform(model["joint_embedding.embedders.total_charge.0.bias"], 1);
        AssertUniform(model["joint_embedding.project.0.weight"], 1 / Math.Sqrt(80));
        Assert.All(model["interactions.0.conv_tp_weights.net.1.weight"].Values, static w => Assert.Equal(1, w));
        Assert.All(model["interactions.0.density_fn.net.1.bias"].Values, static w => Assert.Equal(0, w));
        Assert.Equal([20], model["interactions.1.alpha"].Values);
        Assert.Equal([0], model["interactions.1.beta"].Values);

        MaceModel plain = ModelBuilder.Create(Wide(InteractionKind.RealAgnosticResidual, []));
        AssertNormal(plain["interactions.1.conv_tp_weights.layer2.weight"], 1);
        AssertNormal(plain["interactions.1.skip_tp.weight"], 1);
    }

    [Fact]
    public void EnergiesAndScalesAreThoseGiven()
    {
        MaceModel model = ModelBuilder.Create(Wide(InteractionKind.RealAgnosticResidual, []), new ModelInitialization
        {
            AtomicEnergies = [[.. Enumerable.Range(0, 20).Select(static i => -1.5 * i)]],
            Scale = [0.8],
            Shift = [0.1],
            Precision = Precision.Float32,
        });
        Assert.Equal(-28.5, model["atomic_energies_fn.atomic_energies"].Values[^1]);
        Assert.Equal((float)0.8, model["scale_shift.scale"].Values[0]);
        Assert.Equal(Precision.Float32, model.StoredPrecision);
        Assert.All(model.Tensors.Values, static t => Assert.All(t.Values, static v => Assert.Equal((float)v, v)));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        HyperParameters shape = Wide(InteractionKind.RealAgnosticResidual, []);
        Assert.Throws<InvalidInputException>(() => ModelBuilder.Create(shape, new ModelInitialization { Scale = [1, 2] }));
        Assert.Throws<InvalidInputException>(() => ModelBuilder.Create(shape, new ModelInitialization { AtomicEnergies = [[1.0, 2.0]] }));
        Assert.Throws<InvalidInputException>(() => ModelBuilder.Create(shape with { Correlations = [5, 2] }));
        Assert.Throws<InvalidInputException>(() => ModelBuilder.Create(shape with { Correlations = [4, 2], MaxEll = 6 }));
        Assert.Throws<InvalidInputException>(() => ModelBuilder.Create(shape with { CutoffRadius = -1 }));
    }

    private static HyperParameters Wide(InteractionKind kind, ImmutableArray<EmbeddingSpec> embeddings) => new()
    {
        Kind = ModelKind.ScaleShiftMace,
        AtomicNumbers = [.. Enumerable.Range(1, 20)],
        CutoffRadius = 4,
        RadialBasisCount = 8,
        MaxEll = 2,
        HiddenIrreps = Irreps.Parse("64x0e+64x1o"),
        MlpIrreps = Irreps.Parse("32x0e"),
        Interactions = [kind, kind],
        AverageNeighborCounts = [10, 10],
        Correlations = [2, 2],
        Embeddings = embeddings,
    };

    /// <summary>Mean and variance within four standard errors.</summary>
    private static void AssertNormal(NamedTensor tensor, double deviation)
    {
        double[] values = [.. tensor.Values.Select(v => v / deviation)];
        Assert.True(values.Length >= 1000);
        Assert.Equal(0, values.Average(), 4 / Math.Sqrt(values.Length));
        Assert.Equal(1, values.Average(static v => v * v), 4 * Math.Sqrt(2.0 / values.Length));
        Assert.True(values.Max(Math.Abs) > 2.5);
    }

    private static void AssertUniform(NamedTensor tensor, double bound)
    {
        Assert.InRange(tensor.Values.Max(Math.Abs), 0.9 * bound, bound);
        Assert.True(tensor.Values.Min() < 0);
    }
}
