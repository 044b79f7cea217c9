using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Dispersion;

/// <summary>D3(BJ) against the program of its authors, against values published in the tests of simple-dftd3, and against its own differences.</summary>
public class D3Tests
{
    private const double Force = Units.Hartree / Units.Bohr;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Programs.Length)];

    public static TheoryData<string> ThreeBodyNames => ["mindless01", "mindless02", "mindless05", "mindless10", "pbh4_bih3", "teh2_hbr", "acetic", "urea", "CO2", "benzene"];

    private static Case[] Programs { get; } = ReadCases();

    /// <summary>Stresses of the program have the opposite sign, and agree to what its single-precision constants allow.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Energy_forces_and_stress_are_those_of_the_program_of_its_authors(int index)
    {
        Case c = Programs[index];
        D3Potential potential = new(D3Damping.For(c.Functional), new D3Options { Cutoff = c.Cutoff * Units.Bohr, CoordinationCutoff = c.CoordinationCutoff * Units.Bohr });
        bool periodic = c.Structure.Periodicity.IsFull;
        PotentialResult result = potential.Compute(c.Structure, Properties.Energy | Properties.Forces | (periodic ? Properties.Stress : 0));
        Assert.Equal(c.Energy, result.Energy!.Value / Units.Hartree, 1e-13 * Math.Abs(c.Energy));
        for (int i = 0; i < c.Structure.Count; i++) { Assert.True((result.Forces[i] + (Force * c.Gradient[i])).Norm < 1e-7 * Force, $"{c.Name}: force on atom {i} is {result.Forces[i]}, not {-Force * c.Gradient[i]}"); }
        if (periodic) { Assert.True((result.Stress!.Value + (Units.Hartree / Math.Pow(Units.Bohr, 3) * c.Stress)).ToArray().Max(Math.Abs) < 1e-9, $"{c.Name}: stress {result.Stress}, not {-(Units.Hartree / Math.Pow(Units.Bohr, 3)) * c.Stress}"); }
    }

    /// <summary>The program takes the cutoff of coordination numbers for the sides of triangles.</summary>
    [Theory]
    [MemberData(nameof(ThreeBodyNames))]
    public void The_three_body_term_is_that_of_the_program_of_its_authors(string name)
    {
        using JsonDocument json = ReadData("d3-atm-program.json");
        JsonElement expected = json.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        Case c = Programs.Single(c => c.Name == name);
        double coordination = expected.GetProperty("coordination_cutoff").GetDouble() * Units.Bohr;
        D3Potential potential = new(D3Damping.For(c.Functional), new D3Options { Cutoff = c.Cutoff * Units.Bohr, CoordinationCutoff = coordination, HasThreeBody = true, ThreeBodyCutoff = coordination, ThreadCount = 2 });
        bool periodic = c.Structure.Periodicity.IsFull;
        PotentialResult result = potential.Compute(c.Structure, Properties.Energy | Properties.Forces | (periodic ? Properties.Stress : 0));
        double energy = expected.GetProperty("energy").GetDouble();
        Assert.Equal(energy, result.Energy!.Value / Units.Hartree, 1e-12 * Math.Abs(energy));
        Vector3D[] gradient = Vectors(expected.GetProperty("gradient"));
        for (int i = 0; i < gradient.Length; i++) { Assert.True((result.Forces[i] + (Force * gradient[i])).Norm < 1e-9 * Force, $"{name}: force on atom {i} is {result.Forces[i] / Force}, not {-gradient[i]}"); }
        if (!periodic) { return; }
        Matrix3 stress = Units.Hartree / Math.Pow(Units.Bohr, 3) * Matrix3.FromRowMajor(Numbers(expected.GetProperty("stress")));
        Assert.True((result.Stress!.Value + stress).ToArray().Max(Math.Abs) < 1e-9, $"{name}: stress {result.Stress}, not {-stress}");
    }

    /// <summary>
    /// Energies in Hartree from the tests of simple-dftd3 (test_dftd3.f90, test_periodic_3d.f90). It computes covalent radii from Å with newer constants
    /// than the rounded ones of the first program, which are ours: energies differ in the eighth digit.
    /// </summary>
    [Theory]
    [InlineData("mindless01", 60, 40, -1.7882220155186028e-2)]
    [InlineData("mindless02", 60, 40, -5.9503371130070551e-2)]
    [InlineData("mindless03", 60, 40, -2.8684059240803347e-2)]
    [InlineData("mindless04", 60, 40, -1.2270948604225146e-2)]
    [InlineData("acetic", 60, 30, -6.6732836815486210e-2)]
    [InlineData("adaman", 60, 30, -7.9313514714713124e-2)]
    public void Energies_are_those_published_with_another_program(string name, double cutoff, double coordination, double expected)
    {
        Case c = Programs.Single(c => c.Name == name);
        D3Potential potential = new(D3Damping.For(c.Functional), new D3Options { Cutoff = cutoff * Units.Bohr, CoordinationCutoff = coordination * Units.Bohr });
        Assert.Equal(expected, potential.Compute(c.Structure, Properties.Energy).Energy!.Value / Units.Hartree, 1e-7 * Math.Abs(expected));
    }

    [Theory]
    [InlineData("mindless03", false)]
    [InlineData("mindless03", true)]
    [InlineData("teh2_hbr", false)]
    [InlineData("urea", false)]
    [InlineData("urea", true)]
    [InlineData("CO2", false)]
    [InlineData("CO2", true)]
    [InlineData("adaman", false)]
    public void Forces_and_virial_are_the_derivatives_of_the_energy(string name, bool threeBody)
    {
        // A cutoff that no pair crosses: the steps of the energy at a sharp cutoff are no derivatives.
        Case c = Programs.Single(c => c.Name == name);
        Structure structure = c.Structure.Clone();
        if (structure.Periodicity.IsFull) { structure = Deformation.Rattle(structure, 0.05, 1); }
        D3Potential potential = new(D3Damping.For("pbe"), SafeCutoffs(structure) with { HasThreeBody = threeBody });
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        evaluator.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials, result);
        int[] atoms = [0, structure.Count / 2, structure.Count - 1];
        double[] forces = EnergyDifferences.Forces(evaluator, structure, 1e-3, atoms);
        evaluator.Evaluate(structure, result.Computed, result);
        for (int i = 0; i < forces.Length; i++) { Assert.Equal(forces[i], result.Forces[atoms[i / 3]][i % 3], 1e-9); }
        Assert.Equal(result.Energy!.Value, result.AtomicEnergies.ToArray().Sum(), 1e-12);
        Vector3D sum = default;
        foreach (Vector3D force in result.Forces) { sum += force; }
        Assert.True(sum.Norm < 1e-12);
        Matrix3 virial = result.Virial!.Value, total = default;
        foreach (Matrix3 atomic in result.AtomicVirials) { total += atomic; }
        Assert.True((virial - total).ToArray().Max(Math.Abs) < 1e-12);
        double[] differences = EnergyDifferences.Virial(evaluator, structure, 1e-4);
        double[] ours = virial.ToArray();
        for (int i = 0; i < 9; i++) { Assert.Equal(differences[i], ours[i], 2e-8); }
    }

    [Fact]
    public void A_supercell_has_the_energy_of_its_cells_and_any_cell_of_the_lattice_will_do()
    {
        Structure urea = Programs.Single(static c => c.Name == "urea").Structure;
        D3Potential potential = new(D3Damping.For("pbe"), new D3Options { Cutoff = 20, CoordinationCutoff = 15, HasThreeBody = true, ThreeBodyCutoff = 10 });
        PotentialResult one = potential.Compute(urea, Properties.Energy | Properties.Stress);
        Structure large = Supercell.Create(urea, [2, 0, 0, 1, 2, 0, 0, -1, 1]);
        foreach (ref Vector3D position in large.Positions) { position += new Vector3D(3, -70, 11); }
        PotentialResult four = new D3Potential(potential.Damping, potential.Options with { ThreadCount = 3 }).Compute(large, Properties.Energy | Properties.Stress);
        Assert.Equal(4 * one.Energy!.Value, four.Energy!.Value, 1e-10);
        Assert.True((one.Stress!.Value - four.Stress!.Value).ToArray().Max(Math.Abs) < 1e-13);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        Structure structure = Deformation.Rattle(Supercell.Repeat(Programs.Single(static c => c.Name == "benzene").Structure, 2, 1, 1), 0.05, 1);
        D3Options options = new() { Cutoff = 15, HasThreeBody = true, ThreeBodyCutoff = 8 };
        PotentialResult serial = new D3Potential(D3Damping.For("pbe"), options).Compute(structure, Properties.Energy | Properties.Forces | Properties.Virial);
        PotentialResult parallel = new D3Potential(D3Damping.For("pbe"), options with { ThreadCount = 3 }).Compute(structure, Properties.Energy | Properties.Forces | Properties.Virial);
        Assert.Equal(serial.Energy, parallel.Energy);
        Assert.Equal(serial.Virial, parallel.Virial);
        Assert.Equal(serial.Forces.ToArray(), parallel.Forces.ToArray());
    }

    [Theory]
    [InlineData(true, true, false)]
    [InlineData(false, false, true)]
    public void Slabs_and_wires_are_sums_over_their_images(bool a, bool b, bool c)
    {
        // Against explicit copies: the energy of the middle cell of a large cluster.
        Structure cell = new([6, 8, 1], [new(0.3, 0.1, 0), new(1.4, 0.2, 0.3), new(-0.4, 1.1, 0.2)], new Matrix3(5, 0, 0, 1, 6, 0, 0.5, -0.3, 5.5), new Periodicity(a, b, c));
        D3Options options = new() { Cutoff = 12, CoordinationCutoff = 9, HasThreeBody = true, ThreeBodyCutoff = 9.7 };
        D3Potential potential = new(D3Damping.For("pbe"), options);
        int na = a ? 11 : 1, nb = b ? 11 : 1, nc = c ? 11 : 1, middle = 3 * ((((na / 2 * nb) + (nb / 2)) * nc) + (nc / 2));
        Structure cluster = Supercell.Repeat(cell, na, nb, nc);
        cluster.Periodicity = Periodicity.None;
        PotentialResult periodic = potential.Compute(cell, Properties.Energy | Properties.Forces | Properties.AtomicEnergies), explicitly = potential.Compute(cluster, Properties.Forces | Properties.AtomicEnergies);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(explicitly.AtomicEnergies[middle + i], periodic.AtomicEnergies[i], 1e-12);
            Assert.True((explicitly.Forces[middle + i] - periodic.Forces[i]).Norm < 1e-11);
        }
    }

    [Fact]
    public void Far_from_all_reference_systems_the_nearest_counts()
    {
        // Crowded carbon: the weights underflow unless they are scaled.
        List<Vector3D> positions = [default];
        for (int i = 0; i < 12; i++) { positions.Add(1.2 * new Vector3D(Math.Cos(i), Math.Sin(i), 0.2 * i)); }
        Structure cluster = new(Enumerable.Repeat(6, 13).ToArray(), positions.ToArray());
        PotentialResult result = new D3Potential(D3Damping.For("pbe")).Compute(cluster, Properties.Energy | Properties.Forces);
        Assert.True(double.IsFinite(result.Energy!.Value) && result.Energy < 0);
        foreach (Vector3D force in result.Forces) { Assert.True(force.IsFinite); }
    }

    [Fact]
    public void Three_argon_atoms_far_apart_have_the_energy_of_Axilrod_and_Teller()
    {
        // C9 = C6^³⁄² with the published 64.6462 for argon; 11/8·C9/r⁹ for an equilateral triangle, −2·C9/(r·r·2r)³ for three on a line.
        const double C9 = 519.7788, R = 20 / Units.Bohr;
        D3Options with = new() { HasThreeBody = true, ThreeBodyCutoff = 60 };
        double ThreeBody(params Vector3D[] places)
        {
            Structure atoms = new([18, 18, 18], places);
            return (new D3Potential(D3Damping.For("pbe"), with).Compute(atoms, Properties.Energy).Energy!.Value - new D3Potential(D3Damping.For("pbe")).Compute(atoms, Properties.Energy).Energy!.Value) / Units.Hartree;
        }

        Assert.Equal(11.0 / 8, ThreeBody(default, new(20, 0, 0), new(10, 10 * Math.Sqrt(3), 0)) * Math.Pow(R, 9) / C9, 1e-4);
        Assert.Equal(-0.25, ThreeBody(default, new(20, 0, 0), new(-20, 0, 0)) * Math.Pow(R, 9) / C9, 1e-4);
    }

    [Fact]
    public void Two_argon_atoms_far_apart_have_the_published_coefficient()
    {
        // C6 of argon in D3 is 64.6462 atomic units (Grimme et al. 2010), Q is 3.44677; at 40 Å damping is less than a part in 10⁶.
        Structure pair = new([18, 18], [default, new(40, 0, 0)]);
        double energy = new D3Potential(D3Damping.For("pbe")).Compute(pair, Properties.Energy).Energy!.Value;
        double r = 40 / Units.Bohr, expected = 64.6462 * (1 + (0.7875 * 3 * 3.44677275 * 3.44677275 / (r * r)));
        Assert.Equal(expected, -energy / Units.Hartree * Math.Pow(r, 6), 1e-4);
    }

    [Fact]
    public void Names_of_functionals_are_found_in_any_spelling()
    {
        Assert.Equal(D3Damping.For("b97-d"), D3Damping.For("B97D"));
        Assert.Equal(D3Damping.For("bp86"), D3Damping.For("BP"));
        Assert.Contains("1456", D3Damping.SourceOf("PBE"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_summed_is_refused()
    {
        D3Potential potential = new(D3Damping.For("pbe"));
        Assert.Contains("no D3(BJ) parameters for the functional 'lda'", Assert.Throws<InvalidInputException>(static () => D3Damping.For("lda")).Message, StringComparison.Ordinal);
        Assert.Contains("no parameters for Am (atom 2)", Assert.Throws<InvalidInputException>(() => potential.Compute(new([1, 95], [default, new(1, 0, 0)]), Properties.Energy)).Message, StringComparison.Ordinal);
        Assert.Contains("place of another", Assert.Throws<InvalidInputException>(() => potential.Compute(new([1, 1], [default, default]), Properties.Energy)).Message, StringComparison.Ordinal);
        Assert.Contains("stress", Assert.Throws<InvalidInputException>(() => potential.Compute(new([1], [default]), Properties.Stress)).Message, StringComparison.Ordinal);
        Assert.Contains("more than can be summed", Assert.Throws<InvalidInputException>(() => potential.Compute(new([1], [default], new Matrix3(0.01, 0, 0, 0, 0.01, 0, 0, 0, 0.01), Periodicity.All), Properties.Energy)).Message, StringComparison.Ordinal);
        Assert.Contains("does not compute", Assert.Throws<InvalidInputException>(() => potential.Compute(new([1], [default]), Properties.Charges)).Message, StringComparison.Ordinal);
        Assert.Contains("cutoff", Assert.Throws<InvalidInputException>(static () => new D3Potential(D3Damping.For("pbe"), new D3Options { Cutoff = double.NaN })).Message, StringComparison.Ordinal);
        Assert.Equal(0, potential.Compute(new Structure([], []), Properties.Energy).Energy);
    }

    [Fact]
    public void A_warmed_up_evaluation_allocates_nothing()
    {
        Structure urea = Programs.Single(static c => c.Name == "urea").Structure;
        using IPotentialEvaluator evaluator = new D3Potential(D3Damping.For("pbe"), new D3Options { Cutoff = 12, HasThreeBody = true, ThreeBodyCutoff = 8 }).CreateEvaluator();
        PotentialResult result = new();
        void Step() => evaluator.Evaluate(urea, Properties.Energy | Properties.Forces | Properties.Stress, result);
        Step();
        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) { Step(); }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Cutoffs in the middle of the widest gap of the distances between 6 and 6.6 Å, between 4.5 and 5.1 Å and between 5.3 and 5.9 Å.</summary>
    private static D3Options SafeCutoffs(Structure structure) => new() { Cutoff = Gap(structure, 6), CoordinationCutoff = Gap(structure, 4.5), ThreeBodyCutoff = Gap(structure, 5.3) };

    private static double Gap(Structure structure, double from)
    {
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, from + 0.6);
        Vector3D[] wrapped = new Vector3D[structure.Count];
        list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        List<double> lengths = [from, from + 0.6];
        for (int i = 0; i < structure.Count; i++)
        {
            ReadOnlySpan<int> senders = list.Senders(i), shifts = list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                double length = (wrapped[i] - wrapped[senders[e]] + NeighborList.ShiftVector(shifts[e], structure.Cell)).Norm;
                if (length > from) { lengths.Add(length); }
            }
        }

        lengths.Sort();
        int widest = Enumerable.Range(0, lengths.Count - 1).MaxBy(i => lengths[i + 1] - lengths[i]);
        return 0.5 * (lengths[widest] + lengths[widest + 1]);
    }

    private static Case[] ReadCases()
    {
        using JsonDocument json = ReadData("d3-program.json");
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(static c =>
        {
            Vector3D[] positions = Vectors(c.GetProperty("positions"));
            for (int i = 0; i < positions.Length; i++) { positions[i] *= Units.Bohr; }
            bool periodic = c.TryGetProperty("lattice", out JsonElement lattice);
            Matrix3 cell = periodic ? Units.Bohr * Matrix3.FromRowMajor(Numbers(lattice)) : default;
            Structure structure = new([.. c.GetProperty("numbers").EnumerateArray().Select(static z => z.GetInt32())], positions, cell, periodic ? Periodicity.All : default);
            return new Case(c.GetProperty("name").GetString()!, c.GetProperty("functional").GetString()!, c.GetProperty("cutoff").GetDouble(), c.GetProperty("coordination_cutoff").GetDouble(), structure, c.GetProperty("energy").GetDouble(), Vectors(c.GetProperty("gradient")), periodic ? Matrix3.FromRowMajor(Numbers(c.GetProperty("stress"))) : default);
        })];
    }

    private static JsonDocument ReadData(string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Simulation.Tests", "Dispersion", "Data", name)));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(static x => x.GetDouble())];

    private static Vector3D[] Vectors(JsonElement array) => [.. Numbers(array).Chunk(3).Select(static r => new Vector3D(r[0], r[1], r[2]))];

    private sealed record Case(string Name, string Functional, double Cutoff, double CoordinationCutoff, Structure Structure, double Energy, Vector3D[] Gradient, Matrix3 Stress);
}
