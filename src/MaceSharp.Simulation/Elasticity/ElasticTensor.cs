using MaceSharp.Atoms;
using MathNet.Numerics.LinearAlgebra;

namespace MaceSharp.Simulation;

/// <summary>The stiffness of a crystal, C = dσ/dε in Voigt order xx yy zz yz xz xy with shear strains counted twice, and what follows from it. All moduli are in eV/Å³ (divide by <see cref="Units.GigaPascal"/>).</summary>
public sealed class ElasticTensor
{
    private readonly Matrix<double> _stiffness;
    private readonly Matrix<double> _compliance;

    /// <summary>Creates the tensor.</summary>
    /// <param name="stiffness">Six by six elements, row-major, eV/Å³; its symmetric part is taken.</param>
    /// <exception cref="ArgumentException">There are not 36 finite elements.</exception>
    public ElasticTensor(ReadOnlySpan<double> stiffness)
    {
        if (stiffness.Length != 36) { throw new ArgumentException($"A stiffness has 36 elements, not {stiffness.Length}.", nameof(stiffness)); }
        Matrix<double> given = Matrix<double>.Build.DenseOfRowMajor(6, 6, stiffness.ToArray());
        _stiffness = 0.5 * (given + given.Transpose());
        if (!_stiffness.Enumerate().All(double.IsFinite)) { throw new ArgumentException("A stiffness has finite elements.", nameof(stiffness)); }
        Eigenvalues = [.. _stiffness.Evd(Symmetricity.Symmetric).EigenValues.Select(static z => z.Real).Order()];
        _compliance = _stiffness.Determinant() == 0 ? Matrix<double>.Build.Dense(6, 6, double.NaN) : _stiffness.Inverse();
    }

    /// <summary>An element of the stiffness, eV/Å³.</summary>
    /// <param name="row">0 to 5.</param>
    /// <param name="column">0 to 5.</param>
    public double this[int row, int column] => _stiffness[row, column];

    /// <summary>The eigenvalues of the stiffness, rising, eV/Å³.</summary>
    public IReadOnlyList<double> Eigenvalues { get; }

    /// <summary>Whether every strain costs energy: all eigenvalues are positive (M. Born; F. Mouhat and F.-X. Coudert, Phys. Rev. B 90, 224104 (2014)).</summary>
    public bool IsStable => Eigenvalues[0] > 0;

    /// <summary>An element of the compliance S = C⁻¹, Å³/eV; NaN for a singular stiffness.</summary>
    /// <param name="row">0 to 5.</param>
    /// <param name="column">0 to 5.</param>
    public double Compliance(int row, int column) => _compliance[row, column];

    /// <summary>Bulk modulus of a polycrystal with equal strains (W. Voigt, Lehrbuch der Kristallphysik, 1928).</summary>
    public double BulkModulusVoigt => Sum(_stiffness, 0, 1, 2) / 9;

    /// <summary>Shear modulus of a polycrystal with equal strains (Voigt).</summary>
    public double ShearModulusVoigt
    {
        get
        {
            Matrix<double> c = _stiffness;
            return (c[0, 0] + c[1, 1] + c[2, 2] - c[0, 1] - c[0, 2] - c[1, 2] + (3 * (c[3, 3] + c[4, 4] + c[5, 5]))) / 15;
        }
    }

    /// <summary>Bulk modulus of a polycrystal with equal stresses (A. Reuss, Z. Angew. Math. Mech. 9, 49 (1929)); that of the crystal under hydrostatic pressure.</summary>
    public double BulkModulusReuss => 1 / Sum(_compliance, 0, 1, 2);

    /// <summary>Shear modulus of a polycrystal with equal stresses (Reuss).</summary>
    public double ShearModulusReuss
    {
        get
        {
            Matrix<double> s = _compliance;
            return 15 / ((4 * (s[0, 0] + s[1, 1] + s[2, 2] - s[0, 1] - s[0, 2] - s[1, 2])) + (3 * (s[3, 3] + s[4, 4] + s[5, 5])));
        }
    }

    /// <summary>Bulk modulus, the mean of Voigt's and Reuss' (R. Hill, Proc. Phys. Soc. A 65, 349 (1952)).</summary>
    public double BulkModulusHill => 0.5 * (BulkModulusVoigt + BulkModulusReuss);

    /// <summary>Shear modulus, the mean of Voigt's and Reuss' (Hill).</summary>
    public double ShearModulusHill => 0.5 * (ShearModulusVoigt + ShearModulusReuss);

    /// <summary>Young's modulus of a polycrystal, from Hill's moduli.</summary>
    public double YoungModulusHill => 9 * BulkModulusHill * ShearModulusHill / ((3 * BulkModulusHill) + ShearModulusHill);

    /// <summary>Poisson's ratio of a polycrystal, from Hill's moduli.</summary>
    public double PoissonRatioHill => ((3 * BulkModulusHill) - (2 * ShearModulusHill)) / (2 * ((3 * BulkModulusHill) + ShearModulusHill));

    /// <summary>Universal anisotropy index, 0 for an isotropic crystal (S. I. Ranganathan and M. Ostoja-Starzewski, Phys. Rev. Lett. 101, 055504 (2008)).</summary>
    public double UniversalAnisotropy => (5 * ShearModulusVoigt / ShearModulusReuss) + (BulkModulusVoigt / BulkModulusReuss) - 6;

    /// <summary>Young's modulus along a direction, eV/Å³.</summary>
    /// <param name="direction">The direction, of any length.</param>
    public double YoungModulus(Vector3D direction)
    {
        Vector3D n = direction / direction.Norm;
        double[] v = [n.X * n.X, n.Y * n.Y, n.Z * n.Z, n.Y * n.Z, n.X * n.Z, n.X * n.Y];
        double sum = 0;
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++) { sum += _compliance[i, j] * v[i] * v[j]; }
        }

        return 1 / sum;
    }

    /// <summary>The smallest and largest Young's modulus over all directions, eV/Å³ (over about 20 000 of them, refined).</summary>
    public (double Smallest, Vector3D SmallestDirection, double Largest, Vector3D LargestDirection) YoungModulusRange()
    {
        (double, Vector3D) low = (double.PositiveInfinity, default), high = (double.NegativeInfinity, default);
        const int Count = 20_000;
        for (int i = 0; i < Count; i++)
        {
            // Points of a half sphere on a spiral of golden angles.
            double z = (i + 0.5) / Count, r = Math.Sqrt(1 - (z * z)), phi = i * Math.PI * (3 - Math.Sqrt(5));
            Vector3D n = new(r * Math.Cos(phi), r * Math.Sin(phi), z);
            double young = YoungModulus(n);
            if (young < low.Item1) { low = (young, n); }
            if (young > high.Item1) { high = (young, n); }
        }

        low = Refine(low.Item2, -1);
        high = Refine(high.Item2, 1);
        return (low.Item1, low.Item2, high.Item1, high.Item2);
    }

    /// <summary>Velocities of sound of a polycrystal, longitudinal and transverse, m/s, from Hill's moduli.</summary>
    /// <param name="density">Mass by volume, u/Å³.</param>
    public (double Longitudinal, double Transverse) SoundVelocities(double density)
    {
        // (eV/Å³)/(u/Å³) = eV/u.
        double unit = Math.Sqrt(Units.ElementaryChargeCoulomb / Units.AtomicMassConstantKilogram);
        return (unit * Math.Sqrt((BulkModulusHill + (4.0 / 3 * ShearModulusHill)) / density), unit * Math.Sqrt(ShearModulusHill / density));
    }

    /// <summary>Debye temperature, K, from the mean velocity of sound (O. L. Anderson, J. Phys. Chem. Solids 24, 909 (1963)).</summary>
    /// <param name="atoms">Number of atoms in the cell.</param>
    /// <param name="mass">Their mass, u.</param>
    /// <param name="volume">Volume of the cell, Å³.</param>
    public double DebyeTemperature(int atoms, double mass, double volume)
    {
        (double l, double t) = SoundVelocities(mass / volume);
        double mean = Math.Pow(((2 / (t * t * t)) + (1 / (l * l * l))) / 3, -1.0 / 3);
        return Units.PlanckConstantJouleSecond / Units.BoltzmannConstantJoulePerKelvin * Math.Cbrt(3 * atoms / (4 * Math.PI * volume * 1e-30)) * mean;
    }

    private (double, Vector3D) Refine(Vector3D start, int sign)
    {
        (double Value, Vector3D Direction) best = (YoungModulus(start), start);
        for (double step = 0.02; step > 1e-7; step *= 0.5)
        {
            for (bool moved = true; moved;)
            {
                moved = false;
                for (int axis = 0; axis < 6; axis++)
                {
                    double d = axis < 3 ? step : -step;
                    Vector3D trial = best.Direction + new Vector3D(axis % 3 == 0 ? d : 0, axis % 3 == 1 ? d : 0, axis % 3 == 2 ? d : 0);
                    trial /= trial.Norm;
                    double value = YoungModulus(trial);
                    if (sign * (value - best.Value) <= 1e-14 * Math.Abs(best.Value)) { continue; }
                    best = (value, trial);
                    moved = true;
                }
            }
        }

        return best;
    }

    private static double Sum(Matrix<double> m, params ReadOnlySpan<int> indices)
    {
        double sum = 0;
        foreach (int i in indices)
        {
            foreach (int j in indices) { sum += m[i, j]; }
        }

        return sum;
    }
}
