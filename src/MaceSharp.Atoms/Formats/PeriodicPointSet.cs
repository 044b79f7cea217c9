using System.Runtime.InteropServices;

namespace MaceSharp.Atoms;

/// <summary>Points of a crystal, found again up to lattice translations and a small distance; linear in the number of points.</summary>
internal sealed class PeriodicPointSet
{
    /// <summary>Width of a bin in units of the tolerance: wide enough that a point rarely touches a second bin, narrow enough that few distinct points fit in one.</summary>
    private const double BinWidth = 4;

    private const int MostBins = 1 << 20;

    private readonly Matrix3 _cell;
    private readonly double _tolerance;
    private readonly int[] _bins = new int[3];
    private readonly double[] _margin = new double[3];
    private readonly Dictionary<(int A, int B, int C), int> _first = [];
    private readonly List<(Vector3D Point, int Next)> _points = [];

    /// <summary>Creates an empty set.</summary>
    /// <param name="cell">Lattice vectors as rows, Å, linearly independent.</param>
    /// <param name="tolerance">The distance up to which points are the same, Å.</param>
    public PeriodicPointSet(Matrix3 cell, double tolerance)
    {
        _cell = cell;
        _tolerance = tolerance;
        Matrix3 reciprocal = cell.Inverse().Transposed;
        for (int axis = 0; axis < 3; axis++)
        {
            double height = 1 / reciprocal[axis].Norm;
            _bins[axis] = (int)Math.Clamp(height / (BinWidth * tolerance), 1, MostBins);
            _margin[axis] = tolerance / height;
        }
    }

    /// <summary>A point moved into the cell, each coordinate in [0, 1); what is below zero by rounding becomes zero.</summary>
    public static Vector3D Wrap(Vector3D point) => new(Wrap(point.X), Wrap(point.Y), Wrap(point.Z));

    /// <summary>The distance of two points over the nearest lattice translation of their difference, Å; exact when it is short.</summary>
    /// <param name="a">Fractional coordinates.</param>
    /// <param name="b">Fractional coordinates.</param>
    public double Distance(Vector3D a, Vector3D b)
    {
        Vector3D d = a - b;
        return (new Vector3D(d.X - Math.Round(d.X), d.Y - Math.Round(d.Y), d.Z - Math.Round(d.Z)) * _cell).Norm;
    }

    /// <summary>The index of a point, which is added when it is new.</summary>
    /// <param name="point">Fractional coordinates.</param>
    /// <returns>The index of the point that was there, or the number of points there were before.</returns>
    public int FindOrAdd(Vector3D point)
    {
        point = Wrap(point);
        Span<int> low = stackalloc int[3];
        Span<int> high = stackalloc int[3];
        for (int axis = 0; axis < 3; axis++)
        {
            low[axis] = (int)Math.Floor((point[axis] - _margin[axis]) * _bins[axis]);
            high[axis] = (int)Math.Floor((point[axis] + _margin[axis]) * _bins[axis]);
            high[axis] = Math.Min(high[axis], low[axis] + _bins[axis] - 1);
        }

        for (int a = low[0]; a <= high[0]; a++)
        {
            for (int b = low[1]; b <= high[1]; b++)
            {
                for (int c = low[2]; c <= high[2]; c++)
                {
                    int found = Find(point, (Modulo(a, 0), Modulo(b, 1), Modulo(c, 2)));
                    if (found >= 0) { return found; }
                }
            }
        }

        (int, int, int) bin = (Bin(point, 0), Bin(point, 1), Bin(point, 2));
        ref int first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, bin, out bool exists);
        _points.Add((point, exists ? first : -1));
        first = _points.Count - 1;
        return first;
    }

    private static double Wrap(double x)
    {
        x -= Math.Floor(x);
        return x < 1 - 1e-12 ? x : 0;
    }

    private int Find(Vector3D point, (int, int, int) bin)
    {
        int i = _first.GetValueOrDefault(bin, -1);
        while (i >= 0 && Distance(_points[i].Point, point) > _tolerance) { i = _points[i].Next; }
        return i;
    }

    private int Bin(Vector3D point, int axis) => Math.Min((int)(point[axis] * _bins[axis]), _bins[axis] - 1);

    private int Modulo(int bin, int axis) => ((bin % _bins[axis]) + _bins[axis]) % _bins[axis];
}
