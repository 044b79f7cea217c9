using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests;

public sealed class PhononTests
{
    private static readonly Vector3D[] WaveVectors = [default, new(0.5, 0, 0), new(0.5, 0.5, 0), new(0.1, 0.2, 0.3), new(0.31, -0.17, 0.44), new(0.25, 0.25, 0.5)];

    [Fact]
    public void Frequencies_of_springs_on_fcc_are_those_of_Born_and_von_Karman()
    {
        // Nearest-neighbour springs k on fcc: at X (q = 2π/a [100]) ω² = 8k/m longitudinal and 4k/m transverse.
        const double A = 4.05, K = 3.0;
        Phonons phonons = Springs(Crystals.FaceCentredCubic(13, A), (4, 4, 4), K, 3.2);
        double mass = Elements.Mass(13);
        double[] atX = phonons.Frequencies(new(0.5, 0.5, 0));
        double unit = Phonons.ToTerahertz;
        Assert.Equal(Math.Sqrt(4 * K / mass) * unit, atX[0], 1e-4);
        Assert.Equal(Math.Sqrt(4 * K / mass) * unit, atX[1], 1e-4);
        Assert.Equal(Math.Sqrt(8 * K / mass) * unit, atX[2], 1e-4);
        Assert.All(phonons.Frequencies(default), f => Assert.Equal(0, f, 1e-4));

        // Long waves: the velocity along [100] is (C11/ρ)^½ with C11 = 2k/a.
        double q = 0.01;
        double velocity = phonons.Frequencies(new(q / 2, q / 2, 0))[2] / (q / A);
        double density = 4 * mass / (A * A * A);
        Assert.Equal(Math.Sqrt(2 * K / A / density) * unit * 2 * Math.PI, velocity, 1e-3 * velocity);
    }

    [Fact]
    public void One_displacement_suffices_for_fcc_and_primitive_and_cubic_cell_agree()
    {
        const double A = 5.26;
        LennardJonesPotential potential = new(new LennardJonesParameters { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 6 });
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PhononCell cubic = new(Crystals.FaceCentredCubicCell(18, A), (3, 3, 3));
        Assert.Single(FiniteDisplacements.Plan(cubic));
        Assert.Single(cubic.PrimitiveAtoms);
        Phonons one = Run(cubic, evaluator);
        Phonons other = Run(new PhononCell(Crystals.FaceCentredCubicCell(18, A), (3, 3, 3), usePrimitive: false), evaluator);
        Assert.Equal(12, other.BranchCount);

        // The frequencies of the primitive cell at q are among those of the cubic cell at the same Cartesian wave vector.
        foreach (Vector3D q in WaveVectors)
        {
            Vector3D cartesian = q * one.ReciprocalCell;
            double[] folded = other.Frequencies(cartesian * other.Cell.Primitive.Cell.Transposed);
            foreach (double f in one.Frequencies(q)) { Assert.Contains(folded, g => Math.Abs(g - f) < 1e-4); }
        }
    }

    [Fact]
    public void Frequencies_have_the_symmetry_of_the_crystal_and_of_the_reciprocal_lattice()
    {
        Structure rutile = Prototype("rutile");
        Phonons phonons = Springs(rutile, (2, 2, 2), 2, 2.2);
        foreach (Vector3D q in WaveVectors)
        {
            double[] expected = phonons.Frequencies(q);
            AssertClose(expected, phonons.Frequencies(-q), 1e-6);
            AssertClose(expected, phonons.Frequencies(q + new Vector3D(1, -2, 3)), 1e-5);
            foreach (Matrix3 rotation in phonons.Cell.Symmetry.CrystalRotations)
            {
                Vector3D turned = q * phonons.ReciprocalCell * rotation * phonons.Cell.Primitive.Cell.Transposed;
                AssertClose(expected, phonons.Frequencies(turned), 1e-4);
            }
        }
    }

    /// <summary>Our displacements, forces and cells in phonopy 2.17, whose frequencies must be ours.</summary>
    [PhonopyTheory]
    [InlineData("rutile", 2, 2, 3, 2.2)]
    [InlineData("quartz", 2, 2, 1, 2.7)]
    [InlineData("monoclinic P21/c", 2, 1, 2, 4.0)]
    [InlineData("triclinic P-1", 2, 2, 1, 4.0)]
    [InlineData("zincblende cubic", 2, 2, 2, 4.0)]
    [InlineData("wurtzite", 3, 3, 2, 3.5)]
    [InlineData("hcp", 4, 4, 2, 4.7)]
    [InlineData("corundum", 1, 1, 1, 2.5)]
    public void Frequencies_equal_those_of_phonopy(string crystal, int a, int b, int c, double cutoff)
    {
        PhononCell cell = new(Prototype(crystal), (a, b, c));
        using IPotentialEvaluator evaluator = new SpringNetwork(cell.Supercell, 2.5, cutoff).CreateEvaluator();
        IReadOnlyList<ForceSet> sets = FiniteDisplacements.Evaluate(cell, FiniteDisplacements.Plan(cell), evaluator);
        NonAnalyticCorrection? polar = cell.Primitive.AtomicNumbers.ToArray().Distinct().Count() == 2
            ? new(cell, 3 * Matrix3.Identity, [.. cell.Primitive.AtomicNumbers.ToArray().Select(z => new Matrix3(z == 8 ? -2 : 1.5, 0.1, 0, 0, 1.2, 0, 0, 0.2, 1))])
            : null;
        ForceConstants constants = ForceConstants.FromForces(cell, sets);
        Phonons phonons = new(constants, polar);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "phonopy_params.yaml"), PhonopyFiles.Parameters(cell, sets, polar));
            File.WriteAllText(Path.Combine(folder, "FORCE_SETS"), PhonopyFiles.ForceSets(cell, sets));
            string points = string.Join(",", WaveVectors.Select(static q => string.Create(CultureInfo.InvariantCulture, $"[{q.X},{q.Y},{q.Z}]")));
            string output = Phonopy.Run(folder, $$"""
                import phonopy
                from phonopy.file_IO import parse_FORCE_SETS
                for own in (True, False):
                    ph = phonopy.load("phonopy_params.yaml", is_nac=True, produce_fc=False, log_level=0)
                    if own:
                        ph.dataset = parse_FORCE_SETS()
                    ph.produce_force_constants()
                    ph.symmetrize_force_constants(level=20)
                    if ph.nac_params is not None:
                        p = ph.nac_params
                        p["method"] = "wang"
                        ph.nac_params = p
                    for q in [{{points}}]:
                        print(*ph.get_frequencies(q))
                """);
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2 * WaveVectors.Length, lines.Length);
            for (int i = 0; i < lines.Length; i++)
            {
                double[] expected = [.. lines[i].Split(' ').Select(static s => double.Parse(s, CultureInfo.InvariantCulture))];
                double[] actual = phonons.Frequencies(WaveVectors[i % WaveVectors.Length]);
                Assert.Equal(expected.Length, actual.Length);
                AssertClose(expected, actual, 1e-3);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A BORN file of inequivalent atoms, read here and by phonopy 2.17, gives the same split of longitudinal and transverse modes.</summary>
    [PhonopyTheory]
    [InlineData("rutile", 2.2)]
    [InlineData("wurtzite", 3.5)]
    [InlineData("quartz", 2.7)]
    public void Born_files_mean_what_they_mean_in_phonopy(string crystal, double cutoff)
    {
        PhononCell cell = new(Prototype(crystal), (2, 2, 2));
        using IPotentialEvaluator evaluator = new SpringNetwork(cell.Supercell, 2.5, cutoff).CreateEvaluator();
        IReadOnlyList<ForceSet> sets = FiniteDisplacements.Evaluate(cell, FiniteDisplacements.Plan(cell), evaluator);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // Tensors without any symmetry of their own: it must come from the site symmetry.
            string born = Path.Combine(folder, "BORN");
            File.WriteAllText(born, "14.400\n3.0 0.1 0 0.1 2.5 0 0 0 4.0\n2.1 0.3 0 0.1 1.7 0.2 0 0.4 2.6\n-1.1 0.2 0.1 0.1 -0.7 0.2 0 0.3 -1.6\n");
            Phonons phonons = new(ForceConstants.FromForces(cell, sets), NonAnalyticCorrection.ReadBorn(born, cell));
            File.WriteAllText(Path.Combine(folder, "phonopy_params.yaml"), PhonopyFiles.Parameters(cell, sets));
            string output = Phonopy.Run(folder, """
                import phonopy
                ph = phonopy.load("phonopy_params.yaml", born_filename="BORN", produce_fc=False, log_level=0)
                ph.produce_force_constants()
                ph.symmetrize_force_constants(level=20)
                p = ph.nac_params
                p["method"] = "wang"
                ph.nac_params = p
                for q in [[0.01, 0, 0], [0, 0, 0.01], [0.1, 0.2, 0.3], [0.5, 0, 0.5]]:
                    print(*ph.get_frequencies(q))
                """);
            Vector3D[] at = [new(0.01, 0, 0), new(0, 0, 0.01), new(0.1, 0.2, 0.3), new(0.5, 0, 0.5)];
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Phonons plain = new(ForceConstants.FromForces(cell, sets));
            for (int i = 0; i < at.Length; i++)
            {
                AssertClose([.. lines[i].Split(' ').Select(static s => double.Parse(s, CultureInfo.InvariantCulture))], phonons.Frequencies(at[i]), 1e-3);

                // The field shifts modes near Γ, and none where the supercell says everything: at wave vectors that fit it.
                double shift = phonons.Frequencies(at[i]).Sum() - plain.Frequencies(at[i]).Sum();
                Assert.True(i < 2 ? shift > 0.05 : i < 3 || Math.Abs(shift) < 1e-6);
            }

            // Towards Γ from a direction is what a small wave vector along it sees.
            double[] limit = phonons.Frequencies(default, new Vector3D(1, 0, 0)), near = phonons.Frequencies(new Vector3D(1e-4, 0, 0));
            for (int i = 3; i < limit.Length; i++)
            {
                // Springs leave rutile modes that cost nothing; their order among the acoustic ones is chance.
                if (limit[i] > 1) { Assert.Equal(limit[i], near[i], 1e-3); }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [PhonopyTheory]
    [InlineData("rutile", 2, 2, 2, 2.2)]
    [InlineData("quartz", 2, 2, 2, 2.7)]
    public void Thermal_properties_and_density_of_states_equal_those_of_phonopy(string crystal, int a, int b, int c, double cutoff)
    {
        PhononCell cell = new(Prototype(crystal), (a, b, c));
        using IPotentialEvaluator evaluator = new SpringNetwork(cell.Supercell, 2.5, cutoff).CreateEvaluator();
        IReadOnlyList<ForceSet> sets = FiniteDisplacements.Evaluate(cell, FiniteDisplacements.Plan(cell), evaluator);
        Phonons phonons = new(ForceConstants.FromForces(cell, sets));
        PhononMesh mesh = PhononMesh.Compute(phonons, 6, 6, 4, withProjections: true);
        Assert.InRange(mesh.PointCount, 10, 40);
        double[] at = [.. Enumerable.Range(0, 60).Select(static k => 0.3 * k)];
        double[] density = mesh.DensityOfStates(at, 0.4);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "phonopy_params.yaml"), PhonopyFiles.Parameters(cell, sets));
            string output = Phonopy.Run(folder, """
                import phonopy
                ph = phonopy.load("phonopy_params.yaml", log_level=0)
                ph.symmetrize_force_constants(level=20)
                ph.run_mesh([6, 6, 4], is_gamma_center=True)
                ph.run_thermal_properties(temperatures=[0.0, 100.0, 300.0, 1000.0], cutoff_frequency=1e-3)
                t = ph.get_thermal_properties_dict()
                for row in zip(t["temperatures"], t["free_energy"], t["entropy"], t["heat_capacity"]):
                    print(*row)
                ph.run_total_dos(sigma=0.4, freq_min=0, freq_max=0.3 * 59, freq_pitch=0.3, use_tetrahedron_method=False)
                print(*ph.get_total_dos_dict()["total_dos"][:60])
                """);
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            foreach (string line in lines[..4])
            {
                double[] expected = [.. line.Split(' ').Select(static s => double.Parse(s, CultureInfo.InvariantCulture))];
                ThermalProperties actual = mesh.Thermal(expected[0]);
                Assert.Equal(expected[1], actual.FreeEnergy / Units.KilojoulePerMole, 1e-3);
                Assert.Equal(expected[2], 1000 * actual.Entropy / Units.KilojoulePerMole, 2e-3);
                Assert.Equal(expected[3], 1000 * actual.HeatCapacity / Units.KilojoulePerMole, 2e-3);
                Assert.Equal(actual.FreeEnergy + (actual.Temperature * actual.Entropy), actual.Energy, 1e-9);
            }

            double[] dos = [.. lines[4].Split(' ').Select(static s => double.Parse(s, CultureInfo.InvariantCulture))];
            for (int k = 0; k < Math.Min(dos.Length, density.Length); k++) { Assert.Equal(dos[k], density[k], 1e-3); }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // Parts add up to the whole, and the whole to the number of branches.
        double[] sum = new double[at.Length];
        foreach (int z in mesh.ProjectedElements)
        {
            double[] part = mesh.DensityOfStates(at, 0.4, z);
            for (int k = 0; k < sum.Length; k++) { sum[k] += part[k]; }
        }

        for (int k = 0; k < sum.Length; k++) { Assert.Equal(density[k], sum[k], 1e-9); }
        double[] fine = [.. Enumerable.Range(-400, 3000).Select(static k => 0.01 * k)];
        Assert.Equal(phonons.BranchCount, mesh.DensityOfStates(fine, 0.1).Sum() * 0.01, 0.02);
    }

    private static Structure Prototype(string name)
    {
        Structure crystal = StructureFile.ReadAll(Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Simulation.Tests", "Data", "space-groups.xyz")).Single(s => s.Info["crystal"].Texts[0] == name);
        crystal.Info.Clear();
        return crystal;
    }

    private static Phonons Springs(Structure crystal, (int, int, int) repetitions, double k, double cutoff)
    {
        PhononCell cell = new(crystal, repetitions);
        using IPotentialEvaluator evaluator = new SpringNetwork(cell.Supercell, k, cutoff).CreateEvaluator();
        return Run(cell, evaluator);
    }

    private static Phonons Run(PhononCell cell, IPotentialEvaluator evaluator) =>
        new(ForceConstants.FromForces(cell, FiniteDisplacements.Evaluate(cell, FiniteDisplacements.Plan(cell), evaluator)));

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            // Near zero the root magnifies rounding of the eigenvalue.
            Assert.Equal(expected[i], actual[i], Math.Abs(expected[i]) < 0.05 ? 20 * tolerance : tolerance);
        }
    }
}
