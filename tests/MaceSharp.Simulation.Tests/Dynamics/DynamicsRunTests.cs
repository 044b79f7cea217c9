using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>Runs write their files, go on from any moment as if nothing had happened, and stop when something goes wrong.</summary>
public sealed class DynamicsRunTests : IDisposable
{
    private static readonly LennardJonesPotential Argon = new(LennardJonesParameters.Argon with { Cutoff = 7, Onset = 5, Skin = 0.6 });
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mace-md-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Ensemble.Nve)]
    [InlineData(Ensemble.Langevin)]
    [InlineData(Ensemble.Csvr)]
    [InlineData(Ensemble.NoseHoover)]
    [InlineData(Ensemble.Berendsen)]
    [InlineData(Ensemble.NptCellRescaling)]
    [InlineData(Ensemble.NptMartynaTobiasKlein)]
    [InlineData(Ensemble.Nph)]
    public void AKilledRunGoesOnBitForBit(Ensemble ensemble)
    {
        DynamicsOptions options = new() { Ensemble = ensemble, TimeStep = 2, Temperature = new(60, 90, 100), CellFreedom = CellFreedom.Full, Pressure = Ramp.Constant(0.05), Seed = 9 };
        Structure start = Support.Fcc(18, 5.4, 2, 0.05);
        start.Info["note"] = DataArray.Of("kept");
        using (DynamicsRun whole = DynamicsRun.Start(Argon, start, options, Output("whole"))) { whole.Run(150); }

        // Killed twice, at steps that are no restart points, the second time with half a row written.
        using (CancellationTokenSource kill = new())
        using (DynamicsRun first = DynamicsRun.Start(Argon, start, options, Output("parts")))
        {
            Assert.Throws<OperationCanceledException>(() => first.Run(150, step => { if (step == 67) { kill.Cancel(); } }, kill.Token));
        }

        using (CancellationTokenSource kill = new())
        using (DynamicsRun second = DynamicsRun.Resume(Argon, RestartFiles.FindLatest(PathOf("parts-res"))!, options, Output("parts")))
        {
            Assert.Equal(60, second.FirstStep);
            Assert.Throws<OperationCanceledException>(() => second.Run(150, step => { if (step == 119) { kill.Cancel(); } }, kill.Token));
        }

        File.AppendAllText(PathOf("parts-stats.dat"), "       12");
        using (DynamicsRun third = DynamicsRun.Resume(Argon, RestartFiles.FindLatest(PathOf("parts-res"))!, options, Output("parts"))) { third.Run(150); }
        foreach (string file in new[] { "stats.dat", "traj.extxyz", "final.extxyz", "res-150.extxyz" })
        {
            Assert.True(File.ReadAllText(PathOf($"whole-{file}")) == File.ReadAllText(PathOf($"parts-{file}")), $"{file} differs.");
        }

        Assert.Contains("note=kept", File.ReadAllText(PathOf("whole-final.extxyz")), StringComparison.Ordinal);
        Assert.Equal(151, File.ReadAllLines(PathOf("whole-stats.dat")).Length - 1);
    }

    [Fact]
    public void OldRestartFilesAreDeleted()
    {
        using (DynamicsRun run = DynamicsRun.Start(Argon, Support.Fcc(18, 5.4, 2), new(), Output("a") with { RestartsToKeep = 2 })) { run.Run(90); }
        Assert.Equal(["a-res-60.extxyz", "a-res-90.extxyz"], Directory.GetFiles(_folder.FullName, "*res*").Select(Path.GetFileName).Order());
    }

    [Fact]
    public void ARestartOfAnotherRunIsRefused()
    {
        Structure start = Support.Fcc(18, 5.4, 2);
        using (DynamicsRun run = DynamicsRun.Start(Argon, start, new(), Output("a"))) { run.Run(30); }
        string point = RestartFiles.FindLatest(PathOf("a-res"))!;
        Assert.Contains("ensemble Nve", Assert.Throws<InvalidInputException>(() => DynamicsRun.Resume(Argon, point, new() { Ensemble = Ensemble.Csvr }, Output("a"))).Message, StringComparison.Ordinal);
        Assert.Contains("time step of 1 fs", Assert.Throws<InvalidInputException>(() => DynamicsRun.Resume(Argon, point, new() { TimeStep = 2 }, Output("a"))).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<InvalidInputException>(() => DynamicsRun.Resume(Argon, point, new(), Output("b"))).Message, StringComparison.Ordinal);
        using (DynamicsRun run = DynamicsRun.Start(Argon, start, new(), Output("a"))) { run.Run(1); }
        Assert.Contains("has been changed", Assert.Throws<InvalidInputException>(() => DynamicsRun.Resume(Argon, point, new(), Output("a"))).Message, StringComparison.Ordinal);
        File.WriteAllText(point, "1\n\nAr 0 0 0\n");
        Assert.Contains("not a restart file", Assert.Throws<InvalidInputException>(() => DynamicsRun.Resume(Argon, point, new(), Output("a"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("temperature", "the temperature is")]
    [InlineData("force", "the force on atom")]
    [InlineData("distance", "are closer than")]
    [InlineData("lost", "is lost")]
    [InlineData("potential", "cannot be evaluated any more")]
    public void GuardsStopARunAndKeepTheLastGoodFrame(string guard, string reason)
    {
        DynamicsGuards guards = new() { Every = 1, MaxTemperature = guard == "temperature" ? 400 : 1e9, MaxForce = guard == "force" ? 0.5 : 1e9, MinDistance = guard == "distance" ? 3 : 0, AllowsLostAtoms = guard != "lost" };
        Structure start = new([18, 18, 18], [default, new(3.9, 0, 0), new(0, 3.9, 0)]);
        double[] momenta = new double[9];
        momenta[3] = (guard == "lost" ? 0.06 : -0.2) * Elements.Mass(18);
        start.Arrays["momenta"] = DataArray.Of(momenta, 3, 3);
        IPotential potential = guard == "potential" ? new Breaking(Argon) : Argon;
        using DynamicsRun run = DynamicsRun.Start(potential, start, new() { TimeStep = 2, RemovesDrift = false }, Output("g") with { Guards = guards });
        DynamicsStoppedException stopped = Assert.Throws<DynamicsStoppedException>(() => run.Run(3000));
        Assert.Contains(reason, stopped.Message, StringComparison.Ordinal);
        Assert.Contains("g-last-good.extxyz", stopped.Message, StringComparison.Ordinal);
        Structure good = StructureReader.Read(PathOf("g-last-good.extxyz"), FrameSlice.All).Single();
        Assert.True(good.Info["step"].Integers[0] < run.Dynamics.State.StepCount || guard == "potential");
        Assert.All(good.Positions.ToArray(), r => Assert.True(r.IsFinite));
    }

    [Fact]
    public void AQuietRunPassesTheGuards()
    {
        using DynamicsRun run = DynamicsRun.Start(Argon, Support.Fcc(18, 5.4, 2), new() { Temperature = Ramp.Constant(40) }, Output("q"));
        run.Run(200);
        Assert.False(File.Exists(PathOf("q-last-good.extxyz")));
    }

    [AseFact]
    public void AseReadsTrajectoriesWithVelocitiesAndForces()
    {
        Structure start = Support.Fcc(18, 5.4, 2, 0.05);
        start.Cell *= new Matrix3(1, 0.03, 0.01, 0.02, 1, 0, 0, 0.05, 1);
        foreach ((string name, TrajectoryFormat format) in new[] { ("x.extxyz", TrajectoryFormat.ExtendedXyz), ("x.lammpstrj", TrajectoryFormat.LammpsDump) })
        {
            using DynamicsRun run = DynamicsRun.Start(Argon, start, new() { Temperature = Ramp.Constant(80) }, new() { TrajectoryPath = PathOf(name), TrajectoryFormat = format, TrajectoryEvery = 10 });
            run.Run(20);
            double kinetic = run.Dynamics.State.KineticEnergy, force = Math.Sqrt(run.Dynamics.State.Forces.ToArray().Sum(f => f.NormSquared));
            run.Dispose();
            string[] answer = Ase.Run(
                """
                import sys, ase.io, numpy as np
                frames = ase.io.read(sys.argv[1], index=":", **(dict(format="lammps-dump-text", units="metal") if sys.argv[1].endswith("lammpstrj") else {}))
                a = frames[-1]
                a.set_masses([39.948] * len(a))
                d = a.get_all_distances(mic=True)
                print(len(frames), a.get_kinetic_energy(), np.linalg.norm(a.get_forces()), d.sum(), a.get_volume(), " ".join(a.get_chemical_symbols()[:1]))
                """,
                PathOf(name)).Split(' ', StringSplitOptions.TrimEntries);
            Assert.Equal("3", answer[0]);
            Assert.Equal(kinetic, Number(answer[1]), 1e-6);
            Assert.Equal(force, Number(answer[2]), 1e-9);
            Assert.Equal(start.Volume, Number(answer[4]), 1e-6);
            Assert.Equal("Ar", answer[5]);
        }

        static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private DynamicsOutput Output(string prefix) => new()
    {
        StatisticsPath = PathOf($"{prefix}-stats.dat"),
        StatisticsEvery = 1,
        TrajectoryPath = PathOf($"{prefix}-traj.extxyz"),
        TrajectoryEvery = 7,
        RestartStem = PathOf($"{prefix}-res"),
        RestartEvery = 30,
        FinalPath = PathOf($"{prefix}-final.extxyz"),
        LastGoodPath = PathOf($"{prefix}-last-good.extxyz"),
    };

    /// <summary>A potential that refuses its twentieth structure.</summary>
    private sealed class Breaking(IPotential inner) : IPotential
    {
        public double CutoffRadius => inner.CutoffRadius;

        public Properties Supported => inner.Supported;

        public IPotentialEvaluator CreateEvaluator() => new Evaluator(inner.CreateEvaluator());

        private sealed class Evaluator(IPotentialEvaluator inner) : IPotentialEvaluator
        {
            private int _count;

            public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
            {
                if (++_count == 20) { throw new InvalidInputException("Too many."); }
                inner.Evaluate(structure, properties, result, cancellationToken);
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
