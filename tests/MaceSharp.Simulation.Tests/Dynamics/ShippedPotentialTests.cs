using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using Xunit.Abstractions;

namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>Dynamics with the potential that ships with the product, with tables and a skin as the command uses them.</summary>
public sealed class ShippedPotentialTests(ITestOutputHelper output)
{
    private static readonly string ModelPath = Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors");

    [Theory]
    [InlineData(Precision.Float64, 1e-6)]
    [InlineData(Precision.Float32, 1e-5)]
    [Trait("Speed", "Slow")]
    public void TheEnergyDoesNotDrift(Precision precision, double bound)
    {
        MacePotential potential = MacePotential.Load(ModelPath, new() { Precision = precision, Radial = RadialMode.Table, Skin = 0.5 });
        using MolecularDynamics md = new(potential, Molecules(), new() { TimeStep = 0.5, Temperature = Ramp.Constant(300), Seed = 1 });

        // The slope of the energy by least squares, with running means so that no digits are lost.
        double meanTime = 0, meanEnergy = 0, timeTime = 0, timeEnergy = 0;
        for (int step = 1; step <= 20_000; step++)
        {
            md.Step();
            double time = md.State.Time / 1000, energy = md.ConservedEnergy / md.State.Structure.Count, dt = time - meanTime;
            meanTime += dt / step;
            meanEnergy += (energy - meanEnergy) / step;
            timeTime += dt * (time - meanTime);
            timeEnergy += dt * (energy - meanEnergy);
        }

        double drift = timeEnergy / timeTime;
        output.WriteLine($"{precision}: {drift:E2} eV/atom/ps at {md.State.Temperature:F0} K");
        Assert.InRange(Math.Abs(drift), 0, bound);
    }

    [Theory]
    [InlineData(Precision.Float64)]
    [InlineData(Precision.Float32)]
    public void AStepAllocatesNothing(Precision precision)
    {
        MacePotential potential = MacePotential.Load(ModelPath, new() { Precision = precision, Radial = RadialMode.Table, Skin = 0.5 });
        using MolecularDynamics md = new(potential, Molecules(), new() { Ensemble = Ensemble.Langevin, TimeStep = 0.5 });
        for (int i = 0; i < 200; i++) { md.Step(); }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) { md.Step(); }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Methane and methylamine, relaxed, beyond each other's reach.</summary>
    private static Structure Molecules()
    {
        MacePotential exact = MacePotential.Load(ModelPath);
        Structure[] molecules = [.. StructureReader.Read(Path.Combine(GoldenData.RepositoryRoot, "examples", "molecules.xyz"), FrameSlice.All).Take(2).Select(m => Relaxation.Run(exact, m, new() { MaxForce = 1e-4 }).Structure)];
        foreach (ref Vector3D r in molecules[1].Positions) { r += new Vector3D(20, 0, 0); }
        return new([.. molecules.SelectMany(m => m.AtomicNumbers.ToArray())], [.. molecules.SelectMany(m => m.Positions.ToArray())]);
    }
}
