using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Tests.Evaluation;

/// <summary>What an evaluator allocates for a large structure grows by a few kilobytes an atom, neighbour list included.</summary>
[Collection(nameof(MeasuresTheProcess))]
public sealed class MemoryTests
{
    private const int Molecules = 216;
    private const Properties Asked = Properties.Energy | Properties.Forces;

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
        Structure box = WaterBox.Create(Molecules);
        PotentialResult one = new(), twelve = new(), more = new();

        // Tables and matrices belong to the potential and are made once. Of small structures more is kept, up to a limit: ask beyond it.
        Allocated(potential, box, one);
        double growth = (Allocated(potential, Stack(box, 20), more) - Allocated(potential, Stack(box, 12), twelve)) / (8.0 * box.Count);
        Assert.InRange(growth, 100, most);

        // What is kept and what is made again is the same, and a box repeated is the box.
        Assert.Equal(12 * one.Energy!.Value, twelve.Energy!.Value, 1e-6 * Math.Abs(twelve.Energy.Value));
        double largest = one.Forces.ToArray().Max(static f => f.Norm);
        for (int i = 0; i < twelve.AtomCount; i++) { Assert.True((one.Forces[i % box.Count] - twelve.Forces[i]).Norm < 1e-5 * largest); }
    }

    private static Structure Stack(Structure box, int copies) => new(
        [.. Enumerable.Range(0, copies).SelectMany(_ => box.AtomicNumbers.ToArray())],
        [.. Enumerable.Range(0, copies).SelectMany(k => box.Positions.ToArray().Select(p => p + (k * box.Cell.Row2)))],
        box.Cell with { Row2 = copies * box.Cell.Row2 },
        box.Periodicity);

    private static long Allocated(MacePotential potential, Structure structure, PotentialResult result)
    {
        result.Reset(Asked, structure.Count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        evaluator.Evaluate(structure, Asked, result);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
