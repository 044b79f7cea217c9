using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests;

public sealed class NormalModesTests
{
    private static readonly LennardJonesParameters Argon = new() { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 20 };

    /// <summary>Wavenumbers of ase.vibrations.Vibrations (ASE 3.22.1, δ = 0.01 Å) for four Lennard-Jones atoms relaxed by ASE.</summary>
    [Fact]
    public void Vibrations_of_a_cluster_are_those_of_ASE()
    {
        Structure cluster = Cluster();
        using IPotentialEvaluator evaluator = new LennardJonesPotential(Argon).CreateEvaluator();
        NormalModes modes = NormalModes.FromHessian(cluster, Hessian.Compute(cluster, evaluator));
        double[] expected = [18.70925299379085, 18.710030508771297, 26.45820347519557, 26.459453694967408, 26.460252387211252, 37.41947057038834];
        Assert.Equal(expected.Length, modes.Wavenumbers.Count);
        for (int i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], modes.Wavenumbers[i], 2e-3); }
        Assert.Equal(6, modes.RigidWavenumbers.Count);
        Assert.All(modes.RigidWavenumbers, w => Assert.InRange(Math.Abs(w), 0, 0.2));
        Assert.Equal(0, modes.ImaginaryCount);
        Assert.Equal(0.5 * expected.Sum() * Units.InverseCentimetre, modes.ZeroPointEnergy, 1e-6);

        // The symmetric tetrahedron: the highest mode breathes, and ω² falls as 4 : 2 : 1 for springs between all pairs.
        Assert.Equal(2, modes.Wavenumbers[5] / modes.Wavenumbers[0], 0.01);
        Vector3D[] breath = modes.Displacements(5);
        Assert.All(breath, d => Assert.Equal(1, d.Norm, 1e-3));
        Assert.Equal(12, RotationalSymmetry.SymmetryNumber(cluster));

        // Differences of the fourth order hardly depend on their step; those of the second are off by 0.005 cm⁻¹ here.
        double fine = NormalModes.FromHessian(cluster, Hessian.Compute(cluster, evaluator, 0.005, fourthOrder: true)).Wavenumbers[5];
        Assert.Equal(fine, NormalModes.FromHessian(cluster, Hessian.Compute(cluster, evaluator, 0.01, fourthOrder: true)).Wavenumbers[5], 1e-4);
        Assert.Equal(fine, modes.Wavenumbers[5], 1e-2);
    }

    [Fact]
    public void A_diatomic_molecule_has_one_vibration_of_its_reduced_mass()
    {
        Structure molecule = new([17, 1], [new(1, 2, 3), new(1.9, 2.6, 3.4)]);
        using IPotentialEvaluator evaluator = new SpringNetwork(molecule, 30, 2).CreateEvaluator();
        NormalModes modes = NormalModes.FromHessian(molecule, Hessian.Compute(molecule, evaluator, 1e-3));
        double mu = 1 / ((1 / 35.45) + (1 / 1.008));
        Assert.Equal(Math.Sqrt(30 / mu) * Phonons.ToTerahertz * Phonons.InverseCentimetrePerTerahertz, Assert.Single(modes.Wavenumbers), 1e-2);
        Assert.Equal(5, modes.RigidWavenumbers.Count);

        // The bond's charges move against each other: μ' = q (1/√μ), so A = q²/μ times the constant 974.88 km/mol.
        InfraredSpectrum spectrum = InfraredSpectrum.FromModes(modes, DipoleDerivatives.FromCharges([-0.2, 0.2]));
        Assert.Equal(974.88 * 0.04 / mu, Assert.Single(spectrum.Lines).Intensity, 0.01);
        double[] grid = [.. Enumerable.Range(0, 60000).Select(static k => 0.1 * k)];
        foreach (LineShape shape in Enum.GetValues<LineShape>())
        {
            double[] curve = spectrum.Broaden(grid, 10, shape);
            Assert.Equal(spectrum.Lines[0].Intensity, curve.Sum() * 0.1, 0.005 * spectrum.Lines[0].Intensity);
            int top = Array.IndexOf(curve, curve.Max());
            Assert.Equal(spectrum.Lines[0].Wavenumber, grid[top], 0.06);
            Assert.Equal(0.5, curve[top + 50] / curve[top], 0.02);
        }
    }

    [Fact]
    public void A_crystal_at_Gamma_has_the_modes_of_its_phonons()
    {
        Structure crystal = new([11, 17], [default, new(2.8, 2.8, 2.8)], new(0, 2.8, 2.8, 2.8, 0, 2.8, 2.8, 2.8, 0), Periodicity.All);
        using IPotentialEvaluator evaluator = new SpringNetwork(crystal, 2, 3).CreateEvaluator();
        NormalModes modes = NormalModes.FromHessian(crystal, Hessian.Compute(crystal, evaluator));
        PhononCell cell = new(crystal, (2, 2, 2));
        using IPotentialEvaluator super = new SpringNetwork(cell.Supercell, 2, 3).CreateEvaluator();
        Phonons phonons = new(ForceConstants.FromForces(cell, FiniteDisplacements.Evaluate(cell, FiniteDisplacements.Plan(cell), super)));
        double[] gamma = phonons.Frequencies(default);
        Assert.Equal(3, modes.Wavenumbers.Count);
        for (int i = 0; i < 3; i++) { Assert.Equal(gamma[3 + i] * Phonons.InverseCentimetrePerTerahertz, modes.Wavenumbers[i], 0.05); }
    }

    /// <summary>Enthalpy (eV), entropy (eV/K) and Gibbs energy (eV) at 400 K and 2 bar by ase.thermochemistry.IdealGasThermo (ASE 3.22.1) for the G2 geometries of ASE.</summary>
    [Theory]
    [InlineData("H2O", 2, 0, -9.29651544168109, 0.0020014887264876422, -10.097110932276147)]
    [InlineData("CO2", 2, 0, -9.548640241099164, 0.00227709718148802, -10.459479113694373)]
    [InlineData("CH4", 12, 0, -8.690875245316557, 0.00198610277959267, -9.485316357153625)]
    [InlineData("O2", 2, 1, -9.780690200331147, 0.0021614494295875493, -10.645269972166167)]
    [InlineData("Ar", 1, 0, -9.913826696627828, 0.0016084396774113474, -10.557202567592366)]
    public void Thermochemistry_is_that_of_ASE(string name, int symmetry, double spin, double enthalpy, double entropy, double gibbs)
    {
        (Structure molecule, double[] quanta, MoleculeShape shape) = name switch
        {
            "H2O" => (new Structure([8, 1, 1], [new(0, 0, 0.119262), new(0, 0.763239, -0.477047), new(0, -0.763239, -0.477047)]), new[] { 0.2, 0.46, 0.47 }, MoleculeShape.Nonlinear),
            "CO2" => (new Structure([6, 8, 8], [default, new(0, 0, 1.178658), new(0, 0, -1.178658)]), [0.083, 0.083, 0.17, 0.29], MoleculeShape.Linear),
            "CH4" => (new Structure([6, 1, 1, 1, 1], [default, new(0.629118, 0.629118, 0.629118), new(-0.629118, -0.629118, 0.629118), new(0.629118, -0.629118, -0.629118), new(-0.629118, 0.629118, -0.629118)]), [0.16, 0.16, 0.16, 0.19, 0.19, 0.36, 0.37, 0.37, 0.37], MoleculeShape.Nonlinear),
            "O2" => (new Structure([8, 8], [new(0, 0, 0.622978), new(0, 0, -0.622978)]), [0.196], MoleculeShape.Linear),
            _ => (new Structure([18], [default(Vector3D)]), [], MoleculeShape.Monatomic),
        };
        Assert.Equal(symmetry, RotationalSymmetry.SymmetryNumber(molecule));
        IdealGas gas = new(molecule, [.. molecule.AtomicNumbers.ToArray().Select(Elements.Mass)], quanta, -10, symmetry, spin);
        Assert.Equal(shape, gas.Shape);
        Assert.Equal(enthalpy, gas.Enthalpy(400), 1e-6);
        Assert.Equal(entropy, gas.Entropy(400, 2), 1e-8);
        Assert.Equal(gibbs, gas.GibbsEnergy(400, 2), 1e-6);

        // Cp = dH/dT.
        Assert.Equal((gas.Enthalpy(400.5) - gas.Enthalpy(399.5)) / 1, gas.HeatCapacity(400), 1e-9);
    }

    [Theory]
    [InlineData(2.014, 1.008, 1)]
    [InlineData(2.014, 2.014, 2)]
    public void Isotopes_count_in_the_symmetry_number(double first, double second, int expected)
    {
        Structure water = new([8, 1, 1], [new(0, 0, 0.119262), new(0, 0.763239, -0.477047), new(0, -0.763239, -0.477047)]);
        water.Arrays["masses"] = DataArray.Of([15.999, first, second]);
        Assert.Equal(expected, RotationalSymmetry.SymmetryNumber(water));
    }

    [Fact]
    public void What_is_no_gas_is_refused()
    {
        Structure crystal = Crystals.FaceCentredCubic(18, 5.2);
        Assert.Throws<InvalidInputException>(() => new IdealGas(crystal, [39.9], [], 0));
        Structure atom = new([18], [default(Vector3D)]);
        Assert.Throws<InvalidInputException>(() => new IdealGas(atom, [39.9], [], 0, symmetryNumber: 0));
        Assert.Throws<InvalidInputException>(() => new IdealGas(atom, [39.9], [], 0, spin: 0.3));
    }

    private static Structure Cluster() => new([18, 18, 18, 18],
    [
        new(0.006577316795439258, 0.0023339063649125955, -0.01006609222100155), new(3.8226125875467676, 0.052937185307511084, -0.009856400789015052),
        new(1.8707708749705956, 3.332370880593934, 0.007916220601811314), new(1.9000392206868617, 1.1123580277334237, 3.112006272408178),
    ]);
}
