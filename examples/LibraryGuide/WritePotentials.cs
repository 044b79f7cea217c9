using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>A potential of one's own.</summary>
internal static class WritePotentials
{
    public static void Run()
    {
        Structure hydrogen = new([1, 1], [new(0, 0, 0), new(0, 0, 0.8)]);
        IPotential spring = new HarmonicSpring(k: 36, length: 0.74);
        PotentialResult pull = spring.Compute(hydrogen, Properties.Energy | Properties.Forces);
        Console.WriteLine($"{pull.Energy:F4} eV, force on the second atom {pull.Forces[1].Z:F2} eV/Å along z");
    }
}
