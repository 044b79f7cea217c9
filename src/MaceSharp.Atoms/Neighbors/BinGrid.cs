using System.Globalization;

namespace MaceSharp.Atoms;

/// <summary>
/// The atoms of a structure, wrapped and sorted into bins: equal parallelepipeds that divide the cell along periodic directions and the extent
/// of the atoms along the others. Bins along the first axis follow each other, so the atoms of a row of bins lie side by side.
/// </summary>
internal sealed class BinGrid
{
    /// <summary>A table of all bins is kept up to this number of bins an atom; beyond it, only of those that hold atoms.</summary>
    private const int MaxBinsPerAtom = 16;

    private const int MaxTable = 1 << 30;

    private const int MaxBinsPerAxis = 1 << 20;

    /// <summary>Number of atoms in a bin as wide as the search radius from which on narrower bins are better (measured).</summary>
    private const double CrowdedBin = 25;

    private readonly Stencil _stencil = new();
    private double[] _x = [];
    private double[] _y = [];
    private double[] _z = [];
    private int[] _atoms = [];
    private int[] _wraps = [];
    private int[] _binOfAtom = [];
    private long[] _keyOfAtom = [];
    private int[] _binStarts = [];
    private long[] _binKeys = [];
    private bool _isSparse;
    private Matrix3 _toFractional;
    private Vector3D _origin;
    private Vector3D _scale;

    /// <summary>Wrapped x coordinates by bin, Å, followed by at least <see cref="PairScanner.Lanes"/> arbitrary values.</summary>
    public double[] X => _x;

    /// <summary>Wrapped y coordinates by bin, Å.</summary>
    public double[] Y => _y;

    /// <summary>Wrapped z coordinates by bin, Å.</summary>
    public double[] Z => _z;

    /// <summary>Index of the atom at each place of <see cref="X"/>, followed by as many arbitrary values.</summary>
    public int[] Atoms => _atoms;

    /// <summary>The cell of the structure, Å.</summary>
    public Matrix3 Cell { get; private set; }

    /// <summary>Along which axes bins repeat.</summary>
    public Periodicity Periodicity { get; private set; }

    /// <summary>Number of bins along the three axes.</summary>
    public (int X, int Y, int Z) Size { get; private set; }

    /// <summary>Squared cutoff, Å².</summary>
    public double CutoffSquared { get; private set; }

    /// <summary>Number of bins to visit: all of them, or those that hold atoms.</summary>
    public int BinCount { get; private set; }

    /// <summary>The bins in reach of a bin.</summary>
    public ReadOnlySpan<StencilRow> StencilRows => _stencil.Rows;

    /// <summary>Places of the atoms of a bin.</summary>
    /// <param name="bin">0 to <see cref="BinCount"/>.</param>
    public (int First, int End) Places(int bin) => (_binStarts[bin], _binStarts[bin + 1]);

    /// <summary>Where a bin is in the grid.</summary>
    /// <param name="bin">0 to <see cref="BinCount"/>.</param>
    public (int X, int Y, int Z) Coordinates(int bin)
    {
        long key = _isSparse ? _binKeys[bin] : bin;
        (long row, long x) = Math.DivRem(key, Size.X);
        (long z, long y) = Math.DivRem(row, Size.Y);
        return ((int)x, (int)y, (int)z);
    }

    /// <summary>Places of the atoms of adjacent bins of a row.</summary>
    public (int First, int End) RowPlaces(int firstX, int lastX, int y, int z)
    {
        long row = (((long)z * Size.Y) + y) * Size.X;
        return _isSparse
            ? (_binStarts[LowerBound(row + firstX)], _binStarts[LowerBound(row + lastX + 1)])
            : (_binStarts[row + firstX], _binStarts[row + lastX + 1]);
    }

    /// <summary>Lattice vectors added to an atom to wrap it.</summary>
    public (int A, int B, int C) WrapCount(int atom) => (_wraps[3 * atom], _wraps[(3 * atom) + 1], _wraps[(3 * atom) + 2]);

    /// <summary>Moves a position of an atom by its lattice vectors.</summary>
    public Vector3D Wrap(Vector3D position, int atom, Matrix3 cell)
    {
        (int a, int b, int c) = WrapCount(atom);
        return (a | b | c) == 0 ? position : position + (new Vector3D(a, b, c) * cell);
    }

    /// <summary>Wraps and sorts the atoms.</summary>
    /// <param name="positions">Cartesian positions, Å.</param>
    /// <param name="cell">Lattice vectors as rows, Å.</param>
    /// <param name="periodicity">Along which lattice vectors the structure repeats.</param>
    /// <param name="cutoff">Cutoff, Å; positive and finite.</param>
    /// <exception cref="InvalidInputException">As <see cref="NeighborList.Build"/> has it.</exception>
    public void Fill(ReadOnlySpan<Vector3D> positions, Matrix3 cell, Periodicity periodicity, double cutoff)
    {
        if (!cell.IsFinite) { throw new InvalidInputException("The cell has an element that is not finite."); }
        Cell = cell;
        Periodicity = periodicity;
        CutoffSquared = cutoff * cutoff;
        Matrix3 lattice = EffectiveCell.Create(cell, periodicity);
        CellCheck.Lengths(lattice, periodicity, cutoff);
        _toFractional = lattice.Inverse();
        Matrix3 normals = _toFractional.Transposed;
        Vector3D heights = new(1 / normals.Row0.Norm, 1 / normals.Row1.Norm, 1 / normals.Row2.Norm);
        CellCheck.Images(lattice, heights, periodicity, cutoff, positions.Length);

        (Vector3D low, Vector3D high, double largest) = WrapAll(positions);
        double radius = (cutoff * (1 + 1e-6)) + CellCheck.Rounding(lattice, largest, cutoff);
        Divide(lattice, heights, low, high, radius, positions.Length);
        GrowOnly.Ensure(ref _atoms, positions.Length + PairScanner.Lanes);
        GrowOnly.Ensure(ref _x, positions.Length + PairScanner.Lanes);
        GrowOnly.Ensure(ref _y, positions.Length + PairScanner.Lanes);
        GrowOnly.Ensure(ref _z, positions.Length + PairScanner.Lanes);
        if (_isSparse)
        {
            SortByKey(positions);
        }
        else
        {
            SortByTable(positions);
        }
    }

    private (Vector3D Low, Vector3D High, double Largest) WrapAll(ReadOnlySpan<Vector3D> positions)
    {
        GrowOnly.Ensure(ref _wraps, 3 * positions.Length);
        Vector3D low = new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        Vector3D high = -low;
        double largest = 0;
        for (int atom = 0; atom < positions.Length; atom++)
        {
            Vector3D position = positions[atom];
            double reach = Math.Max(Math.Abs(position.X), Math.Max(Math.Abs(position.Y), Math.Abs(position.Z)));
            if (!(reach <= CellCheck.MaxCoordinate)) { throw CellCheck.BadPosition(position, atom); }
            largest = Math.Max(largest, reach);
            Vector3D fractional = position * _toFractional;
            Span<int> wrap = _wraps.AsSpan(3 * atom, 3);
            wrap[0] = Periodicity.A ? Wraps(fractional.X, atom) : 0;
            wrap[1] = Periodicity.B ? Wraps(fractional.Y, atom) : 0;
            wrap[2] = Periodicity.C ? Wraps(fractional.Z, atom) : 0;
            low = new(Math.Min(low.X, fractional.X), Math.Min(low.Y, fractional.Y), Math.Min(low.Z, fractional.Z));
            high = new(Math.Max(high.X, fractional.X), Math.Max(high.Y, fractional.Y), Math.Max(high.Z, fractional.Z));
        }

        return (low, high, largest);
    }

    private static int Wraps(double fractional, int atom) => Math.Abs(fractional) < 1e9
        ? -(int)Math.Floor(fractional)
        : throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"Atom {atom + 1} lies a billion cells or more away from the cell; check the positions, the cell and their unit (Å)."));

    private void Divide(Matrix3 lattice, Vector3D heights, Vector3D low, Vector3D high, double radius, int atomCount)
    {
        // Bins of half the radius waste fewer distances, whole ones fewer rows: which is better depends on the number of atoms in them.
        double volume = 1;
        for (int axis = 0; axis < 3; axis++)
        {
            volume *= Periodicity[axis] ? heights[axis] : Math.Max(radius, high[axis] - low[axis]);
        }

        double width = atomCount * radius * radius * radius > CrowdedBin * volume ? radius / 2 : radius;
        Axis x = DivideAxis(0), y = DivideAxis(1), z = DivideAxis(2);
        Size = (x.Count, y.Count, z.Count);
        _origin = new(x.Origin, y.Origin, z.Origin);
        _scale = new(x.Scale, y.Scale, z.Scale);
        _stencil.Update(
            new Matrix3(lattice.Row0 / x.Scale, lattice.Row1 / y.Scale, lattice.Row2 / z.Scale),
            radius,
            (Periodicity.B ? int.MaxValue / 2 : y.Count - 1, Periodicity.C ? int.MaxValue / 2 : z.Count - 1));
        _isSparse = (double)x.Count * y.Count * z.Count > Math.Min(MaxTable, ((double)MaxBinsPerAtom * atomCount) + 1024);

        Axis DivideAxis(int axis)
        {
            if (Periodicity[axis])
            {
                int count = (int)Math.Clamp(Math.Floor(heights[axis] / width), 1, MaxBinsPerAxis);
                return new Axis(count, 0, count);
            }

            double extent = atomCount == 0 ? 0 : high[axis] - low[axis];
            double step = Math.Max(width, extent / (MaxBinsPerAxis - 1));
            return new Axis((int)Math.Floor(extent / step) + 1, atomCount == 0 ? 0 : low[axis], 1 / step);
        }
    }

    private (int X, int Y, int Z) BinOf(Vector3D wrapped)
    {
        // Rounding may leave a wrapped atom at the upper face, or just below the lower one.
        Vector3D fractional = (wrapped * _toFractional) - _origin;
        return (
            Math.Clamp((int)(fractional.X * _scale.X), 0, Size.X - 1),
            Math.Clamp((int)(fractional.Y * _scale.Y), 0, Size.Y - 1),
            Math.Clamp((int)(fractional.Z * _scale.Z), 0, Size.Z - 1));
    }

    private void SortByTable(ReadOnlySpan<Vector3D> positions)
    {
        BinCount = Size.X * Size.Y * Size.Z;
        GrowOnly.Ensure(ref _binStarts, BinCount + 1);
        GrowOnly.Ensure(ref _binOfAtom, positions.Length);
        Span<int> starts = _binStarts.AsSpan(0, BinCount + 1);
        starts.Clear();
        for (int atom = 0; atom < positions.Length; atom++)
        {
            (int x, int y, int z) = BinOf(Wrap(positions[atom], atom, Cell));
            int bin = (((z * Size.Y) + y) * Size.X) + x;
            _binOfAtom[atom] = bin;
            starts[bin]++;
        }

        int total = 0;
        for (int bin = 0; bin < starts.Length; bin++)
        {
            total += starts[bin];
            starts[bin] = total;
        }

        // From the last atom to the first, each bin fills from its end; what remains is where it starts.
        for (int atom = positions.Length - 1; atom >= 0; atom--)
        {
            Put(--starts[_binOfAtom[atom]], atom, positions[atom]);
        }
    }

    private void SortByKey(ReadOnlySpan<Vector3D> positions)
    {
        GrowOnly.Ensure(ref _keyOfAtom, positions.Length);
        GrowOnly.Ensure(ref _binKeys, positions.Length);
        GrowOnly.Ensure(ref _binStarts, positions.Length + 1);
        Span<long> keys = _keyOfAtom.AsSpan(0, positions.Length);
        Span<int> atoms = _atoms.AsSpan(0, positions.Length);
        for (int atom = 0; atom < keys.Length; atom++)
        {
            (int x, int y, int z) = BinOf(Wrap(positions[atom], atom, Cell));
            keys[atom] = ((((long)z * Size.Y) + y) * Size.X) + x;
            atoms[atom] = atom;
        }

        keys.Sort(atoms);
        BinCount = 0;
        for (int first = 0, end; first < keys.Length; first = end)
        {
            for (end = first + 1; end < keys.Length && keys[end] == keys[first]; end++) { }
            atoms[first..end].Sort(); // the sort by key is not stable
            _binKeys[BinCount] = keys[first];
            _binStarts[BinCount++] = first;
        }

        _binStarts[BinCount] = keys.Length;
        for (int place = 0; place < atoms.Length; place++)
        {
            Put(place, atoms[place], positions[atoms[place]]);
        }
    }

    private void Put(int place, int atom, Vector3D position)
    {
        Vector3D wrapped = Wrap(position, atom, Cell);
        _atoms[place] = atom;
        _x[place] = wrapped.X;
        _y[place] = wrapped.Y;
        _z[place] = wrapped.Z;
    }

    private int LowerBound(long key)
    {
        int found = _binKeys.AsSpan(0, BinCount).BinarySearch(key);
        return found < 0 ? ~found : found;
    }

    private readonly record struct Axis(int Count, double Origin, double Scale);
}
