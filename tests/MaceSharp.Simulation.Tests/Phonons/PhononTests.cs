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
