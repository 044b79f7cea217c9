namespace MaceSharp.Atoms.Tests.Formats;

public sealed class LammpsDataFormatTests
{
    private const string Water = """
        water, by hand

        3 atoms
        2 atom types
        1 bonds
        1 bond types

        -1 9 xlo xhi
        0 11 ylo yhi # Å
        0.5 12.5 zlo zhi
        1.5 -2.5 0.25 xy xz yz

        Masses

        1 15.9994
        2 1.0 # HW

        Bond Coeffs

        1 450 0.9572

        Atoms # full

        3 1 2 0.41 2.0 0.5 1.0 0 0 0
        1 1 1 -0.82 1.0 1.0 1.0 1 0 -1
        2 1 2 0.41 1.5 1.75 1.0 0 0 0

        Velocities

        2 1 2 3
        1 -1000 0 0
        3 0 0 0.5

        Bonds

        1 1 1 2

        """;

    [Fact]
    public void FullStyleWithImagesInAnyOrder()
    {
        Structure structure = Crystal.ReadLammps(Water);
        Matrix3 cell = new(10, 0, 0, 1.5, 11, 0, -2.5, 0.25, 12);
        Assert.Equal(cell, structure.Cell);
        Assert.Equal([8, 1, 1], structure.AtomicNumbers.ToArray());
        Assert.Equal([new Vector3D(1, 1, 1) + cell.Row0 - cell.Row2, new(1.5, 1.75, 1), new(2, 0.5, 1)], structure.Positions.ToArray());
        Assert.Equal([-0.82, 0.41, 0.41], structure.Arrays["charges"].Reals.ToArray());
        Assert.Equal([-1, 0, 0, 0.001, 0.002, 0.003, 0, 0, 0.0005], structure.Arrays["velocities"].Reals.ToArray());
        Assert.False(structure.Arrays.ContainsKey("masses"));
        Assert.Equal(Periodicity.All, structure.Periodicity);
    }

    [Theory]
    [InlineData("Atoms\n\n1 1 0 0 0\n2 2 1 1 1", "C H", null)]
    [InlineData("Atoms\n\n1 1 0 0 0 0 0 0\n2 2 1 1 1 1 0 0", "C H", null)]
    [InlineData("Atoms\n\n1 1 0.5 0 0 0\n2 2 -0.5 1 1 1", "C H", "0.5,-0.5")]
    [InlineData("Atoms\n\n1 1 0 0 0 0\n2 2 0 1 1 1", "C H", "0,0")]
    [InlineData("Atoms # charge\n\n1 1 1 0 0 0\n2 2 1 1 1 1", "C H", "1,1")]
    [InlineData("Atoms # molecular\n\n1 1 1 0 0 0\n2 1 2 1 1 1", "C H", null)]
    [InlineData("Atoms\n\n1 5 1 0 0 0\n2 7 2 1 1 1", "C H", null)]
    [InlineData("Atoms\n\n1 1 2 0.25 0 0 0\n2 1 1 0 1 1 1", "H C", "0.25,0")]
    public void StylesAreNamedOrTold(string atoms, string symbols, string? charges)
    {
        Structure structure = Crystal.ReadLammps($"t\n2 atoms\n2 atom types\n0 5 xlo xhi\n0 5 ylo yhi\n0 5 zlo zhi\nMasses\n\n1 12.011\n2 1.008\n\n{atoms}\n");
        Assert.Equal(symbols, string.Join(' ', structure.AtomicNumbers.ToArray().Select(Elements.Symbol)));
        Assert.Equal(new Vector3D(0, 0, 0), structure.Positions[0]);
        Assert.Equal(charges, structure.Arrays.TryGetValue("charges", out DataArray? q) ? string.Join(',', q.Reals.ToArray()) : null);
    }

    [Fact]
    public void GeneralTriclinicAndTypeLabels()
    {
        Structure structure = Crystal.ReadLammps(
            "t\n1 atoms\n2 atom types\n1 2 3 avec\n-2 1 0 bvec\n0 0.5 4 cvec\n0 0 0 abc origin\n\nAtom Type Labels\n\n1 Si\n2 O\n\nAtoms # atomic\n\n1 O 0.5 0.5 0.5\n");
        Assert.Equal(new Matrix3(1, 2, 3, -2, 1, 0, 0, 0.5, 4), structure.Cell);
        Assert.Equal([8], structure.AtomicNumbers.ToArray());
    }

    [Fact]
    public void RealUnitsOfWriteDataAreTaken()
    {
        string text = Water.Replace("water, by hand", "LAMMPS data file via write_data, version 2 Aug 2023, timestep = 0, units = real", StringComparison.Ordinal);
        Assert.Equal(-1000, Crystal.ReadLammps(text).Arrays["velocities"].Reals[0]);
        text = text.Replace("units = real", "units = lj", StringComparison.Ordinal);
        Assert.Contains("line 1: the file is in units 'lj'", Assert.Throws<InvalidInputException>(() => Crystal.ReadLammps(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("15.9994", 8)]
    [InlineData("35.5", 17)]
    [InlineData("58.93", 27)]
    [InlineData("58.69", 28)]
    [InlineData("12", 6)]
    [InlineData("2.014", 1)]
    [InlineData("3.024 # H", 1)]
    [InlineData("12.011 # CA", 6)]
    [InlineData("40.08 # Ca", 20)]
    [InlineData("40.0", null)] // argon 39.948, calcium 40.078
    [InlineData("247 # Bk", 97)]
    [InlineData("14.5", null)]
    [InlineData("1.0 # Cu", null)]
    [InlineData("1e300", null)]
    public void ElementsComeFromMassesOrComments(string mass, int? element)
    {
        string text = Water.Replace("15.9994", mass, StringComparison.Ordinal);
        if (element is int z)
        {
            Assert.Equal(z, Crystal.ReadLammps(text).AtomicNumbers[0]);
        }
        else
        {
            Assert.StartsWith("test.data, line 15: ", Assert.Throws<InvalidInputException>(() => Crystal.ReadLammps(text)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void UnusualMassesComeBack()
    {
        Structure structure = Crystal.ReadLammps(Water.Replace("2 1.0 # HW", "2 2.014 # H", StringComparison.Ordinal));
        Assert.Equal([15.9994, 2.014, 2.014], structure.Arrays["masses"].Reals.ToArray());
        Structure again = Crystal.ReadLammps(Crystal.Write(LammpsDataFormat.Write, structure));
        Assert.Equal([15.9994, 2.014, 2.014], again.Arrays["masses"].Reals.ToArray());
    }

    [Fact]
    public void RestrictedBoxesComeBackToTheBit()
    {
        Structure structure = Crystal.ReadLammps(Water);
        Structure again = Crystal.ReadLammps(Crystal.Write(LammpsDataFormat.Write, structure));
        Assert.Equal(structure.Cell, again.Cell);
        Assert.Equal(structure.Positions.ToArray(), again.Positions.ToArray());
        Assert.Equal(structure.Arrays["charges"].Reals.ToArray(), again.Arrays["charges"].Reals.ToArray());
        for (int i = 0; i < 9; i++) { Assert.Equal(structure.Arrays["velocities"].Reals[i], again.Arrays["velocities"].Reals[i], 1e-15); }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnyCellIsRotatedWithItsVectors(bool leftHanded)
    {
        Structure structure = Crystal.Triclinic(leftHanded);
        double[] velocities = [.. Enumerable.Range(0, 15).Select(static i => 0.01 * Math.Sin(i))];
        structure.Arrays.Add("velocities", DataArray.Of(velocities, 5, 3));
        Structure again = Crystal.ReadLammps(Crystal.Write(LammpsDataFormat.Write, structure));

        Assert.Equal(structure.AtomicNumbers.ToArray(), again.AtomicNumbers.ToArray());
        Assert.Equal(structure.Volume, again.Volume, 1e-10);
        Assert.Equal(0, again.Cell.Row0.Y);
        Assert.True(Math.Abs(again.Cell.Row1.X) <= 0.5 * again.Cell.Row0.X && Math.Abs(again.Cell.Row2.Y) <= 0.5 * again.Cell.Row1.Y);
        for (int i = 0; i < structure.Count; i++)
        {
            for (int j = 0; j < structure.Count; j++)
            {
                Vector3D velocity = new(velocities[3 * j], velocities[(3 * j) + 1], velocities[(3 * j) + 2]);
                Span<double> read = again.Arrays["velocities"].Reals.Slice(3 * j, 3);
                Vector3D separation = structure.Positions[i] - structure.Positions[0], other = again.Positions[i] - again.Positions[0];
                Assert.Equal(Vector3D.Dot(velocity, separation), Vector3D.Dot(new Vector3D(read[0], read[1], read[2]), other), 1e-12);
            }
        }

        // The lattice is the same: periodic distances agree.
        for (int atom = 0; atom < structure.Count; atom++)
        {
            double[] expected = Crystal.Distances(structure, atom, 6), actual = Crystal.Distances(again, atom, 6);
            for (int k = 0; k < 6; k++) { Assert.Equal(expected[k], actual[k], 1e-10); }
        }
    }

    [Theory]
    [InlineData("3 atoms", "4 atoms", "line 28: the section ends after 3 of the 4 rows of the section Atoms")]
    [InlineData("3 atoms", "9000000000 atoms", "line 28: the section ends after 3 of the 9000000000 rows")]
    [InlineData("3 atoms", "2 atoms", "line 26: the section Atoms has more rows")]
    [InlineData("3 atoms\n", "\n", "has no line 'N atoms'")]
    [InlineData("-1 9 xlo", "9 -1 xlo", "line 8: 'xlo xhi' must follow two numbers")]
    [InlineData("-1 9 xlo xhi\n", "\n", "the header must give the box")]
    [InlineData("0 11 ylo yhi", "0 inf ylo yhi", "line 9: 'ylo yhi'")]
    [InlineData("# full", "# sphere", "the atom style 'sphere'")]
    [InlineData("# full", "# atomic", "a row of 10 columns does not fit the atom style 'atomic'")]
    [InlineData("2 1 2 0.41", "2 1 5 0.41", "line 26: 5 is not one of the 2 atom types")]
    [InlineData("2 1 2 0.41", "1 1 2 0.41", "there are two atoms with the id 1")]
    [InlineData("2 1 2 3\n", "2 1 x 3\n", "line 30: a row of Velocities")]
    [InlineData("2 1 2 3\n", "7 1 2 3\n", "line 30: there is no atom with the id 7")]
    [InlineData("1 15.9994\n", "1 0\n", "line 15: a row of Masses")]
    [InlineData("1 15.9994\n2 1.0 # HW\n", "2 1.0\n2 1.0\n", "line 16: the mass of type 2 is given twice")]
    [InlineData("2.0 0.5 1.0 0 0 0", "2.0 O.5 1.0 0 0 0", "line 24: 'O.5' in the row of an atom is not a number")]
    public void MistakesAreNamedWithTheirLine(string part, string replacement, string message)
    {
        Assert.Contains(part, Water, StringComparison.Ordinal);
        string text = Water.Replace(part, replacement, StringComparison.Ordinal);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Crystal.ReadLammps(text));
        Assert.StartsWith("test.data, line ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
