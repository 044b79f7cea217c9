using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.Operators;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Operators;

/// <summary>The edges of a block of receivers against all pairs of atoms and images, written out.</summary>
public sealed class EdgeGroupTests
{
    private const int Degree = 3;

    /// <summary>Receivers of a block at most; not a divisor of the numbers of atoms.</summary>
    private const int Receivers = 4;

    private static readonly MaceModel Model = RandomModels.Create("density, agnesi, zbl");

    public static TheoryData<string> Kinds => [.. RandomStructures.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_edge_appears_once(string kind)
    {
        foreach (double skin in (double[])[0, 0.8])
        {
            Structure structure = RandomStructures.Create(kind, seed: 2);
            EdgeGeometry geometry = Geometry(structure, skin);
            EdgeGroup<double> group = Create();
            foreach (bool byElement in (bool[])[false, true])
            {
                for (int first = 0; first < structure.Count; first += Receivers)
                {
                    int count = Math.Min(Receivers, structure.Count - first);
                    group.Fill(geometry, first, count, withBasis: true, byElement);
                    Assert.Equal((first, count, group.Starts[count]), (group.FirstReceiver, group.Receivers, group.Count));
                    for (int i = 0; i < count; i++)
                    {
                        CheckEdges(AllEdges(structure, geometry, first + i), group, i);
                        CheckOrder(geometry, group, i, byElement);
                    }

                    CheckFunctions(geometry, group);
                }
            }
        }
    }

    [Fact]
    public void A_group_grows_and_is_used_again()
    {
        Structure small = RandomStructures.Create("molecule", seed: 1), large = RandomStructures.CreateLarge(seed: 1, perSide: 4);
        EdgeGroup<double> group = Create();
        foreach (Structure structure in (Structure[])[small, large, small])
        {
            // Once without the basis, so that it is not yet there when the group has grown.
            EdgeGeometry geometry = Geometry(structure, 0);
            group.Fill(geometry, 0, 1, withBasis: false, byElement: false);
            group.Fill(geometry, 1, Receivers, withBasis: true, byElement: true);
            Assert.True(group.Capacity >= group.Count);
            for (int i = 0; i < Receivers; i++) { CheckEdges(AllEdges(structure, geometry, 1 + i), group, i); }
            CheckFunctions(geometry, group);
            Assert.All(group.HarmonicsBar.Take(group.Count * group.HarmonicCount), static v => Assert.Equal(0, v));
            group.HarmonicsBar.AsSpan().Fill(1);
        }
    }

    [Fact]
    public void Adjoints_become_the_derivative_of_the_vector()
    {
        const double H = 1e-4;
        EdgeGeometry geometry = Geometry(RandomStructures.Create("crystal", seed: 4), 0);
        EdgeGroup<double> group = Create();
        group.Fill(geometry, 0, Receivers, withBasis: false, byElement: false);
        Random random = new(2);
        int harmonics = group.HarmonicCount;
        for (int k = 0; k < group.Count * harmonics; k++) { group.HarmonicsBar[k] = random.NextDouble() - 0.5; }
        for (int e = 0; e < group.Count; e++) { group.DistancesBar[e] = random.NextDouble() - 0.5; }
        group.Contract();
        for (int e = 0; e < group.Count; e += 5)
        {
            Vector3D v = group.Vector(e), bar = group.VectorBar(e);
            foreach (Vector3D axis in (Vector3D[])[new(1, 0, 0), new(0, 1, 0), new(0, 0, 1)])
            {
                double expected = ((8 * (Energy(v + (H * axis)) - Energy(v - (H * axis)))) - Energy(v + (2 * H * axis)) + Energy(v - (2 * H * axis))) / (12 * H);
                Assert.Equal(expected, (bar.X * axis.X) + (bar.Y * axis.Y) + (bar.Z * axis.Z), 1e-8);
            }

            double Energy(Vector3D at)
            {
                double[] y = new double[harmonics];
                SphericalHarmonics.Evaluate(Degree, (1 / at.Norm) * at, y);
                return (group.DistancesBar[e] * at.Norm) + y.Zip(group.HarmonicsBar.Skip(e * harmonics), static (a, b) => a * b).Sum();
            }
        }
    }

    [Fact]
    public void Atoms_at_one_place_leave_nothing_behind()
    {
        Structure good = RandomStructures.Create("crystal", seed: 6), bad = RandomStructures.Create("crystal", seed: 6);
        bad.Positions[4] = bad.Positions[2];
        using IPotentialEvaluator evaluator = new MacePotential(Model, new MaceOptions { ThreadCount = 1 }).CreateEvaluator(), fresh = new MacePotential(Model, new MaceOptions { ThreadCount = 1 }).CreateEvaluator();
        PotentialResult expected = new(), actual = new();
        fresh.Evaluate(good, Properties.Energy | Properties.Forces, expected);
        for (int time = 0; time < 2; time++)
        {
            Assert.Contains("Atoms 3 and 5", Assert.Throws<InvalidInputException>(() => evaluator.Evaluate(bad, Properties.Energy | Properties.Forces, new PotentialResult())).Message, StringComparison.Ordinal);
            evaluator.Evaluate(good, Properties.Energy | Properties.Forces, actual);
            Assert.Equal(expected.Energy, actual.Energy);
            Assert.Equal(expected.Forces.ToArray(), actual.Forces.ToArray());
        }
    }

    private static EdgeGroup<double> Create() => new(new RadialEmbedding(Model), Degree, Receivers);

    private static EdgeGeometry Geometry(Structure structure, double skin)
    {
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, Model.HyperParameters.CutoffRadius + skin);
        Vector3D[] wrapped = new Vector3D[structure.Count];
        list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        int[] elementOf = new int[119];
        for (int i = 0; i < Model.HyperParameters.AtomicNumbers.Length; i++) { elementOf[Model.HyperParameters.AtomicNumbers[i]] = i; }
        AtomSpecies species = new(Model.HyperParameters.AtomicNumbers.Length);
        species.Assign(structure.AtomicNumbers, elementOf);
        return new EdgeGeometry(list, wrapped, species, structure.Cell);
    }

    /// <summary>All pairs and images within the cutoff, in the order of senders and distances.</summary>
    private static List<(int Sender, Vector3D Vector)> AllEdges(Structure structure, in EdgeGeometry geometry, int receiver)
    {
        const int Images = 4;
        List<(int Sender, Vector3D Vector)> edges = [];
        Periodicity periodic = structure.Periodicity;
        for (int sender = 0; sender < structure.Count; sender++)
        {
            for (int a = periodic.A ? -Images : 0; a <= (periodic.A ? Images : 0); a++)
            {
                for (int b = periodic.B ? -Images : 0; b <= (periodic.B ? Images : 0); b++)
                {
                    for (int c = periodic.C ? -Images : 0; c <= (periodic.C ? Images : 0); c++)
                    {
                        Matrix3 cell = structure.Cell;
                        Vector3D vector = geometry.Positions[receiver] - geometry.Positions[sender] + (a * cell.Row0) + (b * cell.Row1) + (c * cell.Row2);
                        if (vector.Norm < Model.HyperParameters.CutoffRadius && vector.Norm > 1e-3) { edges.Add((sender, vector)); }
                    }
                }
            }
        }

        return Sorted(edges);
    }

    private static void CheckEdges(List<(int Sender, Vector3D Vector)> expected, EdgeGroup<double> group, int index)
    {
        List<(int Sender, Vector3D Vector)> found = Sorted(Enumerable.Range(group.Starts[index], group.Starts[index + 1] - group.Starts[index]).Select(e => (group.Senders[e], group.Vector(e))));
        Assert.Equal(expected.Count, found.Count);
        foreach (((int sender, Vector3D vector), (int foundSender, Vector3D foundVector)) in expected.Zip(found))
        {
            Assert.Equal(sender, foundSender);
            Assert.True((vector - foundVector).Norm < 1e-12, $"{vector} is {foundVector}");
        }
    }

    /// <summary>Random places have no two edges of one length, so that the order is unique; images of an atom itself come in pairs of opposite vectors.</summary>
    private static List<(int Sender, Vector3D Vector)> Sorted(IEnumerable<(int Sender, Vector3D Vector)> edges) =>
        [.. edges.OrderBy(static e => e.Sender).ThenBy(static e => Math.Round(e.Vector.Norm, 9)).ThenBy(static e => Math.Round(e.Vector.X, 9)).ThenBy(static e => Math.Round(e.Vector.Y, 9))];

    private static void CheckOrder(in EdgeGeometry geometry, EdgeGroup<double> group, int index, bool byElement)
    {
        double bin = Model.HyperParameters.CutoffRadius / 64;
        for (int e = group.Starts[index] + 1; e < group.Starts[index + 1]; e++)
        {
            int before = geometry.Species.SlotOf(group.Senders[e - 1]), slot = geometry.Species.SlotOf(group.Senders[e]);
            if (byElement) { Assert.True(slot >= before, "edges of an element are one run"); }
            if (!byElement || slot == before) { Assert.True(group.Distances[e] > group.Distances[e - 1] - bin, "edges go from short to long"); }
        }
    }

    private static void CheckFunctions(in EdgeGeometry geometry, EdgeGroup<double> group)
    {
        RadialEmbedding embedding = new(Model);
        double[] y = new double[group.HarmonicCount], basis = new double[embedding.Count], slopes = new double[embedding.Count];
        for (int i = 0; i < group.Receivers; i++)
        {
            for (int e = group.Starts[i]; e < group.Starts[i + 1]; e++)
            {
                Vector3D v = group.Vector(e);
                Assert.Equal(v.Norm, group.Distances[e], 1e-14);
                SphericalHarmonics.Evaluate(Degree, (1 / v.Norm) * v, y);
                for (int h = 0; h < y.Length; h++) { Assert.Equal(y[h], group.Harmonics[(e * y.Length) + h], 1e-13); }
                (double cutoff, double slope) = embedding.Evaluate(group.Distances[e], geometry.Elements[group.Senders[e]], geometry.Elements[group.FirstReceiver + i], basis, slopes);
                Assert.Equal((cutoff, slope), (group.Cutoffs[e], group.CutoffSlopes[e]));
                Assert.Equal(basis, group.Basis.AsSpan(e * basis.Length, basis.Length).ToArray());
                Assert.Equal(slopes, group.BasisSlopes.AsSpan(e * basis.Length, basis.Length).ToArray());
            }
        }
    }
}
