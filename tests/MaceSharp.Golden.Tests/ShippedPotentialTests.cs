using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>The data sheet of the potential that ships with the product.</summary>
public sealed class ShippedPotentialTests
{
    [Theory]
    [InlineData("test: other frames of the same runs", "gfn2_chno_test.extxyz", "random")]
    [InlineData("test: nine systems never trained on", "gfn2_chno_test.extxyz", "unseen_system")]
    [InlineData("validation: twenty systems never trained on, some far from equilibrium", "gfn2_chno_valid.extxyz", null)]
    public void ErrorsAreThoseOfItsDataSheet(string row, string file, string? kind) => Compare(row, kind, file);

    [Fact]
    [Trait("Speed", "Slow")]
    public void ErrorsOnItsTrainingFramesAreThoseOfItsDataSheet() => Compare("training frames", null, "gfn2_chno_train.extxyz", "gfn2_chno_modes.extxyz", "gfn2_chno_twists.extxyz", "gfn2_chno_crystals.extxyz", "gfn2_chno_second.extxyz");

    private static void Compare(string row, string? kind, params string[] files)
    {
        MacePotential potential = MacePotential.Load(Path.Combine(GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors"));
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        double energySquares = 0, forceSquares = 0;
        long frames = 0, components = 0;
        foreach (Structure structure in files.SelectMany(static f => StructureReader.Read(Path.Combine(GoldenData.RepositoryRoot, "data", f))))
        {
            if (structure.Count == 1 || (kind is not null && structure.Info["config_type"].Texts[0] != kind)) { continue; }
            evaluator.Evaluate(structure, Properties.Energy | Properties.Forces, result);
            energySquares += Math.Pow((result.Energy!.Value - structure.Info["REF_energy"].Reals[0]) / structure.Count, 2);
            frames++;
            ReadOnlySpan<double> reference = structure.Arrays["REF_forces"].Reals;
            double[] forces = JsonNumbers.ToNumbers(result.Forces);
            components += forces.Length;
            for (int i = 0; i < forces.Length; i++) { forceSquares += (forces[i] - reference[i]) * (forces[i] - reference[i]); }
        }

        string line = string.Create(CultureInfo.InvariantCulture, $"| {row} | {1000 * Math.Sqrt(energySquares / frames):F1} | {1000 * Math.Sqrt(forceSquares / components):F1} |");
        Assert.Contains(line, File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, "models", "README.md")), StringComparison.Ordinal);
    }
}
