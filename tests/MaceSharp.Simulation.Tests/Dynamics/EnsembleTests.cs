using MaceSharp.Atoms;
using Xunit.Abstractions;

namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>Ensembles sample what they claim: ratios of densities at two temperatures or pressures, and the distribution of the kinetic energy, within three standard errors.</summary>
public sealed class EnsembleTests(ITestOutputHelper output)
{
    private const int Samples = 4000;
    private const int Every = 20;

    private static readonly Constraint[] Bonds = [.. Enumerable.Range(0, 8).Select(static i => new Constraint.Bond(4 * i, (4 * i) + 1)), new Constraint.Bond(1, 2)];

    [Theory]
    [InlineData(Ensemble.Langevin)]
    [InlineData(Ensemble.Csvr)]
    [InlineData(Ensemble.NoseHoover)]
    [Trait("Speed", "Slow")]
    public void TemperaturesAreCanonical(Ensemble ensemble)
    {
        const double T1 = 100, T2 = 112;
        Series one = Sample(ensemble, T1, 0, CellFreedom.Isotropic, 1), two = Sample(ensemble, T2, 0, CellFreedom.Isotropic, 2);
        double expected = (1 / (Units.BoltzmannConstant * T1)) - (1 / (Units.BoltzmannConstant * T2));
        Check("potential energy", expected, DensityRatio.Fit(one.Potential, two.Potential));
        Check("kinetic energy", expected, DensityRatio.Fit(one.Kinetic, two.Kinetic));
        CheckKinetic(one, T1);
    }

    [Theory]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Anisotropic)]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Full)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Anisotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Full)]
    [Trait("Speed", "Slow")]
    public void VolumesFollowThePressure(Ensemble ensemble, CellFreedom freedom)
    {
        // A crystal: shape and volume fluctuate, and nothing flows away.
        const double T = 40, P1 = 0.05, P2 = 0.12;
        Series one = Sample(ensemble, T, P1, freedom, 1), two = Sample(ensemble, T, P2, freedom, 2);
        double expected = -(P2 - P1) * Units.GigaPascal / (Units.BoltzmannConstant * T);
        Check("volume", expected, DensityRatio.Fit(one.Volume, two.Volume));
        CheckKinetic(one, T);
    }

    [Theory]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Full)]
    [Trait("Speed", "Slow")]
    public void VolumesFollowThePressureWithFixedBonds(Ensemble ensemble, CellFreedom freedom)
    {
        // Seven pairs and a chain of three in the crystal.
        const double T = 40, P1 = 0.05, P2 = 0.12;
        Series one = Sample(ensemble, T, P1, freedom, 1, Bonds), two = Sample(ensemble, T, P2, freedom, 2, Bonds);
        double expected = -(P2 - P1) * Units.GigaPascal / (Units.BoltzmannConstant * T);
        Check("volume", expected, DensityRatio.Fit(one.Volume, two.Volume));
        CheckKinetic(one, T);
    }

    [Theory]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Anisotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Anisotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Full)]
    [Trait("Speed", "Slow")]
    public void StrainsFollowTheTension(Ensemble ensemble, CellFreedom freedom)
    {
        // Two tensions that differ along x, and less along y and z, under a pressure that keeps the crystal from changing its structure: densities of the strain E differ by exp(-V₀ ΔD:E/kT).
        const double T = 40, P = 1, D = 0.01;
        Matrix3 deviation = D * Units.GigaPascal * new Matrix3(2, 0, 0, 0, -1, 0, 0, 0, -1);
        Series one = Sample(ensemble, T, P, freedom, 1, tension: -D), two = Sample(ensemble, T, P, freedom, 2, tension: D);
        double volume = Math.Pow(2 * 5.45, 3);
        double Work(Matrix3 cell)
        {
            Matrix3 f = (1 / (2 * 5.45)) * cell;
            return 0.5 * volume * (deviation * ((f * f.Transposed) - Matrix3.Identity)).Trace;
        }

        Check("work of the tension", -2 / (Units.BoltzmannConstant * T), DensityRatio.Fit([.. one.Cells.Select(Work)], [.. two.Cells.Select(Work)]));
        CheckKinetic(one, T);
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void BerendsenKeepsTheTemperatureAndNarrowsTheKineticEnergy()
    {
        Series series = Sample(Ensemble.Berendsen, 100, 0, CellFreedom.Isotropic, 1);
        double mean = series.Kinetic.Average(), expected = 0.5 * series.Freedom * Units.BoltzmannConstant * 100;
        Assert.Equal(expected, mean, 0.02 * expected);
        double variance = series.Kinetic.Average(k => (k - mean) * (k - mean));
        Assert.True(variance < 0.8 * mean * mean * 2 / series.Freedom, "Berendsen's thermostat is not canonical, so this test would not notice a mix-up.");
    }

    private void CheckKinetic(Series series, double temperature)
    {
        double expected = 0.5 * series.Freedom * Units.BoltzmannConstant * temperature;
        Check("mean kinetic energy", expected, DensityRatio.Mean(series.Kinetic));
        Check("variance of the kinetic energy", expected * Units.BoltzmannConstant * temperature, DensityRatio.Mean([.. series.Kinetic.Select(k => (k - expected) * (k - expected))]));
    }

    private void Check(string what, double expected, (double Value, double Error) found)
    {
        output.WriteLine($"{what}: {found.Value:G6} ± {found.Error:G2}, expected {expected:G6} ({(found.Value - expected) / found.Error:F2} standard errors)");
        Assert.True(found.Error < 0.2 * Math.Abs(expected), $"{what}: too few samples to say anything ({found.Error} of {expected}).");
        Assert.True(Math.Abs(found.Value - expected) < 3 * found.Error, $"{what}: {found.Value} ± {found.Error}, but {expected} was expected.");
    }

    private static Series Sample(Ensemble ensemble, double temperature, double pressure, CellFreedom freedom, long seed, Constraint[]? bonds = null, double tension = 0)
    {
        Structure start = Support.Fcc(18, 5.45, 2);
        LennardJonesPotential potential = new(new() { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 6, Onset = 4.5, IsSmooth = true, Skin = 0.5 });
        DynamicsOptions options = new()
        {
            Ensemble = ensemble,
            TimeStep = 4,
            Temperature = Ramp.Constant(temperature),
            Pressure = Ramp.Constant(pressure),
            CellFreedom = freedom,
            Friction = 0.01,
            ThermostatTime = 100,
            BarostatTime = 400,
            BulkModulus = 2,
            BarostatEvery = 4,
            Seed = seed,
            Constraints = bonds ?? [],
            PressureDeviation = tension * new Matrix3(2, 0, 0, 0, -1, 0, 0, 0, -1),
        };
        using MolecularDynamics md = new(potential, start, options);
        for (int i = 0; i < 5000; i++) { md.Step(); }
        Series series = new(new double[Samples], new double[Samples], new double[Samples], new Matrix3[Samples], md.State.DegreesOfFreedom);
        for (int i = 0; i < Samples; i++)
        {
            for (int k = 0; k < Every; k++) { md.Step(); }
            (series.Potential[i], series.Kinetic[i], series.Volume[i], series.Cells[i]) = (md.State.PotentialEnergy, md.State.KineticEnergy, md.State.Structure.Volume, md.State.Structure.Cell);
        }

        return series;
    }

    private sealed record Series(double[] Potential, double[] Kinetic, double[] Volume, Matrix3[] Cells, int Freedom);
}
