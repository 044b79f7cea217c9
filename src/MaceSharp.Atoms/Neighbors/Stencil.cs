namespace MaceSharp.Atoms;

/// <summary>The bins around a bin that a sphere of a given radius about any of its points can reach.</summary>
internal sealed class Stencil
{
    /// <summary>Only an absurdly skewed cell comes near it.</summary>
    private const int MaxRows = 1 << 21;

    private StencilRow[] _rows = [];
    private int _count;

    /// <summary>The rows, in ascending order of z, then y.</summary>
    public ReadOnlySpan<StencilRow> Rows => _rows.AsSpan(0, _count);

    /// <summary>Finds the rows.</summary>
    /// <param name="bin">Edges of a bin as rows, Å; linearly independent.</param>
    /// <param name="radius">Radius, Å. Bins that only touch the sphere are left out, so it includes what rounding may need.</param>
    /// <param name="reach">Largest offset of interest along the second and third axis, in bins.</param>
    /// <exception cref="InvalidInputException">The bins are so skewed that there are millions of rows.</exception>
    public void Update(Matrix3 bin, double radius, (int Y, int Z) reach)
    {
        // Rotate so that the bin edges form a lower triangle: then the length of a difference x (in bins) is that of
        // (x·xx + y·yx + z·zx, y·yy + z·zy, z·zz), and each axis can be bounded once the later ones are.
        double xx = bin.Row0.Norm;
        Vector3D e0 = bin.Row0 / xx;
        double yx = Vector3D.Dot(bin.Row1, e0);
        Vector3D rest = bin.Row1 - (yx * e0);
        double yy = rest.Norm;
        Vector3D e1 = rest / yy;
        double zx = Vector3D.Dot(bin.Row2, e0);
        double zy = Vector3D.Dot(bin.Row2, e1);
        double zz = (bin.Row2 - (zx * e0) - (zy * e1)).Norm;

        _count = 0;
        double squared = radius * radius;
        double zMax = radius / zz;
        foreach (int dz in Offsets(new(-zMax, zMax), reach.Z))
        {
            // Two points of bins dz apart differ by dz ± 1 at most; inside the sphere also by no more than zMax.
            Interval z = new Interval(dz - 1, dz + 1).Within(new(-zMax, zMax));
            double left = squared - Squared(z.Nearest * zz);
            if (left <= 0) { continue; }
            Interval slide = z * zy;
            double half = Math.Sqrt(left);
            Interval yRange = new((-half - slide.High) / yy, (half - slide.Low) / yy);
            foreach (int dy in Offsets(yRange, reach.Y))
            {
                Interval y = new Interval(dy - 1, dy + 1).Within(yRange);
                double rest2 = left - Squared(((y * yy) + slide).Nearest);
                if (rest2 <= 0) { continue; }
                Interval shear = (y * yx) + (z * zx);
                half = Math.Sqrt(rest2);
                Interval x = new((-half - shear.High) / xx, (half - shear.Low) / xx);
                Add(new StencilRow(dy, dz, FirstOffset(x), LastOffset(x)));
            }
        }
    }

    private static double Squared(double value) => value * value;

    // Bin offset d covers differences in the open interval (d − 1, d + 1).
    private static int FirstOffset(Interval range) => (int)Math.Floor(range.Low - 1) + 1;

    private static int LastOffset(Interval range) => (int)Math.Ceiling(range.High + 1) - 1;

    private static OffsetRange Offsets(Interval range, int reach) =>
        new(Math.Max(-reach, FirstOffset(range)), Math.Min(reach, LastOffset(range)));

    private void Add(StencilRow row)
    {
        if (_count == MaxRows)
        {
            throw new InvalidInputException("The cell is too skewed for a neighbour list with this cutoff: replace its lattice vectors by shorter ones of the same lattice.");
        }

        if (_count == _rows.Length) { GrowOnly.Ensure(ref _rows, Math.Max(64, 2 * _count), keep: _count); }
        _rows[_count++] = row;
    }

    private readonly record struct Interval(double Low, double High)
    {
        /// <summary>The smallest magnitude in the interval.</summary>
        public double Nearest => Low > 0 ? Low : High < 0 ? -High : 0;

        public static Interval operator *(Interval a, double s) => s < 0 ? new(a.High * s, a.Low * s) : new(a.Low * s, a.High * s);

        public static Interval operator +(Interval a, Interval b) => new(a.Low + b.Low, a.High + b.High);

        public Interval Within(Interval other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));
    }

    private struct OffsetRange(int first, int last)
    {
        public int Current { get; private set; } = first - 1;

        public readonly OffsetRange GetEnumerator() => this;

        public bool MoveNext() => ++Current <= last;
    }
}
