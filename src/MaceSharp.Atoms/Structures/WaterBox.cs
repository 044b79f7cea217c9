namespace MaceSharp.Atoms;

/// <summary>
/// Periodic cubes of randomly oriented water molecules at the density of the liquid: a start for equilibration and a load for
/// benchmarks, not an equilibrated liquid.
/// </summary>
/// <remarks>
/// Oxygen atoms sit on a grid of layers and rows, each moved by a random step; every molecule is turned at random until it keeps its distance from
/// those already placed. Atoms come molecule by molecule as O, H, H. The same arguments give the same structure.
/// </remarks>
public static class WaterBox
{
    /// <summary>Density of water at 25 °C and 1 atm, g/cm³ (Wagner and Pruß, J. Phys. Chem. Ref. Data 31, 387 (2002)).</summary>
    public const double LiquidDensity = 0.997;

    /// <summary>Length of the O–H bond, Å: the experimental geometry of the free molecule, used by the TIP models (Jorgensen et al., J. Chem. Phys. 79, 926 (1983)).</summary>
    public const double BondLength = 0.9572;

    /// <summary>Angle H–O–H, degrees; source as for <see cref="BondLength"/>.</summary>
    public const double BondAngle = 104.52;

    /// <summary>No two atoms of different molecules, periodic images included, are closer than this, Å.</summary>
    public const double ShortestDistance = 0.8;

    /// <summary>Largest number of molecules of a box.</summary>
    public const int LargestCount = 10_000_000;

    /// <summary>Largest density of a box, g/cm³; beyond it molecules cannot be kept apart this way.</summary>
    public const double LargestDensity = 1.5;

    /// <summary>A molecule this far from all others, Å, is not turned any further.</summary>
    private const double ComfortableDistance = 1.5;

    /// <summary>Largest random step from the grid along each axis as a share of the spacing of the grid.</summary>
    private const double Jitter = 0.06;

    private const int Attempts = 40;
    private const int LargestAttempts = 20_000;

    /// <summary>Builds a box.</summary>
    /// <param name="molecules">Number of molecules, 1 to <see cref="LargestCount"/>.</param>
    /// <param name="seed">Seed of positions and orientations.</param>
    /// <param name="density">Density, g/cm³, up to <see cref="LargestDensity"/>.</param>
    /// <param name="cancellationToken">Ends the building of a large box early.</param>
    /// <returns>A structure of 3·<paramref name="molecules"/> atoms, periodic in three directions, all oxygen atoms inside the cell.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of molecules or the density is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Structure Create(int molecules, int seed = 1, double density = LiquidDensity, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(molecules, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(molecules, LargestCount);
        if (!(density > 0 && density <= LargestDensity)) { throw new ArgumentOutOfRangeException(nameof(density), density, $"A density is above 0 and at most {LargestDensity} g/cm³."); }
        double mass = Elements.Mass(8) + (2 * Elements.Mass(1));
        double edge = Math.Cbrt(molecules * mass / (density * Units.GramPerCubicCentimetre));
        Random random = new(seed);
        Packing packing = new(molecules, edge, (2 * BondLength) + ComfortableDistance);
        double step = Jitter * edge / Math.Cbrt(molecules);
        foreach (Vector3D site in Sites(molecules, edge))
        {
            cancellationToken.ThrowIfCancellationRequested();
            packing.Add(Place(packing, site, step, edge, random));
        }

        int[] numbers = new int[3 * molecules];
        for (int i = 0; i < numbers.Length; i++) { numbers[i] = i % 3 == 0 ? 8 : 1; }
        return new Structure(numbers, packing.Positions, new Matrix3(edge, 0, 0, 0, edge, 0, 0, 0, edge), Periodicity.All);
    }

    /// <summary>Grid points of a cube: layers of rows, as even as the number allows.</summary>
    private static IEnumerable<Vector3D> Sites(int count, double edge)
    {
        int layers = Math.Max(1, (int)Math.Round(Math.Cbrt(count)));
        for (int layer = 0, placed = 0; layer < layers; layer++)
        {
            int inLayer = Share(count, layers, layer), rows = Math.Max(1, (int)Math.Round(Math.Sqrt(inLayer)));
            for (int row = 0; row < rows; row++)
            {
                int inRow = Share(inLayer, rows, row);
                for (int i = 0; i < inRow; i++, placed++)
                {
                    yield return new Vector3D((i + 0.5) / inRow * edge, (row + 0.5) / rows * edge, (layer + 0.5) / layers * edge);
                }
            }
        }
    }

    /// <summary>How many of a number of things fall to one of several equal parts.</summary>
    private static int Share(int count, int parts, int part) => (int)((((part + 1L) * count) / parts) - (((long)part * count) / parts));

    private static Molecule Place(Packing packing, Vector3D site, double step, double edge, Random random)
    {
        Molecule best = default;
        double largest = double.NegativeInfinity;
        for (int attempt = 0; attempt < LargestAttempts && (attempt < Attempts || largest < ShortestDistance); attempt++)
        {
            Vector3D oxygen = site + new Vector3D(Symmetric(random, step), Symmetric(random, step), Symmetric(random, step));
            Molecule molecule = Orient(new Vector3D(Wrap(oxygen.X, edge), Wrap(oxygen.Y, edge), Wrap(oxygen.Z, edge)), random);
            double distance = packing.Clearance(molecule);
            if (distance <= largest) { continue; }
            largest = distance;
            best = molecule;
            if (distance >= ComfortableDistance) { break; }
        }

        return largest >= ShortestDistance ? best : throw new InvalidOperationException("A molecule of water found no place.");
    }

    /// <summary>A molecule at a place, turned at random: one bond along a random direction, the other anywhere on its cone.</summary>
    private static Molecule Orient(Vector3D oxygen, Random random)
    {
        Vector3D first = Direction(random), across;
        do { across = Vector3D.Cross(first, Direction(random)); }
        while (across.Norm < 1e-3);
        across /= across.Norm;
        (double sin, double cos) = Math.SinCos(BondAngle * Math.PI / 180);
        return new Molecule(oxygen, oxygen + (BondLength * first), oxygen + (BondLength * ((cos * first) + (sin * across))));
    }

    /// <summary>A direction uniform on the sphere (Archimedes: its height is uniform).</summary>
    private static Vector3D Direction(Random random)
    {
        double z = Symmetric(random, 1), around = 2 * Math.PI * random.NextDouble(), radius = Math.Sqrt(1 - (z * z));
        (double sin, double cos) = Math.SinCos(around);
        return new Vector3D(radius * cos, radius * sin, z);
    }

    private static double Symmetric(Random random, double largest) => largest * ((2 * random.NextDouble()) - 1);

    private static double Wrap(double x, double edge)
    {
        double wrapped = x - (edge * Math.Floor(x / edge));
        return wrapped < edge ? wrapped : 0;
    }

    private readonly record struct Molecule(Vector3D Oxygen, Vector3D Hydrogen1, Vector3D Hydrogen2);

    /// <summary>The molecules placed so far, by cubic bins of their oxygen atoms that are as wide as molecules notice each other (or as the box, in a small one).</summary>
    private sealed class Packing(int capacity, double edge, double reach)
    {
        private readonly int _bins = Math.Max(1, (int)Math.Min(edge / reach, 512));
        private readonly Dictionary<(int, int, int), List<int>> _members = [];
        private readonly Vector3D[] _positions = new Vector3D[3 * capacity];
        private int _count;

        public ReadOnlySpan<Vector3D> Positions => _positions;

        public void Add(Molecule molecule)
        {
            (int, int, int) bin = (Bin(molecule.Oxygen.X), Bin(molecule.Oxygen.Y), Bin(molecule.Oxygen.Z));
            if (!_members.TryGetValue(bin, out List<int>? members)) { _members.Add(bin, members = []); }
            members.Add(_count);
            _positions[3 * _count] = molecule.Oxygen;
            _positions[(3 * _count) + 1] = molecule.Hydrogen1;
            _positions[(3 * _count) + 2] = molecule.Hydrogen2;
            _count++;
        }

        /// <summary>Shortest distance from a molecule to the images of itself and to the others, Å; only right where it is below the comfortable one.</summary>
        public double Clearance(Molecule molecule)
        {
            ReadOnlySpan<Vector3D> own = [molecule.Oxygen, molecule.Hydrogen1, molecule.Hydrogen2];
            int x = Bin(molecule.Oxygen.X), y = Bin(molecule.Oxygen.Y), z = Bin(molecule.Oxygen.Z);
            double shortest = double.PositiveInfinity;
            for (int i = -1; i <= 1; i++)
            {
                for (int j = -1; j <= 1; j++)
                {
                    for (int k = -1; k <= 1; k++)
                    {
                        (int bx, double sx) = Neighbor(x + i);
                        (int by, double sy) = Neighbor(y + j);
                        (int bz, double sz) = Neighbor(z + k);
                        Vector3D shift = new(sx, sy, sz);
                        if (shift != Vector3D.Zero) { shortest = Math.Min(shortest, Closest(own, own, shift)); }
                        if (!_members.TryGetValue((bx, by, bz), out List<int>? members)) { continue; }
                        foreach (int member in members) { shortest = Math.Min(shortest, Closest(own, _positions.AsSpan(3 * member, 3), shift)); }
                    }
                }
            }

            return Math.Sqrt(shortest);
        }

        /// <summary>Shortest squared distance between two molecules, the second one moved.</summary>
        private static double Closest(ReadOnlySpan<Vector3D> first, ReadOnlySpan<Vector3D> second, Vector3D shift)
        {
            double shortest = double.PositiveInfinity;
            foreach (Vector3D a in first)
            {
                foreach (Vector3D b in second) { shortest = Math.Min(shortest, (a - b - shift).NormSquared); }
            }

            return shortest;
        }

        private int Bin(double x) => Math.Min(_bins - 1, (int)(x / edge * _bins));

        /// <summary>A bin beside one of the box: the bin it is an image of, and by how much, Å.</summary>
        private (int Bin, double Shift) Neighbor(int bin) => bin < 0 ? (bin + _bins, -edge) : bin >= _bins ? (bin - _bins, edge) : (bin, 0);
    }
}
