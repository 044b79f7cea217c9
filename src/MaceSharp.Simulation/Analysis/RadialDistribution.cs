using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Radial distribution functions of a trajectory, one for each pair of elements. Frames are added one by one; memory does not grow with them.</summary>
/// <remarks>
/// g(r) = ⟨V/(N_a N_b) Σ δ(r − r_ij)⟩/(4πr²), averaged over frames with the volume of each; periodic images count, so that the cutoff may be larger than the cell. The numbers of atoms are not reduced by one:
/// an ideal gas of N atoms has g = 1 − 1/N for pairs of one element (as in ASE).
/// </remarks>
public sealed class RadialDistribution
{
    private readonly SortedDictionary<(int A, int B), (double[] Weighted, double[] Neighbors)> _pairs = [];
    private readonly NeighborList _list = new();
    private Vector3D[] _wrapped = [];

    /// <summary>Creates an empty distribution.</summary>
    /// <param name="cutoff">Largest distance, Å.</param>
    /// <param name="bins">Number of bins.</param>
    /// <exception cref="InvalidInputException">The cutoff or the number of bins is out of range.</exception>
    public RadialDistribution(double cutoff, int bins = 200)
    {
        if (!(cutoff is > 0 and <= 100)) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A radial distribution cannot reach to {cutoff} Å; give a distance above 0 and up to 100 Å.")); }
        if (bins is < 1 or > 1_000_000) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"A radial distribution cannot have {bins} bins; give 1 to 1000000.")); }
        (Cutoff, Bins) = (cutoff, bins);
    }

    /// <summary>Largest distance, Å.</summary>
    public double Cutoff { get; }

    /// <summary>Number of bins.</summary>
    public int Bins { get; }

    /// <summary>Number of frames.</summary>
    public long Frames { get; private set; }

    /// <summary>The pairs of elements (atomic numbers, smaller first) that occurred.</summary>
    public IReadOnlyCollection<(int A, int B)> Pairs => _pairs.Keys;

    /// <summary>Middles of the bins, Å.</summary>
    public double[] Distances => [.. Enumerable.Range(0, Bins).Select(i => (i + 0.5) * Cutoff / Bins)];

    /// <summary>Adds a frame.</summary>
    /// <param name="structure">A structure that is periodic in three directions.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">The structure has no volume.</exception>
    public void Add(Structure structure, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException($"{structure.Origin}: a radial distribution needs a density, which only a structure that is periodic in three directions has."); }
        _list.Build(structure.Positions, structure.Cell, structure.Periodicity, Cutoff, cancellationToken);
        if (_wrapped.Length < structure.Count) { _wrapped = new Vector3D[structure.Count]; }
        Span<Vector3D> wrapped = _wrapped.AsSpan(0, structure.Count);
        _list.WrapPositions(structure.Positions, structure.Cell, wrapped);
        Dictionary<int, int> counts = [];
        foreach (int z in structure.AtomicNumbers) { counts[z] = counts.GetValueOrDefault(z) + 1; }
        Dictionary<(int, int), double[]> found = [];
        foreach (int a in counts.Keys)
        {
            foreach (int b in counts.Keys) { if (a <= b) { found[(a, b)] = new double[Bins]; } }
        }

        double scale = Bins / Cutoff;
        for (int i = 0; i < structure.Count; i++)
        {
            int zi = structure.AtomicNumbers[i];
            ReadOnlySpan<int> senders = _list.Senders(i), shifts = _list.PackedShifts(i);
            for (int e = 0; e < senders.Length; e++)
            {
                int zj = structure.AtomicNumbers[senders[e]];

                // Both directions are listed: of unlike pairs one is counted.
                if (zi > zj) { continue; }
                double r = (wrapped[i] - wrapped[senders[e]] + NeighborList.ShiftVector(shifts[e], structure.Cell)).Norm;
                found[(zi, zj)][Math.Min((int)(r * scale), Bins - 1)]++;
            }
        }

        foreach (((int a, int b), double[] histogram) in found)
        {
            if (!_pairs.TryGetValue((a, b), out (double[] Weighted, double[] Neighbors) sums)) { _pairs.Add((a, b), sums = (new double[Bins], new double[Bins])); }
            double perPair = structure.Volume / ((double)counts[a] * counts[b]);
            for (int bin = 0; bin < Bins; bin++)
            {
                sums.Weighted[bin] += perPair * histogram[bin];
                sums.Neighbors[bin] += histogram[bin] / counts[a];
            }
        }

        Frames++;
    }

    /// <summary>g(r) of a pair of elements.</summary>
    /// <param name="a">Atomic number.</param>
    /// <param name="b">Atomic number.</param>
    /// <exception cref="KeyNotFoundException">The pair did not occur.</exception>
    public double[] Of(int a, int b)
    {
        double[] weighted = _pairs[(Math.Min(a, b), Math.Max(a, b))].Weighted, g = new double[Bins];
        double width = Cutoff / Bins;
        for (int bin = 0; bin < Bins; bin++)
        {
            double inner = bin * width, outer = inner + width, shell = 4 * Math.PI / 3 * ((outer * outer * outer) - (inner * inner * inner));
            g[bin] = weighted[bin] / (Frames * shell);
        }

        return g;
    }

    /// <summary>The running coordination number: how many atoms of the heavier element of the pair an atom of the lighter has up to the end of each bin.</summary>
    /// <inheritdoc cref="Of"/>
    public double[] CoordinationOf(int a, int b)
    {
        double[] neighbors = _pairs[(Math.Min(a, b), Math.Max(a, b))].Neighbors, running = new double[Bins];
        double sum = 0;
        for (int bin = 0; bin < Bins; bin++) { running[bin] = sum += neighbors[bin] / Frames; }
        return running;
    }
}
