using System.Globalization;
using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Operators;

/// <summary>
/// The edges that end on a few receivers: directions, distances, harmonics and radial basis, and the way back from
/// their adjoints to the derivative with respect to the edge vectors. Geometry and radial functions are double; harmonics are T.
/// </summary>
/// <remarks>
/// Nothing of this is stored for the whole structure: each sweep fills the group again, a block of atoms at a time.
/// The edges of a receiver are ordered roughly by distance, so that neighbours in the order read the same rows of a radial table;
/// where it is wanted first by the element of their sender, so that edges of one element are a run.
/// </remarks>
internal sealed unsafe class EdgeGroup<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Bins = 64;

    private readonly RadialEmbedding _radial;
    private readonly int _maxDegree;
    private int[] _bins = [];
    private bool _byElement;
    private int[] _foundSenders = [];
    private int[] _foundBins = [];
    private Vector3D[] _foundVectors = [];
    private double[] _foundDistances = [];
    private double[] _units = [];
    private double[] _gradients = [];
    private int _stride;

    /// <param name="radial">The radial embedding.</param>
    /// <param name="maxDegree">Largest degree of the harmonics.</param>
    /// <param name="receivers">Receivers at most.</param>
    public EdgeGroup(RadialEmbedding radial, int maxDegree, int receivers)
    {
        _radial = radial;
        _maxDegree = maxDegree;
        HarmonicCount = (maxDegree + 1) * (maxDegree + 1);
        Starts = new int[receivers + 1];
    }

    /// <summary>First atom of the receivers.</summary>
    public int FirstReceiver { get; private set; }

    /// <summary>Number of edges.</summary>
    public int Count => Starts[Receivers];

    /// <summary>Number of receivers.</summary>
    public int Receivers { get; private set; }

    /// <summary>Where the edges of each receiver begin; one more than there are receivers.</summary>
    public int[] Starts { get; }

    /// <summary>Number of harmonics an edge, (l_max+1)².</summary>
    public int HarmonicCount { get; }

    /// <summary>Number of radial basis functions an edge.</summary>
    public int BasisCount => _radial.Count;

    /// <summary>Edges there is room for.</summary>
    public int Capacity => Senders.Length;

    /// <summary>Sender of each edge.</summary>
    public int[] Senders { get; private set; } = [];

    /// <summary>Length of each edge, Å.</summary>
    public double[] Distances { get; private set; } = [];

    /// <summary>Harmonics [edges, (l_max+1)²].</summary>
    public T[] Harmonics { get; private set; } = [];

    /// <summary>Adjoint of the harmonics.</summary>
    public T[] HarmonicsBar { get; private set; } = [];

    /// <summary>Radial basis [edges, basis], where it was asked for.</summary>
    public double[] Basis { get; private set; } = [];

    /// <summary>Slopes of the radial basis, 1/Å.</summary>
    public double[] BasisSlopes { get; private set; } = [];

    /// <summary>Envelope of each edge where it multiplies the radial weights, else 1.</summary>
    public double[] Cutoffs { get; private set; } = [];

    /// <summary>Slope of that envelope, 1/Å.</summary>
    public double[] CutoffSlopes { get; private set; } = [];

    /// <summary>Adjoint of the distance, eV/Å.</summary>
    public double[] DistancesBar { get; private set; } = [];

    /// <summary>Fills the group with the edges of some receivers.</summary>
    /// <param name="geometry">Wrapped positions and list.</param>
    /// <param name="first">First receiver.</param>
    /// <param name="count">Number of receivers.</param>
    /// <param name="withBasis">Whether the radial basis is wanted.</param>
    /// <param name="byElement">Whether the edges of a receiver are ordered by the element of their sender first.</param>
    /// <exception cref="InvalidInputException">Two atoms are at the same place.</exception>
    public void Fill(in EdgeGeometry geometry, int first, int count, bool withBasis, bool byElement)
    {
        _byElement = byElement;
        FirstReceiver = first;
        Receivers = count;
        int most = 0, listed = 0;
        for (int i = 0; i < count; i++)
        {
            int length = geometry.List.Senders(first + i).Length;
            most = Math.Max(most, length);
            listed += length;
        }

        Reserve(listed, most, withBasis);
        if (_bins.Length < geometry.Species.Count * Bins) { _bins = new int[geometry.Species.Count * Bins]; }
        Starts[0] = 0;
        for (int i = 0; i < count; i++) { FillReceiver(geometry, i, withBasis); }
        fixed (double* u = _units)
        fixed (T* y = Harmonics)
        {
            EdgeHarmonics.Evaluate(_maxDegree, u, u + _stride, u + (2 * _stride), Count, y);
        }

        Array.Clear(HarmonicsBar, 0, Count * HarmonicCount);
        Array.Clear(DistancesBar, 0, Count);
    }

    /// <summary>Prepares <see cref="VectorBar"/> for all edges, after their adjoints have been gathered.</summary>
    public void Contract()
    {
        fixed (double* u = _units, g = _gradients)
        fixed (T* bar = HarmonicsBar)
        {
            EdgeHarmonics.Contract(_maxDegree, u, u + _stride, u + (2 * _stride), Count, bar, g, _stride);
        }
    }

    /// <summary>∂E/∂vector of one edge (eV/Å) from the adjoints gathered for it, after <see cref="Contract"/>.</summary>
    public Vector3D VectorBar(int edge)
    {
        Vector3D tangential = new(_gradients[edge], _gradients[_stride + edge], _gradients[(2 * _stride) + edge]);
        return (DistancesBar[edge] * Unit(edge)) + ((1 / Distances[edge]) * tangential);
    }

    /// <summary>The vector of one edge, Å.</summary>
    public Vector3D Vector(int edge) => Distances[edge] * Unit(edge);

    private Vector3D Unit(int edge) => new(_units[edge], _units[_stride + edge], _units[(2 * _stride) + edge]);

    private void FillReceiver(in EdgeGeometry geometry, int index, bool withBasis)
    {
        int receiver = FirstReceiver + index, element = geometry.Elements[receiver];
        int found = Find(geometry, receiver, out int lastBin);
        int place = Starts[index];
        Starts[index + 1] = place + found;

        // Counting sort: from numbers of edges a bin to the place of its first edge.
        for (int b = 0; b <= lastBin; b++)
        {
            int number = _bins[b];
            _bins[b] = place;
            place += number;
        }

        for (int k = 0; k < found; k++)
        {
            int e = _bins[_foundBins[k]]++;
            double distance = _foundDistances[k];
            int sender = _foundSenders[k];
            Senders[e] = sender;
            Distances[e] = distance;
            double inverse = 1 / distance;
            _units[e] = inverse * _foundVectors[k].X;
            _units[_stride + e] = inverse * _foundVectors[k].Y;
            _units[(2 * _stride) + e] = inverse * _foundVectors[k].Z;
            if (!withBasis) { continue; }
            Span<double> values = Basis.AsSpan(e * BasisCount, BasisCount), slopes = BasisSlopes.AsSpan(e * BasisCount, BasisCount);
            (Cutoffs[e], CutoffSlopes[e]) = _radial.Evaluate(distance, geometry.Elements[sender], element, values, slopes);
        }

        Array.Clear(_bins, 0, lastBin + 1);
    }

    /// <summary>Finds the edges of a receiver within the cutoff, and counts them by bins of element and distance.</summary>
    private int Find(in EdgeGeometry geometry, int receiver, out int lastBin)
    {
        ReadOnlySpan<int> senders = geometry.List.Senders(receiver), shifts = geometry.List.PackedShifts(receiver);
        Vector3D origin = geometry.Positions[receiver];
        double cutoff = _radial.CutoffRadius, scale = Bins / cutoff;
        int found = 0;
        lastBin = 0;
        for (int k = 0; k < senders.Length; k++)
        {
            int sender = senders[k], packed = shifts[k];
            Vector3D vector = origin - geometry.Positions[sender];
            if (packed != 0) { vector += NeighborList.ShiftVector(packed, geometry.Cell); }
            double distance = vector.Norm;
            if (distance >= cutoff) { continue; }
            if (distance < EdgeGeometry.ShortestDistance)
            {
                Array.Clear(_bins);
                throw new InvalidInputException($"Atoms {Math.Min(sender, receiver) + 1} and {Math.Max(sender, receiver) + 1} are at the same place{(distance > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({distance:0.###e+0} Å apart)") : "")}.");
            }

            int bin = (_byElement ? geometry.Species.SlotOf(sender) * Bins : 0) + Math.Min((int)(distance * scale), Bins - 1);
            _bins[bin]++;
            lastBin = Math.Max(lastBin, bin);
            _foundSenders[found] = sender;
            _foundVectors[found] = vector;
            _foundDistances[found] = distance;
            _foundBins[found++] = bin;
        }

        return found;
    }

    /// <summary>Makes room, with some to spare: as atoms move, the numbers of edges waver, and that shall not allocate.</summary>
    private void Reserve(int edges, int most, bool withBasis)
    {
        if (_foundSenders.Length < most)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)most);
            _foundSenders = new int[size];
            _foundBins = new int[size];
            _foundVectors = new Vector3D[size];
            _foundDistances = new double[size];
        }

        if (Capacity < edges)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)edges);
            Senders = new int[size];
            Distances = new double[size];
            _stride = size + EdgeHarmonics.Padding;
            _units = new double[3 * _stride];
            _gradients = new double[3 * _stride];
            Harmonics = new T[size * HarmonicCount];
            HarmonicsBar = new T[size * HarmonicCount];
            DistancesBar = new double[size];
        }

        if (withBasis && Cutoffs.Length < Capacity)
        {
            Basis = new double[Capacity * BasisCount];
            BasisSlopes = new double[Capacity * BasisCount];
            Cutoffs = new double[Capacity];
            CutoffSlopes = new double[Capacity];
        }
    }
}

/// <summary>What defines the edges of a structure.</summary>
/// <param name="List">Neighbour list.</param>
/// <param name="Positions">Wrapped positions, Å.</param>
/// <param name="Species">Which element each atom is.</param>
/// <param name="Cell">Lattice vectors as rows, Å.</param>
internal readonly record struct EdgeGeometry(NeighborList List, Vector3D[] Positions, AtomSpecies Species, Matrix3 Cell)
{
    /// <summary>Closer than this, Å, two atoms count as one put in twice by mistake.</summary>
    public const double ShortestDistance = 1e-3;

    /// <summary>Element index of each atom.</summary>
    public int[] Elements => Species.Elements;
}
