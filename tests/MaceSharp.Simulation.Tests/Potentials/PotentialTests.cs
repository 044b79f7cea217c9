using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Simulation.Tests.Potentials;

/// <summary>The potentials of this library are what they say, and their forces and stresses are derivatives of their energies.</summary>
public sealed class PotentialTests
{
    public static TheoryData<string> Names => ["shifted", "smooth", "skin", "springs", "einstein", "sum"];

    [Theory]
    [MemberData(nameof(Names))]
    public void ForcesAreDerivativesOfTheEnergy(string name)
    {
        (IPotential potential, Structure structure) = Make(name);
        PotentialResult result = potential.Compute(structure, Properties.Energy | Properties.Forces);
        for (int i = 0; i < 3; i++)
        {
            for (int axis = 0; axis < 3; axis++)
            {
                Vector3D unit = new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
                double slope = Difference(h =>
                {
                    Structure moved = structure.Clone();
                    moved.Positions[i] += h * unit;
                    return potential.Compute(moved, Properties.Energy).Energy!.Value;
                });
                Assert.Equal(-slope, result.Forces[i][axis], 1e-7);
            }
        }
    }

    [Theory]
    [InlineData("smooth")]
    [InlineData("skin")]
    [InlineData("springs")]
    [InlineData("sum")]
    public void StressIsTheDerivativeByStrain(string name)
    {
        (IPotential potential, Structure structure) = Make(name);
        PotentialResult result = potential.Compute(structure, Properties.Stress | Properties.Energy);
        foreach ((int a, int b) in new[] { (0, 0), (1, 1), (0, 1), (1, 2) })
        {
            double slope = Difference(h =>
            {
                double[] strain = Matrix3.Identity.ToArray();
                strain[(3 * a) + b] += 0.5 * h;
                strain[(3 * b) + a] += 0.5 * h;
                Structure strained = structure.Clone();
                Matrix3 map = Matrix3.FromRowMajor(strain);
                strained.Cell *= map;
                foreach (ref Vector3D r in strained.Positions) { r *= map; }
                return potential.Compute(strained, Properties.Energy).Energy!.Value;
            });
            Assert.Equal(slope / structure.Volume, result.Stress!.Value[a, b], 1e-8);
        }
    }

    [Fact]
    public void AtomicPartsAddUp()
    {
        (IPotential potential, Structure structure) = Make("smooth");
        PotentialResult r = potential.Compute(structure, Properties.Energy | Properties.AtomicEnergies | Properties.Virial | Properties.AtomicVirials);
        Assert.Equal(r.Energy!.Value, r.AtomicEnergies.ToArray().Sum(), 1e-10);
        Matrix3 sum = r.AtomicVirials.ToArray().Aggregate((a, b) => a + b);
        Assert.Equal(r.Virial!.Value.Trace, sum.Trace, 1e-10);
    }

    [Fact]
    public void ASumAddsItsTerms()
    {
        Structure structure = Support.Fcc(18, 5.3, 2, 0.05);
        LennardJonesPotential lj = new(LennardJonesParameters.Argon);
        EinsteinCrystal springs = new(structure.Positions, 0.3);
        structure.Positions[0] += new Vector3D(0.1, 0, 0);
        PotentialResult sum = new SumPotential(lj, springs).Compute(structure, Properties.Energy | Properties.Forces);
        PotentialResult a = lj.Compute(structure, Properties.Energy | Properties.Forces), b = springs.Compute(structure, Properties.Energy | Properties.Forces);
        Assert.Equal(a.Energy!.Value + b.Energy!.Value, sum.Energy!.Value, 1e-12);
        Assert.Equal(a.Forces[0].X + b.Forces[0].X, sum.Forces[0].X, 1e-12);
        Assert.Equal(Properties.None, new SumPotential(lj, springs).Supported & Properties.Stress);
    }

    [AseTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void LennardJonesIsThatOfAse(bool smooth)
    {
        Structure structure = Support.Fcc(18, 5.2, 2, 0.2);
        LennardJonesParameters parameters = new() { Epsilon = 0.0104, Sigma = 3.4, Cutoff = 8.5, Onset = 6.0, IsSmooth = smooth };
        PotentialResult ours = new LennardJonesPotential(parameters).Compute(structure, Properties.Energy | Properties.Forces | Properties.Stress);
        string file = Path.GetTempFileName();
        try
        {
            using (StructureWriter writer = StructureWriter.Create(file, StructureFormat.ExtendedXyz))
            {
                writer.Write(structure);
                writer.Complete();
            }

            using JsonDocument answer = JsonDocument.Parse(Ase.Run(
                """
                import sys, json, ase.io
                from ase.calculators.lj import LennardJones
                a = ase.io.read(sys.argv[1], format="extxyz")
                a.calc = LennardJones(epsilon=0.0104, sigma=3.4, rc=8.5, ro=6.0, smooth=sys.argv[2] == "True")
                print(json.dumps(dict(e=a.get_potential_energy(), f=a.get_forces()[5].tolist(), s=a.get_stress().tolist())))
                """,
                file,
                smooth.ToString(CultureInfo.InvariantCulture)));
            Assert.Equal(answer.RootElement.GetProperty("e").GetDouble(), ours.Energy!.Value, 1e-10);
            for (int axis = 0; axis < 3; axis++) { Assert.Equal(answer.RootElement.GetProperty("f")[axis].GetDouble(), ours.Forces[5][axis], 1e-10); }
            double[] stress = ours.Stress!.Value.ToVoigt();
            for (int k = 0; k < 6; k++) { Assert.Equal(answer.RootElement.GetProperty("s")[k].GetDouble(), stress[k], 1e-12); }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ASkinChangesNothingButTheWork()
    {
        Structure structure = Support.Fcc(18, 5.3, 2);
        using IPotentialEvaluator reused = new LennardJonesPotential(LennardJonesParameters.Argon with { Skin = 0.8 }).CreateEvaluator();
        LennardJonesPotential fresh = new(LennardJonesParameters.Argon);
        PotentialResult result = new();
        for (int step = 0; step < 20; step++)
        {
            Support.Rattle(structure, 0.03, step);
            reused.Evaluate(structure, Properties.Energy, result);
            Assert.Equal(fresh.Compute(structure, Properties.Energy).Energy!.Value, result.Energy!.Value, 1e-10);
        }
    }

    [Fact]
    public void BadParametersAreRefused()
    {
        Assert.Throws<InvalidInputException>(() => new LennardJonesPotential(new() { Sigma = 0 }));
        Assert.Throws<InvalidInputException>(() => new LennardJonesPotential(new() { Epsilon = double.NaN }));
        Assert.Throws<InvalidInputException>(() => new LennardJonesPotential(new() { IsSmooth = true, Cutoff = 3, Onset = 4 }));
        Structure two = new([18, 18], [default, default]);
        Assert.Contains("same place", Assert.Throws<InvalidInputException>(() => new LennardJonesPotential().Compute(two, Properties.Energy)).Message, StringComparison.Ordinal);
    }

    private static (IPotential Potential, Structure Structure) Make(string name)
    {
        Structure structure = Support.Fcc(18, 5.3, 2);
        LennardJonesParameters argon = LennardJonesParameters.Argon;
        IPotential potential = name switch
        {
            "shifted" => new LennardJonesPotential(argon with { IsSmooth = false, Cutoff = 20 }),
            "skin" => new LennardJonesPotential(argon with { Skin = 1 }),
            "springs" => new SpringNetwork(structure, 0.8, 4),
            "einstein" => new EinsteinCrystal(structure.Positions, 0.8),
            "sum" => new SumPotential(new LennardJonesPotential(argon), new SpringNetwork(structure, 0.8, 4)),
            _ => new LennardJonesPotential(argon),
        };
        Support.Rattle(structure, 0.1);
        structure.Cell *= new Matrix3(1.01, 0.02, 0, 0, 0.99, 0.01, 0.03, 0, 1);
        return (potential, structure);
    }

    private static double Difference(Func<double, double> energy)
    {
        const double H = 1e-3;
        return ((8 * (energy(H) - energy(-H))) - (energy(2 * H) - energy(-2 * H))) / (12 * H);
    }
}
