using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Evaluation;
using MaceSharp.Serialization;
using MaceSharp.Tests.Physics;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Evaluation;

public sealed class EvaluationCostTests
{
    /// <summary>Millions of operations an atom at one element, counted by hand for these three shapes when the engine was designed.</summary>
    [GoldenTheory]
    [InlineData("j_mp0_medium_shape", 62, 5.78)]
    [InlineData("j_mp0_medium_shape", 85, 7.21)]
    [InlineData("j_mp0_medium_shape", 40, 4.42)]
    [InlineData("j_off23_medium_shape", 54, 5.5)]
    [InlineData("j_off23_small_shape", 40, 1.14)]
    public void Totals_are_those_of_an_independent_count(string name, double neighbors, double millions)
    {
        EvaluationCost cost = EvaluationCost.Count(ModelFile.Read(GoldenData.PathOf("models", name + ".model")), neighbors, 1);
        Assert.InRange(cost.EnergyAndForces / 1e6, 0.9 * millions, 1.1 * millions);
        Assert.InRange(cost.Energy / cost.EnergyAndForces, 0.25, 0.5);
    }

    [Fact]
    public void Stages_of_a_small_shape_are_those_counted_on_paper()
    {
        // Two layers of 4 channels, L = 0, l_max = 1 (H = 4), order 1, K = 5 hidden radial functions, 10 neighbours, 2 elements.
        HyperParameters shape = RandomModels.Create("residual L=1").HyperParameters with
        {
            HiddenIrreps = Irreps.Parse("4x0e"),
            MaxEll = 1,
            Correlations = [1, 1],
            RadialMlp = [7, 5],
            MlpIrreps = Irreps.Parse("3x0e"),
        };
        EvaluationCost cost = EvaluationCost.Count(ModelBuilder.Create(shape), 10, 2);
        (string, double, double)[] expected =
        [
            ("geometry and harmonics", 4 * 4 * 10, 9 * 4 * 10),

            // Gathered per element and hidden function: K tables; K·H; Z·K·C·(2l+1) over both harmonics.
            ("layer 1: radial tables", 6 * 5 * 10, 6 * 5 * 10),
            ("layer 1: edges", 5 * 4 * 10, ((2 * 5 * 4) + 5) * 10),
            ("layer 1: mixing", 2 * 5 * 4 * 4, 2 * 5 * 4 * 4),

            // Of four components the scalar alone is linear in the output.
            ("layer 1: contraction", 4, 4),
            ("layer 2: sent features", 16, 16),
            ("layer 2: radial tables", 6 * 8 * 10, 6 * 8 * 10),
            ("layer 2: edges", (8 + 16) * 10, ((2 * 16) + (2 * 8) + 8) * 10),
            ("layer 2: coupling", 16, 16),
            ("layer 2: mixing", 64, 64),
            ("layer 2: contraction", 4, 4),

            // Product and residual into three hidden units, six for activation and last weights, four for the first layer's readout.
            ("readout", 12 + 12 + 6 + 4, 12 + 12 + 6 + 4),
        ];
        Assert.Equal(expected, cost.Stages.Select(static s => (s.Name, s.Forward, s.Adjoint)));
        Assert.Equal(expected.Sum(static e => e.Item2), cost.Energy);
        Assert.Equal(expected.Sum(static e => e.Item2 + e.Item3), cost.EnergyAndForces);

        // With many elements it is cheaper to gather the channels: tables of the 4 channels of paths (0,0,0) and (0,1,1); C·H; C·C·(2l+1).
        (string, double, double)[] direct =
        [
            ("layer 1: radial tables", 6 * 8 * 10, 6 * 8 * 10),
            ("layer 1: edges", 4 * 4 * 10, ((2 * 4 * 4) + 8) * 10),
            ("layer 1: mixing", 16 + 48, 16 + 48),
        ];
        Assert.Equal(direct, EvaluationCost.Count(ModelBuilder.Create(shape), 10, 9).Stages.Skip(1).Take(3).Select(static s => (s.Name, s.Forward, s.Adjoint)));
    }

    [Theory]
    [MemberData(nameof(RandomModels.WithEnergy), MemberType = typeof(RandomModels))]
    public void Every_model_with_an_energy_is_counted(string name)
    {
        MaceModel model = RandomModels.Create(name);
        EvaluationCost few = EvaluationCost.Count(model, 20, 1), more = EvaluationCost.Count(model, 40, 1), elements = EvaluationCost.Count(model, 20, 3);
        Assert.All(few.Stages, static s => Assert.True(s.Forward > 0 && s.Adjoint > 0, s.Name));
        Assert.True(more.EnergyAndForces > few.EnergyAndForces);
        Assert.True(elements.EnergyAndForces >= few.EnergyAndForces);
        Assert.True(few.Energy < few.EnergyAndForces);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        MaceModel model = RandomModels.Create("mace");
        Assert.Throws<ArgumentOutOfRangeException>(() => EvaluationCost.Count(model, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EvaluationCost.Count(model, double.PositiveInfinity, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EvaluationCost.Count(model, 1, 0));
        Assert.Throws<ArgumentException>(() => EvaluationCost.Count(RandomModels.Create("atomic dipoles"), 1, 1));
    }
}
