using System.Numerics;
using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MaceSharp.Simulation;

/// <summary>Phonons of a crystal in the harmonic approximation: the eigenvalues of the dynamical matrix at any wave vector.</summary>
/// <remarks>
/// D(q)_{iα,jβ} = (m_i m_j)^{-½} Σ_l Φ_{αβ}(i0, jl) exp(2πi q·(x_{jl} − x_{i0})), over the shortest images in the supercell, equally short ones shared out
/// (A. Togo and I. Tanaka, Scr. Mater. 108, 1 (2015)). Wave vectors are in fractions of the reciprocal vectors of the primitive cell. Thread-safe.
/// </remarks>
public sealed class Phonons
{
    /// <summary>Factor from (eV/Å²/u)^½ to THz.</summary>
    internal static readonly double ToTerahertz = Math.Sqrt(Units.ElementaryChargeCoulomb / Units.AtomicMassConstantKilogram) * 1e-2 / (2 * Math.PI);

    /// <summary>Wavenumber of 1 THz, cm⁻¹.</summary>
    public const double InverseCentimetrePerTerahertz = 1e10 / Units.SpeedOfLightMetrePerSecond;

    private readonly ForceConstants _constants;
    private readonly (int Start, int Count)[] _images;
    private readonly Vector3D[] _vectors;
    private readonly Matrix3 _reciprocal;

    /// <summary>Prepares the phonons.</summary>
    /// <param name="constants">The force constants.</param>
    /// <param name="nonAnalytic">Charges and dielectric constant of a polar crystal; null to leave out its long-range field.</param>
    public Phonons(ForceConstants constants, NonAnalyticCorrection? nonAnalytic = null)
    {
        ArgumentNullException.ThrowIfNull(constants);
        _constants = constants;
        Cell = constants.Cell;
        NonAnalytic = nonAnalytic;
        _reciprocal = Cell.Primitive.Cell.Inverse().Transposed;
        (_images, _vectors) = ShortestVectors(Cell);
    }

    /// <summary>The cells.</summary>
    public PhononCell Cell { get; }

    /// <summary>Charges and dielectric constant of a polar crystal, or null.</summary>
    public NonAnalyticCorrection? NonAnalytic { get; }

    /// <summary>Number of branches.</summary>
    public int BranchCount => 3 * Cell.Primitive.Count;

    /// <summary>Reciprocal lattice vectors of the primitive cell as rows, Å⁻¹, without 2π.</summary>
    public Matrix3 ReciprocalCell => _reciprocal;

    /// <summary>Frequencies at a wave vector, THz, rising; imaginary ones are negative.</summary>
    /// <param name="q">Wave vector in fractions of the reciprocal vectors.</param>
    /// <param name="direction">At Γ of a polar crystal: the direction, in the same basis, from which Γ is approached; null for no field.</param>
    public double[] Frequencies(Vector3D q, Vector3D? direction = null) => Modes(q, direction).Frequencies;

    /// <summary>Frequencies (THz, rising, imaginary ones negative) and eigenvectors at a wave vector.</summary>
    /// <param name="q">Wave vector in fractions of the reciprocal vectors.</param>
    /// <param name="direction">At Γ of a polar crystal: the direction, in the same basis, from which Γ is approached; null for no field.</param>
    /// <returns>Column n of the matrix is the eigenvector of frequency n, of length one, three elements an atom of the primitive cell.</returns>
    public (double[] Frequencies, Complex[,] Eigenvectors) Modes(Vector3D q, Vector3D? direction = null)
    {
        Evd<Complex> evd = DynamicalMatrix(q, direction).Evd(Symmetricity.Hermitian);
        int n = BranchCount;
        int[] order = [.. Enumerable.Range(0, n).OrderBy(i => evd.EigenValues[i].Real)];
        double[] frequencies = new double[n];
        Complex[,] vectors = new Complex[n, n];
        for (int k = 0; k < n; k++)
        {
            double value = evd.EigenValues[order[k]].Real;
            frequencies[k] = Math.Sign(value) * Math.Sqrt(Math.Abs(value)) * ToTerahertz;
            for (int i = 0; i < n; i++) { vectors[i, k] = evd.EigenVectors[i, order[k]]; }
        }

        return (frequencies, vectors);
    }

    /// <summary>The dynamical matrix, eV/Å²/u.</summary>
    private Matrix<Complex> DynamicalMatrix(Vector3D q, Vector3D? direction)
    {
        int atoms = Cell.Primitive.Count, super = Cell.Supercell.Count;
        ReadOnlySpan<int> primitiveOf = Cell.PrimitiveOf;
        Matrix<Complex> d = Matrix<Complex>.Build.Dense(3 * atoms, 3 * atoms);
        Matrix3[]? field = Field(q, direction);
        double share = (double)atoms / super;
        for (int i = 0; i < atoms; i++)
        {
            for (int j = 0; j < super; j++)
            {
                int other = primitiveOf[j];
                (int start, int count) = _images[(i * super) + j];
                Complex phase = default;
                for (int k = start; k < start + count; k++)
                {
                    double angle = 2 * Math.PI * Vector3D.Dot(q, _vectors[k]);
                    phase += new Complex(Math.Cos(angle), Math.Sin(angle));
                }

                phase /= count * Math.Sqrt(Cell.Masses[i] * Cell.Masses[other]);
                Matrix3 phi = _constants[i, j];
                if (field is not null) { phi += share * field[(i * atoms) + other]; }
                for (int a = 0; a < 3; a++)
                {
                    for (int b = 0; b < 3; b++) { d[(3 * i) + a, (3 * other) + b] += phi[a, b] * phase; }
                }
            }
        }

        return 0.5 * (d + d.ConjugateTranspose());
    }

    /// <summary>Force constants of the macroscopic field of a polar crystal (Y. Wang et al., J. Phys.: Condens. Matter 22, 202201 (2010)), eV/Å².</summary>
    private Matrix3[]? Field(Vector3D q, Vector3D? direction)
    {
        if (NonAnalytic is null) { return null; }
        Vector3D rounded = new(q.X - Math.Round(q.X), q.Y - Math.Round(q.Y), q.Z - Math.Round(q.Z));
        Vector3D cartesian = rounded.Norm < 1e-8 ? (direction is Vector3D way ? way * _reciprocal : default) : q * _reciprocal;
        if (cartesian.Norm == 0) { return null; }
        int atoms = Cell.Primitive.Count;
        double denominator = Vector3D.Dot(cartesian * NonAnalytic.Dielectric, cartesian);
        double factor = 4 * Math.PI * NonAnalytic.CoulombFactor / (Cell.Primitive.Volume * denominator);
        Vector3D[] charge = [.. NonAnalytic.BornCharges.Select(z => cartesian * z)];
        Matrix3[] field = new Matrix3[atoms * atoms];
        for (int i = 0; i < atoms; i++)
        {
            for (int j = 0; j < atoms; j++) { field[(i * atoms) + j] = factor * Matrix3.Outer(charge[i], charge[j]); }
        }

        return field;
    }

    /// <summary>From each atom of the primitive cell to the nearest images of each atom of the supercell, in fractions of the primitive cell.</summary>
    private static ((int, int)[] Images, Vector3D[] Vectors) ShortestVectors(PhononCell cell)
    {
        const double Same = 1e-5;
        Matrix3 reduced = LatticeReduction.Reduce(cell.Supercell.Cell);
        Matrix3 toReduced = reduced.Inverse(), toPrimitive = cell.Primitive.Cell.Inverse();
        int super = cell.Supercell.Count;
        (int, int)[] images = new (int, int)[cell.Primitive.Count * super];
        List<Vector3D> vectors = [];
        List<Vector3D> near = [];
        for (int i = 0; i < cell.Primitive.Count; i++)
        {
            Vector3D origin = cell.Supercell.Positions[cell.PrimitiveAtoms[i]];
            for (int j = 0; j < super; j++)
            {
                Vector3D s = SiteIndex.Nearest((cell.Supercell.Positions[j] - origin) * toReduced);
                near.Clear();
                double shortest = double.PositiveInfinity;
                for (int a = -1; a <= 1; a++)
                {
                    for (int b = -1; b <= 1; b++)
                    {
                        for (int c = -1; c <= 1; c++)
                        {
                            Vector3D v = (s + new Vector3D(a, b, c)) * reduced;
                            near.Add(v);
                            shortest = Math.Min(shortest, v.Norm);
                        }
                    }
                }

                int start = vectors.Count;
                foreach (Vector3D v in near)
                {
                    if (v.Norm < shortest + Same) { vectors.Add(v * toPrimitive); }
                }

                images[(i * super) + j] = (start, vectors.Count - start);
            }
        }

        return (images, [.. vectors]);
    }
}
