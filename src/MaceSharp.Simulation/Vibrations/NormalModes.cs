using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace MaceSharp.Simulation;

/// <summary>Harmonic vibrations of a molecule, or of a crystal at Γ: eigenvectors of the mass-weighted Hessian from which translations (and of a molecule rotations) were projected out (E. B. Wilson, J. C. Decius and P. C. Cross, Molecular Vibrations, 1955).</summary>
public sealed class NormalModes
{
    private readonly Matrix<double> _vectors;

    private NormalModes(Structure structure, double[] masses, double[] wavenumbers, Matrix<double> vectors, double[] rigid)
    {
        Structure = structure;
        Masses = masses;
        Wavenumbers = wavenumbers;
        _vectors = vectors;
        RigidWavenumbers = rigid;
    }

    /// <summary>The atoms at rest.</summary>
    public Structure Structure { get; }

    /// <summary>Their masses, u.</summary>
    public IReadOnlyList<double> Masses { get; }

    /// <summary>Wavenumbers of the vibrations, cm⁻¹, rising; imaginary ones are negative.</summary>
    public IReadOnlyList<double> Wavenumbers { get; }

    /// <summary>Wavenumbers of translations and rotations before they were projected out, cm⁻¹: all zero at a stationary point and without errors of the differences.</summary>
    public IReadOnlyList<double> RigidWavenumbers { get; }

    /// <summary>Energies hν of the vibrations, eV; of imaginary ones negative.</summary>
    public IEnumerable<double> Energies => Wavenumbers.Select(static w => w * Units.InverseCentimetre);

    /// <summary>Half the sum of the energies of all vibrations that are not imaginary, eV.</summary>
    public double ZeroPointEnergy => 0.5 * Energies.Where(static e => e > 0).Sum();

    /// <summary>Number of imaginary vibrations.</summary>
    public int ImaginaryCount => Wavenumbers.Count(static w => w < 0);

    /// <summary>Finds the modes of a Hessian.</summary>
    /// <param name="structure">The atoms at rest. Standard masses are replaced by the array <c>masses</c> where there is one.</param>
    /// <param name="hessian">Second derivatives [3N, 3N], eV/Å².</param>
    /// <exception cref="ArgumentException">The Hessian does not fit the structure.</exception>
    public static NormalModes FromHessian(Structure structure, double[,] hessian)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(hessian);
        int n = 3 * structure.Count;
        if (hessian.GetLength(0) != n || hessian.GetLength(1) != n) { throw new ArgumentException($"A Hessian of {structure.Count} atoms is {n} by {n}.", nameof(hessian)); }
        double[] masses = [.. Enumerable.Range(0, structure.Count).Select(i => PhononCell.MassOf(structure, i))];
        Matrix<double> weighted = Matrix<double>.Build.Dense(n, n, (i, j) => 0.5 * (hessian[i, j] + hessian[j, i]) / Math.Sqrt(masses[i / 3] * masses[j / 3]));
        List<Vector<double>> rigid = RigidMotions(structure, masses);
        Matrix<double> projector = Matrix<double>.Build.DenseIdentity(n);
        foreach (Vector<double> motion in rigid) { projector -= motion.OuterProduct(motion); }
        Evd<double> evd = (projector * weighted * projector).Evd(Symmetricity.Symmetric);

        // The projected motions are eigenvectors of zero; those that overlap with them most are they.
        int[] vibrations = [.. Enumerable.Range(0, n).OrderBy(k => rigid.Sum(r => Math.Pow(r.DotProduct(evd.EigenVectors.Column(k)), 2))).Take(n - rigid.Count).OrderBy(k => evd.EigenValues[k].Real)];
        double[] wavenumbers = [.. vibrations.Select(k => ToWavenumber(evd.EigenValues[k].Real))];
        Matrix<double> vectors = Matrix<double>.Build.Dense(n, vibrations.Length, (i, k) => evd.EigenVectors[i, vibrations[k]]);
        double[] free = [];
        if (rigid.Count > 0)
        {
            Matrix<double> basis = Matrix<double>.Build.DenseOfColumnVectors(rigid);
            free = [.. (basis.Transpose() * weighted * basis).Evd(Symmetricity.Symmetric).EigenValues.Select(static z => ToWavenumber(z.Real)).Order()];
        }

        return new NormalModes(structure.Clone(), masses, wavenumbers, vectors, free);
    }

    /// <summary>How the atoms move in a vibration, without unit: the eigenvector divided by the roots of the masses, its longest part of length one.</summary>
    /// <param name="mode">Index of the vibration.</param>
    public Vector3D[] Displacements(int mode)
    {
        Vector3D[] moves = Weighted(mode);
        double longest = moves.Max(static m => m.Norm);
        return [.. moves.Select(m => m / longest)];
    }

    /// <summary>Reduced mass of a vibration, u: of the motion whose displacements, all together, have length one.</summary>
    /// <param name="mode">Index of the vibration.</param>
    public double ReducedMass(int mode) => 1 / Weighted(mode).Sum(static m => Vector3D.Dot(m, m));

    /// <summary>Displacement of each atom by unit normal coordinate: eigenvector divided by the root of the mass, u^(−½).</summary>
    internal Vector3D[] Weighted(int mode) =>
        [.. Enumerable.Range(0, Structure.Count).Select(i => new Vector3D(_vectors[3 * i, mode], _vectors[(3 * i) + 1, mode], _vectors[(3 * i) + 2, mode]) / Math.Sqrt(Masses[i]))];

    private static double ToWavenumber(double eigenvalue) =>
        Math.Sign(eigenvalue) * Math.Sqrt(Math.Abs(eigenvalue)) * Phonons.ToTerahertz * Phonons.InverseCentimetrePerTerahertz;

    /// <summary>Orthonormal translations, and of a molecule rotations, in mass-weighted coordinates.</summary>
    private static List<Vector<double>> RigidMotions(Structure structure, double[] masses)
    {
        int n = 3 * structure.Count;
        List<Vector<double>> motions = [];
        bool molecule = structure.Periodicity == Periodicity.None;
        Vector3D centre = default;
        for (int i = 0; i < masses.Length; i++) { centre += masses[i] * structure.Positions[i]; }
        centre /= masses.Sum();
        for (int kind = 0; kind < (molecule ? 6 : 3); kind++)
        {
            Vector<double> motion = Vector<double>.Build.Dense(n);
            for (int i = 0; i < masses.Length; i++)
            {
                Vector3D v = kind < 3 ? Hessian.Unit(kind) : Vector3D.Cross(Hessian.Unit(kind - 3), structure.Positions[i] - centre);
                for (int a = 0; a < 3; a++) { motion[(3 * i) + a] = Math.Sqrt(masses[i]) * v[a]; }
            }

            double size = motion.L2Norm();
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (Vector<double> other in motions) { motion -= motion.DotProduct(other) * other; }
            }

            // A linear molecule has one rotation less, an atom none: nearly linear ones count as linear below 1e-3 of a radian.
            if (motion.L2Norm() > 1e-3 * Math.Max(size, Math.Sqrt(masses.Min()))) { motions.Add(motion.Normalize(2)); }
        }

        return motions;
    }
}
