using System.Text.Json;
using MaceSharp.TestSupport;

namespace MaceSharp.Atoms.Tests;

public class ElementsTests
{
    [Fact]
    public void Every_symbol_leads_back_to_its_number_in_any_case()
    {
        Assert.Equal(119, Elements.Symbols.Length);
        for (int z = 0; z <= Elements.MaxAtomicNumber; z++)
        {
            string symbol = Elements.Symbol(z);
            Assert.Equal(z, Elements.AtomicNumber(symbol));
            Assert.Equal(z, Elements.AtomicNumber(symbol.ToUpperInvariant()));
            Assert.Equal(z, Elements.AtomicNumber(symbol.ToLowerInvariant()));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Xx")]
    [InlineData("J")]
    [InlineData("C1")]
    [InlineData("Si ")]
    [InlineData("H\0")]
    [InlineData("@")]
    [InlineData("Ĉ")]
    public void What_is_no_symbol_is_refused(string text)
    {
        Assert.False(Elements.TryGetAtomicNumber(text, out _));
        Assert.Contains("not the symbol of an element", Assert.Throws<InvalidInputException>(() => Elements.AtomicNumber(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_no_elements_outside_the_table()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Elements.Symbol(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elements.Mass(119));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elements.CovalentRadius(int.MaxValue));
    }

    // Standard atomic weights: https://iupac.qmul.ac.uk/AtWt/ (conventional values); Tc: the mass of its most stable isotope.
    [Theory]
    [InlineData("H", 1.008)]
    [InlineData("C", 12.011)]
    [InlineData("O", 15.999)]
    [InlineData("Cl", 35.45)]
    [InlineData("Fe", 55.845)]
    [InlineData("Tc", 97.90721)]
    [InlineData("Au", 196.966569)]
    [InlineData("U", 238.02891)]
    public void Masses_are_the_standard_ones(string symbol, double mass) => Assert.Equal(mass, Elements.Mass(Elements.AtomicNumber(symbol)));

    [GoldenFact]
    public void Covalent_radii_are_those_of_the_reference()
    {
        using JsonDocument unit = JsonDocument.Parse(File.ReadAllText(GoldenData.PathOf("unit", "unit.json")));
        double[] expected = [.. unit.RootElement.GetProperty("covalent_radii_ase").EnumerateArray().Select(static e => e.GetDouble())];
        Assert.Equal(expected, Elements.CovalentRadii.ToArray());
    }
}
