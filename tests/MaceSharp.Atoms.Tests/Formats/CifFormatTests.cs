using System.Globalization;

namespace MaceSharp.Atoms.Tests.Formats;

public sealed class CifFormatTests
{
    private const string Cell = "_cell_length_a 4\n_cell_length_b 5\n_cell_length_c 6\n_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n";
    private const string Coordinates = "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n";
    private const string Simple = "data_s\n" + Cell + Coordinates + "C1 0.1 0.2 0.3\nO1 0.5 0.5 0.5\n";

    [Fact]
    public void UreaHasItsTwoMolecules()
    {
        Structure urea = Crystal.ReadCif(KnownCrystals.Urea);
        Assert.Equal(16, urea.Count);
        Assert.Equal(1.375, Crystal.Density(urea), 0.001);

        // Swaminathan et al. (1984), table 3, 12 K, before thermal correction: C–O 1.261 (symmetry makes it z(O) − z(C)), C–N 1.345, N–H 1.008 and 1.005 Å.
        Assert.Equal(1.261, Crystal.Distances(urea, 0, 8)[0], 0.001);
        Assert.Equal(1.345, Crystal.Distances(urea, 0, 7)[0], 0.001);
        Assert.Equal(1.345, Crystal.Distances(urea, 0, 7)[1], 0.001);
        double[] hydrogens = Crystal.Distances(urea, urea.AtomicNumbers.IndexOf(7), 1);
        Assert.Equal(1.005, hydrogens[0], 0.002);
        Assert.Equal(1.008, hydrogens[1], 0.004);
        Assert.True(hydrogens[2] > 1.9);
    }

    [Fact]
    public void QuartzHasItsTetrahedra()
    {
        Structure quartz = Crystal.ReadCif(KnownCrystals.Quartz);
        Assert.Equal([14, 14, 14, 8, 8, 8, 8, 8, 8], quartz.AtomicNumbers.ToArray().OrderDescending());
        Assert.Equal(2.646, Crystal.Density(quartz), 0.003);
        for (int silicon = 0; silicon < 3; silicon++)
        {
            // Levien et al. (1980): Si–O 1.605 and 1.614 Å, twice each.
            double[] oxygens = Crystal.Distances(quartz, silicon, 8);
            Assert.Equal(1.605, oxygens[0], 0.001);
            Assert.Equal(1.605, oxygens[1], 0.001);
            Assert.Equal(1.614, oxygens[2], 0.001);
            Assert.Equal(1.614, oxygens[3], 0.001);
            Assert.True(oxygens[4] > 3);
        }
    }

    [Fact]
    public void RockSaltHasEightAtoms()
    {
        Assert.Equal(192, KnownCrystals.RockSalt.Split('\n').Count(static line => line.StartsWith('\'')));
        Structure salt = Crystal.ReadCif(KnownCrystals.RockSalt);
        Assert.Equal([11, 11, 11, 11, 17, 17, 17, 17], salt.AtomicNumbers.ToArray());
        Assert.Equal(2.163, Crystal.Density(salt), 0.002);
        double[] chlorines = Crystal.Distances(salt, 0, 17);
        Assert.Equal(5.6402 / 2, chlorines[0], 1e-12);
        Assert.Equal(5.6402 / 2, chlorines[5], 1e-12);
        Assert.True(chlorines[6] > 4);
    }

    [Fact]
    public void DiamondHasEightAtoms()
    {
        Structure diamond = Crystal.ReadCif(KnownCrystals.Diamond);
        Assert.Equal(8, diamond.Count);
        Assert.Equal(3.515, Crystal.Density(diamond), 0.001);
        for (int atom = 0; atom < 8; atom++)
        {
            double[] neighbours = Crystal.Distances(diamond, atom, 6);
            Assert.Equal(1.5446, neighbours[0], 1e-4);
            Assert.Equal(1.5446, neighbours[3], 1e-4);
            Assert.Equal(2.5223, neighbours[4], 1e-4);
        }
    }

    [Fact]
    public void RoughThirdsAreOneAtomEach()
    {
        Structure magnesium = Crystal.ReadCif(KnownCrystals.Magnesium);
        Assert.Equal(2, magnesium.Count);
        Assert.Equal(1.737, Crystal.Density(magnesium), 0.002);
    }

    [Fact]
    public void RoundTripsKeepEveryAtomAndTheHandedness()
    {
        foreach (bool leftHanded in new[] { false, true })
        {
            Structure structure = Crystal.Triclinic(leftHanded);
            Structure again = Crystal.ReadCif(Crystal.Write(static (w, s) => CifFormat.Write(w, s), structure));
            Assert.True(again.Cell.Determinant > 0);
            Matrix3 sign = leftHanded ? -Matrix3.Identity : Matrix3.Identity;
            Matrix3 rotation = (structure.Cell.Inverse() * sign) * again.Cell;
            Assert.Equal(1, rotation.Determinant, 1e-12);
            for (int i = 0; i < structure.Count; i++) { Assert.True(((structure.Positions[i] * rotation) - again.Positions[i]).Norm < 1e-11); }
        }
    }

    [Fact]
    public void AMoleculeWithoutCellIsWrittenAsCartesian()
    {
        Structure molecule = new([8, 1, 1], [new(0, 0, 0.1), new(0, 0.76, -0.48), new(1 / 3.0, -0.76, -0.48)]);
        Structure again = Crystal.ReadCif(Crystal.Write(static (w, s) => CifFormat.Write(w, s), molecule));
        Assert.Equal(Periodicity.None, again.Periodicity);
        Assert.Equal(Matrix3.Zero, again.Cell);
        Assert.Equal(molecule.Positions.ToArray(), again.Positions.ToArray());
    }

    [Fact]
    public void SeveralBlocksAreSeveralFrames()
    {
        string text = "data_global\n_journal_name 'Acta'\n" + Simple + Simple.Replace("data_s", "DATA_T", StringComparison.Ordinal).Replace("0.1 0.2", "0.4 0.2", StringComparison.Ordinal);
        List<Structure> frames = [.. CifFormat.Read(new StringReader(text), "two.cif")];
        Assert.Equal(2, frames.Count);
        Assert.Equal(0.4, frames[0].Positions[0].X, 1e-15);
        Assert.Equal(1.6, frames[1].Positions[0].X, 1e-15);
    }

    [Fact]
    public void TagsHaveNoCaseAndMayBeDotted()
    {
        string text = Simple.Replace("_atom_site_", "_ATOM_SITE.", StringComparison.Ordinal).Replace("_cell_", "_Cell.", StringComparison.Ordinal).Replace("loop_", "LOOP_", StringComparison.Ordinal);
        Crystal.AssertSame(Crystal.ReadCif(Simple), Crystal.ReadCif(text));
    }

    [Fact]
    public void CartesianCoordinatesTakeSymmetryToo()
    {
        string text = Simple.Replace("fract", "Cartn", StringComparison.Ordinal) + "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-x,-y,-z\n";
        Structure structure = Crystal.ReadCif(text);
        Assert.Equal(4, structure.Count);
        Assert.True((structure.Positions[1] - new Vector3D(3.9, 4.8, 5.7)).Norm < 1e-12);
    }

    [Theory]
    [InlineData("C1", 6)]
    [InlineData("Fe2a", 26)]
    [InlineData("O1W", 8)]
    [InlineData("Ow", 8)]
    [InlineData("Cl3'", 17)]
    [InlineData("ZN1", 30)]
    [InlineData("OH1", 8)]
    [InlineData("D2", 1)]
    [InlineData("Dy1", 66)]
    [InlineData("CL1", null)]
    [InlineData("CA", null)]
    [InlineData("Wat1", null)]
    [InlineData("Q1", null)]
    [InlineData("1C", null)]
    public void LabelsTellTheElement(string label, int? element)
    {
        string text = Simple.Replace("C1", label, StringComparison.Ordinal);
        if (element is int z)
        {
            Assert.Equal(z, Crystal.ReadCif(text).AtomicNumbers[0]);
        }
        else
        {
            Assert.Contains("_atom_site_type_symbol", Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Fe3+", 26)]
    [InlineData("CL", 17)]
    [InlineData("O2-", 8)]
    [InlineData("Ca", 20)]
    [InlineData("?", 6)]
    [InlineData("Cval", null)]
    [InlineData("M", null)]
    public void TypeSymbolsComeFirst(string symbol, int? element)
    {
        string text = "data_s\n" + Cell + Coordinates + "_atom_site_type_symbol\nC1 0.1 0.2 0.3 " + symbol + "\n";
        if (element is int z) { Assert.Equal(z, Crystal.ReadCif(text).AtomicNumbers[0]); }
        else { Assert.Contains("test.cif, line 14: the type symbol", Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal); }
    }

    [Fact]
    public void DeuteriumKeepsItsMass()
    {
        Structure structure = Crystal.ReadCif(Simple.Replace("C1", "D1", StringComparison.Ordinal));
        Assert.Equal([2.01410177812, 15.999], structure.Arrays["masses"].Reals.ToArray());
        Assert.Equal([1, 8], structure.AtomicNumbers.ToArray());
    }

    [Theory]
    [InlineData("'P 1'", null, 2)]
    [InlineData("P1", "1", 2)]
    [InlineData("'P -1'", "2", 3)]
    [InlineData("?", null, 2)]
    [InlineData("?", "1", 2)]
    [InlineData("'P 21/c'", "14", 0)]
    [InlineData("'F m -3 m'", null, 0)]
    [InlineData("?", "225", 0)]
    [InlineData("'P 1'", "2", 0)]
    public void AGroupByNameAloneNeedsItsOperations(string name, string? number, int atoms)
    {
        string text = Simple + $"_symmetry_space_group_name_H-M {name}\n" + (number is null ? "" : $"_space_group_IT_number {number}\n");
        if (atoms > 0)
        {
            Assert.Equal(atoms, Crystal.ReadCif(text).Count);
        }
        else
        {
            Assert.Contains("the symmetry operations are needed", Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("C1 0.1 0.2 0.3", "C1 0.1 ? 0.3", "line 13: the coordinates of site 'C1'")]
    [InlineData("C1 0.1 0.2 0.3", "C1 0.1 0.2", "line 8: the loop that begins here has 4 data names but 7 values")]
    [InlineData("C1 0.1 0.2 0.3", "C1 0.1(2 0.2 0.3", "line 13: the coordinates of site 'C1'")]
    [InlineData("C1 0.1 0.2 0.3", "'C1 0.1 0.2 0.3", "line 13: the quoted string ''C1 0.1 0.2 0.3' has no closing quote")]
    [InlineData("O1 0.5 0.5 0.5", "O1 0.1 0.2 1.3", "line 14: sites 'C1' and 'O1' are different elements at the same place")]
    [InlineData("_cell_length_b 5\n", "", "line 2: the cell of the data block needs three lengths")]
    [InlineData("_cell_length_b 5\n", "_cell_length_b five\n", "line 3: the cell length b must be a number, not 'five'")]
    [InlineData("_cell_length_b 5\n", "_cell_length_b -5\n", "line 2: no cell with a volume")]
    [InlineData("gamma 90", "gamma 190", "line 2: no cell with a volume")]
    [InlineData("_cell_length_b 5\n", "_cell_length_b 5\n_cell_length_b 5\n", "line 4: '_cell_length_b' is given twice")]
    [InlineData("_cell_length_b 5\n", "_cell_length_b 5 6\n", "line 3: the value '6' stands where a data name")]
    [InlineData("data_s\n", "", "line 1: '_cell_length_a' stands before the first data block")]
    [InlineData("_atom_site_fract_z", "_atom_site_fract_w", "line 13: there are 2, 2 and 0 values of _atom_site_fract_x")]
    [InlineData("loop_\n", ";\nno end\nloop_\n", "line 8: the text that begins here with a semicolon has no end")]
    [InlineData("_atom_site_fract_x", "_atom_site_fract_u", "no data block of the file lists atoms")]
    [InlineData("C1 0.1", "C1 1e999", "line 13: the coordinates of site 'C1'")]
    public void MistakesAreNamedWithTheirLine(string part, string replacement, string message)
    {
        string text = Simple.Replace(part, replacement, StringComparison.Ordinal);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text));
        Assert.StartsWith("test.cif", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_atom_site_occupancy", "0.5", "site 'C1' has the occupancy 0.5")]
    [InlineData("_atom_site_occupancy", "0.98(1)", "site 'C1' has the occupancy 0.98(1)")]
    [InlineData("_atom_site_occupancy", "lots", "the occupancy of site 'C1' must be a number")]
    [InlineData("_atom_site_disorder_group", "2", "site 'C1' belongs to the disorder group '2'")]
    [InlineData("_atom_site.label_alt_id", "A", "site 'C1' belongs to the disorder group 'A'")]
    [InlineData("_atom_site_occupancy", "1.000(2)", null)]
    [InlineData("_atom_site_disorder_group", ".", null)]
    public void OnlyWholeAtomsAreTaken(string tag, string value, string? message)
    {
        string text = "data_s\n" + Cell + Coordinates + tag + "\nC1 0.1 0.2 0.3 " + value + "\n";
        if (message is null) { Assert.Equal(1, Crystal.ReadCif(text).Count); }
        else { Assert.Contains("line 14: " + message, Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("x,y,z\n-x,-y,z+1/2\n-x,-y,-z\n", "are not a group")]
    [InlineData("x,y,z\n-x,-y\n", "line 18: '-x,-y' is not a symmetry operation")]
    [InlineData("x,y,z\n-x,x,z\n", "line 18: '-x,x,z' is not a symmetry operation")]
    [InlineData("x,y,z\n-x,1/0-y,z\n", "line 18: '-x,1/0-y,z'")]
    [InlineData("x,y,z\nx+y+\n", "line 18: 'x+y+'")]
    [InlineData("x,y,z\ny,x,z\n", "does not map the cell onto itself")]
    [InlineData("x,y,z\n1/5-x,2/5-y,3/5+0.02-z\n", "0.12 Å from its own symmetry image")]
    public void OperationsMustBeAGroupOfTheCell(string operations, string message)
    {
        string text = Simple + "loop_\n_symmetry_equiv_pos_as_xyz\n" + operations;
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CentringThatTheListLeavesOutIsMissed()
    {
        string text = Simple + "_space_group_name_H-M_alt 'C 1 2 1'\nloop_\n_space_group_symop_operation_xyz\nx,y,z\n-x,y,-z\n";
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text));
        Assert.Contains("'C 1 2 1' is centred, but the listed symmetry operations have 1 of its 2 translations", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutSymmetryOnlyRepeatedAtomsAreMerged()
    {
        Structure structure = Crystal.ReadCif(Simple + "C2 1.1 -0.8 0.3\nC3 0.1 0.205 0.3\n");
        Assert.Equal([6, 8, 6], structure.AtomicNumbers.ToArray());
        Assert.Equal(1.025, structure.Positions[2].Y, 1e-12);
    }

    [Fact]
    public void RhombohedralCentringIsExpectedOfHexagonalAxesOnly()
    {
        string text = Simple.Replace("_cell_length_b 5", "_cell_length_b 4", StringComparison.Ordinal).Replace("gamma 90", "gamma 120", StringComparison.Ordinal)
            + "_space_group_name_H-M_alt 'R 3 :H'\nloop_\n_space_group_symop_operation_xyz\nx,y,z\n-y,x-y,z\n-x+y,-x,z\n";
        Assert.Contains("1 of its 3 translations", Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal);
        text = text.Replace("-y,x-y,z\n-x+y,-x,z", "z,x,y\ny,z,x", StringComparison.Ordinal).Replace("length_c 6", "length_c 4", StringComparison.Ordinal)
            .Replace("gamma 120", "gamma 80", StringComparison.Ordinal).Replace("beta 90", "beta 80", StringComparison.Ordinal).Replace("alpha 90", "alpha 80", StringComparison.Ordinal);
        Assert.Equal(4, Crystal.ReadCif(text).Count);
    }

    [Fact]
    public void SeveralModelsAreNotOneStructure()
    {
        string text = "data_s\n" + Cell + Coordinates + "_atom_site.pdbx_PDB_model_num\nC1 0.1 0.2 0.3 1\nC1 0.1 0.2 0.35 2\n";
        Assert.Contains("line 15: the data block holds several models", Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesHoldFramesWithDifferentNames()
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        StructureWriter writer = new(text, StructureFormat.Cif);
        writer.Write(Crystal.Triclinic());
        writer.Write(Crystal.ReadCif(KnownCrystals.Quartz));
        writer.Complete();
        Assert.Equal(["data_frame_0", "data_frame_1"], text.ToString().Split('\n').Where(static line => line.StartsWith("data_", StringComparison.Ordinal)));
        Assert.Equal([5, 9], CifFormat.Read(new StringReader(text.ToString()), "two.cif").Select(static s => s.Count));
    }

    [Fact]
    public void AListLargerThanItsImagesIsRefusedQuickly()
    {
        string sites = string.Concat(Enumerable.Range(0, 40000).Select(static i => string.Create(CultureInfo.InvariantCulture, $"Na{i} Na 0.1 0.2 0.{i:D6}\n")));
        string text = KnownCrystals.RockSalt[..KnownCrystals.RockSalt.IndexOf("Na1", StringComparison.Ordinal)] + sites;
        Assert.Contains("more than 5000000 positions", Assert.Throws<InvalidInputException>(() => Crystal.ReadCif(text)).Message, StringComparison.Ordinal);
    }
}
