using System.Numerics;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The three-body term of D3 for one atom: B. M. Axilrod and E. Teller, J. Chem. Phys. 11, 299 (1943), and Y. Muto, with C9 = −(C6·C6·C6)^½ and the damping of S. Grimme, J. Antony, S. Ehrlich and H. Krieg,
/// J. Chem. Phys. 132, 154104 (2010). All triangles with a corner at the atom are summed, so each is met three times and nothing is written to other atoms. Each thread has one. Atomic units.
/// </summary>
internal sealed class D3Triples(D3Images images, D3Sums sums)
{
    /// <summary>Scale of the cutoff radii in the damping, s_r.</summary>
    private const double RadiusScale = 4.0 / 3;

    private const int Systems = D3Reference.MaxSystems;

    private static readonly Vector<double> Lanes = Vector<double>.Indices;

    private readonly double[][] _weights = [.. Enumerable.Repeat(Array.Empty<double>(), Systems)];
    private double[] _x = [];
    private double[] _y = [];
    private double[] _z = [];
    private double[] _square = [];
    private double[] _coefficient = [];
    private double[] _relativeSlope = [];
    private int[] _atoms = [];
    private int[] _firsts = [];

    /// <summary>Sums over the triangles of an atom.</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="species">Its species.</param>
    /// <param name="radii">Cutoff radii of all pairs of species, Bohr.</param>
    /// <param name="coefficients">C6 of every atom with every reference system of every species, <see cref="D3Reference.MaxSystems"/> each.</param>
    /// <param name="own">The part of <paramref name="coefficients"/> of this atom.</param>
    /// <param name="ownSlopes">Derivatives of <paramref name="own"/> by its coordination number.</param>
    /// <param name="weights">Weights of the reference systems of every image, one array a system.</param>
    /// <param name="cutoff">No side of a triangle is longer.</param>
    /// <param name="force">The force is added here.</param>
    /// <param name="virial">The virial is added here: half of each pair that the atom belongs to.</param>
    /// <returns>The energy of the triangles, and its derivative by the coordination number of the atom.</returns>
    public (double Energy, double Slope) Sum(
        Vector3D place, int species, ReadOnlySpan<double> radii, ReadOnlySpan<double> coefficients, ReadOnlySpan<double> own, ReadOnlySpan<double> ownSlopes, double[][] weights, double cutoff, ref Vector3D force, ref Matrix3 virial)
    {
        int speciesCount = own.Length / Systems;
        Collect(place, speciesCount, own, ownSlopes, weights, cutoff);
        double energy = 0, slope = 0;
        Vector3D total = default;
        Matrix3 tensor = default;
        for (int s = 0; s < speciesCount; s++)
        {
            for (int j = _firsts[s]; j < _firsts[s + 1]; j++)
            {
                int atom = _atoms[j];
                double side = 0;
                D3Pull pull = default;
                for (int t = s; t < speciesCount; t++)
                {
                    double product = radii[(species * speciesCount) + s] * radii[(species * speciesCount) + t] * radii[(s * speciesCount) + t];
                    double logarithm = Math.Log(6) + (16.0 / 3 * Math.Log(RadiusScale * RadiusScale * RadiusScale * product));
                    Run(j, Math.Max(j + 1, _firsts[t]), _firsts[t + 1], coefficients.Slice(((atom * speciesCount) + t) * Systems, Systems), logarithm, cutoff * cutoff, ref energy, ref slope, ref side, ref pull);
                }

                Vector3D d = new(_x[j], _y[j], _z[j]);
                total += pull.Force + (side * d);
                tensor += pull.Tensor + (side * Matrix3.Outer(d, d));
            }
        }

        force += total;
        virial += 0.5 * tensor;
        return (energy, slope);
    }

    /// <summary>The triangles of the atom, its neighbour <paramref name="j"/> and a run of neighbours of one species.</summary>
    private void Run(int j, int first, int end, ReadOnlySpan<double> c, double logarithm, double limitSquared, ref double energy, ref double slope, ref double side, ref D3Pull pull)
    {
        if (first >= end) { return; }
        ref double x = ref MemoryMarshal.GetArrayDataReference(_x), y = ref MemoryMarshal.GetArrayDataReference(_y), z = ref MemoryMarshal.GetArrayDataReference(_z);
        ref double squares = ref MemoryMarshal.GetArrayDataReference(_square), ownC6 = ref MemoryMarshal.GetArrayDataReference(_coefficient), relative = ref MemoryMarshal.GetArrayDataReference(_relativeSlope);
        ref double w0 = ref MemoryMarshal.GetArrayDataReference(_weights[0]), w1 = ref MemoryMarshal.GetArrayDataReference(_weights[1]), w2 = ref MemoryMarshal.GetArrayDataReference(_weights[2]);
        ref double w3 = ref MemoryMarshal.GetArrayDataReference(_weights[3]), w4 = ref MemoryMarshal.GetArrayDataReference(_weights[4]);
        Vector<double> one = Vector<double>.One, jx = new(_x[j]), jy = new(_y[j]), jz = new(_z[j]), p = new(_square[j]), inverseP = new(1 / _square[j]), cj = new(_coefficient[j]), aj = new(_relativeSlope[j]), limit = new(limitSquared);
        Vector<double> c0 = new(c[0]), c1 = new(c[1]), c2 = new(c[2]), c3 = new(c[3]), c4 = new(c[4]), shift = new(logarithm), third8 = new(8.0 / 3), angle = new(0.375), half5 = new(2.5), half3 = new(1.5), two = new(2.0);
        Vector<double> sum = default, sumSlope = default, sumSide = default;
        Vector<double> fx = default, fy = default, fz = default, xx = default, yy = default, zz = default, yz = default, xz = default, xy = default;
        for (int k = first; k < end; k += Vector<double>.Count)
        {
            nuint at = (nuint)k;
            Vector<double> kx = Vector.LoadUnsafe(ref x, at), ky = Vector.LoadUnsafe(ref y, at), kz = Vector.LoadUnsafe(ref z, at), q = Vector.LoadUnsafe(ref squares, at);
            Vector<double> dx = kx - jx, dy = ky - jy, dz = kz - jz, s = (dx * dx) + (dy * dy) + (dz * dz);
            Vector<long> inside = Vector.LessThan(Lanes, new Vector<double>(end - k)) & Vector.LessThan(s, limit);
            if (Vector.EqualsAll(inside, Vector<long>.Zero)) { continue; }

            // Lanes outside go along with a harmless triangle and the weight zero.
            s = Vector.ConditionalSelect(inside, s, p);
            q = Vector.ConditionalSelect(inside, q, p);

            // Cosines by the law of cosines: their product is t1·t2·t3/8u.
            Vector<double> t1 = p + q - s, t2 = p + s - q, t3 = q + s - p, t12 = t1 * t2, t13 = t1 * t3, t23 = t2 * t3;
            Vector<double> v = one / (p * q * s), h = angle * t12 * t3 * v;
            Vector<double> f = one / (one + Vector.Exp(shift + (third8 * Vector.Log(v))));
            Vector<double> c6 = (c0 * Vector.LoadUnsafe(ref w0, at)) + (c1 * Vector.LoadUnsafe(ref w1, at)) + (c2 * Vector.LoadUnsafe(ref w2, at)) + (c3 * Vector.LoadUnsafe(ref w3, at)) + (c4 * Vector.LoadUnsafe(ref w4, at));

            // (C6·C6·C6)^½·f/u^³⁄²: what the angular part is multiplied with.
            Vector<double> scale = Vector.ConditionalSelect(inside, v * f * Vector.SquareRoot(v * cj * c6 * Vector.LoadUnsafe(ref ownC6, at)), default);
            Vector<double> e = scale * (h + one);
            sum += e;
            sumSlope += e * (aj + Vector.LoadUnsafe(ref relative, at));

            // Derivatives by the squares of the sides.
            Vector<double> radial = (third8 * (one - f) * (h + one)) - (half5 * h) - half3;
            sumSide += scale * ((angle * v * (t23 + t13 - t12)) + (radial * inverseP));
            Vector<double> g = two * scale * ((angle * v * (t23 - t13 + t12)) + (radial / q)), gx = g * kx, gy = g * ky, gz = g * kz;
            fx -= gx;
            fy -= gy;
            fz -= gz;
            xx -= gx * kx;
            yy -= gy * ky;
            zz -= gz * kz;
            yz -= gy * kz;
            xz -= gx * kz;
            xy -= gx * ky;
        }

        energy += Vector.Sum(sum);
        slope += 0.5 * Vector.Sum(sumSlope);
        side -= 2 * Vector.Sum(sumSide);
        pull.Add(fx, fy, fz, xx, yy, zz, yz, xz, xy);
    }

    /// <summary>The neighbours of an atom, species by species, with what depends on the pair alone.</summary>
    private void Collect(Vector3D place, int speciesCount, ReadOnlySpan<double> own, ReadOnlySpan<double> ownSlopes, double[][] weights, double cutoff)
    {
        ReadOnlySpan<int> bins = sums.FindBins(place, cutoff);
        if (_firsts.Length != speciesCount + 1) { _firsts = new int[speciesCount + 1]; }
        int count = 0;
        for (int s = 0; s < speciesCount; s++)
        {
            ReadOnlySpan<double> c = own.Slice(s * Systems, Systems), slopes = ownSlopes.Slice(s * Systems, Systems);
            _firsts[s] = count;
            foreach (int bin in bins)
            {
                int run = (bin * speciesCount) + s;
                for (int slot = images.Starts[run]; slot < images.Starts[run + 1]; slot++)
                {
                    Vector3D d = place - new Vector3D(images.X[slot], images.Y[slot], images.Z[slot]);
                    double square = d.NormSquared;
                    if (square >= cutoff * cutoff || square <= D3Sums.SamePlaceSquared) { continue; }
                    if (count + Vector<double>.Count >= _x.Length) { Grow(); }
                    double c6 = 0, c6Slope = 0;
                    for (int b = 0; b < Systems; b++)
                    {
                        double w = weights[b][slot];
                        _weights[b][count] = w;
                        c6 += c[b] * w;
                        c6Slope += slopes[b] * w;
                    }

                    (_x[count], _y[count], _z[count], _square[count], _atoms[count]) = (d.X, d.Y, d.Z, square, images.Sources[slot]);
                    (_coefficient[count], _relativeSlope[count]) = (c6, c6Slope / c6);
                    count++;
                }
            }
        }

        _firsts[speciesCount] = count;
    }

    private void Grow()
    {
        int capacity = Math.Max(128, 2 * _x.Length);
        Array.Resize(ref _x, capacity);
        Array.Resize(ref _y, capacity);
        Array.Resize(ref _z, capacity);
        Array.Resize(ref _square, capacity);
        Array.Resize(ref _coefficient, capacity);
        Array.Resize(ref _relativeSlope, capacity);
        Array.Resize(ref _atoms, capacity);
        for (int b = 0; b < Systems; b++) { Array.Resize(ref _weights[b], capacity); }
    }
}
