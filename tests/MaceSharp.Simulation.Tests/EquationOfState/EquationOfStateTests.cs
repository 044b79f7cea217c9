using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests;

public sealed class EquationOfStateTests
{
    private static readonly double[] Volumes = [60, 63, 66, 69, 72, 75, 78];
    private static readonly double[] Energies = [-3.021, -3.143, -3.2125, -3.2391, -3.2327, -3.2011, -3.1499];

    /// <summary>E₀, V₀, B₀, B₀′ by ase.eos.EquationOfState of ASE 3.22.1 for the numbers above.</summary>
    [Theory]
    [InlineData(EquationOfStateKind.BirchMurnaghan, -3.2401557714487206, 69.86037041381925, 0.23543302527687907, 4.74732902)]
    [InlineData(EquationOfStateKind.Vinet, -3.24020029005288, 69.85485054062627, 0.2361542104576817, 4.80082383)]
    [InlineData(EquationOfStateKind.Murnaghan, -3.240067926357382, 69.87325713187771, 0.23394791757495048, 4.62335128)]
    public void Fits_equal_those_of_ASE(EquationOfStateKind kind, double energy, double volume, double modulus, double derivative)
    {
        EquationOfState fit = EquationOfState.Fit(kind, Volumes, Energies);
        Assert.Equal(energy, fit.Energy0, 1e-7);
        Assert.Equal(volume, fit.Volume0, 1e-5);
        Assert.Equal(modulus, fit.BulkModulus, 1e-6);
        Assert.Equal(derivative, fit.BulkModulusDerivative, 1e-4);
        Assert.Equal(4, fit.StandardErrors.Count);
        Assert.InRange(fit.RootMeanSquareError, 1e-5, 1e-2);
    }

    [Theory]
    [InlineData(EquationOfStateKind.BirchMurnaghan)]
    [InlineData(EquationOfStateKind.Vinet)]
    [InlineData(EquationOfStateKind.Murnaghan)]
    public void Pressure_and_bulk_modulus_are_derivatives_of_the_energy(EquationOfStateKind kind)
    {
        EquationOfState equation = new(kind, -3, 70, 0.5, 4.7);
        foreach (double v in new[] { 60.0, 70, 77 })
        {
            const double H = 1e-3;
            Assert.Equal(-(equation.Energy(v + H) - equation.Energy(v - H)) / (2 * H), equation.Pressure(v), 1e-8);
        }

        const double Step = 0.01;
        double Modulus(double v) => -v * (equation.Pressure(v + Step) - equation.Pressure(v - Step)) / (2 * Step);
        Assert.Equal(0.5, Modulus(70), 1e-6);
        Assert.Equal(4.7, (Modulus(70.1) - Modulus(69.9)) / (equation.Pressure(70.1) - equation.Pressure(69.9)), 1e-3);
        Assert.Equal(-3, equation.Energy(70), 1e-12);
    }

    [Fact]
    public void Exact_energies_give_back_their_parameters()
    {
        foreach (EquationOfStateKind kind in Enum.GetValues<EquationOfStateKind>())
        {
            EquationOfState truth = new(kind, -12345.678, 250, 0.09, 7.5);
            EquationOfState fit = EquationOfState.Fit(kind, [230, 240, 250, 260, 270], [.. new[] { 230.0, 240, 250, 260, 270 }.Select(truth.Energy)]);
            Assert.Equal(250, fit.Volume0, 1e-5);
            Assert.Equal(0.09, fit.BulkModulus, 1e-7);
            Assert.Equal(7.5, fit.BulkModulusDerivative, 1e-3);
        }
    }

    [Theory]
    [InlineData(new[] { 1.0, 2, 3 }, new[] { 1.0, 0, 1 }, "too few")]
    [InlineData(new[] { 1.0, 1.1, 1.2, 1.3, 1.4 }, new[] { 1.0, 2, 3, 4, 5.5 }, "no minimum")]
    [InlineData(new[] { 1.0, 1.1, 1.2, 1.3, 1.4 }, new[] { -1.0, -0.5, 0, -0.5, -1 }, "no minimum")]
    [InlineData(new[] { -1.0, 1.1, 1.2, 1.3, 1.4 }, new[] { 1.0, 0, 1, 2, 3 }, "positive")]
    [InlineData(new[] { 1.0, 1.1, 1.2, 1.3, 1.4 }, new[] { 1.0, double.NaN, 1, 2, 3 }, "finite")]
    public void Energies_without_a_minimum_are_refused(double[] volumes, double[] energies, string word)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => EquationOfState.Fit(EquationOfStateKind.BirchMurnaghan, volumes, energies));
        Assert.Contains(word, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scan_of_argon_finds_the_lattice_constant_of_the_lattice_sum()
    {
        // Full Lennard-Jones lattice sum of fcc: a = 1.5424 σ, E = −8.610 ε (J. O. Hirschfelder, C. F. Curtiss, R. B. Bird, Molecular Theory of Gases and Liquids, 1954); the cutoff of 8 σ misses less than 1e-3 of it.
        LennardJonesPotential potential = new(new LennardJonesParameters { Epsilon = 0.01, Sigma = 3.4, Cutoff = 8 * 3.4 });
        Structure argon = Crystals.FaceCentredCubic(18, 5.24);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        IReadOnlyList<VolumePoint> points = VolumeScan.Run(argon, evaluator, 0.94, 1.06, 7);
        EquationOfState fit = EquationOfState.Fit(EquationOfStateKind.Vinet, [.. points.Select(static p => p.Volume)], [.. points.Select(static p => p.Energy)]);
        Assert.Equal(1.5424 * 3.4, Math.Cbrt(4 * fit.Volume0), 2e-3);

        // B of the (12, 6) lattice at its minimum is 8 |E|/V: B V = (12·6/9) |E|.
        Assert.Equal(8 * 8.610 * 0.01 / fit.Volume0, fit.BulkModulus, 0.005 * fit.BulkModulus);
    }
}
