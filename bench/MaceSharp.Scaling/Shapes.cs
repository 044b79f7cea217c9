using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Scaling;

/// <summary>Models with random weights, and matter of their elements, so that no file is needed.</summary>
internal static class Shapes
{
    /// <summary>Number density of water, 1/Å³: whatever is measured is as dense.</summary>
    private const double Density = 0.1;

    /// <summary>How far an atom is from its place on the lattice, in parts of the spacing.</summary>
    private const double Disorder = 0.25;

    private static readonly ImmutableArray<int> AllElements = [1, 6, 7, 8, 9, 15, 16, 17];

    /// <summary>96 channels, L = 0, 4.5 Å.</summary>
    public static MaceModel Small { get; } = Create(Base with
    {
        HiddenIrreps = Irreps.Parse("96x0e"),
        CutoffRadius = 4.5,
        Interactions = [InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual],
    });

    /// <summary>128 channels, L = 1, 6 Å.</summary>
    public static MaceModel Medium { get; } = Create(Base with { CutoffRadius = 6, RadialBasisCount = 10, AverageNeighborCounts = [85, 85] });

    private static HyperParameters Base => new()
    {
        Kind = ModelKind.ScaleShiftMace,
        AtomicNumbers = AllElements,
        CutoffRadius = 5,
        RadialBasisCount = 8,
        MaxEll = 3,
        HiddenIrreps = Irreps.Parse("128x0e+128x1o"),
        MlpIrreps = Irreps.Parse("16x0e"),
        Interactions = [InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual],
        AverageNeighborCounts = [50, 50],
        Correlations = [3, 3],
    };

    /// <summary>A model by the name that it has in commands: small or medium.</summary>
    public static MaceModel ByName(string name) => name == "small" ? Small : Medium;

    /// <summary>Shapes that no kernel was written for, and every block that published models have; each with the number of elements it is measured with.</summary>
    public static IEnumerable<(string Name, MaceModel Model, int Elements)> Various()
    {
        HyperParameters b = Base;
        foreach (int elements in (int[])[1, 2, 4, 8]) { yield return ($"128 channels, L = 1, ν = 3, two residual layers, {elements} of 8 elements", Create(b), elements); }
        yield return ("L = 0", Create(b with { HiddenIrreps = Irreps.Parse("128x0e") }), 2);
        yield return ("L = 2", Create(b with { HiddenIrreps = Irreps.Parse("128x0e+128x1o+128x2e") }), 2);
        yield return ("ν = 2", Create(b with { Correlations = [2, 2] }), 2);
        yield return ("l_max = 2", Create(b with { MaxEll = 2 }), 2);
        yield return ("three layers", Create(b with { Interactions = [b.Interactions[0], b.Interactions[0], b.Interactions[0]], AverageNeighborCounts = [50, 50, 50], Correlations = [3, 3, 3] }), 2);
        yield return ("64 channels", Create(b with { HiddenIrreps = Irreps.Parse("64x0e+64x1o") }), 2);
        foreach (InteractionKind kind in (InteractionKind[])[InteractionKind.RealAgnostic, InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticDensity, InteractionKind.RealAgnosticDensityResidual, InteractionKind.RealAgnosticResidualNonLinear])
        {
            HyperParameters block = b with { Interactions = [kind, kind] };
            if (kind == InteractionKind.RealAgnosticResidualNonLinear) { block = block with { EdgeIrreps = block.HiddenIrreps }; }
            yield return ($"block {NameOf(kind)}, both layers", Create(block), 2);
        }
    }

    /// <summary>A periodic crystal of a simple lattice, as dense as water, disturbed, with as many atoms of each element at random places.</summary>
    public static Structure Crystal(ReadOnlySpan<int> elements, int perSide)
    {
        Random random = new(17);
        double spacing = Math.Cbrt(1 / Density), side = perSide * spacing;
        int count = perSide * perSide * perSide;
        int[] numbers = new int[count];
        Vector3D[] positions = new Vector3D[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = elements[i % elements.Length];
            positions[i] = spacing * new Vector3D((i % perSide) + Shift(), (i / perSide % perSide) + Shift(), (i / (perSide * perSide)) + Shift());
        }

        random.Shuffle(numbers);
        return new Structure(numbers, positions, new Matrix3(side, 0, 0, 0, side, 0, 0, 0, side), Periodicity.All);

        double Shift() => Disorder * (random.NextDouble() - 0.5);
    }

    private static string NameOf(InteractionKind kind) => kind switch
    {
        InteractionKind.RealAgnostic => "agnostic",
        InteractionKind.RealAgnosticResidual => "residual",
        InteractionKind.RealAgnosticDensity => "density",
        InteractionKind.RealAgnosticDensityResidual => "density-residual",
        InteractionKind.RealAgnosticResidualNonLinear => "non-linear",
        _ => kind.ToString(),
    };

    private static MaceModel Create(HyperParameters shape) => ModelBuilder.Create(shape);
}
