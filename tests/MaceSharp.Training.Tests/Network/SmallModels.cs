using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Training.Tests.Network;

/// <summary>Models small enough for differences, with numbers of channels that are no multiple of a vector.</summary>
internal static class SmallModels
{
    public static HyperParameters Plain { get; } = new()
    {
        Kind = ModelKind.ScaleShiftMace,
        AtomicNumbers = [1, 6, 8],
        CutoffRadius = 4,
        RadialBasisCount = 5,
        MaxEll = 2,
        HiddenIrreps = Irreps.Parse("11x0e+11x1o"),
        MlpIrreps = Irreps.Parse("7x0e"),
        Interactions = [InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual],
        AverageNeighborCounts = [6, 6],
        Correlations = [3, 2],
        RadialMlp = [13, 9],
    };

    public static HyperParameters Density { get; } = Plain with { Interactions = [InteractionKind.RealAgnosticDensity, InteractionKind.RealAgnosticDensityResidual] };

    public static HyperParameters NonLinear { get; } = Plain with
    {
        Interactions = [InteractionKind.RealAgnosticResidualNonLinear, InteractionKind.RealAgnosticResidualNonLinear],
    };

    /// <summary>Four copies coupled, so that products of three inputs occur.</summary>
    public static HyperParameters FourBody { get; } = Plain with { MaxEll = 1, Correlations = [4, 4] };

    public static MaceModel Create(HyperParameters hyperParameters) => ModelBuilder.Create(hyperParameters, new ModelInitialization { Seed = 3 });
}
