using System.Diagnostics;

namespace MaceSharp.Atoms.Tests.Neighbors;

/// <summary>Structures for which a list would be wrong or endless are refused at once, with a sentence.</summary>
public class NeighborListRefusalTests
{
    public static TheoryData<string, double[], string, double[]> Cells => new()
    {
        { "thinner than an atom", [1e-3, 0, 0, 0, 1e-3, 0, 0, 0, 1e-3], "TTT", [0, 0, 0] },
        { "thinner than an atom", [1e-3, 0, 0, 0, 10, 0, 0, 0, 10], "TTT", [0, 0, 0] },
        { "thinner than an atom", [1e-200, 0, 0, 0, 1e-100, 0, 0, 0, 10], "FTF", [0, 0, 0] },
        { "thinner than an atom", [10, 0, 0, 10, 1e-4, 0, 0, 0, 10], "TTT", [0, 0, 0] },
        { "smaller than the atoms", [0.05, 0, 0, 0, 0.05, 0, 0, 0, 0.05], "TTT", [0, 0, 0] },
        { "smaller than the atoms", [0.015, 0, 0, 0, 0.015, 0, 0, 0, 10], "TTF", [0, 0, 0] },
        { "more than 100000 neighbours", [0.015, 0, 0, 0, 0.015, 0, 0, 0, 1000], "TTT", [0, 0, 0] },
        { "Lattice vector b is 1E+10", [10, 0, 0, 0, 1e10, 0, 0, 0, 10], "TTT", [0, 0, 0] },
        { "combination of the others", [10, 0, 0, 20, 0, 0, 0, 0, 10], "TTT", [0, 0, 0] },
        { "vector is zero", [0, 0, 0, 0, 0, 0, 0, 0, 0], "TTT", [0, 0, 0] },
        { "not finite", [double.NaN, 0, 0, 0, 10, 0, 0, 0, 10], "FTT", [0, 0, 0] },
        { "position of atom 2 is not finite", [10, 0, 0, 0, 10, 0, 0, 0, 10], "TTT", [0, 0, 0, 1, double.NaN, 0] },
        { "position of atom 1 is not finite", [10, 0, 0, 0, 10, 0, 0, 0, 10], "FFF", [double.NegativeInfinity, 0, 0, 1, 0, 0] },
        { "Atom 2 lies at", [10, 0, 0, 0, 10, 0, 0, 0, 10], "TFT", [0, 0, 0, 1, -1e12, 0] },
        { "too skewed", [1e4, 0, 0, 1e7, 20, 0, 0, 0, 10], "TTT", [9e8, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_hopeless_structure_is_refused_at_once(string sentence, double[] cell, string periodicity, double[] coordinates)
    {
        Vector3D[] positions = new Vector3D[coordinates.Length / 3];
        for (int i = 0; i < positions.Length; i++) { positions[i] = new(coordinates[3 * i], coordinates[(3 * i) + 1], coordinates[(3 * i) + 2]); }
        NeighborList list = new();
        Stopwatch watch = Stopwatch.StartNew();
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() =>
            list.Build(positions, Matrix3.FromRowMajor(cell), new Periodicity(periodicity[0] == 'T', periodicity[1] == 'T', periodicity[2] == 'T'), 6));
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed.TotalSeconds < 2, $"took {watch.Elapsed}");
        Assert.Equal(0, list.EdgeCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_heap_of_atoms_is_refused_at_once(int threads)
    {
        using WorkerTeam team = new(threads);
        NeighborList list = new() { Team = team };
        Stopwatch watch = Stopwatch.StartNew();
        InvalidInputException refusal = Assert.Throws<InvalidInputException>(() =>
            list.Build(new Vector3D[1_000_000], default, Periodicity.None, 6));
        Assert.Contains("more than 100000 neighbours", refusal.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed.TotalSeconds < 2, $"took {watch.Elapsed}");
    }

    [Fact]
    public void A_cell_of_many_images_is_not_refused()
    {
        // 0.3 Å and 6 Å: 33,000 images; a chain of atoms 0.02 Å apart has 600 neighbours each.
        NeighborList list = new();
        list.Build([Vector3D.Zero], 0.3 * Matrix3.Identity, Periodicity.All, 6);
        Assert.InRange(list.EdgeCount, 33_000, 34_000);
        list.Build([Vector3D.Zero], 0.02 * Matrix3.Identity, new Periodicity(false, true, false), 6.01);
        Assert.Equal(600, list.EdgeCount);
    }
}
