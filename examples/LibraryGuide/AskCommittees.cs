using MaceSharp;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>Several potentials together.</summary>
internal static class AskCommittees
{
    public static void Run()
    {
        Structure water = new([8, 1, 1], [new(0, 0, 0), new(0.76, 0.59, 0), new(-0.76, 0.59, 0)]);

        Committee committee = new(
            MacePotential.Load("models/gfn2-chno.safetensors"),
            MacePotential.Load("models/gfn2-chno.safetensors", new MaceOptions { Precision = Precision.Float32 }));
        CommitteeResult opinion = committee.ComputeSpread(water, Properties.Energy | Properties.Forces);
        double spread = Math.Sqrt(opinion.EnergyVariance!.Value);
        Console.WriteLine($"{opinion.Members.Length} members, mean {opinion.Mean.Energy:F3} eV, spread below 0.1 meV: {spread < 1e-4}");
    }
}
