namespace MaceSharp.Atoms.Tests.Structures;

public sealed class WaterBoxTests
{
    /// <summary>Numbers that fill a grid and numbers that do not, down to boxes in which a molecule meets its own images.</summary>
    public static TheoryData<int, int> Boxes => new()
    {
        { 1, 1 }, { 1, 7 }, { 2, 1 }, { 2, 2 }, { 3, 1 }, { 4, 1 }, { 5, 1 }, { 7, 3 }, { 8, 1 }, { 9, 1 }, { 20, 1 }, { 27, 5 }, { 64, 1 }, { 64, 2 }, { 65, 1 }, { 100, 1 }, { 216, 1 },
    };

    [Theory]
    [MemberData(nameof(Boxes))]
    public void Molecules_have_their_geometry_and_keep_their_distance(int molecules, int seed)
    {
        Structure box = WaterBox.Create(molecules, seed);
        Assert.Equal(3 * molecules, box.Count);
        Assert.Equal(Periodicity.All, box.Periodicity);
        for (int i = 0; i < box.Count; i += 3)
        {
            Assert.Equal([8, 1, 1], box.AtomicNumbers.Slice(i, 3));
            Vector3D first = box.Positions[i + 1] - box.Positions[i], second = box.Positions[i + 2] - box.Positions[i];
            Assert.Equal(0.9572, first.Norm, 1e-12);
            Assert.Equal(0.9572, second.Norm, 1e-12);
            Assert.Equal(104.52, Math.Acos(Vector3D.Dot(first, second) / (first.Norm * second.Norm)) * 180 / Math.PI, 1e-9);
        }

        Assert.True(ShortestBetweenMolecules(box) >= 0.8, $"{ShortestBetweenMolecules(box)} Å");
    }

    [Fact]
    public void Density_is_that_of_the_liquid()
    {
        // 64 · 18.0153 g/mol / (6.02214076e23 /mol · 0.997 g/cm³) is a cube of edge 12.4296 Å.
        Structure box = WaterBox.Create(64);
        Assert.Equal(12.4296, Math.Cbrt(box.Volume), 2e-4);
        Assert.Equal(2 * box.Volume, WaterBox.Create(64, density: 0.5 * WaterBox.LiquidDensity).Volume, 1e-9);
    }

    [Fact]
    public void Orientations_are_random()
    {
        Structure box = WaterBox.Create(512);
        Vector3D mean = default;
        Vector3D squares = default;
        for (int i = 0; i < box.Count; i += 3)
        {
            Vector3D axis = box.Positions[i + 1] + box.Positions[i + 2] - (2 * box.Positions[i]);
            axis /= axis.Norm;
            mean += axis / 512;
            squares += new Vector3D(axis.X * axis.X, axis.Y * axis.Y, axis.Z * axis.Z) / 512;
        }

        // The mean of 512 random unit vectors has components of standard deviation 1/√(3·512) = 0.026; that of their squares is 1/3 ± 0.013.
        for (int k = 0; k < 3; k++)
        {
            Assert.InRange(mean[k], -0.13, 0.13);
            Assert.InRange(squares[k], 0.27, 0.40);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_box_and_another_seed_another()
    {
        Assert.Equal(WaterBox.Create(10, 5).Positions.ToArray(), WaterBox.Create(10, 5).Positions.ToArray());
        Assert.NotEqual(WaterBox.Create(10, 5).Positions.ToArray(), WaterBox.Create(10, 6).Positions.ToArray());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 1)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 3)]
    [InlineData(1, double.NaN)]
    public void Impossible_boxes_are_refused(int molecules, double density) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => WaterBox.Create(molecules, density: density));

    [Fact]
    public void The_largest_density_can_be_built()
    {
        Structure box = WaterBox.Create(50, density: WaterBox.LargestDensity);
        Assert.True(ShortestBetweenMolecules(box) >= 0.8);
    }

    /// <summary>Shortest distance between atoms of different molecules or of a molecule and an image, by the neighbour list.</summary>
    private static double ShortestBetweenMolecules(Structure box)
    {
        NeighborList list = new();
        list.Build(box.Positions, box.Cell, box.Periodicity, 3.0);
        Vector3D[] wrapped = new Vector3D[box.Count];
        list.WrapPositions(box.Positions, box.Cell, wrapped);
        double shortest = double.PositiveInfinity;
        int bonded = 0;
        for (int r = 0; r < box.Count; r++)
        {
            ReadOnlySpan<int> senders = list.Senders(r), shifts = list.PackedShifts(r);
            for (int e = 0; e < senders.Length; e++)
            {
                Vector3D vector = wrapped[r] - wrapped[senders[e]] + NeighborList.ShiftVector(shifts[e], box.Cell);
                Vector3D inside = box.Positions[r] - box.Positions[senders[e]];
                if (r / 3 == senders[e] / 3 && r != senders[e] && (vector - inside).Norm < 1e-6)
                {
                    bonded++;
                    continue;
                }

                shortest = Math.Min(shortest, vector.Norm);
            }
        }

        Assert.Equal(2 * box.Count, bonded);
        return shortest;
    }
}
