using MaceSharp.Architecture;
using MaceSharp.Equivariance;

namespace MaceSharp.Benchmarks;

/// <summary>Models with random weights in shapes people use, so that no file is needed.</summary>
internal static class Shapes
{
    /// <summary>96 channels, L = 0, 4.5 Å, ten elements: small models of organic molecules.</summary>
    public const string Small = "small";

    /// <summary>128 channels, L = 1, 6 Å: medium foundation models, here with ten elements.</summary>
    public const string Medium = "medium";

    /// <summary>A model.</summary>
    /// <param name="name"><see cref="Small"/> or <see cref="Medium"/>.</param>
    public static MaceModel Create(string name)
    {
        bool small = name == Small;
        return ModelBuilder.Create(new HyperParameters
        {
            Kind = ModelKind.ScaleShiftMace,
            AtomicNumbers = [1, 6, 7, 8, 9, 15, 16, 17, 35, 53],
            CutoffRadius = small ? 4.5 : 6,
            RadialBasisCount = small ? 8 : 10,
            MaxEll = 3,
            HiddenIrreps = Irreps.Parse(small ? "96x0e" : "128x0e+128x1o"),
            MlpIrreps = Irreps.Parse("16x0e"),
            Interactions = [small ? InteractionKind.RealAgnostic : InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual],
            AverageNeighborCounts = small ? [40, 40] : [85, 85],
            Correlations = [3, 3],
        });
    }
}
