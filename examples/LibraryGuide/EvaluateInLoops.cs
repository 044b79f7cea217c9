using MaceSharp;
using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>Many evaluations.</summary>
internal static class EvaluateInLoops
{
    public static void Run()
    {
        MacePotential potential = MacePotential.Load("models/gfn2-chno.safetensors");
        Structure water = new([8, 1, 1], [new(0, 0, 0), new(0.76, 0.59, 0), new(-0.76, 0.59, 0)]);

        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        for (int step = 0; step < 200; step++)
        {
            evaluator.Evaluate(water, Properties.Energy | Properties.Forces, result);
            for (int i = 0; i < water.Count; i++) { water.Positions[i] += 0.01 * result.Forces[i]; }
        }

        Console.WriteLine($"relaxed water: {result.Energy:F4} eV, O–H {(water.Positions[1] - water.Positions[0]).Norm:F3} Å");

        IReadOnlyList<Structure> structures = StructureFile.ReadAll("examples/molecules.xyz");
        double[] energies = new double[structures.Count];
        Parallel.For(
            0,
            structures.Count,
            () => (Evaluator: potential.CreateEvaluator(), Result: new PotentialResult()),
            (i, _, own) =>
            {
                own.Evaluator.Evaluate(structures[i], Properties.Energy, own.Result);
                energies[i] = own.Result.Energy!.Value;
                return own;
            },
            own => own.Evaluator.Dispose());
        Console.WriteLine($"{energies.Length} energies, the lowest {energies.Min():F3} eV");
    }
}
