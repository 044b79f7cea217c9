using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The image-dependent pair potential of Smidstrup et al. (2014): Σ w(d)·(d − d°)² with w = 1/d⁴ and d° interpolated between the ends.</summary>
internal sealed class PairDistanceSurface : IBandSurface
{
    private const double Reach = 8;

    private readonly (int I, int J, Vector3D Shift, double First, double Last)[] _pairs;

    public PairDistanceSurface(IReadOnlyList<Structure> path, CancellationToken cancellationToken)
    {
        Structure first = path[0], last = path[^1];
        HashSet<(int, int, int, int, int)> found = [];
        Collect(first, found, cancellationToken);
        Collect(last, found, cancellationToken);
        _pairs = [.. found.Order().Select(p =>
        {
            Vector3D shift = new Vector3D(p.Item3, p.Item4, p.Item5) * first.Cell;
            return (p.Item1, p.Item2, shift, Length(first, p.Item1, p.Item2, shift), Length(last, p.Item1, p.Item2, shift));
        })];
    }

    public void Evaluate(Band band, int first, int end, CancellationToken cancellationToken)
    {
        for (int image = first; image < end; image++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<Vector3D> positions = band.Of(band.Positions, image), forces = band.Of(band.Forces, image);
            forces.Clear();
            double t = image / (band.ImageCount - 1.0), energy = 0;
            foreach ((int i, int j, Vector3D shift, double a, double b) in _pairs)
            {
                Vector3D d = positions[i] - positions[j] + shift;
                double r = Math.Max(d.Norm, 1e-3), off = r - (((1 - t) * a) + (t * b)), weight = 1 / (r * r * r * r);
                energy += weight * off * off;

                // d/dr of (r − r°)²/r⁴.
                double slope = weight * off * (2 - (4 * off / r));
                Vector3D push = -slope / r * d;
                forces[i] += push;
                forces[j] -= push;
            }

            band.Energies[image] = energy;
        }
    }

    private static double Length(Structure structure, int i, int j, Vector3D shift) => (structure.Positions[i] - structure.Positions[j] + shift).Norm;

    /// <summary>Pairs within reach, each once, with shifts relative to the positions as they are.</summary>
    private static void Collect(Structure structure, HashSet<(int, int, int, int, int)> found, CancellationToken cancellationToken)
    {
        NeighborList list = new();
        list.Build(structure.Positions, structure.Cell, structure.Periodicity, Reach, cancellationToken);
        for (int i = 0; i < structure.Count; i++)
        {
            ReadOnlySpan<int> senders = list.Senders(i), shifts = list.PackedShifts(i);
            (int ia, int ib, int ic) = list.WrapCount(i);
            for (int e = 0; e < senders.Length; e++)
            {
                int j = senders[e];
                if (j >= i) { continue; }
                (int a, int b, int c) = NeighborList.Unpack(shifts[e]);
                (int ja, int jb, int jc) = list.WrapCount(j);
                found.Add((i, j, a + ia - ja, b + ib - jb, c + ic - jc));
            }
        }
    }
}
