namespace MaceSharp.Atoms.Tests.Neighbors;

public class NeighborListTests
{
    private static readonly Matrix3 Cube10 = 10 * Matrix3.Identity;

    [Fact]
    public void A_new_list_is_empty()
    {
        NeighborList list = new();
        Assert.Equal(0, list.AtomCount);
        Assert.Equal(0, list.EdgeCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_atoms_have_no_edges(bool periodic)
    {
        NeighborList list = new();
        list.Build([], Cube10, periodic ? Periodicity.All : Periodicity.None, 5);
        Assert.Equal(0, list.AtomCount);
        Assert.Equal(0, list.EdgeCount);
        list.WrapPositions([], Cube10, []);
    }

    [Fact]
    public void The_cutoff_itself_is_outside()
    {
        NeighborList list = new();
        list.Build([new(0, 0, 0), new(3, 4, 0)], default, Periodicity.None, 5);
        Assert.Equal(0, list.EdgeCount);
        list.Build([new(0, 0, 0), new(3, 4, 0)], default, Periodicity.None, Math.BitIncrement(5.0));
        Assert.Equal(2, list.EdgeCount);

        // The images of an atom on a cubic lattice at (3, 0, 0) and so on: shells at 1, √2, √3, 2, √5, √6, √8 of 6, 12, 8, 6, 24, 24, 12 atoms.
        list.Build([Vector3D.Zero], Matrix3.Identity, Periodicity.All, 3);
        Assert.Equal(6 + 12 + 8 + 6 + 24 + 24 + 12, list.EdgeCount);
    }

    [Fact]
    public void Edges_point_from_sender_to_receiver_across_the_boundary()
    {
        NeighborList list = new();
        list.Build([new(0.5, 5, 5), new(19.5, 5, 5)], Cube10, Periodicity.All, 3);
        Assert.Equal((0, 0, 0), list.WrapCount(0));
        Assert.Equal((-1, 0, 0), list.WrapCount(1));
        Assert.Equal([1], list.Senders(0).ToArray());
        Assert.Equal((1, 0, 0), NeighborList.Unpack(list.PackedShifts(0)[0])); // 0.5 − 9.5 + 10 = 1
        Assert.Equal([0], list.Senders(1).ToArray());
        Assert.Equal((-1, 0, 0), NeighborList.Unpack(list.PackedShifts(1)[0]));
        Assert.Equal(1, list.FirstEdge(1));
    }

    [Fact]
    public void Atoms_at_the_same_place_are_an_edge_of_length_zero()
    {
        NeighborList list = new();
        list.Build([new(1, 2, 3), new(1, 2, 3), new(11, 2, 3)], Cube10, Periodicity.All, 3);
        Assert.Equal([1, 2], list.Senders(0).ToArray());
        Assert.Equal([0, 2], list.Senders(1).ToArray());
        Assert.Equal([0, 1], list.Senders(2).ToArray());
    }

    [Fact]
    public void Later_positions_are_wrapped_as_those_of_the_build()
    {
        NeighborList list = new();
        list.Build([new(-0.1, 0, 25)], Cube10, new Periodicity(true, true, false), 3);
        Vector3D[] wrapped = new Vector3D[1];
        list.WrapPositions([new(0.2, 0, 25)], 2 * Cube10, wrapped);
        Assert.Equal(new Vector3D(20.2, 0, 25), wrapped[0]);
        Assert.Throws<ArgumentException>(() => list.WrapPositions(new Vector3D[2], Cube10, new Vector3D[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => list.WrapCount(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Shifts_up_to_the_largest_are_stored(int axis)
    {
        // A wire of one atom each 2⁻⁶ Å: neighbours up to 510 cells away in both directions, each once.
        Matrix3 cell = 1.0 / 64 * Matrix3.Identity;
        NeighborList list = new();
        list.Build([Vector3D.Zero], cell, new Periodicity(axis == 0, axis == 1, axis == 2), 510.0 / 64);
        List<int> found = [];
        foreach (int packed in list.PackedShifts(0))
        {
            (int a, int b, int c) = NeighborList.Unpack(packed);
            Assert.Equal(new Vector3D(a, b, c) * cell, NeighborList.ShiftVector(packed, cell));
            int[] shift = [a, b, c];
            found.Add(shift[axis]);
            shift[axis] = 0;
            Assert.Equal([0, 0, 0], shift);
        }

        found.Sort();
        Assert.Equal(Enumerable.Range(-509, 509).Concat(Enumerable.Range(1, 509)), found);
        Assert.Equal((0, 0, 0), NeighborList.Unpack(0));
    }

    [Fact]
    public void A_molecule_a_million_angstrom_away_has_the_neighbours_it_has_at_home()
    {
        Random random = new(3);
        Vector3D[] positions = new Vector3D[200];
        foreach (ref Vector3D position in positions.AsSpan())
        {
            // Multiples of 2⁻²⁰ Å are exact at either place.
            position = new(random.Next(1 << 23), random.Next(1 << 23), random.Next(1 << 23));
            position /= 1 << 20;
        }

        NeighborList near = new(), far = new();
        near.Build(positions, default, Periodicity.None, 3);
        far.Build(Array.ConvertAll(positions, p => p + new Vector3D(1e6, -1e6, 1e6)), default, Periodicity.None, 3);
        Assert.True(near.EdgeCount > 1000);
        NeighborListRandomTests.AssertIdentical(near, far);
    }

    [Fact]
    public void Sparse_structures_take_little_memory_and_time()
    {
        NeighborList list = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        list.Build([new(0, 0, 0), new(1e8, 1e8, -1e8), new(1e8, 1e8, 1 - 1e8)], default, Periodicity.None, 5);
        Assert.Equal(2, list.EdgeCount);
        list.Build([new(0, 0, 0), new(3, 1e5, 1e5)], 1e6 * Matrix3.Identity, Periodicity.All, 5);
        Assert.Equal(0, list.EdgeCount);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);

        // A droplet and one atom that left it: the droplet must not end up in one bin.
        Vector3D[] positions = new Vector3D[50_001];
        Random random = new(1);
        for (int i = 0; i < 50_000; i++) { positions[i] = 80 * new Vector3D(random.NextDouble(), random.NextDouble(), random.NextDouble()); }
        positions[50_000] = new(1e6, 1e6, 1e6);
        NeighborList alone = new();
        alone.Build(positions.AsSpan(0, 50_000), default, Periodicity.None, 4);
        before = GC.GetAllocatedBytesForCurrentThread();
        list.Build(positions, default, Periodicity.None, 4);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 50_000 * (128 + (9 * alone.EdgeCount / 50_000)));
        Assert.Equal(alone.EdgeCount, list.EdgeCount);
        for (int atom = 0; atom < 50_000; atom++) { Assert.Equal(alone.Senders(atom).Length, list.Senders(atom).Length); }
    }

    [Fact]
    public void A_rebuild_allocates_nothing()
    {
        Random random = new(5);
        Vector3D[] positions = new Vector3D[3000];
        Matrix3 cell = 30 * Matrix3.Identity;
        foreach (ref Vector3D position in positions.AsSpan()) { position = new Vector3D(random.NextDouble(), random.NextDouble(), random.NextDouble()) * cell; }
        Vector3D[] wrapped = new Vector3D[positions.Length];
        NeighborList dense = new(), sparse = new();
        long allocated = 0;
        for (int step = 0; step < 5; step++)
        {
            foreach (ref Vector3D position in positions.AsSpan()) { position += 0.1 * new Vector3D(random.NextDouble(), random.NextDouble(), random.NextDouble()); }
            long before = GC.GetAllocatedBytesForCurrentThread();
            dense.Build(positions, cell, Periodicity.All, 5);
            dense.WrapPositions(positions, cell, wrapped);
            sparse.Build(positions, cell, Periodicity.None, 0.5);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(sparse.EdgeCount > 0);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void A_build_can_be_cancelled_and_leaves_an_empty_list()
    {
        NeighborList list = new();
        list.Build([new(0, 0, 0), new(1, 0, 0)], default, Periodicity.None, 5);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => list.Build([new(0, 0, 0), new(1, 0, 0)], default, Periodicity.None, 5, source.Token));
        Assert.Equal(0, list.AtomCount);
        Assert.Equal(0, list.EdgeCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_long_build_ends_soon_after_it_is_cancelled(int threads)
    {
        // Rows of atoms with 400 neighbours each.
        Vector3D[] positions = new Vector3D[20_000];
        for (int i = 0; i < positions.Length; i++) { positions[i] = new(i % 20 * 1000, i * 0.01, 0); }
        using WorkerTeam team = new(threads);
        NeighborList list = new() { Team = team };
        using CancellationTokenSource source = new();
        Thread canceller = new(() =>
        {
            Thread.Sleep(100);
            source.Cancel();
        });
        canceller.Start();
        System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
        Exception? thrown = Record.Exception(BuildForever);
        canceller.Join();
        Assert.IsType<OperationCanceledException>(thrown);
        Assert.True(watch.Elapsed.TotalSeconds < 5);
        Assert.Equal(0, list.EdgeCount);

        void BuildForever()
        {
            while (true) { list.Build(positions, default, Periodicity.None, 40, source.Token); }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_cutoff_is_positive_and_finite(double cutoff) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeighborList().Build([Vector3D.Zero], Cube10, Periodicity.All, cutoff));

    [Fact]
    public void A_thread_count_is_positive() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(0));
}
