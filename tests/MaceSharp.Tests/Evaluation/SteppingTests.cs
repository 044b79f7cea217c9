using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Evaluation;

/// <summary>One structure evaluated step after step, as dynamics does: nothing is allocated, and a list with a skin changes nothing.</summary>
[Collection(nameof(MeasuresTheProcess))]
public sealed class SteppingTests
{
    private const Properties Asked = Properties.Energy | Properties.Forces | Properties.Stress | Properties.AtomicEnergies;

    public static TheoryData<string> Models => RandomModels.WithEnergy;

    [Theory]
    [MemberData(nameof(Models))]
    public void A_warm_step_allocates_nothing(string model)
    {
        foreach (int threads in (int[])[1, 2])
        {
            foreach (RadialMode radial in (RadialMode[])[RadialMode.Auto, RadialMode.Exact])
            {
                MaceModel created = RandomModels.Create(model);
                MacePotential potential = new(created, new MaceOptions { Head = created.HyperParameters.Heads[0], ThreadCount = threads, Radial = radial, Precision = radial == RadialMode.Auto ? Precision.Float32 : Precision.Float64 });
                Structure structure = RandomStructures.Create("crystal", seed: 3);
                using IPotentialEvaluator evaluator = potential.CreateEvaluator();
                PotentialResult result = new();
                for (int step = 0; step < 3; step++) { Step(structure, evaluator, result, step); }

                // The counter of the process sees the workers too, and what the test runner does besides, so the best of several counts.
                long least = long.MaxValue;
                for (int step = 0; step < 20 && least > 0; step++)
                {
                    long before = threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
                    Step(structure, evaluator, result, step);
                    long after = threads == 1 ? GC.GetAllocatedBytesForCurrentThread() : GC.GetTotalAllocatedBytes(precise: true);
                    least = Math.Min(least, after - before);
                }

                Assert.Equal(0, least);
            }
        }
    }

    [Theory]
    [InlineData("crystal")]
    [InlineData("molecule")]
    [InlineData("slab")]
    public void A_skin_changes_nothing_but_the_number_of_lists(string kind)
    {
        MaceModel model = RandomModels.Create("mace");
        using IPotentialEvaluator plain = new MacePotential(model).CreateEvaluator();
        using IPotentialEvaluator skinned = new MacePotential(model, new MaceOptions { Skin = 0.7 }).CreateEvaluator();
        PotentialResult expected = new(), actual = new();
        Structure structure = RandomStructures.Create(kind, seed: 5);
        Random random = new(11);
        for (int step = 0; step < 40; step++)
        {
            for (int i = 0; i < structure.Count; i++)
            {
                structure.Positions[i] += new Vector3D(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5) * 0.1;
            }

            if (step == 20) { structure.Cell = 1.01 * structure.Cell; }
            plain.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial, expected);
            skinned.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial, actual);
            Assert.Equal(expected.Energy!.Value, actual.Energy!.Value, 1e-10);
            for (int i = 0; i < structure.Count; i++) { Assert.True((expected.Forces[i] - actual.Forces[i]).Norm < 1e-10 * Math.Max(1, expected.Forces[i].Norm)); }
        }
    }

    private static void Step(Structure structure, IPotentialEvaluator evaluator, PotentialResult result, int step)
    {
        structure.Positions[step % structure.Count] += new Vector3D(0.01, -0.01, 0.005);
        evaluator.Evaluate(structure, Asked, result);
    }
}
