using MaceSharp;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>Energy, forces, stress.</summary>
internal static class ComputeProperties
{
    public static void Run()
    {
        Structure urea = StructureFile.Read("examples/urea.cif");

        MacePotential potential = MacePotential.Load("models/gfn2-chno.safetensors", new MaceOptions
        {
            Precision = Precision.Float32,
            ThreadCount = 0,
        });

        PotentialResult result = potential.Compute(urea, Properties.Energy | Properties.Forces | Properties.Stress);
        double pressure = -result.Stress!.Value.Trace / 3 / Units.GigaPascal;
        Console.WriteLine($"{result.Energy:F2} eV, {result.InteractionEnergy / urea.Count:F3} eV per atom against free atoms, {pressure:F2} GPa");

        try
        {
            potential.Compute(new Structure([14], [Vector3D.Zero]), Properties.Energy);
        }
        catch (InvalidInputException exception)
        {
            Console.WriteLine(exception.Message);
        }
    }
}
