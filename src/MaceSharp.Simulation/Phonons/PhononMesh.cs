using System.Numerics;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Phonons on a regular mesh of wave vectors with Γ in it, from which densities of states and thermal properties follow.</summary>
public sealed class PhononMesh
{
    private readonly double[] _weights;
    private readonly double[][] _frequencies;
    private readonly double[][]? _projections;
    private readonly int[] _elements;

    private PhononMesh((int, int, int) size, double[] weights, double[][] frequencies, double[][]? projections, int[] elements)
    {
        Size = size;
        _weights = weights;
        _frequencies = frequencies;
        _projections = projections;
        _elements = elements;
    }

    /// <summary>Number of points along each reciprocal vector.</summary>
    public (int A, int B, int C) Size { get; }

    /// <summary>Number of wave vectors that symmetry leaves to compute.</summary>
    public int PointCount => _weights.Length;

    /// <summary>Whether densities projected on elements can be had.</summary>
    public bool HasProjections => _projections is not null;

    /// <summary>The smallest frequency, THz; negative when imaginary.</summary>
    public double SmallestFrequency => _frequencies.Min(static f => f[0]);

    /// <summary>The largest frequency, THz.</summary>
    public double LargestFrequency => _frequencies.Max(static f => f[^1]);

    /// <summary>Atomic numbers of the elements of the projected densities.</summary>
    public IReadOnlyList<int> ProjectedElements => [.. _elements.Distinct().Order()];

    /// <summary>Computes the phonons of a mesh; wave vectors that the point group or time reversal map onto each other once.</summary>
    /// <param name="phonons">The phonons.</param>
    /// <param name="a">Points along the first reciprocal vector.</param>
    /// <param name="b">Points along the second.</param>
    /// <param name="c">Points along the third.</param>
    /// <param name="withProjections">Whether densities projected on elements are wanted.</param>
    /// <param name="progress">Told the done and the total number of wave vectors.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="InvalidInputException">A number of points is not positive, or there are more than ten million.</exception>
    public static PhononMesh Compute(Phonons phonons, int a, int b, int c, bool withProjections = false, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(phonons);
        if (a < 1 || b < 1 || c < 1 || (long)a * b * c > 10_000_000) { throw new InvalidInputException($"A mesh of {a} × {b} × {c} wave vectors cannot be used; the numbers are positive, their product at most ten million."); }
        (Vector3D[] points, double[] weights) = Reduce(phonons, a, b, c);
        double[][] frequencies = new double[points.Length][];
        double[][]? projections = withProjections ? new double[points.Length][] : null;
        int[] elements = phonons.Cell.Primitive.AtomicNumbers.ToArray();
        int[] kinds = [.. elements.Distinct().Order()];
        int done = 0;
        Parallel.For(0, points.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, p =>
        {
            (double[] f, Complex[,] vectors) = phonons.Modes(points[p]);
            frequencies[p] = f;
            if (projections is not null)
            {
                double[] projection = new double[f.Length * kinds.Length];
                for (int n = 0; n < f.Length; n++)
                {
                    for (int i = 0; i < f.Length; i++)
                    {
                        Complex z = vectors[i, n];
                        projection[(n * kinds.Length) + Array.IndexOf(kinds, elements[i / 3])] += (z.Real * z.Real) + (z.Imaginary * z.Imaginary);
                    }
                }

                projections[p] = projection;
            }

            progress?.Report((Interlocked.Increment(ref done), points.Length));
        });
        return new PhononMesh((a, b, c), weights, frequencies, projections, elements);
    }

    /// <summary>The density of states at the given frequencies, states per THz and primitive cell: every mode a Gaussian. Its integral is the number of branches.</summary>
    /// <param name="at">Frequencies, THz.</param>
    /// <param name="width">Standard deviation of the Gaussians, THz.</param>
    /// <param name="element">Only the part of atoms of this atomic number; null for all.</param>
    /// <exception cref="InvalidOperationException">Projections were not computed.</exception>
    public double[] DensityOfStates(ReadOnlySpan<double> at, double width, int? element = null)
    {
        if (element is not null && _projections is null) { throw new InvalidOperationException("The mesh was computed without projections."); }
        int kinds = ProjectedElements.Count, kind = element is int z ? ProjectedElements.ToList().IndexOf(z) : 0;
        double[] density = new double[at.Length];
        for (int p = 0; p < _weights.Length; p++)
        {
            for (int n = 0; n < _frequencies[p].Length; n++)
            {
                double weight = _weights[p] * (element is null ? 1 : kind < 0 ? 0 : _projections![p][(n * kinds) + kind]) / (width * Math.Sqrt(2 * Math.PI));
                double f = _frequencies[p][n];
                for (int k = 0; k < at.Length; k++)
                {
                    double d = (at[k] - f) / width;
                    if (Math.Abs(d) < 8) { density[k] += weight * Math.Exp(-0.5 * d * d); }
                }
            }
        }

        return density;
    }

    /// <summary>Thermal properties of a primitive cell in the harmonic approximation. Modes below the cutoff (acoustic ones at Γ, imaginary ones) are left out.</summary>
    /// <param name="temperature">T, K.</param>
    /// <param name="cutoff">Smallest frequency counted, THz.</param>
    public ThermalProperties Thermal(double temperature, double cutoff = 1e-3)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(temperature);
        double free = 0, energy = 0, entropy = 0, heat = 0;
        for (int p = 0; p < _weights.Length; p++)
        {
            foreach (double f in _frequencies[p])
            {
                if (f <= cutoff) { continue; }
                HarmonicOscillator.Add(f * Units.Terahertz, temperature, _weights[p], ref free, ref energy, ref entropy, ref heat);
            }
        }

        return new ThermalProperties(temperature, free, energy, entropy, heat);
    }

    /// <summary>Share of the modes that <see cref="Thermal"/> leaves out because they are imaginary.</summary>
    /// <param name="cutoff">Frequency, THz, below minus which a mode counts as imaginary.</param>
    public double ImaginaryShare(double cutoff = 1e-3)
    {
        double sum = 0;
        for (int p = 0; p < _weights.Length; p++) { sum += _weights[p] * _frequencies[p].Count(f => f < -cutoff) / _frequencies[p].Length; }
        return sum;
    }

    private static (Vector3D[] Points, double[] Weights) Reduce(Phonons phonons, int a, int b, int c)
    {
        Matrix3 lattice = phonons.Cell.Primitive.Cell, reciprocal = phonons.ReciprocalCell;
        List<Matrix3> rotations = [];
        foreach ((Matrix3 q, _) in phonons.Cell.Operations)
        {
            // On rows of fractions of the reciprocal vectors; usable when it keeps the mesh.
            IntegerMatrix3 w = IntegerMatrix3.Round(reciprocal * q * lattice.Transposed, out double error);
            if (error < 1e-3 && KeepsMesh(w, a, b, c))
            {
                rotations.Add(w.ToMatrix3());
                rotations.Add(-1 * w.ToMatrix3());
            }
        }

        int total = a * b * c;
        int[] count = new int[total];
        bool[] seen = new bool[total];
        for (int k = 0; k < total; k++)
        {
            if (seen[k]) { continue; }
            Vector3D q = Point(k, a, b, c);
            foreach (Matrix3 rotation in rotations)
            {
                Vector3D image = q * rotation;
                int other = (((Wrap(image.X, a) * b) + Wrap(image.Y, b)) * c) + Wrap(image.Z, c);
                if (seen[other]) { continue; }
                seen[other] = true;
                count[k]++;
            }
        }

        int[] kept = [.. Enumerable.Range(0, total).Where(k => count[k] > 0)];
        return ([.. kept.Select(k => Point(k, a, b, c))], [.. kept.Select(k => (double)count[k] / total)]);
    }

    private static bool KeepsMesh(IntegerMatrix3 w, int a, int b, int c)
    {
        // A rotation maps the mesh onto itself when (1/n_i)·w_ij is a multiple of 1/n_j.
        return (w.M01 * b) % a == 0 && (w.M02 * c) % a == 0 && (w.M10 * a) % b == 0 && (w.M12 * c) % b == 0 && (w.M20 * a) % c == 0 && (w.M21 * b) % c == 0;
    }

    private static Vector3D Point(int k, int a, int b, int c) => new((double)(k / (b * c)) / a, (double)(k / c % b) / b, (double)(k % c) / c);

    private static int Wrap(double q, int n) => (((int)Math.Round(q * n) % n) + n) % n;
}
