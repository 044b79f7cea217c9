using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests;

public sealed class SpaceGroupTypeTests
{
    private static readonly string Folder = Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Simulation.Tests", "Data");

    /// <summary>
    /// A crystal of each type: atoms on general positions of the operations that spglib 2.0.2 has for a setting drawn at random, in a lattice with no more symmetry than they need,
    /// reduced to a primitive cell, then in another basis, about another origin and turned. spglib's own search names the same type with symprec 1e-3.
    /// </summary>
    private static readonly IReadOnlyList<Structure> Crystals = StructureFile.ReadAll(Path.Combine(Folder, "space-group-types.xyz"));

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, 230)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_type_is_found_in_any_setting(int number)
    {
        Structure crystal = Crystals.Single(s => s.Info["number"].Integers[0] == number);
        SpaceGroup group = SpaceGroup.Find(crystal);
        Assert.Equal(number, group.Type?.Number);
        Assert.Equal(Squeezed(crystal.Info["symbol"].Texts[0]), Squeezed(group.Type!.Symbol));
        CheckSetting(crystal, group.Setting!);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Hall_symbols_generate_as_many_operations_as_the_point_group_and_the_centring_ask_for(int number)
    {
        SpaceGroupType type = SpaceGroupType.All[number - 1];
        Assert.Equal(number, type.Number);
        Assert.Equal(type.PointGroup.Order * type.Centring.Count, type.Operations.Count);
        Assert.Equal(type.Operations.Count, type.Operations.Distinct().Count());
        Assert.Equal(type.Symbol[0], type.HallSymbol.TrimStart('-')[0]);

        // Closed: every product is one of the operations.
        foreach (SpaceGroupOperation a in type.Generators)
        {
            foreach (SpaceGroupOperation b in type.Operations)
            {
                Vector3D t = a.Apply(b.Translation);
                Assert.Contains(type.Operations, o => o.Rotation == a.Rotation * b.Rotation && SiteIndex.Nearest(o.Translation - t).Norm < 1e-9);
            }
        }
    }

    /// <summary>Crystals of ASE's builders, atoms displaced by up to 1e-4 Å; numbers by spglib 2.0.2 with symprec 1e-3, in the order of the file.</summary>
    [Fact]
    public void Types_of_prototype_crystals_are_those_of_spglib()
    {
        IReadOnlyList<Structure> prototypes = StructureFile.ReadAll(Path.Combine(Folder, "space-groups.xyz"));
        int[] expected = [225, 225, 225, 229, 194, 227, 216, 186, 225, 152, 136, 167, 14, 15, 2, 205, 86, 82, 176, 148, 43, 207, 174];
        Assert.Equal(expected, prototypes.Select(static p => SpaceGroup.Find(p).Type?.Number ?? 0));
    }

    /// <summary>spglib 2.0.2 with symprec 1e-3 on the same files.</summary>
    [GoldenTheory]
    [InlineData("01_cyclohexanedione", 4, "P2_1")]
    [InlineData("02_acetic_acid", 33, "Pna2_1")]
    [InlineData("03_adamantane", 114, "P-42_1c")]
    [InlineData("04_ammonia", 198, "P2_13")]
    [InlineData("05_anthracene", 14, "P2_1/c")]
    [InlineData("06_benzene", 61, "Pbca")]
    [InlineData("07_co2", 205, "Pa-3")]
    [InlineData("08_cyanamide", 61, "Pbca")]
    [InlineData("09_cytosine", 19, "P2_12_12_1")]
    [InlineData("10_ethylcarbamate", 2, "P-1")]
    [InlineData("11_formamide", 14, "P2_1/c")]
    [InlineData("12_imidazole", 14, "P2_1/c")]
    [InlineData("13_naphthalene", 14, "P2_1/c")]
    [InlineData("14_oxalic_acid_alpha", 61, "Pbca")]
    [InlineData("15_oxalic_acid_beta", 14, "P2_1/c")]
    [InlineData("16_pyrazine", 58, "Pnnm")]
    [InlineData("17_pyrazole", 33, "Pna2_1")]
    [InlineData("18_triazine", 167, "R-3c")]
    [InlineData("19_trioxane", 158, "P3c1")]
    [InlineData("20_uracil", 14, "P2_1/c")]
    [InlineData("21_urea", 113, "P-42_1m")]
    [InlineData("22_hexamine", 217, "I-43m")]
    [InlineData("23_succinic_acid", 14, "P2_1/c")]
    public void Types_of_molecular_crystals_are_those_of_spglib(string name, int number, string symbol)
    {
        Structure crystal = StructureFile.Read(GoldenData.PathOf("x23", name, "POSCAR_solid"));
        SpaceGroup group = SpaceGroup.Find(crystal);
        Assert.Equal(number, group.Type?.Number);
        Assert.Equal(Squeezed(symbol), Squeezed(group.Type!.Symbol));
        CheckSetting(crystal, group.Setting!);
    }

    [Theory]
    [InlineData("sc", 221)]
    [InlineData("fcc", 225)]
    [InlineData("bcc", 229)]
    [InlineData("hcp", 194)]
    [InlineData("diamond", 227)]
    public void Types_do_not_depend_on_the_cell(string prototype, int number)
    {
        Structure crystal = CrystalPrototype.Create("Cu", prototype, 3.6);
        Assert.Equal(number, SpaceGroup.Find(crystal).Type?.Number);
        Assert.Equal(number, SpaceGroup.Find(Supercell.Create(crystal, [1, 1, 0, 0, 2, 1, 0, 0, 3])).Type?.Number);
    }

    [Fact]
    public void A_mirror_image_is_of_the_other_type()
    {
        foreach ((int one, int other) in (ReadOnlySpan<(int, int)>)[(76, 78), (91, 95), (92, 96), (144, 145), (151, 153), (152, 154), (169, 170), (171, 172), (178, 179), (180, 181), (212, 213)])
        {
            Structure crystal = Crystals.Single(s => s.Info["number"].Integers[0] == one).Clone();
            foreach (ref Vector3D r in crystal.Positions) { r = -r; }
            Assert.Equal(other, SpaceGroup.Find(crystal).Type?.Number);
        }
    }

    [Theory]
    [InlineData("P 7")]
    [InlineData("Q 2")]
    [InlineData("P 2q")]
    public void Wrong_Hall_symbols_are_refused(string symbol) => Assert.ThrowsAny<ArgumentException>(() => HallSymbol.Parse(symbol));

    /// <summary>In the cell and about the origin that were found, the operations of the type map the crystal onto itself.</summary>
    private static void CheckSetting(Structure crystal, SpaceGroupSetting setting)
    {
        Assert.True(setting.Cell.Determinant > 0);
        Matrix3 inverse = setting.Cell.Inverse(), lattice = crystal.Cell.Inverse();
        foreach (SpaceGroupOperation operation in setting.Type.Operations)
        {
            for (int i = 0; i < crystal.Count; i += Math.Max(1, crystal.Count / 5))
            {
                Vector3D image = (operation.Apply((crystal.Positions[i] - setting.Origin) * inverse) * setting.Cell) + setting.Origin;
                double nearest = double.PositiveInfinity;
                for (int j = 0; j < crystal.Count; j++)
                {
                    if (crystal.AtomicNumbers[j] != crystal.AtomicNumbers[i]) { continue; }
                    Vector3D d = SiteIndex.Nearest((image - crystal.Positions[j]) * lattice) * crystal.Cell;
                    nearest = Math.Min(nearest, d.Norm);
                }

                Assert.True(nearest < 5e-3, $"{setting.Type}: an atom is {nearest} Å from its place.");
            }
        }
    }

    private static string Squeezed(string symbol) => symbol.Replace("_", "", StringComparison.Ordinal);
}
