using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>What integrators and their steps conserve, and how fast their error falls with the time step.</summary>
public sealed class IntegratorTests
{
    private static readonly LennardJonesPotential Argon = new(LennardJonesParameters.Argon with { Cutoff = 7, Onset = 5, Skin = 0.6 });

    public static TheoryData<Ensemble, CellFreedom> All => new()
    {
        { Ensemble.Nve, CellFreedom.Isotropic },
        { Ensemble.Langevin, CellFreedom.Isotropic },
        { Ensemble.Csvr, CellFreedom.Isotropic },
        { Ensemble.NoseHoover, CellFreedom.Isotropic },
        { Ensemble.Berendsen, CellFreedom.Isotropic },
        { Ensemble.NptCellRescaling, CellFreedom.Isotropic },
        { Ensemble.NptCellRescaling, CellFreedom.Anisotropic },
        { Ensemble.NptCellRescaling, CellFreedom.Full },
        { Ensemble.NptMartynaTobiasKlein, CellFreedom.Isotropic },
        { Ensemble.NptMartynaTobiasKlein, CellFreedom.Anisotropic },
        { Ensemble.NptMartynaTobiasKlein, CellFreedom.Full },
        { Ensemble.Nph, CellFreedom.Full },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void TheConservedEnergyIsConserved(Ensemble ensemble, CellFreedom freedom)
    {
        using MolecularDynamics md = Make(ensemble, freedom, 2);
        double start = md.ConservedEnergy, low = md.State.PotentialEnergy, high = low, worst = 0;
        for (int i = 0; i < 4000; i++)
        {
            md.Step();
            worst = Math.Max(worst, Math.Abs(md.ConservedEnergy - start));
            low = Math.Min(low, md.State.PotentialEnergy);
            high = Math.Max(high, md.State.PotentialEnergy);
        }

        Assert.True(worst < 0.01 * (high - low), $"The conserved energy moved by {worst:G3} eV, the potential energy by {high - low:G3} eV.");
        Assert.True(md.State.Drift.Norm < 1e-10, "The centre of mass moves.");
    }

    [Theory]
    [InlineData(Ensemble.Nve, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NoseHoover, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Full)]
    [InlineData(Ensemble.Langevin, CellFreedom.Isotropic)]
    [InlineData(Ensemble.Csvr, CellFreedom.Isotropic)]
    public void TheErrorOfTheTimeStepFallsWithItsSquare(Ensemble ensemble, CellFreedom freedom)
    {
        double[] errors = [.. new[] { 4.0, 2.0, 1.0 }.Select(dt => Fluctuation(ensemble, freedom, dt))];
        for (int i = 0; i < 2; i++)
        {
            double order = Math.Log2(errors[i] / errors[i + 1]);
            Assert.True(order is > 1.7 and < 2.4, $"Halving the time step changes the error by 2^{order:F2}: {string.Join(", ", errors.Select(e => e.ToString("G3")))}.");
        }
    }

    [Theory]
    [InlineData(Ensemble.Nve, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NoseHoover, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Full)]
    [InlineData(Ensemble.Nph, CellFreedom.Anisotropic)]
    public void StepsOfTheLibraryAreSecondOrderAccurate(Ensemble ensemble, CellFreedom freedom)
    {
        // The trajectory itself, against one of a much shorter step.
        Vector3D[] exact = EndOf(ensemble, freedom, 0.5, 320);
        double coarse = Distance(EndOf(ensemble, freedom, 8, 20), exact), fine = Distance(EndOf(ensemble, freedom, 4, 40), exact);
        Assert.InRange(Math.Log2(coarse / fine), 1.85, 2.2);
    }

    [Theory]
    [InlineData(CellFreedom.Isotropic)]
    [InlineData(CellFreedom.Anisotropic)]
    [InlineData(CellFreedom.Full)]
    public void TheCellHasTheFreedomItWasGiven(CellFreedom freedom)
    {
        foreach (Ensemble ensemble in new[] { Ensemble.NptCellRescaling, Ensemble.NptMartynaTobiasKlein })
        {
            using MolecularDynamics md = Make(ensemble, freedom, 2);
            for (int i = 0; i < 200; i++) { md.Step(); }
            Matrix3 c = md.State.Structure.Cell;
            Assert.True(Math.Abs(c[0, 0] - (2 * 5.4)) > 1e-5);
            Assert.Equal(freedom == CellFreedom.Full, Math.Abs(c[0, 1]) > 1e-6);
            Assert.Equal(freedom != CellFreedom.Isotropic, Math.Abs(c[0, 0] - c[1, 1]) > 1e-6);
            if (freedom != CellFreedom.Full) { Assert.Equal((0.0, 0.0), (c[0, 1], c[1, 2])); }
        }
    }

    [Theory]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptCellRescaling, CellFreedom.Full)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Isotropic)]
    [InlineData(Ensemble.NptMartynaTobiasKlein, CellFreedom.Full)]
    [InlineData(Ensemble.Nph, CellFreedom.Full)]
    public void FixedBondsAndATensionGoWithABarostat(Ensemble ensemble, CellFreedom freedom)
    {
        Matrix3 tension = freedom == CellFreedom.Full ? new(0.04, 0.02, 0, 0.02, -0.03, 0, 0, 0, -0.01) : default;
        Constraint.Bond[] bonds = [new(0, 1), new(1, 2), new(5, 6)];
        double[] worst = new double[2];
        for (int run = 0; run < 2; run++)
        {
            using MolecularDynamics md = Make(ensemble, freedom, run == 0 ? 4 : 2, bonds, tension);
            Structure now = md.State.Structure;
            Assert.Equal((3 * 32) - 3 - 3, md.State.DegreesOfFreedom);
            double start = md.ConservedEnergy, low = md.State.PotentialEnergy, high = low;
            double[] lengths = [.. bonds.Select(b => (now.Positions[b.First] - now.Positions[b.Second]).Norm)];
            for (int i = 0; i < 1000 << run; i++)
            {
                md.Step();
                worst[run] = Math.Max(worst[run], Math.Abs(md.ConservedEnergy - start));
                low = Math.Min(low, md.State.PotentialEnergy);
                high = Math.Max(high, md.State.PotentialEnergy);
                for (int b = 0; b < bonds.Length; b++) { Assert.Equal(lengths[b], (now.Positions[bonds[b].First] - now.Positions[bonds[b].Second]).Norm, 1e-9); }
            }

            Assert.True(worst[run] < 0.02 * (high - low), $"The conserved energy moved by {worst[run]:G3} eV, the potential energy by {high - low:G3} eV.");
            Assert.True(md.State.Drift.Norm < 1e-10, "The centre of mass moves.");
            Assert.True(Math.Abs(now.Volume - Math.Pow(2 * 5.4, 3)) > 1);
        }

        if (ensemble != Ensemble.NptCellRescaling) { Assert.InRange(Math.Log2(worst[0] / worst[1]), 1.5, 2.6); }
    }

    [Fact]
    public void ThePressureOfFixedBondsIsThatOfTheForcesAlongThem()
    {
        // Two pairs far from each other, turning: constraint forces F = -m·ω²·r/2 along each, nothing else; the pressure of centres at rest is zero.
        Structure pairs = new([18, 18, 18, 18], [new(1, 1, 1), new(1, 1, 5), new(16, 16, 16), new(16, 16, 20)], new Matrix3(30, 0, 0, 0, 30, 0, 0, 0, 30), Periodicity.All);
        double[] momenta = [3, 0, 0, -3, 0, 0, 0, 2, 0, 0, -2, 0];
        pairs.Arrays["momenta"] = DataArray.Of(momenta, 4, 3);
        using MolecularDynamics md = new(new LennardJonesPotential(new() { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 3.5, Onset = 3.3, IsSmooth = true }), pairs, new() { Constraints = [new Constraint.Bond(0, 1), new Constraint.Bond(2, 3)] });
        Assert.True(md.State.KineticEnergy > 0.1);
        Assert.True(md.State.Pressure!.Value.ToArray().All(static p => Math.Abs(p) < 1e-15));
    }

    [Fact]
    public void WorkOfATensionIsTheIntegralOfItsPressure()
    {
        Structure start = Support.Fcc(18, 5.4, 2);
        using MolecularDynamics md = new(Argon, start, new() { Ensemble = Ensemble.NptMartynaTobiasKlein, CellFreedom = CellFreedom.Full, Pressure = Ramp.Constant(0.3), PressureDeviation = new(0.2, 0.1, -0.05, 0.1, -0.3, 0.02, -0.05, 0.02, 0.1) });
        md.State.Structure.Cell *= new Matrix3(1.02, 0.01, 0, 0.03, 0.97, -0.02, 0.005, 0, 1.01);
        Matrix3 cell = md.State.Structure.Cell, pressure = md.State.TargetPressureTensor;
        double volume = md.State.Structure.Volume;
        for (int k = 0; k < 6; k++)
        {
            double[] voigt = new double[6];
            voigt[k] = 1e-5;
            Matrix3 strain = Matrix3.FromVoigt(voigt);
            md.State.Structure.Cell = cell * (Matrix3.Identity + strain);
            double up = md.State.PressureWork;
            md.State.Structure.Cell = cell * (Matrix3.Identity - strain);
            Assert.Equal(volume * (pressure * strain).Trace, 0.5 * (up - md.State.PressureWork), 1e-11);
        }
    }

    [Fact]
    public void VelocityVerletIsReversible()
    {
        using MolecularDynamics md = Make(Ensemble.Nve, CellFreedom.Isotropic, 2);
        Vector3D[] start = md.State.Structure.Positions.ToArray();
        for (int i = 0; i < 200; i++) { md.Step(); }
        Assert.True(Distance(md.State.Structure.Positions.ToArray(), start) > 0.1);
        md.State.ScaleVelocities(-1);
        for (int i = 0; i < 200; i++) { md.Step(); }
        Assert.True(Distance(md.State.Structure.Positions.ToArray(), start) < 1e-9);
    }

    [Fact]
    public void AHarmonicOscillatorTurnsAsItShould()
    {
        // One atom on a spring: the period is 2π√(m/k), longer by (ωΔt)²/24 for velocity Verlet.
        Structure atom = new([18], [new(0.1, 0, 0)]);
        atom.Arrays["momenta"] = DataArray.Of(new double[3], 1, 3);
        double k = 0.5, mass = Elements.Mass(18), omega = Math.Sqrt(k / mass), dt = 5;
        using MolecularDynamics md = new(new EinsteinCrystal([Vector3D.Zero], k), atom, new() { TimeStep = dt, RemovesDrift = false });
        double exact = 2 / (dt * Units.Femtosecond) * Math.Asin(0.5 * omega * dt * Units.Femtosecond);
        for (int i = 1; i <= 500; i++)
        {
            md.Step();
            Assert.Equal(0.1 * Math.Cos(exact * i * dt * Units.Femtosecond), md.State.Structure.Positions[0].X, 1e-9);
        }
    }

    [Fact]
    public void RampsGoFromStartToEnd()
    {
        Ramp line = new(100, 300, 100);
        Assert.Equal((100.0, 200.0, 300.0, 300.0), (line.At(0), line.At(50), line.At(100), line.At(500)));
        Ramp stairs = line with { StepHeight = 100 };
        Assert.Equal((100.0, 100.0, 200.0, 300.0, 300.0), (stairs.At(0), stairs.At(33), stairs.At(34), stairs.At(67), stairs.At(100)));
        Structure start = Support.Fcc(18, 5.4, 2);
        using MolecularDynamics md = new(Argon, start, new() { Ensemble = Ensemble.Berendsen, ThermostatTime = 20, TimeStep = 4, Temperature = new(20, 80, 1500) });
        for (int i = 0; i < 1600; i++) { md.Step(); }
        Assert.InRange(md.State.Temperature, 65, 95);
    }

    [Fact]
    public void VelocitiesAreThoseOfTheFileOrOfMaxwellAndBoltzmann()
    {
        Structure start = Support.Fcc(18, 5.4, 3);
        using MolecularDynamics drawn = new(Argon, start, new() { Temperature = Ramp.Constant(50), Seed = 3 });
        Assert.InRange(drawn.State.Temperature, 40, 60);
        Assert.True(drawn.State.Drift.Norm < 1e-14);
        using MolecularDynamics again = new(Argon, drawn.Snapshot(), new() { Temperature = Ramp.Constant(500) });
        Assert.Equal(drawn.State.Temperature, again.State.Temperature, 1e-9);
        using MolecularDynamics anew = new(Argon, drawn.Snapshot(), new() { Temperature = Ramp.Constant(500), DrawsVelocities = true });
        Assert.InRange(anew.State.Temperature, 400, 600);
    }

    [Fact]
    public void RotationIsRemoved()
    {
        Structure cluster = new([18, 18, 18, 18], [new(0, 0, 0), new(3.8, 0, 0), new(0, 3.8, 0), new(0, 0, 3.8)]);
        using MolecularDynamics md = new(Argon, cluster, new() { RemovesRotation = true, Temperature = Ramp.Constant(20) });
        Assert.Equal(6, md.State.DegreesOfFreedom);
        Vector3D angular = default;
        for (int i = 0; i < 4; i++) { angular += md.State.Masses[i] * Vector3D.Cross(cluster.Positions[i], md.State.Velocities[i]); }
        Assert.True(angular.Norm < 1e-12);
    }

    [Fact]
    public void FixedBondsKeepTheirLengthAndTheEnergyItsValue()
    {
        Structure start = Support.Fcc(18, 5.4, 2);
        Constraint[] bonds = [new Constraint.Bond(0, 1), new Constraint.Bond(1, 2), new Constraint.Bond(5, 6)];
        using MolecularDynamics md = new(Argon, start, new() { TimeStep = 2, Temperature = Ramp.Constant(60), Constraints = bonds });
        Assert.Equal((3 * 32) - 3 - 3, md.State.DegreesOfFreedom);
        double length = (start.Positions[0] - start.Positions[1]).Norm, energy = md.ConservedEnergy;
        for (int i = 0; i < 1000; i++)
        {
            md.Step();
            Assert.Equal(length, (md.State.Structure.Positions[0] - md.State.Structure.Positions[1]).Norm, 1e-9);
        }

        Assert.Equal(energy, md.ConservedEnergy, 2e-4);
    }

    [Fact]
    public void AnchorsHold()
    {
        Structure start = Support.Fcc(18, 5.4, 2);
        Constraint[] anchors = [new Constraint.Fixed(0), new Constraint.Plane(1, new(0, 0, 2)), new Constraint.Line(2, new(1, 1, 0))];
        using MolecularDynamics md = new(Argon, start, new() { Ensemble = Ensemble.Langevin, TimeStep = 2, Constraints = anchors });
        Assert.Equal((3 * 32) - 6, md.State.DegreesOfFreedom);
        for (int i = 0; i < 200; i++) { md.Step(); }
        Assert.Equal(start.Positions[0], md.State.Structure.Positions[0]);
        Vector3D plane = md.State.Structure.Positions[1] - start.Positions[1], line = md.State.Structure.Positions[2] - start.Positions[2];
        Assert.Equal(0, plane.Z, 1e-12);
        Assert.True(plane.Norm > 1e-3);
        Assert.Equal(line.X, line.Y, 1e-12);
        Assert.Equal(0, line.Z, 1e-12);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void AWarmedUpStepAllocatesNothing(Ensemble ensemble, CellFreedom freedom)
    {
        using MolecularDynamics md = Make(ensemble, freedom, 2);
        for (int i = 0; i < 100; i++) { md.Step(); }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) { md.Step(); }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void BadOptionsAreRefused()
    {
        Structure crystal = Support.Fcc(18, 5.4, 2), cluster = new([18, 18], [default, new(3.8, 0, 0)]);
        Structure massless = new([18], [default]);
        massless.Arrays["masses"] = DataArray.Of([0.0]);
        Assert.Contains("time step", Refusal(crystal, new() { TimeStep = 0 }), StringComparison.Ordinal);
        Assert.Contains("pbc", Refusal(cluster, new() { Ensemble = Ensemble.NptCellRescaling }), StringComparison.Ordinal);
        Assert.Contains("0 K", Refusal(crystal, new() { Ensemble = Ensemble.Csvr, Temperature = Ramp.Constant(0) }), StringComparison.Ordinal);
        Assert.Contains("atoms 1 to 2", Refusal(cluster, new() { Constraints = [new Constraint.Fixed(2)] }), StringComparison.Ordinal);
        Assert.Contains("exclude", Refusal(crystal, new() { Ensemble = Ensemble.NptCellRescaling, Constraints = [new Constraint.Fixed(2)] }), StringComparison.Ordinal);
        Assert.Contains("follow it", Refusal(crystal, new() { Ensemble = Ensemble.NptCellRescaling, PressureDeviation = new(1, 0, 0, 0, -1, 0, 0, 0, 0) }), StringComparison.Ordinal);
        Assert.Contains("shear", Refusal(crystal, new() { Ensemble = Ensemble.NptCellRescaling, CellFreedom = CellFreedom.Anisotropic, PressureDeviation = new(0, 1, 0, 1, 0, 0, 0, 0, 0) }), StringComparison.Ordinal);
        Assert.Contains("join all", Refusal(new([18, 18], [default, new(3.8, 0, 0)], 20 * Matrix3.Identity, Periodicity.All), new() { Ensemble = Ensemble.NptCellRescaling, Constraints = [new Constraint.Bond(0, 1)] }), StringComparison.Ordinal);
        Assert.Contains("mass", Refusal(massless, new()), StringComparison.Ordinal);
    }

    private static string Refusal(Structure structure, DynamicsOptions options) =>
        Assert.Throws<InvalidInputException>(() => new MolecularDynamics(Argon, structure, options).Dispose()).Message;

    private static double Fluctuation(Ensemble ensemble, CellFreedom freedom, double dt)
    {
        using MolecularDynamics md = Make(ensemble, freedom, dt);
        int steps = (int)(5000 / dt);
        double sum = 0, square = 0;
        for (int i = 0; i < steps; i++)
        {
            md.Step();
            double e = md.ConservedEnergy;
            sum += e / steps;
            square += e * e / steps;
        }

        return Math.Sqrt(Math.Max(0, square - (sum * sum)));
    }

    private static Vector3D[] EndOf(Ensemble ensemble, CellFreedom freedom, double dt, int steps)
    {
        using MolecularDynamics md = Make(ensemble, freedom, dt);
        for (int i = 0; i < steps; i++) { md.Step(); }
        return md.State.Structure.Positions.ToArray();
    }

    private static double Distance(Vector3D[] a, Vector3D[] b) => Math.Sqrt(a.Zip(b).Sum(p => (p.First - p.Second).NormSquared));

    private static MolecularDynamics Make(Ensemble ensemble, CellFreedom freedom, double dt, Constraint[]? bonds = null, Matrix3 tension = default) => new(Argon, Support.Fcc(18, 5.4, 2, 0.05), new()
    {
        Ensemble = ensemble,
        TimeStep = dt,
        Temperature = Ramp.Constant(60),
        Pressure = Ramp.Constant(0.05),
        CellFreedom = freedom,
        BarostatTime = 500,
        Seed = 5,
        Constraints = bonds ?? [],
        PressureDeviation = tension,
    });
}
