using System.Text.Json;
using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests;

public class UnitsTests
{
    // Published values of CODATA 2018, https://physics.nist.gov/cuu/Constants/ (archive of 2018), with as many digits as they have.
    [Theory]
    [InlineData(Units.BoltzmannConstant, 8.617333262e-5)]
    [InlineData(Units.Terahertz, 4.1356676969e-3)]
    [InlineData(1 / Units.InverseCentimetre, 8065.543937)]
    [InlineData(Units.Hartree / Units.InverseCentimetre, 219474.63136320)]
    [InlineData(1 / Units.GigaPascal, 160.2176634)]
    [InlineData(1 / Units.KilojoulePerMole, 96.48533212)]
    [InlineData(Units.Hartree / Units.KilocaloriePerMole, 627.5094740631)]
    [InlineData(1 / Units.GramPerCubicCentimetre, 1.66053906660)]
    public void Derived_units_have_their_published_values(double value, double expected) => Assert.Equal(expected, value, Math.Abs(expected) * 2e-10);

    [Fact]
    public void Hartree_Bohr_and_the_Coulomb_constant_agree() =>
        Assert.Equal(Units.Hartree * Units.Bohr, Units.CoulombConstant, 1e-8);

    [Fact]
    public void The_unit_of_time_is_10_18_femtoseconds()
    {
        // ½ m v² of 1 u at 1 Å/fs, computed in SI: 0.5 · 1.66053906660e-27 kg · (1e5 m/s)² / 1.602176634e-19 J/eV.
        double kinetic = 0.5 / (Units.Femtosecond * Units.Femtosecond);
        Assert.Equal(51.8213479, kinetic, 1e-6);
        Assert.Equal(10.1805057, 1 / Units.Femtosecond, 1e-6);
        Assert.Equal(1000 * Units.Femtosecond, Units.Picosecond);
    }

    [Fact]
    public void The_reduced_Planck_constant_is_0_6582_eV_fs() => Assert.Equal(0.6582119569, Units.ReducedPlanckConstant / Units.Femtosecond, 1e-10);

    [GoldenFact]
    public void A_Debye_is_that_of_the_reference()
    {
        using JsonDocument unit = JsonDocument.Parse(File.ReadAllText(GoldenData.PathOf("unit", "unit.json")));
        Assert.Equal(1 / Units.Debye, unit.RootElement.GetProperty("debye_per_eA").GetDouble(), 1e-14);
    }
}
