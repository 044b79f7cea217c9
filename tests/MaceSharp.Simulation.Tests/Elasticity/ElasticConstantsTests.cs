using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests;

public sealed class ElasticConstantsTests
{
    [Fact]
    public void Constants_of_Lennard_Jones_argon_equal_their_lattice_sums()
    {
        // A cutoff between two shells, so that no pair crosses it under strain.
        const double Epsilon = 0.0104, Sigma = 3.4, Cutoff = 10.1;
        double a = ZeroPressureLattice(Epsilon, Sigma, Cutoff);
        LennardJonesPotential potential = new(new LennardJonesParameters { Epsilon = Epsilon, Sigma = Sigma, Cutoff = Cutoff });
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        ElasticityResult result = ElasticConstants.Compute(Crystals.FaceCentredCubicCell(18, a), evaluator);
        (double c11, double c12) = LatticeSum(Epsilon, Sigma, Cutoff, a);
        Assert.Equal(0, result.ResidualStress.Trace, 1e-9);
        Assert.Equal(c11, result.Tensor[0, 0], 1e-4 * c11);
        Assert.Equal(c12, result.Tensor[0, 1], 1e-4 * c11);
        Assert.Equal(c12, result.Tensor[3, 3], 1e-4 * c11);
        Assert.Equal("m-3m", result.PointGroup.Symbol);
        Assert.Equal([0, 3], result.Strains);
        Assert.Equal(9, result.Points.Count);
        Assert.True(result.Tensor.IsStable);
        Assert.Equal(0, result.Tensor[0, 3], 1e-9);
        Assert.All(result.Errors, e => Assert.InRange(e, 0, 1e-3 * c11));
    }

    [Fact]
    public void Constants_of_a_crystal_of_springs_are_those_of_Born()
    {
        // Springs k between nearest neighbours of fcc: C11 = 2k/a, C12 = C44 = k/a.
        const double A = 4.05, K = 3.0;
        Structure crystal = Crystals.FaceCentredCubicCell(13, A);
        SpringNetwork springs = new(crystal, K, 3.2);
        using IPotentialEvaluator evaluator = springs.CreateEvaluator();
        foreach (bool symmetry in new[] { true, false })
        {
            ElasticityResult result = ElasticConstants.Compute(crystal, evaluator, new() { UseSymmetry = symmetry });
            Assert.Equal(symmetry ? 2 : 6, result.Strains.Count);
            Assert.Equal(2 * K / A, result.Tensor[0, 0], 1e-5);
            Assert.Equal(K / A, result.Tensor[1, 2], 1e-5);
            Assert.Equal(K / A, result.Tensor[5, 5], 1e-5);
        }
    }

    [Fact]
    public void A_turned_crystal_has_the_turned_constants_and_the_same_averages()
    {
        const double A = 4.05, K = 3.0;
        Structure crystal = Crystals.FaceCentredCubicCell(13, A);
        Structure turned = crystal.Clone();
        double c = Math.Cos(0.7), s = Math.Sin(0.7);
        Matrix3 rotation = new Matrix3(c, s, 0, -s, c, 0, 0, 0, 1) * new Matrix3(1, 0, 0, 0, c, s, 0, -s, c);
        turned.Cell = crystal.Cell * rotation;
        foreach (ref Vector3D position in turned.Positions) { position *= rotation; }
        ElasticTensor straight = Tensor(crystal), skew = Tensor(turned);
        Assert.Equal(straight.BulkModulusVoigt, skew.BulkModulusVoigt, 1e-5);
        Assert.Equal(straight.ShearModulusVoigt, skew.ShearModulusVoigt, 1e-5);
        Assert.Equal(straight.ShearModulusReuss, skew.ShearModulusReuss, 1e-5);
        Assert.Equal(straight.UniversalAnisotropy, skew.UniversalAnisotropy, 1e-4);
        Vector3D direction = new(1, 2, -0.5);
        Assert.Equal(straight.YoungModulus(direction), skew.YoungModulus(direction * rotation), 1e-5);
        Assert.True(Math.Abs(straight[0, 0] - skew[0, 0]) > 0.05);

        static ElasticTensor Tensor(Structure structure)
        {
            using IPotentialEvaluator evaluator = new SpringNetwork(structure, K, 3.2).CreateEvaluator();
            return ElasticConstants.Compute(structure, evaluator).Tensor;
        }
    }

    [Fact]
    public void Relaxed_atoms_give_what_Hessian_and_internal_stress_say()
    {
        // C = C₀ − Λᵀ H⁺ Λ / V, with Λ = ∂F/∂ε at clamped atoms and H the Hessian (M. Born and K. Huang, Dynamical Theory of Crystal Lattices, 1954).
        Structure crystal = new([6, 6, 8], [new(0.1, 0, 0), new(1.3, 1.2, 1.1), new(2.4, 0.4, 2.0)], new(3.4, 0, 0, 0.3, 3.1, 0, -0.2, 0.4, 3.0), Periodicity.All);
        SpringNetwork springs = new(crystal, 4, 2.6);
        using IPotentialEvaluator evaluator = springs.CreateEvaluator();
        ElasticTensor clamped = ElasticConstants.Compute(crystal, evaluator, new() { MaximumStrain = 1e-3 }).Tensor;
        ElasticTensor relaxed = ElasticConstants.Compute(crystal, evaluator, new()
        {
            MaximumStrain = 1e-3,
            Relax = structure => Relaxation.Run(springs, structure, new RelaxationOptions { MaxForce = 1e-9, MaxSteps = 5000 }).Structure.Positions.CopyTo(structure.Positions),
        }).Tensor;

        MathNet.Numerics.LinearAlgebra.Matrix<double> hessian = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfArray(Hessian.Compute(crystal, evaluator, 1e-3, fourthOrder: true));
        MathNet.Numerics.LinearAlgebra.Matrix<double> response = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(9, 6);
        PotentialResult result = new();
        for (int k = 0; k < 6; k++)
        {
            foreach (int sign in new[] { -1, 1 })
            {
                Matrix3 deformation = Matrix3.Identity + ElasticConstants.VoigtStrain(k, sign * 1e-5);
                Structure strained = crystal.Clone();
                strained.Cell = crystal.Cell * deformation;
                foreach (ref Vector3D position in strained.Positions) { position *= deformation; }
                evaluator.Evaluate(strained, Properties.Energy | Properties.Forces, result);
                for (int i = 0; i < 9; i++) { response[i, k] += sign * result.Forces[i / 3][i % 3] / 2e-5; }
            }
        }

        MathNet.Numerics.LinearAlgebra.Matrix<double> correction = response.Transpose() * hessian.PseudoInverse() * response / crystal.Volume;
        Assert.True(correction.Diagonal().Maximum() > 0.05 * clamped[0, 0]);
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++) { Assert.Equal(clamped[i, j] - correction[i, j], relaxed[i, j], 2e-4 * clamped[0, 0]); }
        }
    }

    /// <summary>Copper, C11 = 168.4, C12 = 121.4, C44 = 75.4 GPa (W. C. Overton and J. Gaffney, Phys. Rev. 98, 969 (1955)): averages by the closed forms for cubic crystals, Debye temperature near the calorimetric 344 K.</summary>
    [Fact]
    public void Averages_follow_the_closed_forms_of_cubic_crystals()
    {
        const double C11 = 168.4, C12 = 121.4, C44 = 75.4;
        double[] m = new double[36];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++) { m[(6 * i) + j] = (i == j ? C11 : C12) * Units.GigaPascal; }
            m[(7 * i) + 21] = C44 * Units.GigaPascal;
        }

        ElasticTensor copper = new(m);
        double gv = (C11 - C12 + (3 * C44)) / 5, gr = 5 * (C11 - C12) * C44 / ((4 * C44) + (3 * (C11 - C12)));
        Assert.Equal((C11 + (2 * C12)) / 3, copper.BulkModulusHill / Units.GigaPascal, 1e-9);
        Assert.Equal(gv, copper.ShearModulusVoigt / Units.GigaPascal, 1e-9);
        Assert.Equal(gr, copper.ShearModulusReuss / Units.GigaPascal, 1e-9);
        Assert.Equal((5 * gv / gr) - 5, copper.UniversalAnisotropy, 1e-9);
        double s = 1 / (C11 - C12) * (C11 + C12) / (C11 + (2 * C12));
        Assert.Equal(1 / s, copper.YoungModulus(new(1, 0, 0)) / Units.GigaPascal, 1e-9);
        (double low, _, double high, Vector3D stiff) = copper.YoungModulusRange();
        Assert.Equal(1 / s, low / Units.GigaPascal, 1e-6);
        Assert.Equal(copper.YoungModulus(new(1, 1, 1)), high, 1e-9);
        Assert.Equal(Math.Abs(stiff.X), Math.Abs(stiff.Y), 1e-3);
        Assert.InRange(copper.DebyeTemperature(1, 63.546, 3.61 * 3.61 * 3.61 / 4), 325, 350);
        Assert.Equal([C11 - C12, C11 - C12, C44, C44, C44, C11 + (2 * C12)], copper.Eigenvalues.Select(static e => e / Units.GigaPascal), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Unstable_crystals_are_known_and_nonsense_is_refused()
    {
        double[] m = new double[36];
        for (int i = 0; i < 6; i++) { m[7 * i] = i == 5 ? -0.1 : 1; }
        Assert.False(new ElasticTensor(m).IsStable);
        LennardJonesPotential potential = new();
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        Assert.Throws<InvalidInputException>(() => ElasticConstants.Compute(new Structure([18], [default(Vector3D)]), evaluator));
        Assert.Throws<InvalidInputException>(() => ElasticConstants.Compute(Crystals.FaceCentredCubic(18, 5.2), evaluator, new() { MaximumStrain = 0 }));
    }

    private static double ZeroPressureLattice(double epsilon, double sigma, double cutoff)
    {
        double low = 5, high = 5.5;
        while (high - low > 1e-13)
        {
            double a = 0.5 * (low + high), virial = 0;
            foreach (Vector3D r in Neighbours(a, cutoff)) { virial += Slope(epsilon, sigma, r.Norm) * r.Norm; }
            if (virial < 0) { low = a; } else { high = a; }
        }

        return low;
    }

    private static (double C11, double C12) LatticeSum(double epsilon, double sigma, double cutoff, double a)
    {
        double c11 = 0, c12 = 0;
        foreach (Vector3D r in Neighbours(a, cutoff))
        {
            double d = r.Norm;
            double f = (Curvature(epsilon, sigma, d) - (Slope(epsilon, sigma, d) / d)) / (d * d);
            c11 += f * r.X * r.X * r.X * r.X;
            c12 += f * r.X * r.X * r.Y * r.Y;
        }

        double volume = a * a * a / 4;
        return (c11 / (2 * volume), c12 / (2 * volume));
    }

    private static IEnumerable<Vector3D> Neighbours(double a, double cutoff)
    {
        for (int i = -6; i <= 6; i++)
        {
            for (int j = -6; j <= 6; j++)
            {
                for (int k = -6; k <= 6; k++)
                {
                    Vector3D r = 0.5 * a * new Vector3D(j + k, i + k, i + j);
                    if (r.Norm > 0 && r.Norm < cutoff) { yield return r; }
                }
            }
        }
    }

    private static double Slope(double epsilon, double sigma, double r) => 24 * epsilon / r * (Math.Pow(sigma / r, 6) - (2 * Math.Pow(sigma / r, 12)));

    private static double Curvature(double epsilon, double sigma, double r) => 24 * epsilon / (r * r) * ((26 * Math.Pow(sigma / r, 12)) - (7 * Math.Pow(sigma / r, 6)));
}
