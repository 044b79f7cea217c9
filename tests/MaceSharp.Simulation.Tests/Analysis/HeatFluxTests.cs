using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Simulation.Tests;

public sealed class HeatFluxTests
{
    /// <summary>Argon of ASE, smooth at a short cutoff.</summary>
    private static readonly LennardJonesPotential Argon = new(new LennardJonesParameters { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 5.5, IsSmooth = true });

    /// <summary>Two layers, a repulsion, three elements: an atom feels another one at twice the cutoff.</summary>
    private static readonly MacePotential Network = new(
        ModelBuilder.Create(new HyperParameters
        {
            Kind = ModelKind.ScaleShiftMace,
            AtomicNumbers = [1, 6, 8],
            CutoffRadius = 2.6,
            RadialBasisCount = 6,
            MaxEll = 2,
            HiddenIrreps = Irreps.Parse("8x0e+8x1o"),
            MlpIrreps = Irreps.Parse("8x0e"),
            Interactions = [InteractionKind.RealAgnosticDensity, InteractionKind.RealAgnosticDensityResidual],
            AverageNeighborCounts = [6, 6],
            Correlations = [2, 2],
            PairRepulsion = true,
        }),
        new MaceOptions { ThreadCount = 2 });

    [Fact]
    public void Of_a_cluster_it_is_the_time_derivative_of_the_moment_of_the_energy()
    {
        foreach ((IPotential potential, double spread) in (ReadOnlySpan<(IPotential, double)>)[(Argon, 3.0), (Network, 1.0), (new SumPotential(Argon, Network), 2.5)])
        {
            Structure cluster = Moving(12, 5, default);
            foreach (ref Vector3D place in cluster.Positions) { place *= spread; }
            using HeatFlux flux = new(potential);
            HeatFluxSample sample = flux.Compute(cluster);
            Assert.Equal(cluster.Count, flux.SurroundingsCount);
            Vector3D expected = DerivativeOfMoment(potential, cluster);
            AssertClose(expected, sample.Total, 1e-7 * (1 + expected.Norm));
            Assert.True(sample.Potential.Norm > 1e-4 && sample.Convective.Norm > 1e-4);
        }
    }

    /// <summary>With pair forces J = ½ Σᵢⱼ (rᵢ − rⱼ)·(Fᵢⱼ·vⱼ), Fᵢⱼ on i by j, summed here over images with nothing but the force of a pair.</summary>
    [Fact]
    public void Of_a_Lennard_Jones_crystal_it_is_the_formula_of_pairs()
    {
        Structure crystal = Support.Fcc(18, 5.3, 2, 0.15);
        Vector3D[] v = AddVelocities(crystal);
        using HeatFlux flux = new(Argon);
        HeatFluxSample sample = flux.Compute(crystal);
        Vector3D expected = default;
        for (int i = 0; i < crystal.Count; i++)
        {
            for (int j = 0; j < crystal.Count; j++)
            {
                for (int s = 0; s < 27; s++)
                {
                    Vector3D d = crystal.Positions[i] - crystal.Positions[j] - (new Vector3D((s % 3) - 1, (s / 3 % 3) - 1, (s / 9) - 1) * crystal.Cell);
                    if (d.Norm is 0 or > 5.5) { continue; }
                    Vector3D force = PairForce(d);

                    // Uᵢ holds half the energy of the pair: ∂Uᵢ/∂rⱼ = ½ F on i by j.
                    expected += 0.5 * Vector3D.Dot(force, v[j]) * d;
                }
            }
        }

        AssertClose(Units.Femtosecond * expected, sample.Potential, 1e-9);
        Assert.True(sample.Potential.Norm > 1e-3);
    }

    /// <summary>Independent of the method: all images are there as atoms, the velocities of one cell alone move them, and the energies of all atoms around answer.</summary>
    [Fact]
    public void Of_a_periodic_network_it_is_what_finite_differences_of_the_energies_around_say()
    {
        Structure crystal = Moving(8, 3.4, Periodicity.All);
        using HeatFlux flux = new(Network);
        Vector3D potential = flux.Compute(crystal).Potential;
        Assert.True(flux.SurroundingsCount > 20 * crystal.Count);
        const int Shells = 4;
        List<Vector3D> places = [];
        List<int> numbers = [];
        for (int a = -Shells; a <= Shells; a++)
        {
            for (int b = -Shells; b <= Shells; b++)
            {
                for (int c = -Shells; c <= Shells; c++)
                {
                    if ((a, b, c) == (0, 0, 0)) { continue; }
                    Vector3D shift = new Vector3D(a, b, c) * crystal.Cell;
                    foreach (Vector3D r in crystal.Positions) { places.Add(r + shift); }
                    numbers.AddRange(crystal.AtomicNumbers.ToArray());
                }
            }
        }

        Structure all = new([.. crystal.AtomicNumbers.ToArray(), .. numbers], [.. crystal.Positions.ToArray(), .. places]);
        Vector3D[] v = Velocities(crystal);
        Vector3D expected = Derivative(h =>
        {
            Structure moved = all.Clone();
            for (int j = 0; j < crystal.Count; j++) { moved.Positions[j] += h * v[j]; }
            PotentialResult r = Network.Compute(moved, Properties.AtomicEnergies);
            Vector3D sum = default;
            for (int i = 0; i < all.Count; i++) { sum += r.AtomicEnergies[i] * all.Positions[i]; }
            return sum;
        });
        PotentialResult still = Network.Compute(crystal, Properties.Forces);
        for (int j = 0; j < crystal.Count; j++) { expected += Vector3D.Dot(still.Forces[j], v[j]) * crystal.Positions[j]; }
        AssertClose(Units.Femtosecond * expected, potential, 1e-6 * (1 + potential.Norm));
    }

    [Fact]
    public void Twice_the_cell_has_twice_the_flux_wherever_its_atoms_are_wrapped()
    {
        Structure crystal = Moving(8, 3.4, Periodicity.All);
        using HeatFlux flux = new(Network);
        HeatFluxSample one = flux.Compute(crystal), two = flux.Compute(Doubled(crystal));
        AssertClose(2 * one.Potential, two.Potential, 1e-8);
        AssertClose(2 * one.Convective, two.Convective, 1e-8);
        Structure wandered = crystal.Clone();
        for (int i = 0; i < crystal.Count; i++) { wandered.Positions[i] += new Vector3D(i % 3, -i % 2, 5 - i) * crystal.Cell; }
        AssertClose(one.Total, flux.Compute(wandered).Total, 1e-8);
    }

    [Fact]
    public void Weights_of_one_give_forces_and_weights_of_an_atom_its_gradient()
    {
        Structure crystal = Moving(8, 3.4, Periodicity.All);
        using IPotentialEvaluator evaluator = Network.CreateEvaluator();
        IWeightedEvaluator weighted = Assert.IsAssignableFrom<IWeightedEvaluator>(evaluator);
        Assert.Equal(5.2, weighted.Range, 1e-12);
        PotentialResult plain = new(), ones = new(), part = new();
        evaluator.Evaluate(crystal, Properties.Energy | Properties.Forces | Properties.Stress, plain);
        weighted.EvaluateWeighted(crystal, Enumerable.Repeat(1.0, 8).ToArray(), Properties.Energy | Properties.Forces | Properties.Stress, ones);
        for (int i = 0; i < 8; i++) { AssertClose(plain.Forces[i], ones.Forces[i], 1e-12); }
        Assert.Equal(plain.Energy, ones.Energy);
        double[] w = new double[8];
        w[3] = 1;
        weighted.EvaluateWeighted(crystal, w, Properties.Forces, part);
        Vector3D numerical = default;
        for (int axis = 0; axis < 3; axis++)
        {
            Vector3D unit = new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
            double slope = Derivative(h =>
            {
                Structure moved = crystal.Clone();
                moved.Positions[5] += h * unit;
                return new Vector3D(Network.Compute(moved, Properties.AtomicEnergies).AtomicEnergies[3], 0, 0);
            }).X;
            numerical -= slope * unit;
        }

        AssertClose(numerical, part.Forces[5], 1e-7);

        // The plain evaluation after it knows nothing of weights.
        evaluator.Evaluate(crystal, Properties.Forces, part);
        for (int i = 0; i < 8; i++) { AssertClose(plain.Forces[i], part.Forces[i], 1e-12); }
        Assert.Throws<ArgumentException>(() => weighted.EvaluateWeighted(crystal, new double[7], Properties.Forces, part));
    }

    [Fact]
    public void What_has_no_energies_of_atoms_or_no_velocities_is_refused()
    {
        InvalidInputException springs = Assert.Throws<InvalidInputException>(() => new HeatFlux(new EinsteinCrystal(Support.Fcc(18, 5.3, 1).Positions, 1)));
        Assert.Contains("energies of single atoms", springs.Message, StringComparison.Ordinal);
        using HeatFlux flux = new(Argon);
        Assert.Contains("no velocities", Assert.Throws<InvalidInputException>(() => flux.Compute(Support.Fcc(18, 5.3, 1))).Message, StringComparison.Ordinal);
    }

    /// <summary>An Ornstein–Uhlenbeck flux has the correlation s²·exp(−t/τ), whose integral is known.</summary>
    [Fact]
    public void Green_Kubo_integrals_of_a_known_process_come_out_within_their_errors()
    {
        const double Tau = 20, Deviation = 0.3, Volume = 500, Temperature = 300;
        Random random = new(5);
        Vector3D[] flux = new Vector3D[60_000];
        Vector3D now = default;
        double keep = Math.Exp(-1 / Tau), kick = Deviation * Math.Sqrt(1 - (keep * keep));
        for (int t = 0; t < flux.Length; t++)
        {
            now = (keep * now) + (kick * new Vector3D(Normal(random), Normal(random), Normal(random)));
            flux[t] = now;
        }

        GreenKubo result = GreenKubo.Integrate(flux, 1, Volume, Temperature, 200, 12);
        double expected = Deviation * Deviation * Tau / (Volume * Units.BoltzmannConstant * Temperature * Temperature) * 1.602176634e6;
        Assert.Equal(201, result.Conductivity.Count);
        Assert.InRange(Math.Abs(result.Conductivity[^1] - expected), 0, 3 * result.Error[^1]);
        Assert.InRange(result.Error[^1], 0.005 * expected, 0.1 * expected);
        Assert.Equal(3 * Deviation * Deviation, result.Correlation[0], 0.03 * Deviation * Deviation * 3);
        Assert.Equal(result.Conductivity[50], result.Diagonal.Average(d => d[50]), 1e-12);

        // The transform against the sum it stands for.
        GreenKubo small = GreenKubo.Integrate([.. flux.Take(64)], 2, Volume, Temperature, null, 2);
        double direct = 0;
        for (int block = 0; block < 2; block++)
        {
            for (int t = 0; t < 29; t++) { direct += Vector3D.Dot(flux[(32 * block) + t], flux[(32 * block) + t + 3]) / 29 / 2; }
        }

        Assert.Equal(direct, small.Correlation[3], 1e-12);
        Assert.Throws<InvalidInputException>(() => GreenKubo.Integrate(flux, 0, Volume, Temperature));
        Assert.Throws<InvalidInputException>(() => GreenKubo.Integrate(flux[..30], 1, Volume, Temperature));
        Assert.Throws<InvalidInputException>(() => GreenKubo.Integrate(flux, 1, Volume, Temperature, 1e9));
    }

    /// <summary>d/dt Σ rᵢ·Eᵢ along the motion, by differences in time; energies without those of isolated atoms.</summary>
    private static Vector3D DerivativeOfMoment(IPotential potential, Structure structure)
    {
        Vector3D[] v = Velocities(structure);
        Vector3D[] forces = potential.Compute(structure, Properties.Forces).Forces.ToArray();
        double[] masses = [.. structure.AtomicNumbers.ToArray().Select(Elements.Mass)];
        double[] isolated = [.. structure.AtomicNumbers.ToArray().Select(z => potential.Compute(new Structure([z], [default]), Properties.AtomicEnergies).AtomicEnergies[0])];
        return Units.Femtosecond * Derivative(t =>
        {
            Structure moved = structure.Clone();
            for (int i = 0; i < v.Length; i++) { moved.Positions[i] += (t * v[i]) + (0.5 * t * t / masses[i] * forces[i]); }
            PotentialResult r = potential.Compute(moved, Properties.AtomicEnergies);
            Vector3D sum = default;
            for (int i = 0; i < v.Length; i++) { sum += (r.AtomicEnergies[i] - isolated[i] + (0.5 * masses[i] * (v[i] + (t / masses[i] * forces[i])).NormSquared)) * moved.Positions[i]; }
            return sum;
        });
    }

    private static Vector3D Derivative(Func<double, Vector3D> f)
    {
        const double H = 2e-3;
        return ((8 * (f(H) - f(-H))) - (f(2 * H) - f(-2 * H))) / (12 * H);
    }

    private static Vector3D PairForce(Vector3D d)
    {
        Structure pair = new([18, 18], [d, default]);
        return Argon.Compute(pair, Properties.Forces).Forces[0];
    }

    private static Structure Doubled(Structure crystal)
    {
        Structure doubled = Supercell.Repeat(crystal, 1, 2, 1);
        Vector3D[] v = Velocities(crystal);
        Matrix3 inverse = crystal.Cell.Inverse();
        double[] carried = new double[3 * doubled.Count];
        for (int i = 0; i < doubled.Count; i++)
        {
            int atom = Enumerable.Range(0, crystal.Count).First(j => (SiteIndex.Nearest((crystal.Positions[j] - doubled.Positions[i]) * inverse) * crystal.Cell).Norm < 1e-9);
            (carried[3 * i], carried[(3 * i) + 1], carried[(3 * i) + 2]) = (v[atom].X, v[atom].Y, v[atom].Z);
        }

        doubled.Arrays["velocities"] = DataArray.Of(carried, doubled.Count, 3);
        return doubled;
    }

    /// <summary>Atoms of three elements at random, none closer than 1 Å, in motion.</summary>
    private static Structure Moving(int atoms, double side, Periodicity periodicity)
    {
        Random random = new(7);
        Matrix3 cell = new(side, 0.2, 0, -0.3, side + 0.3, 0.1, 0, 0.4, side - 0.1);
        List<Vector3D> places = [];
        while (places.Count < atoms)
        {
            Vector3D s = new(random.NextDouble(), random.NextDouble(), random.NextDouble());
            if (places.TrueForAll(p => (periodicity.IsAny ? SiteIndex.Nearest(s - p) * cell : (s - p) * cell).Norm > 1)) { places.Add(s); }
        }

        Structure structure = new([.. Enumerable.Range(0, atoms).Select(static i => i % 3 == 0 ? 1 : i % 3 == 1 ? 6 : 8)], [.. places.Select(p => p * cell)], periodicity.IsAny ? cell : default, periodicity);
        AddVelocities(structure);
        return structure;
    }

    private static Vector3D[] AddVelocities(Structure structure)
    {
        Random random = new(11);
        double[] v = [.. Enumerable.Range(0, 3 * structure.Count).Select(_ => 0.1 * Normal(random))];
        structure.Arrays["velocities"] = DataArray.Of(v, structure.Count, 3);
        return Velocities(structure);
    }

    private static Vector3D[] Velocities(Structure structure)
    {
        double[] v = structure.Arrays["velocities"].Reals.ToArray();
        return [.. Enumerable.Range(0, structure.Count).Select(i => new Vector3D(v[3 * i], v[(3 * i) + 1], v[(3 * i) + 2]))];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void AssertClose(Vector3D expected, Vector3D actual, double tolerance) => Assert.True((expected - actual).Norm <= tolerance, $"{expected} and {actual} are {(expected - actual).Norm:g3} apart, more than {tolerance:g3}.");
}
