using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Simulation.Tests;

public sealed class NeighborSkinTests
{
    private static readonly LennardJonesParameters Sharp = new() { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 5.5 };

    /// <summary>Cells that breathe and shear, atoms that swing and wander: a list that is kept has every pair within the cutoff, or energies would differ.</summary>
    [Fact]
    public void Kept_lists_miss_no_pair_in_cells_that_change()
    {
        Random random = new(3);
        Structure start = Support.Fcc(18, 5.3, 2, 0.1), now = start.Clone();
        ReusedNeighborList list = new(5.5, 0.6);
        using IPotentialEvaluator kept = new LennardJonesPotential(Sharp with { Skin = 0.6 }).CreateEvaluator(), fresh = new LennardJonesPotential(Sharp).CreateEvaluator();
        PotentialResult a = new(), b = new();
        const int Steps = 600;
        for (int step = 0; step < Steps; step++)
        {
            Matrix3 strain = 0.02 * new Matrix3(Wave(step, 1), Wave(step, 2), Wave(step, 3), Wave(step, 2), Wave(step, 4), Wave(step, 5), Wave(step, 3), Wave(step, 5), Wave(step, 6));
            Matrix3 deformation = Matrix3.Identity + strain;
            now.Cell = start.Cell * deformation;
            for (int i = 0; i < now.Count; i++)
            {
                start.Positions[i] += 0.01 * new Vector3D(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5);
                now.Positions[i] = start.Positions[i] * deformation;
            }

            list.Update(now, default);
            kept.Evaluate(now, Properties.Energy | Properties.Forces | Properties.Stress, a);
            fresh.Evaluate(now, Properties.Energy | Properties.Forces | Properties.Stress, b);
            Assert.Equal(b.Energy!.Value, a.Energy!.Value, 1e-11);
            Assert.Equal(b.Stress!.Value.Row0.Y, a.Stress!.Value.Row0.Y, 1e-13);
            for (int i = 0; i < now.Count; i++) { Assert.True((a.Forces[i] - b.Forces[i]).Norm < 1e-12); }
        }

        Assert.InRange(list.Builds, 5, Steps / 4);
    }

    [Fact]
    public void A_network_keeps_its_list_alike()
    {
        MaceModel model = ModelBuilder.Create(new HyperParameters
        {
            Kind = ModelKind.ScaleShiftMace,
            AtomicNumbers = [18],
            CutoffRadius = 4.5,
            RadialBasisCount = 4,
            MaxEll = 1,
            HiddenIrreps = Irreps.Parse("8x0e"),
            MlpIrreps = Irreps.Parse("8x0e"),
            Interactions = [InteractionKind.RealAgnosticResidual, InteractionKind.RealAgnosticResidual],
            AverageNeighborCounts = [12, 12],
            Correlations = [2, 2],
        });
        using IPotentialEvaluator kept = new MacePotential(model, new MaceOptions { Skin = 0.5, ThreadCount = 1 }).CreateEvaluator(), fresh = new MacePotential(model, new MaceOptions { ThreadCount = 1 }).CreateEvaluator();
        Structure start = Support.Fcc(18, 5.3, 1, 0.2);
        PotentialResult a = new(), b = new();
        for (int step = 0; step < 40; step++)
        {
            Structure now = Deformation.Strain(start, (0.001 * step) * new Matrix3(1, 0.3, 0, 0.3, -0.5, 0.2, 0, 0.2, 0.4));
            kept.Evaluate(now, Properties.Energy | Properties.Forces, a);
            fresh.Evaluate(now, Properties.Energy | Properties.Forces, b);
            Assert.Equal(b.Energy!.Value, a.Energy!.Value, 1e-10);
            for (int i = 0; i < now.Count; i++) { Assert.True((a.Forces[i] - b.Forces[i]).Norm < 1e-10); }
        }
    }

    [Fact]
    public void Lists_are_given_up_in_time()
    {
        Matrix3 cell = 10 * Matrix3.Identity;
        Vector3D[] then = [default, new(3, 0, 0)], near = [default, new(3.2, 0, 0)], far = [default, new(3.3, 0, 0)];
        Assert.True(NeighborSkin.Holds(5, 0.5, near, cell, then, cell, Periodicity.All));
        Assert.False(NeighborSkin.Holds(5, 0.5, far, cell, then, cell, Periodicity.All));
        Assert.False(NeighborSkin.Holds(5, 0, then, cell, then, cell, Periodicity.All));
        Assert.False(NeighborSkin.Holds(5, 0.5, then.AsSpan(0, 1), cell, then, cell, Periodicity.All));
        Assert.False(NeighborSkin.Holds(5, 0.5, [new(double.NaN, 0, 0), default], cell, then, cell, Periodicity.All));

        // A strain of s takes s·(5 + 0.5) of the skin.
        Matrix3 little = 1.01 * cell, much = 1.06 * cell;
        Assert.True(NeighborSkin.Holds(5, 0.5, [default, new(3.03, 0, 0)], little, then, cell, Periodicity.All));
        Assert.False(NeighborSkin.Holds(5, 0.5, [default, new(3.18, 0, 0)], much, then, cell, Periodicity.All));
        Assert.False(NeighborSkin.Holds(5, 0.5, [default, new(3.03, 0, 0)], little, then, cell, new Periodicity(true, true, false)));
    }

    private static double Wave(int step, int which) => Math.Sin(0.02 * which * step);
}
