using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Tests.Evaluation;

/// <summary>What an evaluator allocates grows by a few kilobytes an atom, neighbour list included.</summary>
[Collection(nameof(MeasuresTheProcess))]
public sealed class MemoryTests
{
    private const int Molecules = 667;

    [Theory]
    [InlineData("96x0e", 4.5, 4 * 1024)]
    [InlineData("128x0e+128x1o", 6, 8 * 1024)]
    [Trait("Speed", "Slow")]
    public void Bytes_an_atom(string hidden, double cutoff, double most)
    {
        MacePotential potential = new(
            ModelBuilder.Create(new HyperParameters
            {
                Kind = ModelKind.ScaleShiftMace,
                AtomicNumbers = [1, 8],
                CutoffRadius = cutoff,
                RadialBasisCount = 8,
                MaxEll = 3,
                HiddenIrreps = Irreps.Parse(hidden),
                MlpIrreps = Irreps.Parse("16x0e"),
                Interactions = [InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual],
                AverageNeighborCounts = [40, 40],
                Correlations = [3, 3],
            }),
            new MaceOptions { Precision = Precision.Float32, ThreadCount = 1 });
        Structure once = WaterBox.Create(Molecules);
        Structure twice = new([.. once.AtomicNumbers, .. once.AtomicNumbers], [.. once.Positions, .. once.Positions.ToArray().Select(p => p + once.Cell.Row2)], once.Cell with { Row2 = 2 * once.Cell.Row2 }, once.Periodicity);

        // Tables and matrices belong to the potential and are made once.
        Allocated(potential, WaterBox.Create(32));
        double growth = (Allocated(potential, twice) - Allocated(potential, once)) / (double)once.Count;
        Assert.InRange(growth, 100, most);
    }

    private static long Allocated(MacePotential potential, Structure structure)
    {
        PotentialResult result = new();
        result.Reset(Properties.Energy | Properties.Forces, structure.Count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        evaluator.Evaluate(structure, Properties.Energy | Properties.Forces, result);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
