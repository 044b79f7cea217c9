using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests.Formats;

public sealed class PoscarFormatTests
{
    private const string Sodium = "NaCl\n1.0\n5.64 0 0\n0 5.64 0\n0 0 5.64\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n";

    public static TheoryData<string> X23 => GoldenData.Exists
        ? [.. Directory.GetDirectories(GoldenData.PathOf("x23")).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)]
        : ["none"];

    [GoldenTheory]
    [MemberData(nameof(X23))]
    public void X23CrystalsAndMoleculesRoundTrip(string name)
    {
        foreach (string file in new[] { "POSCAR_solid", "POSCAR_molecule" })
        {
            string text = File.ReadAllText(GoldenData.PathOf("x23", name, file));
            Structure structure = Crystal.ReadPoscar(text);
            Assert.Equal(Periodicity.All, structure.Periodicity);
            Structure again = Crystal.ReadPoscar(Crystal.Write(PoscarFormat.Write, structure));
            Assert.Equal(structure.AtomicNumbers, again.AtomicNumbers);
            Assert.Equal(structure.Positions.ToArray(), again.Positions.ToArray());
            Assert.Equal(structure.Cell, again.Cell);

            Structure direct = Crystal.ReadPoscar(Crystal.Write(static (w, s) => PoscarFormat.Write(w, s, direct: true), structure));
            Crystal.AssertSame(structure, direct, 1e-12);
            Crystal.AssertSame(structure, Crystal.ReadCif(Crystal.Write(static (w, s) => CifFormat.Write(w, s), structure)), 1e-11);
            if (file == "POSCAR_solid") { Assert.InRange(Crystal.Density(structure), 0.8, 2.1); }
        }
    }

    /// <summary>Densities in g/cm³ from the lattice constants of low-temperature diffraction, cited at each.</summary>
    [GoldenTheory]
    [InlineData("21_urea", 16, 1.375)] // 12 K: a = 5.565, c = 4.684 Å, Z = 2: S. Swaminathan et al., Acta Cryst. B40, 300 (1984).
    [InlineData("06_benzene", 48, 1.094)] // 138 K: 7.39 × 9.42 × 6.81 Å, Z = 4: G. E. Bacon, N. A. Curry, S. A. Wilson, Proc. R. Soc. A 279, 98 (1964).
    [InlineData("07_co2", 12, 1.643)] // 150 K: a = 5.624 Å, Z = 4: A. Simon, K. Peters, Acta Cryst. B36, 2750 (1980).
    public void DensitiesAreThoseOfTheCrystals(string name, int atoms, double density)
    {
        Structure structure = Crystal.ReadPoscar(File.ReadAllText(GoldenData.PathOf("x23", name, "POSCAR_solid")));
        Assert.Equal(atoms, structure.Count);
        Assert.Equal(density, Crystal.Density(structure), 0.001);
    }

    [Fact]
    public void ScaleMultipliesLatticeAndCartesianPositions()
    {
        Structure structure = Crystal.ReadPoscar("c\n2.0 ! Å\n1 0 0\n0 2 0\n0 0 3\nC O\n1 1\nKartesisch\n0.5 0.5 0.5\n1 1 1 O2\n");
        Assert.Equal(new Matrix3(2, 0, 0, 0, 4, 0, 0, 0, 6), structure.Cell);
        Assert.Equal([new Vector3D(1, 1, 1), new Vector3D(2, 2, 2)], structure.Positions.ToArray());
    }

    [Fact]
    public void NegativeScaleIsTheVolume()
    {
        Structure structure = Crystal.ReadPoscar("c\n-48\n1 0 0\n0 2 0\n0 0 3\nC\n1\nCart\n0.5 0.5 0.5\n");
        Assert.Equal(48, structure.Volume, 1e-12);
        Assert.Equal(1, structure.Positions[0].X, 1e-12);
    }

    [Fact]
    public void ThreeScalesMultiplyTheComponents()
    {
        Structure structure = Crystal.ReadPoscar("c\n2 3 4\n1 1 0\n0 2 0\n0 0 3\nC\n1\nCart\n1 1 1\n");
        Assert.Equal(new Matrix3(2, 3, 0, 0, 6, 0, 0, 0, 12), structure.Cell);
        Assert.Equal(new Vector3D(2, 3, 4), structure.Positions[0]);
    }

    [Theory]
    [InlineData("Fe_pv O", "Fe O")]
    [InlineData("Ga/8a9ce6 As/72e1ff", "Ga As")]
    [InlineData("Zr_sv_GW H.5", "Zr H")]
    [InlineData("H1.25 C ! two", "H C")]
    public void SymbolsMayNameThePotential(string line, string symbols)
    {
        Structure structure = Crystal.ReadPoscar(Sodium.Replace("Na Cl", line, StringComparison.Ordinal));
        Assert.Equal(symbols, string.Join(' ', structure.AtomicNumbers.ToArray().Select(Elements.Symbol)));
    }

    [Theory]
    [InlineData("NaCl", true)]
    [InlineData("Na1 Cl1 relaxed in a box", true)]
    [InlineData("rock salt", false)]
    [InlineData("No Na Cl here", false)]
    public void VaspFourTakesTheElementsFromTheTitle(string title, bool named)
    {
        string text = Sodium.Replace("NaCl\n", title + "\n", StringComparison.Ordinal).Replace("Na Cl\n1 1", "1 1", StringComparison.Ordinal);
        if (named)
        {
            Assert.Equal([11, 17], Crystal.ReadPoscar(text).AtomicNumbers.ToArray());
            return;
        }

        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Crystal.ReadPoscar(text));
        Assert.Contains("POSCAR, line 6", error.Message, StringComparison.Ordinal);
        Assert.Contains("insert a line of symbols", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SelectiveDynamicsAndVelocitiesComeBack()
    {
        const string Text = "w\n1.0\n8 0 0\n0 8 0\n0 0 8\nO H O\n1 2 1\nSelective dynamics\nDirect\n"
            + "0 0 0 T F T\n0.1 0 0 .TRUE. .FALSE. .FALSE.\n0 0.1 0 F F F\n.5 .5 .5 T T T\n\n"
            + "0.001 0 0\n-0.02 1D-3 0\n0 0 0\n0 0 0.5E-2\n\n1\n0.5\nignored predictor corrector\n";
        Structure structure = Crystal.ReadPoscar(Text);
        Assert.Equal([true, false, true, true, false, false, false, false, false, true, true, true], structure.Arrays["move_mask"].Booleans.ToArray());
        Assert.Equal([0.001, 0, 0, -0.02, 1e-3, 0, 0, 0, 0, 0, 0, 0.005], structure.Arrays["velocities"].Reals.ToArray());
        Assert.Equal([8, 1, 1, 8], structure.AtomicNumbers.ToArray());

        string written = Crystal.Write(PoscarFormat.Write, structure);
        Assert.Contains("\nO H O\n1 2 1\nSelective dynamics\nCartesian\n", written, StringComparison.Ordinal);
        Structure again = Crystal.ReadPoscar(written);
        Assert.Equal(structure.Arrays["move_mask"].Booleans.ToArray(), again.Arrays["move_mask"].Booleans.ToArray());
        Assert.Equal(structure.Arrays["velocities"].Reals.ToArray(), again.Arrays["velocities"].Reals.ToArray());
    }

    [Fact]
    public void BlankLinesAndLatticeVelocitiesAreNoVelocities()
    {
        Assert.False(Crystal.ReadPoscar(Sodium + "\n \n\n").Arrays.ContainsKey("velocities"));
        Structure structure = Crystal.ReadPoscar(Sodium + "Lattice velocities and vectors\n1\n0 0 0\n0 0 0\n0 0 0\n5 0 0\n0 5 0\n0 0 5\n\n1 2 3\n4 5 6\n");
        Assert.Equal([1, 2, 3, 4, 5, 6], structure.Arrays["velocities"].Reals.ToArray());
    }

    [Theory]
    [InlineData("1.0\n", "0\n", "line 2: the scale")]
    [InlineData("5.64 0 0", "5.64 zero 0", "line 3: lattice vector 1 must be three numbers")]
    [InlineData("0 0 5.64", "5.64 0 0", "line 5: the lattice vectors have no volume")]
    [InlineData("Na Cl", "Na Kl", "line 6: 'Kl' is not an element symbol")]
    [InlineData("1 1\n", "1 2000000000\n", "line 10: the file ends after 2 of the 2000000001 atoms")]
    [InlineData("1 1\n", "1\n", "line 7: there are 2 element symbols but 1 counts")]
    [InlineData("1 1\n", "1 -1\n", "line 7: '-1' is not a number of atoms")]
    [InlineData("Direct\n", "", "line 8: '0 0 0' stands where the word Direct or Cartesian should")]
    [InlineData("0.5 0.5 0.5", "0.5 0.5", "line 10: the position of atom 2 of 2 must be three numbers, not '0.5 0.5'")]
    [InlineData("0.5 0.5 0.5", "0.5 0.5 nan", "line 10: the position of atom 2")]
    [InlineData("Direct\n", "Selective\nDirect\n", "line 10: the file has selective dynamics, so three flags T or F")]
    [InlineData("0.5 0.5 0.5\n", "0.5 0.5 0.5\n0.1 0.1 0.1\n", "line 11: '0.1 0.1 0.1' follows the last position")]
    [InlineData("0.5 0.5 0.5\n", "0.5 0.5 0.5\nDirect configuration= 2\n", "line 11: a second configuration")]
    [InlineData("0.5 0.5 0.5\n", "0.5 0.5 0.5\n\n1 2 3\n", "line 12: the file ends after the velocities of 1 of 2 atoms")]
    public void MistakesAreNamedWithTheirLine(string part, string replacement, string message)
    {
        string text = Sodium.Replace(part, replacement, StringComparison.Ordinal);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Crystal.ReadPoscar(text));
        Assert.StartsWith("POSCAR, line ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatCannotBeWrittenIsRefused()
    {
        Structure molecule = new([6], [default]);
        Assert.Contains("needs a cell", Assert.Throws<InvalidInputException>(() => Crystal.Write(PoscarFormat.Write, molecule)).Message, StringComparison.Ordinal);
        Structure lost = new([6], [new(double.NaN, 0, 0)], Matrix3.Identity, Periodicity.All);
        Assert.Contains("atom 1", Assert.Throws<InvalidInputException>(() => Crystal.Write(PoscarFormat.Write, lost)).Message, StringComparison.Ordinal);
    }
}
