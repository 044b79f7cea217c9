using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The atoms of a structure and their periodic images within a cutoff, sorted into cubic bins and in each by species, so that runs of atoms of one species lie together in memory. Bohr.
/// </summary>
internal sealed class D3Images
{
    /// <summary>Edge of the bins where there are enough atoms, Bohr.</summary>
    private const double BinEdge = 16;

    /// <summary>More atoms with images than this are a wrong cell or a wrong unit.</summary>
    private const int LargestCount = 20_000_000;

    private int[] _keys = [];
    private int[] _sources = [];
    private int[] _starts = [];
    private double[] _x = [];
    private double[] _y = [];
    private double[] _z = [];
    private int[] _order = [];
    private int[] _home = [];
    private Vector3D[] _places = [];

    /// <summary>Number of atoms with images.</summary>
    public int Count { get; private set; }

    /// <summary>Number of slots to allocate for data of the images: vectors may be read beyond the last.</summary>
    public int PaddedCount => Count + 16;

    /// <summary>Coordinates, by slot.</summary>
    public double[] X { get; private set; } = [];

    /// <inheritdoc cref="X"/>
    public double[] Y { get; private set; } = [];

    /// <inheritdoc cref="X"/>
    public double[] Z { get; private set; } = [];

    /// <summary>The atom of which a slot is an image.</summary>
    public int[] Sources => _order;

    /// <summary>The slot of the atom itself.</summary>
    public int[] Home => _home;

    /// <summary>Number of bins along each axis.</summary>
    public (int X, int Y, int Z) Size { get; private set; }

    /// <summary>Lower corner of the bins.</summary>
    public Vector3D Origin { get; private set; }

    /// <summary>Edge of the bins.</summary>
    public double Edge { get; private set; }

    /// <summary>First slot of each run; bin b and species s begin at index b·species + s, and the next index is their end.</summary>
    public int[] Starts => _starts;

    /// <summary>Finds and sorts the images.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="species">Species of each atom.</param>
    /// <param name="speciesCount">Number of species.</param>
    /// <param name="cutoff">Cutoff, Bohr.</param>
    /// <exception cref="InvalidInputException">There would be too many images.</exception>
    public void Build(Structure structure, ReadOnlySpan<int> species, int speciesCount, double cutoff)
    {
        Collect(structure, cutoff * Units.Bohr);
        Sort(species, speciesCount, structure.Count);
    }

    /// <summary>Atoms wrapped into the cell, and those images whose fractional coordinates are within the cutoff of the cell.</summary>
    private void Collect(Structure structure, double cutoff)
    {
        Matrix3 cell = EffectiveCell.Create(structure.Cell, structure.Periodicity), inverse = cell.Inverse();
        Vector3D heights = CellGrid.Heights(cell);
        Vector3D reach = new(structure.Periodicity.A ? cutoff / heights.X : 0, structure.Periodicity.B ? cutoff / heights.Y : 0, structure.Periodicity.C ? cutoff / heights.Z : 0);
        double expected = structure.Count * (1 + (2 * reach.X)) * (1 + (2 * reach.Y)) * (1 + (2 * reach.Z));
        if (!(expected < LargestCount))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The atoms have {expected:G3} periodic images within the {cutoff:F1} Å of the dispersion correction, which is more than can be summed; check the cell and its unit (Å)."));
        }

        Count = 0;
        Vector3D largest = new(Math.Ceiling(reach.X), Math.Ceiling(reach.Y), Math.Ceiling(reach.Z));
        GrowOnly(ref _home, structure.Count);
        GrowOnly(ref _places, structure.Count);
        for (int atom = 0; atom < structure.Count; atom++)
        {
            Vector3D s = structure.Positions[atom] * inverse;
            s -= new Vector3D(structure.Periodicity.A ? Math.Floor(s.X) : 0, structure.Periodicity.B ? Math.Floor(s.Y) : 0, structure.Periodicity.C ? Math.Floor(s.Z) : 0);
            _places[atom] = s;
        }

        for (double a = -largest.X; a <= largest.X; a++)
        {
            for (double b = -largest.Y; b <= largest.Y; b++)
            {
                for (double c = -largest.Z; c <= largest.Z; c++)
                {
                    bool own = a == 0 && b == 0 && c == 0;
                    for (int atom = 0; atom < structure.Count; atom++)
                    {
                        Vector3D s = _places[atom] + new Vector3D(a, b, c);
                        if (!own && (IsOutside(s.X, reach.X, structure.Periodicity.A) || IsOutside(s.Y, reach.Y, structure.Periodicity.B) || IsOutside(s.Z, reach.Z, structure.Periodicity.C))) { continue; }
                        if (own) { _home[atom] = Count; }
                        Add(atom, s * cell);
                    }
                }
            }
        }
    }

    private static bool IsOutside(double s, double reach, bool periodic) => periodic && (s < -reach - 1e-9 || s > 1 + reach + 1e-9);

    private void Add(int atom, Vector3D position)
    {
        if (Count == _sources.Length)
        {
            int capacity = Math.Max(64, 2 * Count);
            Array.Resize(ref _sources, capacity);
            Array.Resize(ref _x, capacity);
            Array.Resize(ref _y, capacity);
            Array.Resize(ref _z, capacity);
        }

        _sources[Count] = atom;
        _x[Count] = position.X / Units.Bohr;
        _y[Count] = position.Y / Units.Bohr;
        _z[Count++] = position.Z / Units.Bohr;
    }

    /// <summary>Counting sort by bin and species; stable, so that the order is that of the atoms.</summary>
    private void Sort(ReadOnlySpan<int> species, int speciesCount, int atomCount)
    {
        ReadOnlySpan<double> x = _x.AsSpan(0, Count), y = _y.AsSpan(0, Count), z = _z.AsSpan(0, Count);
        Vector3D low = new(Min(x), Min(y), Min(z)), extent = new Vector3D(Max(x), Max(y), Max(z)) - low;
        double edge = BinEdge;

        // Bins of atoms that are far apart grow until there are not many more bins than atoms.
        while (Bins(extent.X, edge) * Bins(extent.Y, edge) * Bins(extent.Z, edge) > (2.0 * Count) + 64) { edge *= 1.5; }
        (Origin, Edge) = (low, edge);
        Size = ((int)Bins(extent.X, edge), (int)Bins(extent.Y, edge), (int)Bins(extent.Z, edge));
        int runs = Size.X * Size.Y * Size.Z * speciesCount;
        GrowOnly(ref _starts, runs + 1);
        _starts.AsSpan(0, runs + 1).Clear();
        GrowOnly(ref _keys, Count);
        for (int i = 0; i < Count; i++)
        {
            int bin = (((BinOf(x[i] - low.X, Size.X) * Size.Y) + BinOf(y[i] - low.Y, Size.Y)) * Size.Z) + BinOf(z[i] - low.Z, Size.Z);
            _keys[i] = (bin * speciesCount) + species[_sources[i]];
            _starts[_keys[i] + 1]++;
        }

        for (int run = 0; run < runs; run++) { _starts[run + 1] += _starts[run]; }
        (double[] sx, double[] sy, double[] sz) = (X, Y, Z);
        GrowOnly(ref sx, PaddedCount);
        GrowOnly(ref sy, PaddedCount);
        GrowOnly(ref sz, PaddedCount);
        (X, Y, Z) = (sx, sy, sz);
        GrowOnly(ref _order, PaddedCount);

        // Filling moves each start to its end, which is the start of the next: shift back afterwards.
        for (int i = 0; i < Count; i++)
        {
            int slot = _starts[_keys[i]]++;
            (sx[slot], sy[slot], sz[slot], _order[slot]) = (x[i], y[i], z[i], _sources[i]);
            _keys[i] = slot;
        }

        for (int run = runs; run > 0; run--) { _starts[run] = _starts[run - 1]; }
        _starts[0] = 0;
        for (int atom = 0; atom < atomCount; atom++) { _home[atom] = _keys[_home[atom]]; }
    }

    private int BinOf(double distance, int count) => Math.Min((int)(distance / Edge), count - 1);

    private static double Bins(double extent, double edge) => Math.Floor(extent / edge) + 1;

    private static double Min(ReadOnlySpan<double> values)
    {
        double least = double.PositiveInfinity;
        foreach (double value in values) { least = Math.Min(least, value); }
        return least;
    }

    private static double Max(ReadOnlySpan<double> values)
    {
        double most = double.NegativeInfinity;
        foreach (double value in values) { most = Math.Max(most, value); }
        return most;
    }

    private static void GrowOnly<T>(ref T[] array, int count)
    {
        if (array.Length < count) { array = new T[count + (count / 8)]; }
    }
}
