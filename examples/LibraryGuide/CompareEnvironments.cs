using MaceSharp;
using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>Descriptors.</summary>
internal static class CompareEnvironments
{
    public static void Run()
    {
        MacePotential potential = MacePotential.Load("models/gfn2-chno.safetensors");

        Structure aceticAcid = StructureFile.Read("examples/molecules.xyz@4");
        PotentialResult result = potential.Compute(aceticAcid, Properties.Descriptors);
        int width = result.DescriptorWidth;
        for (int i = 0; i < aceticAcid.Count; i++)
        {
            double difference = 0;
            for (int k = 0; k < width; k++) { difference += Math.Pow(result.Descriptors[(i * width) + k] - result.Descriptors[k], 2); }
            Console.WriteLine($"{Elements.Symbol(aceticAcid.AtomicNumbers[i])} {Math.Sqrt(difference):F2}");
        }
    }
}
