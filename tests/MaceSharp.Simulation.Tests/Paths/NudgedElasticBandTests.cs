using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Paths;

public class NudgedElasticBandTests
{
    [Theory]
    [InlineData(-0.558224, 1.441726, -0.050011, 0.466694, -146.6995, -80.7678, -40.6648)]
    [InlineData(-0.050011, 0.466694, 0.623499, 0.028038, -80.7678, -108.1667, -72.2489)]
    public void Barriers_of_the_surface_of_Mueller_and_Brown(double x0, double y0, double x1, double y1, double first, double last, double saddle)
    {
        // Minima and saddle points of the surface, as found by solving for zero gradient; the paper gives them to three digits.
        Structure from = new([1], [new(x0, y0, 0.1)]), to = new([1], [new(x1, y1, -0.1)]);
        from.Positions[0] = new(x0, y0, 0);
        to.Positions[0] = new(x1, y1, 0);
        NebResult result = NudgedElasticBand.Run(new MuellerBrown(), ReactionPath.Interpolate(from, to, 9), new NebOptions { SpringConstant = 5, MaximalForce = 1e-3, LargestStep = 0.05 });
        Assert.True(result.IsConverged && result.Climbed);
        Assert.Equal(0.01 * (saddle - first), result.Barrier, 1e-5);
        Assert.Equal(0.01 * (last - first), result.ReactionEnergy, 1e-5);
        Assert.Equal(0.01 * (saddle - last), result.ReverseBarrier, 1e-5);

        // The cubic between the images goes through them and has no higher point near the saddle.
        Assert.Equal(result.Energies[result.HighestImage], result.EnergyAt(result.Coordinates[result.HighestImage]), 1e-12);
        Assert.Equal(result.Energies[result.HighestImage], Enumerable.Range(0, 1001).Max(i => result.EnergyAt(result.Coordinates[^1] * i / 1000)), 2e-3);
    }

    [Fact]
    public void Without_climbing_images_are_equally_spaced()
    {
        NebResult result = NudgedElasticBand.Run(new MuellerBrown(), ReactionPath.Interpolate(new([1], [new(-0.558224, 1.441726, 0)]), new([1], [new(0.623499, 0.028038, 0)]), 15), new NebOptions { Climbs = false, SpringConstant = 5, MaximalForce = 1e-3, LargestStep = 0.05, MaximalSteps = 5000 });
        Assert.True(result.IsConverged);
        double spacing = result.Coordinates[^1] / 14;
        for (int i = 1; i < 15; i++) { Assert.Equal(spacing, result.Coordinates[i] - result.Coordinates[i - 1], 1e-3); }
    }

    [AseFact]
    public void The_hop_of_an_adatom_is_that_of_ASE()
    {
        // An adatom on a square patch of Lennard-Jones atoms hops to the next hollow; the outer atoms are fixed.
        // With the usual soft springs the places of the images would depend on when either stops.
        Structure first = Patch(0), last = Patch(1);
        int[] fixedAtoms = [.. Enumerable.Range(0, first.Count - 1).Where(static i => i >= 12)];
        string script = $$"""
            import json, sys
            from ase import Atoms
            from ase.calculators.lj import LennardJones
            from ase.constraints import FixAtoms
            from ase.neb import NEB
            from ase.optimize import FIRE
            first, last = json.loads(sys.argv[1])
            def make(p):
                a = Atoms('Ar' * len(p), positions=p, constraint=FixAtoms({{JsonSerializer.Serialize(fixedAtoms)}}))
                a.calc = LennardJones(sigma=2.0, epsilon=0.3, rc=5.0)
                return a
            images = [make(first) for _ in range(6)] + [make(last)]
            neb = NEB(images, k=5, climb=True, method='improvedtangent')
            neb.interpolate()
            assert FIRE(neb, logfile=None).run(fmax=0.00001, steps=9000)
            print(json.dumps([a.get_potential_energy() for a in images]))
            """;
        static double[][] Rows(Structure s) => [.. s.Positions.ToArray().Select(static r => new[] { r.X, r.Y, r.Z })];
        double[] theirs = [.. JsonDocument.Parse(Ase.Run(script, JsonSerializer.Serialize(new[] { Rows(first), Rows(last) }))).RootElement.EnumerateArray().Select(static e => e.GetDouble())];
        NebResult ours = NudgedElasticBand.Run(new LennardJones(0.3), ReactionPath.Interpolate(first, last, 7), new NebOptions { SpringConstant = 5, MaximalForce = 0.00001, MaximalSteps = 9000, FixedAtoms = fixedAtoms, ThreadCount = 2 });
        Assert.True(ours.IsConverged);
        double shift = first.Count * LennardJones.AtomicEnergy(18);
        Assert.True(theirs.Zip(ours.Energies).All(e => Math.Abs(e.First - (e.Second - shift)) < 1e-5), string.Join('\n', theirs.Zip(ours.Energies).Select(e => $"{e.First:F6} {e.Second - shift:F6}")));
        Assert.InRange(ours.Barrier, 0.1, 2);
        for (int atom = 12; atom < first.Count - 1; atom++) { Assert.Equal(first.Positions[atom], ours.Images[3].Positions[atom]); }
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Structure first = Patch(0), last = Patch(1);
        NebResult Run(int threads) => NudgedElasticBand.Run(new LennardJones(0.3), ReactionPath.Interpolate(first, last, 6), new NebOptions { MaximalSteps = 5, ThreadCount = threads });
        Assert.Equal(Run(1).Energies.AsEnumerable(), Run(3).Energies.AsEnumerable());
    }

    [Fact]
    public void Atoms_that_pass_each_other_keep_apart_on_a_path_of_pair_distances()
    {
        // Two atoms that change places on a line meet on the linear path.
        Structure first = new([1, 1, 8], [new(0, 0, 0), new(2, 0.05, 0), new(1, 3, 0)]), last = new([1, 1, 8], [new(2, 0, 0), new(0, -0.05, 0), new(1, 3, 0)]);
        Structure[] path = ReactionPath.Interpolate(first, last, 9);
        double Closest() => path.Min(static s => (s.Positions[0] - s.Positions[1]).Norm);
        Assert.True(Closest() < 0.1);
        ReactionPath.ImproveByPairDistances(path);
        Assert.True(Closest() > 1.5, Closest().ToString(CultureInfo.InvariantCulture));
        Assert.Equal(first.Positions.ToArray(), path[0].Positions.ToArray());
        Assert.True((path[^1].Positions[0] - last.Positions[0]).Norm < 1e-12);
    }

    [Fact]
    public void The_pair_potential_of_the_images_has_exact_forces()
    {
        Structure first = Deformation.Rattle(MoleculeLibrary.Get("ethanol"), 0.1, 1), last = Deformation.Rattle(first, 0.3, 2);
        (first.Cell, last.Cell) = (new Matrix3(4, 0, 0, 1, 5, 0, 0, 1, 6), new Matrix3(4, 0, 0, 1, 5, 0, 0, 1, 6));
        (first.Periodicity, last.Periodicity) = (Periodicity.All, Periodicity.All);
        Structure[] path = ReactionPath.Interpolate(first, last, 5);
        PairDistanceSurface surface = new(path, default);
        path[2].Positions[3] += new Vector3D(0.1, -0.2, 0.3);
        Band band = new(path, new NebOptions());
        surface.Evaluate(band, 2, 3, default);
        Vector3D force = band.Of(band.Forces, 2)[3];
        double Energy(double y)
        {
            Band moved = new(path, new NebOptions());
            moved.Of(moved.Positions, 2)[3] += new Vector3D(0, y, 0);
            surface.Evaluate(moved, 2, 3, default);
            return moved.Energies[2];
        }

        Assert.Equal(-(Energy(1e-5) - Energy(-1e-5)) / 2e-5, force.Y, 1e-5);
    }

    [Fact]
    public void Paths_take_the_shortest_way_in_any_cell()
    {
        Random random = new(5);
        for (int trial = 0; trial < 200; trial++)
        {
            Matrix3 cell = new(3, 0, 0, 6 * (random.NextDouble() - 0.5), 4, 0, 6 * (random.NextDouble() - 0.5), 8 * (random.NextDouble() - 0.5), 5);
            Vector3D way = new(20 * (random.NextDouble() - 0.5), 20 * (random.NextDouble() - 0.5), 20 * (random.NextDouble() - 0.5));
            double shortest = double.PositiveInfinity;
            for (int a = -9; a <= 9; a++)
            {
                for (int b = -6; b <= 6; b++)
                {
                    for (int c = -5; c <= 5; c++) { shortest = Math.Min(shortest, (way + (new Vector3D(a, b, c) * cell)).Norm); }
                }
            }

            Structure[] path = ReactionPath.Interpolate(new([1], [default], cell, Periodicity.All), new([1], [way], cell, Periodicity.All), 3);
            Assert.Equal(shortest, path[2].Positions[0].Norm, 1e-9);
        }
    }

    [Fact]
    public void What_is_no_path_is_refused()
    {
        Structure a = new([1, 8], [default, new(1, 0, 0)]), b = new([8, 1], [default, new(1, 0, 0)]), c = new([1], [default]);
        Structure boxed = new([1, 8], [default, new(1, 0, 0)], new Matrix3(5, 0, 0, 0, 5, 0, 0, 0, 5), Periodicity.All);
        Structure[] good = ReactionPath.Interpolate(a, new([1, 8], [default, new(1, 1, 0)]), 3);
        void Refused(string part, Action action) => Assert.Contains(part, Assert.Throws<InvalidInputException>(action).Message, StringComparison.Ordinal);
        Refused("Atom 1 is O", () => ReactionPath.Interpolate(a, b, 5));
        Refused("1 atoms", () => ReactionPath.Interpolate(a, c, 5));
        Refused("another cell", () => ReactionPath.Interpolate(a, boxed, 5));
        Refused("2 images", () => ReactionPath.Interpolate(a, a, 2));
        Refused("no atom 7", () => NudgedElasticBand.Run(new LennardJones(), good, new NebOptions { FixedAtoms = [7] }));
        Refused("spring constant", () => NudgedElasticBand.Run(new LennardJones(), good, new NebOptions { SpringConstant = 0 }));
        Refused("maximal force", () => NudgedElasticBand.Run(new LennardJones(), good, new NebOptions { MaximalForce = double.NaN }));
    }

    /// <summary>Two layers of a square lattice of 12 inner atoms (first) and a fixed rim, and an adatom above a hollow, which a few steps of steepest descent settle.</summary>
    private static Structure Patch(int site)
    {
        const double A = 2.2;
        List<Vector3D> inner = [], rim = [];
        for (int x = -1; x < 5; x++)
        {
            for (int y = -1; y < 4; y++)
            {
                (x is >= 0 and < 4 && y is >= 0 and < 3 ? inner : rim).Add(new(x * A, y * A, 0));
                rim.Add(new((x + 0.5) * A, (y + 0.5) * A, -A / Math.Sqrt(2)));
            }
        }

        Structure patch = new([.. Enumerable.Repeat(18, inner.Count + rim.Count + 1)], [.. inner, .. rim, new((site + 1.5) * A - 1.1, 0.5 * A, 1.6)]);
        using IPotentialEvaluator evaluator = new LennardJones(0.3).CreateEvaluator();
        PotentialResult result = new();
        for (int step = 0; step < 400; step++)
        {
            evaluator.Evaluate(patch, Properties.Forces, result);
            for (int i = 0; i < 12; i++) { patch.Positions[i] += 0.02 * result.Forces[i]; }
            patch.Positions[^1] += 0.02 * result.Forces[^1];
        }

        return patch;
    }
}
