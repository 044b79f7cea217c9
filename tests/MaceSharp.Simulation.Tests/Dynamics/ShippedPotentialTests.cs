using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using Xunit.Abstractions;

namespace MaceSharp.Simulation.Tests.Dynamics;

/// <summary>Dynamics with the potential that ships with the product, with tables and a skin as the command uses them.</summary>
public sealed class ShippedPotentialTests(ITestOutputHelper output)
{
    private static readonly string ModelPath = Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors");

    /// <summary>Steps of 0.25 fs, so that the potential is tested and not the integrator: with 0.5 fs the energy that Verlet keeps in place of the true one moves by 2e-6 eV/atom/ps while heat spreads from bonds to the rest, with tables and without, and with half of that a twentieth.</summary>
    [Theory]
    [InlineData(Precision.Float64, 1e-6)]
    [InlineData(Precision.Float32, 1e-5)]
    [Trait("Speed", "Slow")]
    public void TheEnergyDoesNotDrift(Precision precision, double bound)
    {
        MacePotential potential = MacePotential.Load(ModelPath, new() { Precision = precision, Radial = RadialMode.Table, Skin = 0.5 });
        using MolecularDynamics md = new(potential, Molecules(), new() { TimeStep = 0.25, Temperature = Ramp.Constant(300), Seed = 1 });

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

    /// <summary>Two picoseconds at 300 K; the hundred of the data sheet are run by data/stability_gfn2_chno.py.</summary>
    [Theory]
    [InlineData("CH3CONH2")]
    [InlineData("urea")]
    [InlineData("C6H6")]
    [InlineData("HCOOCH3")]
    [InlineData("water")]
    [Trait("Speed", "Slow")]
    public void NoBondBreaks(string name)
    {
        MacePotential potential = MacePotential.Load(ModelPath, new() { Precision = Precision.Float32, Radial = RadialMode.Table, Skin = 0.5 });
        Structure start = name == "water" ? Droplet() : StructureFile.ReadAll(Path.Combine(GoldenData.RepositoryRoot, "data", "gfn2_chno_molecules.extxyz")).Single(s => s.Info["system"].Texts[0] == name);
        start = Relaxation.Run(potential, start, new() { MaxForce = 0.05 }).Structure;
        (int I, int J, double Reach)[] pairs = [.. from i in Enumerable.Range(0, start.Count) from j in Enumerable.Range(0, i) select (i, j, Elements.CovalentRadius(start.AtomicNumbers[i]) + Elements.CovalentRadius(start.AtomicNumbers[j]))];
        double Ratio(Structure s, (int I, int J, double Reach) pair) => (s.Positions[pair.I] - s.Positions[pair.J]).Norm / pair.Reach;
        HashSet<(int, int)> bonds = [.. pairs.Where(p => Ratio(start, p) < 1.25).Select(static p => (p.I, p.J))];
        using MolecularDynamics md = new(potential, start, new() { Ensemble = Ensemble.Langevin, TimeStep = 1, Temperature = Ramp.Constant(300), Seed = 1 });
        for (int step = 1; step <= 2000; step++)
        {
            md.Step();
            if (step % 50 != 0) { continue; }
            Assert.All(pairs, p => Assert.True(bonds.Contains((p.I, p.J)) ? Ratio(md.State.Structure, p) < 1.6 : Ratio(md.State.Structure, p) > 1, $"{name}, step {step}: atoms {p.I} and {p.J}"));
        }
    }

    /// <summary>Eight molecules of water on the corners of a cube.</summary>
    private static Structure Droplet()
    {
        Structure water = MoleculeLibrary.Get("H2O");
        Vector3D[] corners = [.. from x in new[] { 0, 3.2 } from y in new[] { 0, 3.1 } from z in new[] { 0, 3.3 } select new Vector3D(x, y, z)];
        return new([.. corners.SelectMany(_ => water.AtomicNumbers.ToArray())], [.. corners.SelectMany(c => water.Positions.ToArray().Select(r => r + c))]);
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
