using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Distributions of bond lengths and angles of a trajectory. Frames are added one by one; memory does not grow with them.</summary>
/// <remarks>Atoms are bonded where they are closer than a factor times the sum of their covalent radii (B. Cordero et al., Dalton Trans. 2008, 2832).</remarks>
public sealed class BondStatistics
{
    /// <summary>Width of the bins of lengths, Å.</summary>
    public const double LengthBin = 0.01;

    /// <summary>Width of the bins of angles, degrees.</summary>
    public const double AngleBin = 1;

    private const double LongestBond = 6;

    private readonly double _factor;
    private readonly SortedDictionary<(int A, int B), Distribution> _lengths = [];
    private readonly SortedDictionary<(int A, int Middle, int B), Distribution> _angles = [];
    private readonly NeighborList _list = new();

    /// <summary>Creates empty distributions.</summary>
    /// <param name="factor">Factor on the sum of the covalent radii.</param>
    /// <exception cref="InvalidInputException">The factor is out of range.</exception>
    public BondStatistics(double factor = 1.2)
    {
        if (!(factor is > 0 and <= 2)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"Bonds cannot reach to {factor} times the covalent radii; give a factor above 0 and up to 2.")); }
        _factor = factor;
    }

    /// <summary>Number of frames.</summary>
    public long Frames { get; private set; }

    /// <summary>Lengths by pair of elements (atomic numbers, smaller first), Å.</summary>
    public IReadOnlyDictionary<(int A, int B), Distribution> Lengths => _lengths;

    /// <summary>Angles by elements (ends, smaller first, and middle), degrees.</summary>
    public IReadOnlyDictionary<(int A, int Middle, int B), Distribution> Angles => _angles;

    /// <summary>Adds a frame.</summary>
    /// <param name="structure">A structure of any periodicity.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The structure cannot be used.</exception>
    public void Add(Structure structure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        Frames++;
        double largest = 0;
        foreach (int z in structure.AtomicNumbers) { largest = Math.Max(largest, Elements.CovalentRadius(z)); }
        if (structure.Count == 0) { return; }
        _list.Build(structure.Positions, structure.Cell, structure.Periodicity, Math.Min(LongestBond, 2 * _factor * largest), cancellationToken);
        Vector3D[] wrapped = new Vector3D[structure.Count];
        _list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        List<(int Z, Vector3D Bond)> bonds = [];
        for (int i = 0; i < structure.Count; i++)
        {
            int zi = structure.AtomicNumbers[i];
            bonds.Clear();
            ReadOnlySpan<int> senders = _list.Senders(i), shifts = _list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                int zj = structure.AtomicNumbers[senders[e]];
                Vector3D bond = wrapped[senders[e]] - wrapped[i] - NeighborList.ShiftVector(shifts[e], structure.Cell);
                double length = bond.Norm;
                if (length >= _factor * (Elements.CovalentRadius(zi) + Elements.CovalentRadius(zj)) || length == 0) { continue; }

                // Both directions are listed; the weight makes each bond count once.
                if (zi <= zj) { Get(_lengths, (zi, zj), LengthBin, LongestBond).Add(length, zi == zj ? 0.5 : 1); }
                bonds.Add((zj, bond / length));
            }

            for (int a = 0; a < bonds.Count; a++)
            {
                for (int b = a + 1; b < bonds.Count; b++)
                {
                    double angle = Math.Acos(Math.Clamp(Vector3D.Dot(bonds[a].Bond, bonds[b].Bond), -1, 1)) * 180 / Math.PI;
                    Get(_angles, (Math.Min(bonds[a].Z, bonds[b].Z), zi, Math.Max(bonds[a].Z, bonds[b].Z)), AngleBin, 180).Add(angle, 1);
                }
            }
        }
    }

    private static Distribution Get<TKey>(SortedDictionary<TKey, Distribution> all, TKey key, double bin, double largest)
        where TKey : notnull
    {
        if (!all.TryGetValue(key, out Distribution? distribution)) { all.Add(key, distribution = new Distribution(bin, largest)); }
        return distribution;
    }

    /// <summary>A histogram with mean and standard deviation of what was counted.</summary>
    public sealed class Distribution
    {
        private readonly double[] _counts;
        private readonly double _bin;
        private double _sum;
        private double _squares;

        internal Distribution(double bin, double largest) => (_bin, _counts) = (bin, new double[(int)Math.Ceiling(largest / bin)]);

        /// <summary>Number of values.</summary>
        public double Count { get; private set; }

        /// <summary>Mean of the values.</summary>
        public double Mean => _sum / Count;

        /// <summary>Standard deviation of the values.</summary>
        public double StandardDeviation => Math.Sqrt(Math.Max(0, (_squares / Count) - (Mean * Mean)));

        /// <summary>Lower edge of each bin that is not empty, in the unit of the values, and the share of the values in it over its width: a density with integral 1.</summary>
        public IEnumerable<(double Edge, double Density)> Density
        {
            get
            {
                for (int i = 0; i < _counts.Length; i++)
                {
                    if (_counts[i] > 0) { yield return (i * _bin, _counts[i] / (Count * _bin)); }
                }
            }
        }

        internal void Add(double value, double weight)
        {
            _counts[Math.Min((int)(value / _bin), _counts.Length - 1)] += weight;
            Count += weight;
            _sum += weight * value;
            _squares += weight * value * value;
        }
    }
}
