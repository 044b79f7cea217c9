using System.Globalization;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Operators;

/// <summary>
/// A run of edges that end on one receiver: directions, distances, harmonics and radial basis, and the way back from
/// their adjoints to the derivative with respect to the edge vectors. Geometry and radial functions are double; harmonics are T.
/// </summary>
/// <remarks>Nothing of this is stored for the whole structure: each sweep fills the batch again, a few dozen edges at a time.</remarks>
internal sealed class EdgeBatch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Edges a batch holds at most.</summary>
    public const int Capacity = 64;

    private readonly RadialEmbedding _radial;
    private readonly int _maxDegree;
    private readonly Vector3D[] _units = new Vector3D[Capacity];
    private readonly double[] _harmonicValues;
    private readonly Vector3D[] _harmonicSlopes;

    /// <param name="radial">The radial embedding.</param>
    /// <param name="maxDegree">Largest degree of the harmonics.</param>
    public EdgeBatch(RadialEmbedding radial, int maxDegree)
    {
        _radial = radial;
        _maxDegree = maxDegree;
        HarmonicCount = (maxDegree + 1) * (maxDegree + 1);
        Harmonics = new T[Capacity * HarmonicCount];
        HarmonicsBar = new T[Capacity * HarmonicCount];
        Basis = new double[Capacity * radial.Count];
        BasisSlopes = new double[Capacity * radial.Count];
        _harmonicValues = new double[HarmonicCount];
        _harmonicSlopes = new Vector3D[HarmonicCount];
    }

    /// <summary>Number of edges in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>Number of harmonics an edge, (l_max+1)².</summary>
    public int HarmonicCount { get; }

    /// <summary>Number of radial basis functions an edge.</summary>
    public int BasisCount => _radial.Count;

    /// <summary>Sender of each edge.</summary>
    public int[] Senders { get; } = new int[Capacity];

    /// <summary>Length of each edge, Å.</summary>
    public double[] Distances { get; } = new double[Capacity];

    /// <summary>Harmonics [edges, (l_max+1)²].</summary>
    public T[] Harmonics { get; }

    /// <summary>Adjoint of the harmonics.</summary>
    public T[] HarmonicsBar { get; }

    /// <summary>Radial basis [edges, basis].</summary>
    public double[] Basis { get; }

    /// <summary>Slopes of the radial basis, 1/Å.</summary>
    public double[] BasisSlopes { get; }

    /// <summary>Envelope of each edge where it multiplies the radial weights, else 1.</summary>
    public double[] Cutoffs { get; } = new double[Capacity];

    /// <summary>Slope of that envelope, 1/Å.</summary>
    public double[] CutoffSlopes { get; } = new double[Capacity];

    /// <summary>Adjoint of the distance, eV/Å.</summary>
    public double[] DistancesBar { get; } = new double[Capacity];

    /// <summary>Fills the batch with the next edges of a receiver.</summary>
    /// <param name="geometry">Wrapped positions and list.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="withBasis">Whether the radial basis is wanted.</param>
    /// <param name="next">Where to go on in its edges; 0 at first.</param>
    /// <returns>Whether there were edges left.</returns>
    public bool Fill(in EdgeGeometry geometry, int receiver, bool withBasis, ref int next)
    {
        ReadOnlySpan<int> senders = geometry.List.Senders(receiver);
        ReadOnlySpan<int> shifts = geometry.List.PackedShifts(receiver);
        Vector3D origin = geometry.Positions[receiver];
        int element = geometry.Elements[receiver];
        Count = 0;
        while (next < senders.Length && Count < Capacity)
        {
            int sender = senders[next];
            Vector3D vector = origin - geometry.Positions[sender];
            int packed = shifts[next++];
            if (packed != 0) { vector += NeighborList.ShiftVector(packed, geometry.Cell); }
            double distance = vector.Norm;
            if (distance >= _radial.CutoffRadius) { continue; }
            if (distance < EdgeGeometry.ShortestDistance)
            {
                throw new InvalidInputException($"Atoms {Math.Min(sender, receiver) + 1} and {Math.Max(sender, receiver) + 1} are at the same place{(distance > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({distance:0.###e+0} Å apart)") : "")}.");
            }

            int e = Count++;
            Senders[e] = sender;
            Distances[e] = distance;
            _units[e] = vector / distance;
            SphericalHarmonics.Evaluate(_maxDegree, _units[e], _harmonicValues);
            for (int k = 0; k < HarmonicCount; k++) { Harmonics[(e * HarmonicCount) + k] = T.CreateTruncating(_harmonicValues[k]); }
            if (!withBasis) { continue; }
            Span<double> values = Basis.AsSpan(e * BasisCount, BasisCount), slopes = BasisSlopes.AsSpan(e * BasisCount, BasisCount);
            (Cutoffs[e], CutoffSlopes[e]) = _radial.Evaluate(distance, geometry.Elements[sender], element, values, slopes);
        }

        Array.Clear(HarmonicsBar, 0, Count * HarmonicCount);
        Array.Clear(DistancesBar, 0, Count);

        return Count > 0;
    }

    /// <summary>∂E/∂vector of one edge (eV/Å) from the adjoints gathered for it.</summary>
    public Vector3D VectorBar(int edge)
    {
        SphericalHarmonics.EvaluateWithGradient(_maxDegree, _units[edge], _harmonicValues, _harmonicSlopes);
        Vector3D tangential = default;
        for (int k = 1; k < HarmonicCount; k++)
        {
            tangential += double.CreateTruncating(HarmonicsBar[(edge * HarmonicCount) + k]) * _harmonicSlopes[k];
        }

        return (DistancesBar[edge] * _units[edge]) + (tangential / Distances[edge]);
    }

    /// <summary>The vector of one edge, Å.</summary>
    public Vector3D Vector(int edge) => Distances[edge] * _units[edge];
}

/// <summary>What defines the edges of a structure.</summary>
/// <param name="List">Neighbour list.</param>
/// <param name="Positions">Wrapped positions, Å.</param>
/// <param name="Elements">Element index of each atom.</param>
/// <param name="Cell">Lattice vectors as rows, Å.</param>
internal readonly record struct EdgeGeometry(NeighborList List, Vector3D[] Positions, int[] Elements, Matrix3 Cell)
{
    /// <summary>Closer than this, Å, two atoms count as one put in twice by mistake.</summary>
    public const double ShortestDistance = 1e-3;
}
