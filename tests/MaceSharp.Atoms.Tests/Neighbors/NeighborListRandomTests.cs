namespace MaceSharp.Atoms.Tests.Neighbors;

/// <summary>Random structures of every kind against brute force.</summary>
public class NeighborListRandomTests
{
    public enum Kind
    {
        Triclinic,
        Tiny,
        Thin,
        LeftHanded,
        Skewed,
        ManyBins,
        CrowdedBins,
        Clusters,
        Lattice,
    }

    [Theory]
    [InlineData(Kind.Triclinic, 600)]
    [InlineData(Kind.Tiny, 600)]
    [InlineData(Kind.Thin, 600)]
    [InlineData(Kind.LeftHanded, 600)]
    [InlineData(Kind.Skewed, 600)]
    [InlineData(Kind.ManyBins, 200)]
    [InlineData(Kind.CrowdedBins, 40)]
    [InlineData(Kind.Clusters, 600)]
    [InlineData(Kind.Lattice, 300)]
    public void Finds_the_edges_of_brute_force(Kind kind, int count)
    {
        NeighborList list = new();
        using WorkerTeam team = new(3);
        NeighborList threaded = new() { Team = team };
        long total = 0;
        for (int seed = 0; seed < count; seed++)
        {
            (Vector3D[] positions, Matrix3 cell, Periodicity periodicity, double cutoff) = Sample(kind, new Random(seed));
            list.Build(positions, cell, periodicity, cutoff);
            Dictionary<Edge, double> expected = BruteForce.Edges(positions, cell, periodicity, cutoff);
            Dictionary<Edge, double> actual = BruteForce.Edges(list, positions, cell);
            double largest = positions.Length == 0 ? 0 : positions.Max(p => p.Norm);
            string what = $"{kind} {seed} ({positions.Length} atoms, {periodicity})";

            // A lattice has whole shells of atoms at exactly the cutoff; coordinates are small whole numbers there, so nothing is rounded.
            BruteForce.AssertSame(expected, actual, cutoff, kind == Kind.Lattice ? 0 : 1e-11 * (1 + largest), what);

            // Both directions of every pair, of bit-identical length.
            foreach ((Edge edge, double length) in actual)
            {
                Edge reverse = new(edge.Receiver, edge.Sender, -edge.A, -edge.B, -edge.C);
                Assert.True(actual.TryGetValue(reverse, out double back) && back == length, $"{what}: {edge} has no equal reverse");
                Assert.True(length < cutoff);
            }

            threaded.Build(positions, cell, periodicity, cutoff);
            AssertIdentical(list, threaded);
            AssertWrapped(list, positions, cell, periodicity, what);
            total += actual.Count;
        }

        Assert.True(total > count, "The samples have no edges.");
    }

    internal static void AssertIdentical(NeighborList expected, NeighborList actual)
    {
        Assert.Equal(expected.EdgeCount, actual.EdgeCount);
        for (int atom = 0; atom < expected.AtomCount; atom++)
        {
            Assert.True(expected.Senders(atom).SequenceEqual(actual.Senders(atom)));
            Assert.True(expected.PackedShifts(atom).SequenceEqual(actual.PackedShifts(atom)));
        }
    }

    private static void AssertWrapped(NeighborList list, Vector3D[] positions, Matrix3 cell, Periodicity periodicity, string what)
    {
        Vector3D[] wrapped = new Vector3D[positions.Length];
        list.WrapPositions(positions, cell, wrapped);
        Matrix3 inverse = EffectiveCell.Create(cell, periodicity).Inverse();
        for (int atom = 0; atom < positions.Length; atom++)
        {
            Vector3D fractional = wrapped[atom] * inverse;
            for (int axis = 0; axis < 3; axis++)
            {
                if (periodicity[axis])
                {
                    Assert.True(fractional[axis] is > -1e-6 and < 1 + 1e-6, $"{what}: atom {atom} is wrapped to {fractional}");
                }
            }

            if (!periodicity.IsAny) { Assert.Equal(positions[atom], wrapped[atom]); }
        }
    }

    private static (Vector3D[] Positions, Matrix3 Cell, Periodicity Periodicity, double Cutoff) Sample(Kind kind, Random random)
    {
        Periodicity periodicity = new(random.Next(4) > 0, random.Next(4) > 0, random.Next(4) > 0);
        int atoms = random.Next(1, 14);
        double cutoff = 0.5 + (5 * random.NextDouble());
        Matrix3 cell;
        switch (kind)
        {
            case Kind.Tiny:
                cell = RandomCell(random, 0.8, 2.0, 0.3);
                atoms = random.Next(1, 3);
                cutoff = 1 + (5 * random.NextDouble());
                break;
            case Kind.Thin:
                Vector3D scale = new(Math.Pow(10, (2 * random.NextDouble()) - 0.5), Math.Pow(10, (2 * random.NextDouble()) - 0.5), 3);
                Matrix3 shape = RandomCell(random, 1, 1, 0.3);
                cell = new(scale.X * shape.Row0, scale.Y * shape.Row1, scale.Z * shape.Row2);
                atoms = random.Next(1, 6);
                break;
            case Kind.LeftHanded:
                cell = RandomCell(random, 2, 12, 0.2);
                if (cell.Determinant > 0) { cell = new(cell.Row1, cell.Row0, cell.Row2); }
                break;
            case Kind.Skewed:
                // A good cell with whole multiples of rows added to each other: the same lattice, badly described.
                cell = RandomCell(random, 3, 6, 0.4);
                for (int step = 0; step < 3; step++)
                {
                    cell = new(cell.Row1, cell.Row2, cell.Row0 + (random.Next(-3, 4) * cell.Row1) + (random.Next(-3, 4) * cell.Row2));
                }

                atoms = random.Next(1, 4);
                break;
            case Kind.ManyBins:
                cell = RandomCell(random, 8, 20, 0.3);
                cutoff = 1 + (2 * random.NextDouble());
                atoms = random.Next(100, 250);
                break;
            case Kind.CrowdedBins:
                cell = RandomCell(random, 5, 8, 0.3);
                cutoff = 2 + random.NextDouble();
                atoms = random.Next(150, 250);
                break;
            case Kind.Lattice:
                cell = new(random.Next(1, 5), 0, 0, random.Next(-2, 3), random.Next(1, 5), 0, random.Next(-2, 3), random.Next(-2, 3), random.Next(1, 5));
                cutoff = random.Next(1, 5);
                atoms = random.Next(1, 5);
                Vector3D[] sites = new Vector3D[atoms];
                for (int i = 0; i < atoms; i++) { sites[i] = new(random.Next(-9, 10), random.Next(-9, 10), random.Next(-9, 10)); }
                return (sites, cell, periodicity, cutoff);
            default:
                cell = RandomCell(random, 2, 12, 0.2);
                break;
        }

        Vector3D[] positions = new Vector3D[atoms];
        double spread = kind is Kind.ManyBins or Kind.CrowdedBins ? 1 : random.Next(3) switch { 0 => 1, 1 => 4, _ => 200 };
        for (int i = 0; i < atoms; i++)
        {
            Vector3D fractional = new(random.NextDouble() - 0.3, random.NextDouble() - 0.3, random.NextDouble() - 0.3);
            positions[i] = (spread * fractional) * cell;
        }

        if (kind == Kind.Clusters)
        {
            // Groups of atoms far from each other and from the origin; periodic along some directions or none.
            if (random.Next(2) == 0) { periodicity = Periodicity.None; }
            double distance = Math.Pow(10, 1 + (5 * random.NextDouble()));
            Vector3D[] centers = new Vector3D[4];
            for (int i = 0; i < centers.Length; i++) { centers[i] = RandomVector(random, distance); }
            for (int i = 0; i < atoms; i++) { positions[i] = centers[random.Next(4)] + RandomVector(random, 3); }
        }

        return (positions, cell, periodicity, cutoff);
    }

    private static Vector3D RandomVector(Random random, double size) =>
        size * new Vector3D((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);

    /// <summary>Three vectors of given lengths that are independent enough.</summary>
    private static Matrix3 RandomCell(Random random, double shortest, double longest, double smallestShape)
    {
        while (true)
        {
            Matrix3 cell = new(Row(), Row(), Row());
            double shape = Math.Abs(cell.Determinant) / (cell.Row0.Norm * cell.Row1.Norm * cell.Row2.Norm);
            if (shape >= smallestShape) { return cell; }
        }

        Vector3D Row()
        {
            Vector3D direction = RandomVector(random, 1);
            return (shortest + ((longest - shortest) * random.NextDouble())) * (direction / direction.Norm);
        }
    }
}
