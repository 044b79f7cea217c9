using System.Numerics;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The sums of D3 over the neighbours of one atom, vectorised over runs of neighbours of one species. Each thread has one. Atomic units.
/// </summary>
internal sealed class D3Sums(D3Images images)
{
    /// <summary>Steepness of the counting function (k1 of Grimme et al. 2010).</summary>
    public const double CountingSteepness = 16;

    /// <summary>Closer than this two atoms are at one place, Bohr².</summary>
    public const double SamePlaceSquared = 1e-8;

    private static readonly Vector<double> Lanes = Vector<double>.Indices;

    private int[] _bins = [];
    private int _binCount;

    /// <summary>Per species and reference system: Σ_j W_jb·g(r_ij) of the last <see cref="SumPairs"/>.</summary>
    public double[] Weighted { get; private set; } = [];

    /// <summary>The coordination number of an atom.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="pairRadii">Sum of covalent radii with each species.</param>
    /// <param name="cutoff">Cutoff.</param>
    /// <param name="coinciding">Number of atoms at this place, itself included.</param>
    public double Coordination(Vector3D place, ReadOnlySpan<double> pairRadii, double cutoff, out int coinciding)
    {
        FindBins(place, cutoff);
        ref double x = ref MemoryMarshal.GetArrayDataReference(images.X), y = ref MemoryMarshal.GetArrayDataReference(images.Y), z = ref MemoryMarshal.GetArrayDataReference(images.Z);
        Vector<double> px = new(place.X), py = new(place.Y), pz = new(place.Z), limit = new(cutoff * cutoff), least = new(SamePlaceSquared);
        Vector<double> sum = default, same = default;
        for (int b = 0; b < _binCount; b++)
        {
            for (int s = 0; s < pairRadii.Length; s++)
            {
                int run = (_bins[b] * pairRadii.Length) + s, end = images.Starts[run + 1];
                Vector<double> radius = new(pairRadii[s]);
                for (int k = images.Starts[run]; k < end; k += Vector<double>.Count)
                {
                    Vector<double> dx = px - Vector.LoadUnsafe(ref x, (nuint)k), dy = py - Vector.LoadUnsafe(ref y, (nuint)k), dz = pz - Vector.LoadUnsafe(ref z, (nuint)k);
                    Vector<double> r2 = (dx * dx) + (dy * dy) + (dz * dz);
                    Vector<long> present = Vector.LessThan(Lanes, new Vector<double>(end - k)), apart = Vector.GreaterThan(r2, least);
                    Vector<double> e = Vector.Exp(new Vector<double>(-CountingSteepness) * ((radius / Vector.SquareRoot(r2)) - Vector<double>.One));
                    sum += Vector.ConditionalSelect(present & apart & Vector.LessThan(r2, limit), Vector<double>.One / (Vector<double>.One + e), default);
                    same += Vector.ConditionalSelect(Vector.AndNot(present, apart), Vector<double>.One, default);
                }
            }
        }

        coinciding = (int)Vector.Sum(same);
        return Vector.Sum(sum);
    }

    /// <summary>Sums over all pairs of an atom: what its energy and its derivative by coordination need, its force and virial at constant coordination.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="pairs">Damping with each species.</param>
    /// <param name="coefficients">C6 of the atom with every reference system of every species, <see cref="D3Reference.MaxSystems"/> each.</param>
    /// <param name="weights">Weights of the reference systems of every image, one array a system.</param>
    /// <param name="cutoff">Cutoff.</param>
    /// <param name="force">Receives the force.</param>
    /// <param name="virial">Receives the virial: half of each pair.</param>
    public void SumPairs(Vector3D place, ReadOnlySpan<D3Pair> pairs, ReadOnlySpan<double> coefficients, double[][] weights, double cutoff, out Vector3D force, out Matrix3 virial)
    {
        FindBins(place, cutoff);
        if (Weighted.Length != coefficients.Length) { Weighted = new double[coefficients.Length]; }
        D3Pull pull = default;
        for (int s = 0; s < pairs.Length; s++)
        {
            // C6 of the systems an element does not have is zero: a species of few systems does the work of few.
            ReadOnlySpan<double> c = coefficients.Slice(s * D3Reference.MaxSystems, D3Reference.MaxSystems);
            Span<double> sums = Weighted.AsSpan(s * D3Reference.MaxSystems, D3Reference.MaxSystems);
            if (c[3] != 0) { SumSpecies<Five>(s, pairs.Length, place, pairs[s], c, weights, cutoff, sums, ref pull); }
            else if (c[2] != 0) { SumSpecies<Three>(s, pairs.Length, place, pairs[s], c, weights, cutoff, sums, ref pull); }
            else { SumSpecies<Two>(s, pairs.Length, place, pairs[s], c, weights, cutoff, sums, ref pull); }
        }

        force = pull.Force;
        virial = 0.5 * pull.Tensor;
    }

    /// <summary>The part of <see cref="SumPairs"/> of the neighbours of one species with at most as many reference systems as the type says.</summary>
    private void SumSpecies<TSystems>(int species, int speciesCount, Vector3D place, D3Pair pair, ReadOnlySpan<double> c, double[][] weights, double cutoff, Span<double> sums, ref D3Pull pull)
        where TSystems : struct, ISystems
    {
        ref double x = ref MemoryMarshal.GetArrayDataReference(images.X), y = ref MemoryMarshal.GetArrayDataReference(images.Y), z = ref MemoryMarshal.GetArrayDataReference(images.Z);
        ref double w0 = ref MemoryMarshal.GetArrayDataReference(weights[0]), w1 = ref MemoryMarshal.GetArrayDataReference(weights[1]), w2 = ref MemoryMarshal.GetArrayDataReference(weights[2]);
        ref double w3 = ref MemoryMarshal.GetArrayDataReference(weights[3]), w4 = ref MemoryMarshal.GetArrayDataReference(weights[4]);
        Vector<double> px = new(place.X), py = new(place.Y), pz = new(place.Z), limit = new(cutoff * cutoff);
        Vector<double> six = new(pair.Six), eight = new(pair.Eight), damp6 = new(pair.Damp6), damp8 = new(pair.Damp8), six6 = new(6 * pair.Six), eight8 = new(8 * pair.Eight);
        Vector<double> c0 = new(c[0]), c1 = new(c[1]), c2 = new(c[2]), c3 = new(c[3]), c4 = new(c[4]);
        Vector<double> g0 = default, g1 = default, g2 = default, g3 = default, g4 = default;

        // Nine sums in variables of their own: the fields of a structure would live in memory.
        Vector<double> fx = default, fy = default, fz = default, xx = default, yy = default, zz = default, yz = default, xz = default, xy = default;
        for (int b = 0; b < _binCount; b++)
        {
            int run = (_bins[b] * speciesCount) + species, end = images.Starts[run + 1];
            for (int k = images.Starts[run]; k < end; k += Vector<double>.Count)
            {
                nuint at = (nuint)k;
                Vector<double> dx = px - Vector.LoadUnsafe(ref x, at), dy = py - Vector.LoadUnsafe(ref y, at), dz = pz - Vector.LoadUnsafe(ref z, at);
                Vector<double> r2 = (dx * dx) + (dy * dy) + (dz * dz);
                Vector<long> inside = Vector.LessThan(Lanes, new Vector<double>(end - k)) & Vector.LessThan(r2, limit);
                Vector<double> r4 = r2 * r2, r6 = r4 * r2, a6 = r6 + damp6, a8 = (r4 * r4) + damp8;

                // One division for both.
                Vector<double> inverse = Vector<double>.One / (a6 * a8), i6 = a8 * inverse, i8 = a6 * inverse;
                Vector<double> g = Vector.ConditionalSelect(inside, (six * i6) + (eight * i8), default);
                Vector<double> slope = Vector.ConditionalSelect(inside, (six6 * r4 * i6 * i6) + (eight8 * r6 * i8 * i8), default);
                Vector<double> v = Vector.LoadUnsafe(ref w0, at), c6 = c0 * v;
                g0 += v * g;
                v = Vector.LoadUnsafe(ref w1, at);
                g1 += v * g;
                c6 += c1 * v;
                if (TSystems.Count > 2)
                {
                    v = Vector.LoadUnsafe(ref w2, at);
                    g2 += v * g;
                    c6 += c2 * v;
                }

                if (TSystems.Count > 3)
                {
                    v = Vector.LoadUnsafe(ref w3, at);
                    g3 += v * g;
                    c6 += c3 * v;
                    v = Vector.LoadUnsafe(ref w4, at);
                    g4 += v * g;
                    c6 += c4 * v;
                }

                Vector<double> p = slope * c6, qx = p * dx, qy = p * dy, qz = p * dz;
                fx -= qx;
                fy -= qy;
                fz -= qz;
                xx -= qx * dx;
                yy -= qy * dy;
                zz -= qz * dz;
                yz -= qy * dz;
                xz -= qx * dz;
                xy -= qx * dy;
            }
        }

        pull.Add(fx, fy, fz, xx, yy, zz, yz, xz, xy);
        (sums[0], sums[1], sums[2], sums[3], sums[4]) = (Vector.Sum(g0), Vector.Sum(g1), Vector.Sum(g2), Vector.Sum(g3), Vector.Sum(g4));
    }

    /// <summary>Force and virial of an atom from the dependence of the energy on coordination numbers.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="slope">Derivative of the energy by its own coordination number.</param>
    /// <param name="slopes">The same of every image.</param>
    /// <param name="pairRadii">Sum of covalent radii with each species.</param>
    /// <param name="cutoff">Cutoff of coordination.</param>
    /// <param name="force">The force is added here.</param>
    /// <param name="virial">The virial is added here: half of each pair.</param>
    public void SumCoordination(Vector3D place, double slope, double[] slopes, ReadOnlySpan<double> pairRadii, double cutoff, ref Vector3D force, ref Matrix3 virial)
    {
        FindBins(place, cutoff);
        ref double x = ref MemoryMarshal.GetArrayDataReference(images.X), y = ref MemoryMarshal.GetArrayDataReference(images.Y), z = ref MemoryMarshal.GetArrayDataReference(images.Z), d = ref MemoryMarshal.GetArrayDataReference(slopes);
        Vector<double> px = new(place.X), py = new(place.Y), pz = new(place.Z), limit = new(cutoff * cutoff), least = new(SamePlaceSquared), own = new(slope);
        Vector<double> fx = default, fy = default, fz = default, xx = default, yy = default, zz = default, yz = default, xz = default, xy = default;
        for (int b = 0; b < _binCount; b++)
        {
            for (int s = 0; s < pairRadii.Length; s++)
            {
                int run = (_bins[b] * pairRadii.Length) + s, end = images.Starts[run + 1];
                Vector<double> radius = new(pairRadii[s]), scale = new(CountingSteepness * pairRadii[s]);
                for (int k = images.Starts[run]; k < end; k += Vector<double>.Count)
                {
                    Vector<double> dx = px - Vector.LoadUnsafe(ref x, (nuint)k), dy = py - Vector.LoadUnsafe(ref y, (nuint)k), dz = pz - Vector.LoadUnsafe(ref z, (nuint)k);
                    Vector<double> r2 = (dx * dx) + (dy * dy) + (dz * dz);
                    Vector<long> inside = Vector.LessThan(Lanes, new Vector<double>(end - k)) & Vector.GreaterThan(r2, least) & Vector.LessThan(r2, limit);
                    Vector<double> r = Vector.SquareRoot(r2), e = Vector.Exp(new Vector<double>(-CountingSteepness) * ((radius / r) - Vector<double>.One)), c = Vector<double>.One / (Vector<double>.One + e);

                    // dc/dr = −16 R e c²/r²; minus the derivative over r: a positive one pushes the atoms apart.
                    Vector<double> p = Vector.ConditionalSelect(inside, scale * e * c * c / (r2 * r) * (own + Vector.LoadUnsafe(ref d, (nuint)k)), default);
                    Vector<double> qx = p * dx, qy = p * dy, qz = p * dz;
                    fx += qx;
                    fy += qy;
                    fz += qz;
                    xx += qx * dx;
                    yy += qy * dy;
                    zz += qz * dz;
                    yz += qy * dz;
                    xz += qx * dz;
                    xy += qx * dy;
                }
            }
        }

        D3Pull sum = default;
        sum.Add(fx, fy, fz, xx, yy, zz, yz, xz, xy);
        force += sum.Force;
        virial += 0.5 * sum.Tensor;
    }

    /// <summary>The bins that reach into the cutoff around a place.</summary>
    public ReadOnlySpan<int> FindBins(Vector3D place, double cutoff)
    {
        double edge = images.Edge, square = cutoff * cutoff;
        Vector3D p = place - images.Origin;
        (int nx, int ny, int nz) = images.Size;
        (int x0, int x1) = Range(p.X, cutoff, edge, nx);
        (int y0, int y1) = Range(p.Y, cutoff, edge, ny);
        (int z0, int z1) = Range(p.Z, cutoff, edge, nz);
        int most = Math.Max(0, x1 - x0 + 1) * Math.Max(0, y1 - y0 + 1) * Math.Max(0, z1 - z0 + 1);
        if (_bins.Length < most) { _bins = new int[most]; }
        _binCount = 0;
        for (int x = x0; x <= x1; x++)
        {
            double dx = Gap(p.X, x, edge), dx2 = dx * dx;
            for (int y = y0; y <= y1; y++)
            {
                double dy = Gap(p.Y, y, edge), dxy2 = dx2 + (dy * dy);
                for (int z = z0; z <= z1; z++)
                {
                    double dz = Gap(p.Z, z, edge);
                    if (dxy2 + (dz * dz) < square) { _bins[_binCount++] = (((x * ny) + y) * nz) + z; }
                }
            }
        }

        return _bins.AsSpan(0, _binCount);
    }

    private static (int First, int Last) Range(double place, double cutoff, double edge, int count) =>
        (Math.Max(0, (int)Math.Floor((place - cutoff) / edge)), Math.Min(count - 1, (int)Math.Floor((place + cutoff) / edge)));

    /// <summary>Distance of a place from a bin along one axis. What rounding put into the last bin may stand a little beyond it.</summary>
    private static double Gap(double place, int bin, double edge) => Math.Max(0, Math.Max((bin * edge) - place, place - ((bin + 1) * edge)) - 1e-9);

    /// <summary>A number of reference systems that the compiler knows.</summary>
    private interface ISystems
    {
        static abstract int Count { get; }
    }

    private readonly struct Two : ISystems
    {
        public static int Count => 2;
    }

    private readonly struct Three : ISystems
    {
        public static int Count => 3;
    }

    private readonly struct Five : ISystems
    {
        public static int Count => 5;
    }
}
