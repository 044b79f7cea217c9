using MaceSharp.Atoms;
using MaceSharp.Training.Selection;

namespace MaceSharp.Training.Tests.Data;

public class SubsetSelectionTests
{
    [Fact]
    public void FarthestPointsOnALineAreItsEnds()
    {
        DescriptorTable table = Table([0], [1], [2], [3], [4.2], [10]);
        FarthestPointResult result = SubsetSelection.FarthestPoints(table, 6);

        // The mean is 3.37; then 10 is farthest, then 0, and so on.
        Assert.Equal([3, 5, 0, 4, 1, 2], result.Indices);
        Assert.Equal([double.NaN, 7, 3, 1.2, 1, 1], result.Distances, new Approximately());
        Assert.Equal([5, 0], SubsetSelection.FarthestPoints(table, 2, Table([3.1])).Indices);
        SelectionCoverage coverage = SubsetSelection.Coverage(table, [3, 5]);
        Assert.Equal((3, 0), (coverage.Largest, coverage.Farthest));
        Assert.Equal((3 + 2 + 1 + 1.2) / 6, coverage.Mean, 6);
        Assert.Equal(1, SubsetSelection.Coverage(table, [0, 2, 5], Table([3.2])).Largest, 5);
    }

    /// <summary>Against all subsets: farthest points leave at most twice the smallest possible radius (Gonzalez), and random ones are no better on the whole.</summary>
    [Fact]
    public void FarthestPointsCoverWell()
    {
        Random random = new(5);
        double far = 0, drawn = 0;
        for (int trial = 0; trial < 30; trial++)
        {
            double[][] points = [.. Enumerable.Range(0, 14).Select(_ => new[] { random.NextDouble(), random.NextDouble(), random.NextDouble() })];
            DescriptorTable table = Table(points);
            double best = double.PositiveInfinity;
            for (int a = 0; a < 14; a++)
            {
                for (int b = a + 1; b < 14; b++)
                {
                    for (int c = b + 1; c < 14; c++) { best = Math.Min(best, Radius(points, a, b, c)); }
                }
            }

            int[] chosen = [.. SubsetSelection.FarthestPoints(table, 3).Indices];
            double radius = SubsetSelection.Coverage(table, chosen).Largest;
            Assert.Equal(Radius(points, chosen), radius, 5);
            Assert.InRange(radius, best - 1e-6, (2 * best) + 1e-6);
            far += radius;
            drawn += SubsetSelection.Coverage(table, SubsetSelection.AtRandom(14, 3, trial)).Largest;
        }

        Assert.True(far < drawn);

        static double Radius(double[][] points, params int[] chosen) =>
            points.Max(p => chosen.Min(c => Math.Sqrt(p.Zip(points[c], static (x, y) => (x - y) * (x - y)).Sum())));
    }

    [Fact]
    public void EqualFramesAreChosenOnceAsLongAsOthersAreLeft()
    {
        DescriptorTable table = Table([1, 1], [1, 1], [1, 1], [2, 1]);
        Assert.Equal([0, 3], SubsetSelection.FarthestPoints(table, 2).Indices);
        Assert.Equal([0, 1, 2, 3], SubsetSelection.FarthestPoints(table, 4).Indices.Order());
    }

    [Fact]
    public void CompositionsGetEqualShares()
    {
        // 100 of composition 0, 4 of 1, 30 of 2.
        int[] compositions = [.. Enumerable.Repeat(0, 100), .. Enumerable.Repeat(1, 4), .. Enumerable.Repeat(2, 30)];
        Assert.Equal([13, 4, 13], Shares(SubsetSelection.ByComposition(compositions, 30, 1)));
        int[] uneven = Shares(SubsetSelection.ByComposition(compositions, 31, 1));
        Assert.Equal((4, 27, 1), (uneven[1], uneven[0] + uneven[2], Math.Abs(uneven[0] - uneven[2])));
        Assert.Equal([100, 4, 30], Shares(SubsetSelection.ByComposition(compositions, 134, 1)));
        Assert.Equal([0, 4, 6], Shares(SubsetSelection.ByComposition(compositions, 10, 1, [50, 2])));
        Assert.Equal(SubsetSelection.ByComposition(compositions, 20, 7), SubsetSelection.ByComposition(compositions, 20, 7));
        Assert.NotEqual(SubsetSelection.ByComposition(compositions, 20, 7), SubsetSelection.ByComposition(compositions, 20, 8));

        int[] Shares(int[] chosen)
        {
            Assert.Equal(chosen.Order().Distinct(), chosen);
            return [.. Enumerable.Range(0, 3).Select(c => chosen.Count(i => compositions[i] == c))];
        }
    }

    [Fact]
    public void MoreThanThereAreIsAnError()
    {
        Assert.Equal("4 frames are wanted, but there are only 3.", Assert.Throws<InvalidInputException>(() => SubsetSelection.AtRandom(3, 4, 1)).Message);
        Assert.Throws<InvalidInputException>(() => SubsetSelection.ByComposition([0, 0], 3, 1));
        Assert.Throws<InvalidInputException>(() => SubsetSelection.FarthestPoints(Table([1]), 2));
        Assert.Equal([0, 1, 2], SubsetSelection.AtRandom(3, 3, 1));
    }

    private static DescriptorTable Table(params double[][] rows)
    {
        DescriptorTable table = new(rows[0].Length);
        foreach (double[] row in rows) { table.Add(row); }
        return table;
    }

    private sealed class Approximately : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => double.IsNaN(x) ? double.IsNaN(y) : Math.Abs(x - y) < 1e-4;

        public int GetHashCode(double obj) => 0;
    }
}
