using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>Models with trained weights: those of the tutorials of mace-torch and the one in this repository's reference data.</summary>
public sealed class TrainedModelTests
{
    public static TheoryData<string> Models => GoldenModels.Trained;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void AgreeWithTheReference(string model)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("trained", model + ".json")));
        using IPotentialEvaluator evaluator = new MacePotential(GoldenModels.OfTrained(model)).CreateEvaluator();
        PotentialResult result = new();
        Comparison comparison = new(model);
        int frame = 0;
        foreach (JsonElement expected in document.RootElement.GetProperty("frames").EnumerateArray())
        {
            comparison.At(string.Create(CultureInfo.InvariantCulture, $"frame {frame++}"), "Default", () =>
            {
                Structure structure = GoldenReference.ReadStructure(expected.GetProperty("structure"));
                evaluator.Evaluate(structure, Properties.Energy | Properties.Forces | Properties.Virial | Properties.AtomicEnergies, result);
                double energy = expected.GetProperty("energy_eV").GetDouble();
                double[] forces = expected.GetProperty("forces_eV_per_A").ToNumbers(), virial = expected.GetProperty("virials_eV").ToNumbers();
                double[] atomic = expected.GetProperty("node_energy_eV").ToNumbers();
                comparison.Number("energy", energy, result.Energy, Bounds.Energy(structure.Count, energy));
                comparison.Number("interaction energy", expected.GetProperty("interaction_energy_eV").GetDouble(), result.InteractionEnergy, Bounds.Energy(structure.Count, energy));
                comparison.Numbers("atomic energies", atomic, result.AtomicEnergies, Bounds.Energy(1, atomic.Max(Math.Abs)));
                comparison.Numbers("forces", forces, JsonNumbers.ToNumbers(result.Forces), Bounds.Relative(forces));
                comparison.Matrix("virial", virial, result.Virial, Bounds.Relative(virial));
            });
        }

        Assert.Equal(20, frame);
        comparison.AssertAllWithinBounds();
    }

    [GoldenTheory]
    [InlineData("mace01_swa")]
    [InlineData("mace02_com1_swa")]
    public void DescriptorsAgreeWithTheReference(string model)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("trained", model + ".json")));
        Structure structure = GoldenReference.ReadStructure(document.RootElement.GetProperty("frames")[0].GetProperty("structure"));
        JsonElement descriptors = document.RootElement.GetProperty("intermediates").GetProperty("frame0").GetProperty("descriptors");
        double[] invariant = descriptors.GetProperty("invariants_only_true").ToNumbers(), full = descriptors.GetProperty("invariants_only_false").ToNumbers();
        MacePotential potential = new(GoldenModels.OfTrained(model));
        Comparison comparison = new(model);
        comparison.At("frame 0", "Default", () =>
        {
            comparison.Numbers("invariant descriptors", invariant, potential.Compute(structure, Properties.Descriptors).Descriptors, Bounds.Relative(invariant));
            comparison.Numbers("descriptors", full, potential.Compute(structure, Properties.FullDescriptors).Descriptors, Bounds.Relative(full));
        });
        comparison.AssertAllWithinBounds();
    }
}
