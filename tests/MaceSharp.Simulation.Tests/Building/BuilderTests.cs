using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests.Building;

/// <summary>What builders promise, checked without another program, and what they refuse.</summary>
public class BuilderTests
{
    [Fact]
    public void A_perovskite_has_its_coordination()
    {
        Structure s = CrystalPrototype.Create("SrTiO3", "perovskite", 3.905);
        NeighborList list = new();
        list.Build(s.Positions, s.Cell, s.Periodicity, 2);
        Assert.Equal([0, 6, 2, 2, 2], Enumerable.Range(0, 5).Select(i => list.Senders(i).Length));
        list.Build(s.Positions, s.Cell, s.Periodicity, 2.8);
        Assert.Equal(12, list.Senders(0).Length);
    }

    [Fact]
    public void Data_go_with_the_atoms_and_results_stay_behind()
    {
        Structure s = CrystalPrototype.Create("NaCl", "rocksalt", 5.64);
        s.Arrays["charge"] = DataArray.Of([1.0, -1.0], 2);
        s.Arrays["forces"] = DataArray.Of(new double[6], 2, 3);
        s.Info["name"] = DataArray.Of("salt");
        s.Info["REF_energy"] = DataArray.Of(-3.0);
        Structure built = Supercell.Repeat(s, 1, 1, 2);
        Assert.Equal([1.0, -1, 1, -1], built.Arrays["charge"].Reals.ToArray());
        Assert.Equal(["charge"], built.Arrays.Keys);
        Assert.Equal(["name"], built.Info.Keys);
        Assert.Equal([-1.0], Deformation.Remove(s, [0]).Arrays["charge"].Reals.ToArray());
    }

    [Fact]
    public void A_strain_moves_atoms_with_the_cell()
    {
        Structure s = CrystalPrototype.Create("NaCl", "rocksalt", 5.64, cell: CrystalCell.Cubic);
        Structure strained = Deformation.Strain(s, Matrix3.FromVoigt([0.01, 0, 0, 0, 0, 0.005]));
        Assert.Equal(5.64 * 1.01, strained.Cell.Row0.X, 1e-12);
        Assert.Equal(5.64 * 0.005, strained.Cell.Row0.Y, 1e-12);
        Vector3D fractional = strained.Positions[3] * strained.Cell.Inverse();
        Assert.True((fractional - new Vector3D(0.5, 0.5, 0.5)).Norm < 1e-12);
    }

    [Fact]
    public void A_rattle_has_its_deviation_and_its_seed()
    {
        Structure s = Supercell.Repeat(CrystalPrototype.Create("Cu", "fcc", 3.6), 14, 14, 14);
        Structure a = Deformation.Rattle(s, 0.1, 7), b = Deformation.Rattle(s, 0.1, 7), c = Deformation.Rattle(s, 0.1, 8);
        Assert.Equal(a.Positions.ToArray(), b.Positions.ToArray());
        Assert.NotEqual(a.Positions.ToArray(), c.Positions.ToArray());
        double square = 0;
        for (int i = 0; i < s.Count; i++) { square += (a.Positions[i] - s.Positions[i]).NormSquared; }

        // 8232 components: the standard error of the mean square is 1.6 %.
        Assert.InRange(Math.Sqrt(square / (3 * s.Count)), 0.0975, 0.1025);
    }

    [Fact]
    public void Vacancies_are_of_the_element()
    {
        Structure s = Supercell.Repeat(CrystalPrototype.Create("NaCl", "rocksalt", 5.64, cell: CrystalCell.Cubic), 2, 2, 2);
        Structure holes = Deformation.RemoveRandom(s, 11, 3, 1);
        Assert.Equal(29, holes.AtomicNumbers.ToArray().Count(static z => z == 11));
        Assert.Equal(32, holes.AtomicNumbers.ToArray().Count(static z => z == 17));
    }

    [Theory]
    [InlineData("water", 0.997, 500)]
    [InlineData("benzene", 0.87, 100)]
    [InlineData("acetic-acid", 1.05, 150)]
    [InlineData("chloroform", 1.49, 150)]
    public void Liquids_are_packed_at_their_density(string name, double density, int count)
    {
        Structure molecule = MoleculeLibrary.Get(name);
        double edge = MoleculePacking.EdgeOf([(molecule, count)], density);
        Structure packed = MoleculePacking.Pack([(molecule, count)], new Matrix3(edge, 0, 0, 0, edge, 0, 0, 0, edge), new PackingOptions { Seed = 3 });
        Assert.Equal(count * molecule.Count, packed.Count);
        double mass = 0;
        foreach (int z in packed.AtomicNumbers) { mass += Elements.Mass(z); }
        Assert.Equal(density, mass / packed.Volume / Units.GramPerCubicCentimetre, 1e-9);
        CheckPacking(packed, 0, molecule, 2);
    }

    [Fact]
    public void A_solute_stays_where_it_is_in_any_cell()
    {
        Structure solute = MoleculeLibrary.Get("benzene"), water = MoleculeLibrary.Get("water");
        solute.Cell = new Matrix3(18, 0, 0, 4, 17, 0, -3, 2, 16);
        solute.Periodicity = Periodicity.All;
        int count = MoleculePacking.CountOf(solute, water, 0.997);

        // 4896 Å³ of water would be 163.2 molecules; benzene takes the place of four to seven of them (its molar volume as a liquid is that of 4.9).
        Assert.InRange(count, 156, 160);
        Structure packed = MoleculePacking.Pack([(water, count)], solute.Cell, new PackingOptions(), solute);
        Assert.Equal(solute.Positions.ToArray(), packed.Positions[..12].ToArray());
        CheckPacking(packed, 12, water, 2);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Packing_takes_linear_time()
    {
        Structure water = MoleculeLibrary.Get("water");
        double Time(int count)
        {
            double edge = MoleculePacking.EdgeOf([(water, count)], 0.997), best = double.PositiveInfinity;
            for (int i = 0; i < 3; i++)
            {
                TimeSpan start = System.Diagnostics.Process.GetCurrentProcess().UserProcessorTime;
                MoleculePacking.Pack([(water, count)], new Matrix3(edge, 0, 0, 0, edge, 0, 0, 0, edge), new PackingOptions { Seed = i });
                best = Math.Min(best, (System.Diagnostics.Process.GetCurrentProcess().UserProcessorTime - start).TotalSeconds);
            }

            return best;
        }

        // Sixteen times the molecules: quadratic time would be 256 times.
        Assert.InRange(Time(32_000) / Time(2_000), 2, 64);
    }

    [Fact]
    public void Names_of_molecules_are_found_in_any_case()
    {
        Assert.Equal(MoleculeLibrary.Get("water").Positions.ToArray(), MoleculeLibrary.Get("h2o").Positions.ToArray());
        Assert.Equal([28], MoleculeLibrary.Get("Ni").AtomicNumbers.ToArray());
        Assert.Equal([27, 1], new[] { MoleculeLibrary.Get("Co").AtomicNumbers[0], MoleculeLibrary.Get("CO").Count - 1 });
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_be_built_is_refused_with_a_sentence(string part, Action build)
    {
        ArgumentNullException.ThrowIfNull(build);
        InvalidInputException exception = Assert.Throws<InvalidInputException>(build);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", exception.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action> Refusals()
    {
        Structure copper = CrystalPrototype.Create("Cu", "fcc", 3.6), water = MoleculeLibrary.Get("water");
        Matrix3 box = new(5, 0, 0, 0, 5, 0, 0, 0, 5);
        return new()
        {
            { "is not a structure type", () => CrystalPrototype.Create("Cu", "fccc", 3.6) },
            { "needs a formula of 2 atoms", () => CrystalPrototype.Create("Cu", "rocksalt", 3.6) },
            { "is not a chemical formula", () => CrystalPrototype.Create("nacl", "rocksalt", 3.6) },
            { "is not a chemical formula", () => CrystalPrototype.Create("Na999999999", "fcc", 3.6) },
            { "cannot be NaN Å", () => CrystalPrototype.Create("Cu", "fcc", double.NaN) },
            { "one lattice constant", () => CrystalPrototype.Create("Cu", "fcc", 3, 4) },
            { "no cubic cell", () => CrystalPrototype.Create("Mg", "hcp", 3, cell: CrystalCell.Cubic) },
            { "internal coordinate", () => CrystalPrototype.Create("ZnO", "wurtzite", 3, u: 2) },
            { "There is no molecule 'unobtainium'", () => MoleculeLibrary.Get("unobtainium") },
            { "0 times", () => Supercell.Repeat(copper, 1, 0, 1) },
            { "too large", () => Supercell.Repeat(copper, 1 << 20, 1 << 20, 1 << 20) },
            { "has none", () => Supercell.Repeat(water, 2, 1, 1) },
            { "exchange two rows", () => Supercell.Create(copper, [0, 1, 0, 1, 0, 0, 0, 0, 1]) },
            { "determinant", () => Supercell.Create(copper, [1, 1, 1, 1, 1, 1, 1, 1, 1]) },
            { "9 integers", () => Supercell.Create(copper, [1, 1]) },
            { "is at most 10000", () => Supercell.Create(copper, [int.MinValue, 0, 0, 0, 1, 0, 0, 0, 1]) },
            { "periodic in three directions", () => Supercell.Create(water, [1, 0, 0, 0, 1, 0, 0, 0, 1]) },
            { "cannot all be zero", () => Surface.Create(copper, 0, 0, 0, 1) },
            { "at most 100", () => Surface.Create(copper, int.MinValue, 0, 1, 1) },
            { "layers", () => Surface.Create(copper, 1, 1, 1, 0) },
            { "vacuum", () => Surface.Create(copper, 1, 1, 1, 1, -1) },
            { "periodic in three directions", () => Surface.Create(water, 1, 1, 1, 1) },
            { "is not small", () => Deformation.Strain(copper, new Matrix3(2, 0, 0, 0, 0, 0, 0, 0, 0)) },
            { "rattle", () => Deformation.Rattle(copper, -1, 1) },
            { "There is no atom 1", () => Deformation.Remove(copper, [1]) },
            { "No atom would be left", () => Deformation.Remove(copper, [0]) },
            { "the structure has 1", () => Deformation.RemoveRandom(copper, 29, 2, 1) },
            { "density", () => MoleculePacking.EdgeOf([(water, 1)], 0) },
            { "cannot be kept", () => MoleculePacking.Pack([(water, 40)], box, new PackingOptions { MaximalSteps = 50 }) },
            { "no volume", () => MoleculePacking.Pack([(water, 1)], default, new PackingOptions()) },
            { "minimal distance", () => MoleculePacking.Pack([(water, 1)], box, new PackingOptions { MinimalDistance = double.NaN }) },
            { "too many to pack", () => MoleculePacking.Pack([(water, int.MaxValue)], box, new PackingOptions()) },
        };
    }

    /// <summary>No two atoms of different molecules are too close, and every molecule has its shape.</summary>
    private static void CheckPacking(Structure packed, int first, Structure molecule, double distance)
    {
        NeighborList list = new();
        list.Build(packed.Positions, packed.Cell, packed.Periodicity, distance);
        int Owner(int atom) => atom < first ? -1 : (atom - first) / molecule.Count;
        for (int i = 0; i < packed.Count; i++)
        {
            foreach (int j in list.Senders(i)) { Assert.Equal(Owner(i), Owner(j)); }
        }

        for (int at = first; at < packed.Count; at += molecule.Count)
        {
            for (int a = 1; a < molecule.Count; a++)
            {
                Assert.Equal((molecule.Positions[a] - molecule.Positions[0]).Norm, (packed.Positions[at + a] - packed.Positions[at]).Norm, 1e-9);
            }
        }
    }
}
