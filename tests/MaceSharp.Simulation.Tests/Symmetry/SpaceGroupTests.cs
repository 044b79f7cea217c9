using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests;

public sealed class SpaceGroupTests
{
    /// <summary>
    /// Crystals made by ASE 3.22 (ase.build.bulk, ase.spacegroup.crystal), turned and moved at random, atoms displaced by up to 1e-4 Å; point group, number of operations and of orbits
    /// of the undisplaced ones by spglib 2.0.2 with symprec 1e-3.
    /// </summary>
    private static readonly IReadOnlyList<Structure> Prototypes = StructureFile.ReadAll(Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Simulation.Tests", "Data", "space-groups.xyz"));

    public static TheoryData<int> PrototypeIndices => [.. Enumerable.Range(0, Prototypes.Count)];

    [Theory]
    [MemberData(nameof(PrototypeIndices))]
    public void Prototype_crystals_have_the_groups_that_spglib_finds(int which)
    {
        Structure crystal = Prototypes[which];
        SpaceGroup group = SpaceGroup.Find(crystal);
        DataArray symbol = crystal.Info["point_group"];
        Assert.Equal(symbol.Kind == DataKind.Integer ? symbol.Integers[0].ToString(CultureInfo.InvariantCulture) : symbol.Texts[0], group.PointGroup.Symbol);
        Assert.Equal((int)crystal.Info["operations"].Integers[0], group.Operations.Count);
        Assert.Equal((int)crystal.Info["orbits"].Integers[0], group.EquivalentAtoms.Distinct().Count());
        Assert.Equal(group.PointGroup.Order, group.CrystalRotations.Count);
        Assert.Equal(Math.Abs(crystal.Cell.Determinant), group.TranslationCount * group.PrimitiveCell.Determinant, 1e-6 * crystal.Volume);
        CheckGroup(crystal, group);
    }

    [Theory]
    [MemberData(nameof(PrototypeIndices))]
    public void Refined_crystals_are_symmetric_to_rounding(int which)
    {
        Structure crystal = Prototypes[which].Clone();
        Structure original = crystal.Clone();
        SpaceGroup group = SpaceGroup.Find(crystal);
        group.Refine(crystal);
        for (int i = 0; i < crystal.Count; i++) { Assert.True((crystal.Positions[i] - original.Positions[i]).Norm < 1e-3); }
        SpaceGroup tight = SpaceGroup.Find(crystal, 1e-8);
        Assert.Equal(group.Operations.Count, tight.Operations.Count);
    }

    /// <summary>Point group, operations and orbits of the crystals of the X23 set, by spglib 2.0.2 with symprec 1e-3 on the same files.</summary>
    [GoldenTheory]
    [InlineData("01_cyclohexanedione", "2", 2, 16)]
    [InlineData("02_acetic_acid", "mm2", 4, 8)]
    [InlineData("03_adamantane", "-42m", 8, 7)]
    [InlineData("04_ammonia", "23", 12, 2)]
    [InlineData("05_anthracene", "2/m", 4, 12)]
    [InlineData("06_benzene", "mmm", 8, 6)]
    [InlineData("07_co2", "m-3", 24, 2)]
    [InlineData("08_cyanamide", "mmm", 8, 5)]
    [InlineData("09_cytosine", "222", 4, 13)]
    [InlineData("10_ethylcarbamate", "-1", 2, 13)]
    [InlineData("11_formamide", "2/m", 4, 6)]
    [InlineData("12_imidazole", "2/m", 4, 9)]
    [InlineData("13_naphthalene", "2/m", 4, 9)]
    [InlineData("14_oxalic_acid_alpha", "mmm", 8, 4)]
    [InlineData("15_oxalic_acid_beta", "2/m", 4, 4)]
    [InlineData("16_pyrazine", "mmm", 8, 3)]
    [InlineData("17_pyrazole", "mm2", 4, 18)]
    [InlineData("18_triazine", "-3m", 36, 3)]
    [InlineData("19_trioxane", "3m", 6, 12)]
    [InlineData("20_uracil", "2/m", 4, 12)]
    [InlineData("21_urea", "-42m", 8, 5)]
    [InlineData("22_hexamine", "-43m", 24, 3)]
    [InlineData("23_succinic_acid", "2/m", 16, 7)]
    public void Molecular_crystals_have_the_groups_that_spglib_finds(string name, string pointGroup, int operations, int orbits)
    {
        Structure crystal = StructureFile.Read(GoldenData.PathOf("x23", name, "POSCAR_solid"));
        SpaceGroup group = SpaceGroup.Find(crystal);
        Assert.Equal(pointGroup, group.PointGroup.Symbol);
        Assert.Equal(operations, group.Operations.Count);
        Assert.Equal(orbits, group.EquivalentAtoms.Distinct().Count());
        CheckGroup(crystal, group);
    }

    [Fact]
    public void Forces_and_stress_of_a_symmetric_crystal_are_left_alone_and_others_made_symmetric()
    {
        Structure crystal = Prototypes[12].Clone();
        SpaceGroup group = SpaceGroup.Find(crystal);
        group.Refine(crystal);
        PotentialResult result = new LennardJones().Compute(crystal, Properties.Forces | Properties.Stress);
        Vector3D[] forces = result.Forces.ToArray();
        group.Symmetrize(forces);
        for (int i = 0; i < forces.Length; i++) { Assert.True((forces[i] - result.Forces[i]).Norm < 1e-9 * (1 + forces[i].Norm)); }
        Matrix3 stress = group.Symmetrize(result.Stress!.Value) - result.Stress!.Value;
        Assert.True(stress.ToArray().Max(Math.Abs) < 1e-9 * (1 + result.Stress.Value.ToArray().Max(Math.Abs)));

        forces[0] += new Vector3D(1, 2, 3);
        group.Symmetrize(forces);
        Vector3D[] again = [.. forces];
        group.Symmetrize(again);
        for (int i = 0; i < forces.Length; i++) { Assert.True((forces[i] - again[i]).Norm < 1e-9 * (1 + forces[i].Norm)); }
    }

    [Fact]
    public void What_has_no_space_group_is_refused()
    {
        Structure molecule = new([1, 1], [default, new(0, 0, 0.74)]);
        Assert.Contains("three directions", Assert.Throws<InvalidInputException>(() => SpaceGroup.Find(molecule)).Message, StringComparison.Ordinal);
        Structure empty = new([], [], Matrix3.Identity, Periodicity.All);
        Assert.Contains("without atoms", Assert.Throws<InvalidInputException>(() => SpaceGroup.Find(empty)).Message, StringComparison.Ordinal);
        Structure twice = new([18, 18], [default, new(0, 0, 1e-4)], 5 * Matrix3.Identity, Periodicity.All);
        Assert.Contains("coincides", Assert.Throws<InvalidInputException>(() => SpaceGroup.Find(twice)).Message, StringComparison.Ordinal);
        Assert.Contains("tolerance", Assert.Throws<InvalidInputException>(() => SpaceGroup.Find(twice, double.NaN)).Message, StringComparison.Ordinal);
    }

    /// <summary>Each operation maps atoms to where the group says, rotations are orthogonal, and products stay in the group.</summary>
    private static void CheckGroup(Structure crystal, SpaceGroup group)
    {
        Matrix3 inverse = crystal.Cell.Inverse();
        Vector3D[] s = [.. crystal.Positions.ToArray().Select(p => p * inverse)];
        HashSet<IntegerMatrix3> rotations = [.. group.Operations.Select(static o => o.Rotation)];
        Assert.Equal(IntegerMatrix3.Identity, group.Operations[0].Rotation);
        for (int o = 0; o < Math.Min(64, group.Operations.Count); o++)
        {
            SpaceGroupOperation operation = group.Operations[o];
            ReadOnlySpan<int> to = group.Permutation(o);
            for (int i = 0; i < s.Length; i++)
            {
                Vector3D d = operation.Apply(s[i]) - s[to[i]];
                d = new(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z));
                Assert.True((d * crystal.Cell).Norm < 2e-3);
                Assert.Equal(crystal.AtomicNumbers[i], crystal.AtomicNumbers[to[i]]);
            }

            Matrix3 q = group.CartesianRotations[o];
            Assert.True(((q * q.Transposed) - Matrix3.Identity).ToArray().Max(Math.Abs) < 1e-10);
            Assert.Contains(operation.Rotation * group.Operations[^1].Rotation, rotations);
        }
    }
}
