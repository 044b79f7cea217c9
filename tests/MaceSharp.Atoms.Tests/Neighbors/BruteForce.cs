namespace MaceSharp.Atoms.Tests.Neighbors;

/// <summary>An edge with its shift relative to the positions as they are given.</summary>
internal readonly record struct Edge(int Sender, int Receiver, int A, int B, int C);

/// <summary>Neighbours by trying every image of every pair, and the edges of a list in the same form.</summary>
internal static class BruteForce
{
    /// <summary>All edges, with their lengths, Å.</summary>
    public static Dictionary<Edge, double> Edges(ReadOnlySpan<Vector3D> positions, Matrix3 cell, Periodicity periodicity, double cutoff)
    {
        Dictionary<Edge, double> edges = [];
        Matrix3 inverse = EffectiveCell.Create(cell, periodicity).Inverse();
        Vector3D reach = new(inverse.Transposed.Row0.Norm * cutoff, inverse.Transposed.Row1.Norm * cutoff, inverse.Transposed.Row2.Norm * cutoff);
        for (int s = 0; s < positions.Length; s++)
        {
            for (int r = 0; r < positions.Length; r++)
            {
                Vector3D difference = positions[r] - positions[s];
                Vector3D fractional = difference * inverse;
                (int firstA, int lastA) = Range(0);
                (int firstB, int lastB) = Range(1);
                (int firstC, int lastC) = Range(2);
                for (int a = firstA; a <= lastA; a++)
                {
                    for (int b = firstB; b <= lastB; b++)
                    {
                        for (int c = firstC; c <= lastC; c++)
                        {
                            if (s == r && a == 0 && b == 0 && c == 0) { continue; }
                            double length = (difference + (new Vector3D(a, b, c) * cell)).Norm;
                            if (length < cutoff) { edges.Add(new Edge(s, r, a, b, c), length); }
                        }
                    }
                }

                (int, int) Range(int axis) => periodicity[axis]
                    ? ((int)Math.Floor(-fractional[axis] - reach[axis]) - 1, (int)Math.Ceiling(-fractional[axis] + reach[axis]) + 1)
                    : (0, 0);
            }
        }

        return edges;
    }

    /// <summary>All edges of a list, with their lengths from wrapped positions, Å; checks the structure of the list on the way.</summary>
    public static Dictionary<Edge, double> Edges(NeighborList list, ReadOnlySpan<Vector3D> positions, Matrix3 cell)
    {
        Dictionary<Edge, double> edges = [];
        Assert.Equal(positions.Length, list.AtomCount);
        Assert.Equal(0, list.FirstEdge(0));
        Assert.Equal(list.EdgeCount, list.FirstEdge(list.AtomCount));
        Vector3D[] wrapped = new Vector3D[positions.Length];
        list.WrapPositions(positions, cell, wrapped);
        for (int r = 0; r < positions.Length; r++)
        {
            ReadOnlySpan<int> senders = list.Senders(r);
            ReadOnlySpan<int> shifts = list.PackedShifts(r);
            Assert.Equal(list.FirstEdge(r + 1) - list.FirstEdge(r), senders.Length);
            (int A, int B, int C) wrapR = list.WrapCount(r);
            for (int e = 0; e < senders.Length; e++)
            {
                int s = senders[e];
                (int A, int B, int C) wrapS = list.WrapCount(s);
                (int a, int b, int c) = NeighborList.Unpack(shifts[e]);
                double length = (wrapped[r] - wrapped[s] + NeighborList.ShiftVector(shifts[e], cell)).Norm;
                edges.Add(new Edge(s, r, a + wrapR.A - wrapS.A, b + wrapR.B - wrapS.B, c + wrapR.C - wrapS.C), length);
            }
        }

        return edges;
    }

    /// <summary>Asserts that two sets of edges are the same, but for those whose length is within rounding of the cutoff.</summary>
    public static void AssertSame(Dictionary<Edge, double> expected, Dictionary<Edge, double> actual, double cutoff, double tolerance, string what)
    {
        foreach ((Edge edge, double length) in expected)
        {
            if (actual.TryGetValue(edge, out double found))
            {
                Assert.True(Math.Abs(found - length) <= tolerance, $"{what}: {edge} has length {found} instead of {length}");
            }
            else
            {
                Assert.True(cutoff - length <= tolerance, $"{what}: {edge} of length {length} is missing (cutoff {cutoff})");
            }
        }

        foreach ((Edge edge, double length) in actual)
        {
            Assert.True(expected.ContainsKey(edge) || cutoff - length <= tolerance, $"{what}: {edge} of length {length} is too much (cutoff {cutoff})");
        }
    }
}
