using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

public sealed class AtomSpeciesTests
{
    /// <summary>Hydrogen, carbon and oxygen are the elements 0, 1 and 2.</summary>
    private static readonly int[] ElementOf = [-1, 0, -1, -1, -1, -1, 1, -1, 2];

    [Fact]
    public void Slots_count_the_elements_that_are_present()
    {
        AtomSpecies species = new(3);
        species.Assign([8, 1, 1, 8], ElementOf);
        Assert.Equal(2, species.Count);
        Assert.Equal([2, 0], species.Present.ToArray());
        Assert.Equal([2, 0, 0, 2], species.Elements[..4]);
        Assert.Equal([0, 1, 1, 0], Enumerable.Range(0, 4).Select(species.SlotOf));
    }

    [Fact]
    public void Nothing_of_an_earlier_structure_stays()
    {
        AtomSpecies species = new(3);
        species.Assign([1, 6, 8, 8, 6, 1], ElementOf);
        Assert.Equal(3, species.Count);
        species.Assign([6, 6], ElementOf);
        Assert.Equal(1, species.Count);
        Assert.Equal([1], species.Present.ToArray());
        Assert.Equal([1, 1], species.Elements[..2]);
        Assert.Equal(0, species.SlotOf(1));
        species.Assign([], ElementOf);
        Assert.Equal(0, species.Count);
        species.Assign([8, 1, 6, 1, 1, 1, 1, 8, 6], ElementOf);
        Assert.Equal([2, 0, 1], species.Present.ToArray());
        Assert.Equal([0, 1, 2, 1, 1, 1, 1, 0, 2], Enumerable.Range(0, 9).Select(species.SlotOf));
    }
}
