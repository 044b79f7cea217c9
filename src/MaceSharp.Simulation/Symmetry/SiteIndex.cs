using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Finds the atom at a place of a periodic crystal in constant time.</summary>
internal sealed class SiteIndex
{
    private readonly Vector3D[] _fractional;
    private readonly int[] _species;
    private readonly Matrix3 _cell;
    private readonly double _tolerance;
    private readonly int[] _bins = new int[3];
    private readonly Dictionary<int, List<int>> _content = [];
    private readonly double[] _reach = new double[3];

    /// <summary>Creates an index.</summary>
    /// <param name="fractional">Fractional coordinates.</param>
    /// <param name="species">What distinguishes atoms.</param>
    /// <param name="cell">Lattice vectors as rows, Å; of a shape not too flat.</param>
    /// <param name="tolerance">How far an atom may be from its place, Å.</param>
    public SiteIndex(Vector3D[] fractional, int[] species, Matrix3 cell, double tolerance)
    {
        _fractional = fractional;
        _species = species;
        _cell = cell;
        _tolerance = tolerance;
        double volume = Math.Abs(cell.Determinant);
        int perAxis = Math.Max(1, (int)Math.Cbrt(fractional.Length));
        for (int axis = 0; axis < 3; axis++)
        {
            // How far the tolerance reaches in fractional coordinates: over the distance of the lattice planes.
            double height = volume / Vector3D.Cross(cell[(axis + 1) % 3], cell[(axis + 2) % 3]).Norm;
            _reach[axis] = tolerance / height;
            _bins[axis] = Math.Clamp((int)(0.5 / Math.Max(_reach[axis], 1e-9)), 1, perAxis);
        }

        for (int i = 0; i < fractional.Length; i++)
        {
            int key = Key(Bin(fractional[i].X, 0), Bin(fractional[i].Y, 1), Bin(fractional[i].Z, 2));
            if (!_content.TryGetValue(key, out List<int>? list)) { _content[key] = list = []; }
            list.Add(i);
        }
    }

    /// <summary>The atom of a species nearest to a place, within the tolerance; -1 where there is none.</summary>
    /// <param name="place">Fractional coordinates.</param>
    /// <param name="species">The species.</param>
    /// <param name="offset">From the place to the atom, fractional.</param>
    /// <param name="except">An atom that is not meant.</param>
    public int Find(Vector3D place, int species, out Vector3D offset, int except = -1)
    {
        int best = -1;
        double least = _tolerance;
        offset = default;
        (int x0, int x1) = Range(place.X, 0);
        (int y0, int y1) = Range(place.Y, 1);
        (int z0, int z1) = Range(place.Z, 2);
        for (int x = x0; x <= x1; x++)
        {
            for (int y = y0; y <= y1; y++)
            {
                for (int z = z0; z <= z1; z++)
                {
                    if (!_content.TryGetValue(Key(Modulo(x, _bins[0]), Modulo(y, _bins[1]), Modulo(z, _bins[2])), out List<int>? list)) { continue; }
                    foreach (int i in list)
                    {
                        if (_species[i] != species || i == except) { continue; }
                        Vector3D d = Nearest(_fractional[i] - place);
                        double distance = (d * _cell).Norm;
                        if (distance < least) { (best, least, offset) = (i, distance, d); }
                    }
                }
            }
        }

        return best;
    }

    /// <summary>The shortest of the fractional vectors that differ by lattice vectors (up to a choice of basis that is nearly orthogonal).</summary>
    public static Vector3D Nearest(Vector3D s) => new(s.X - Math.Round(s.X), s.Y - Math.Round(s.Y), s.Z - Math.Round(s.Z));

    private int Bin(double s, int axis) => Math.Clamp((int)((s - Math.Floor(s)) * _bins[axis]), 0, _bins[axis] - 1);

    private (int Low, int High) Range(double s, int axis)
    {
        double w = s - Math.Floor(s);
        int low = (int)Math.Floor((w - _reach[axis]) * _bins[axis]), high = (int)Math.Floor((w + _reach[axis]) * _bins[axis]);
        return high - low >= _bins[axis] ? (0, _bins[axis] - 1) : (low, high);
    }

    private int Key(int x, int y, int z) => (((x * _bins[1]) + y) * _bins[2]) + z;

    private static int Modulo(int value, int modulus) => ((value % modulus) + modulus) % modulus;
}
