using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Tests.Physics;

/// <summary>Small models with random weights that between them use every option of the architecture.</summary>
internal static class RandomModels
{
    private static readonly Dictionary<string, HyperParameters> Shapes = new(StringComparer.Ordinal)
    {
        ["mace"] = Base with { Kind = ModelKind.Mace, Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual] },
        ["residual L=1"] = Base,
        ["residual L=2, l=3"] = Base with { HiddenIrreps = Irreps.Parse("4x0e+4x1o+4x2e"), MaxEll = 3 },
        ["correlation 3"] = Base with { Correlations = [3, 3] },
        ["correlation 1 and 4"] = Base with { Correlations = [1, 4], MaxEll = 1 },
        ["three layers"] = Base with { Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual], AverageNeighborCounts = [7, 8, 9], Correlations = [2, 2, 2] },
        ["one layer"] = Base with { Interactions = [InteractionKind.RealAgnosticResidual], AverageNeighborCounts = [7], Correlations = [3] },
        ["density, agnesi, zbl"] = Base with { Interactions = [InteractionKind.RealAgnosticDensity, InteractionKind.RealAgnosticDensityResidual], DistanceTransform = DistanceTransformKind.Agnesi, PairRepulsion = true },
        ["density, soft, late cutoff"] = Base with { Interactions = [InteractionKind.RealAgnosticDensityResidual, InteractionKind.RealAgnosticDensityResidual], DistanceTransform = DistanceTransformKind.Soft, ApplyCutoff = false, CutoffOrder = 6 },
        ["attention"] = Base with { Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticAttResidual] },
        ["non-linear, embeddings"] = NonLinear with { Embeddings = [new("total_spin", true, 5, 20, 0), new("total_charge", true, 6, 41, 20)], ApplyCutoff = false },
        ["non-linear, bias, heads"] = NonLinear with
        {
            Embeddings = [new("total_charge", false, 5, 0, 0)],
            UseEmbeddingReadout = true,
            UseLastReadoutOnly = true,
            UseBiasReadout = true,
            Heads = ["first", "second"],
        },
        ["non-linear then residual"] = NonLinear with { Interactions = [InteractionKind.RealAgnosticResidualNonLinear, InteractionKind.RealAgnosticResidual], UseAgnosticProduct = true, UseEdgeIrrepsFirst = true },
        ["mixed parity"] = Base with { HiddenIrreps = Irreps.Parse("3x0e+3x0o+3x1o+3x1e") },
        ["so3"] = Base with { UseSo3 = true, HiddenIrreps = Irreps.Parse("4x0e+4x1e"), Correlations = [3, 3] },
        ["heads, tanh"] = Base with { Heads = ["pt_head", "Default", "third"], Gate = ActivationKind.Tanh },
        ["gaussian, no gate"] = Base with { RadialBasis = RadialBasisKind.Gaussian, Gate = ActivationKind.None, RadialMlp = [12, 10] },
        ["chebyshev, agnesi"] = Base with { RadialBasis = RadialBasisKind.Chebyshev, RadialBasisCount = 5, DistanceTransform = DistanceTransformKind.Agnesi },
        ["atomic dipoles"] = Base with { Kind = ModelKind.AtomicDipolesMace, MlpIrreps = Irreps.Parse("4x1o") },
        ["energy and dipoles"] = Base with { Kind = ModelKind.EnergyDipolesMace, MlpIrreps = Irreps.Parse("4x0e+4x1o") },
        ["dielectric"] = Base with { Kind = ModelKind.AtomicDielectricMace, HiddenIrreps = Irreps.Parse("4x0e+4x1o+4x2e"), MlpIrreps = Irreps.Parse("4x0e+4x1o+4x2e") },
    };

    private static HyperParameters Base => new()
    {
        Kind = ModelKind.ScaleShiftMace,
        AtomicNumbers = [1, 6, 8],
        CutoffRadius = 3.5,
        RadialBasisCount = 6,
        MaxEll = 2,
        HiddenIrreps = Irreps.Parse("4x0e+4x1o"),
        MlpIrreps = Irreps.Parse("6x0e"),
        Interactions = [InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual],
        AverageNeighborCounts = [7, 8],
        Correlations = [2, 2],
        RadialMlp = [16, 16],
    };

    private static HyperParameters NonLinear => Base with
    {
        Interactions = [InteractionKind.RealAgnosticResidualNonLinear, InteractionKind.RealAgnosticResidualNonLinear],
        EdgeIrreps = Irreps.Parse("3x0e+3x1o"),
    };

    /// <summary>Names of all of them.</summary>
    public static TheoryData<string> All => [.. Shapes.Keys];

    /// <summary>Names of those with an energy.</summary>
    public static TheoryData<string> WithEnergy => [.. Shapes.Where(static pair => pair.Value.HasEnergy).Select(static pair => pair.Key)];

    /// <summary>Names of those with an energy whose radial weights can be tabulated.</summary>
    public static TheoryData<string> Tabulated => [.. Shapes.Where(static pair => pair.Value.HasEnergy && pair.Key != "attention").Select(static pair => pair.Key)];

    /// <summary>A model by name.</summary>
    public static MaceModel Create(string name, long seed = 1)
    {
        HyperParameters shape = Shapes[name];
        Random random = new(11);
        return ModelBuilder.Create(shape, new ModelInitialization
        {
            Seed = seed,
            AtomicEnergies = [.. shape.Heads.Select(_ => shape.AtomicNumbers.Select(z => -13.6 * z * (1 + random.NextDouble())).ToImmutableArray())],
            Scale = [.. shape.Heads.Select(_ => 0.5 + random.NextDouble())],
            Shift = [.. shape.Heads.Select(_ => random.NextDouble() - 0.5)],
        });
    }

    /// <summary>A model by name, ready for evaluation with its first head.</summary>
    public static MacePotential Potential(string name, long seed = 1, int threads = 1)
    {
        MaceModel model = Create(name, seed);
        return new MacePotential(model, new MaceOptions { Head = model.HyperParameters.Heads[0], ThreadCount = threads });
    }
}
