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

    [GoldenFact]
    public void TheStarterModelAgreesWithItsReference()
    {
        string folder = Path.Combine(GoldenData.SharedRoot, "starter");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json")));
        IReadOnlyList<Structure> structures = StructureFile.ReadAll(Path.Combine(folder, "gfn2_chno_test.extxyz"));
        MacePotential potential = new(GoldenModels.Read(Path.Combine(folder, "gfn2_chno.model")));
        Comparison comparison = new("starter");
        foreach (JsonElement expected in document.RootElement.GetProperty("frames").EnumerateArray())
        {
            int frame = expected.GetProperty("frame").GetInt32();
            comparison.At(string.Create(CultureInfo.InvariantCulture, $"frame {frame}"), "Default", () =>
            {
                Structure structure = structures[frame];
                PotentialResult result = potential.Compute(structure, Properties.Energy | Properties.Forces | Properties.AtomicEnergies);
                double energy = expected.GetProperty("energy_eV").GetDouble();
                double[] forces = expected.GetProperty("forces_eV_per_A").ToNumbers(), atomic = expected.GetProperty("node_energy_minus_E0_eV").ToNumbers();
                double[] interaction = new double[structure.Count];
                for (int i = 0; i < interaction.Length; i++)
                {
                    int element = potential.Model.HyperParameters.AtomicNumbers.IndexOf(structure.AtomicNumbers[i]);
                    interaction[i] = result.AtomicEnergies[i] - potential.AtomicEnergies[element];
                }

                comparison.Number("energy", energy, result.Energy, Bounds.Energy(structure.Count, energy));
                comparison.Numbers("atomic energies without E0", atomic, interaction, Bounds.Energy(1, energy));
                comparison.Numbers("forces", forces, JsonNumbers.ToNumbers(result.Forces), Bounds.Relative(forces));
            });
        }

        comparison.AssertAllWithinBounds();
    }

    /// <summary>The figures are those of the log that was published with the model: 20.4 meV/atom and 211.4 meV/Å.</summary>
    [GoldenTheory]
    [InlineData("mace01", "291.2", "268.8")]
    [InlineData("mace01_swa", "20.4", "211.4")]
    [Trait("Speed", "Slow")]
    public void ErrorsOnTheTestSetAreThePublishedOnes(string model, string energyError, string forceError)
    {
        MacePotential potential = new(GoldenModels.OfTrained(model));
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        double energySquares = 0, forceSquares = 0;
        long frames = 0, components = 0;
        foreach (Structure structure in StructureReader.Read(GoldenData.PathOf("solvents", "solvent_xtb_test.xyz")))
        {
            evaluator.Evaluate(structure, Properties.Energy | Properties.Forces, result);
            double difference = (result.Energy!.Value - structure.Info["energy_xtb"].Reals[0]) / structure.Count;
            energySquares += difference * difference;
            frames++;
            ReadOnlySpan<double> reference = structure.Arrays["forces_xtb"].Reals;
            double[] forces = JsonNumbers.ToNumbers(result.Forces);
            components += forces.Length;
            for (int i = 0; i < forces.Length; i++) { forceSquares += (forces[i] - reference[i]) * (forces[i] - reference[i]); }
        }

        Assert.Equal(1000, frames);
        Assert.Equal(energyError, (1000 * Math.Sqrt(energySquares / frames)).ToString("F1", CultureInfo.InvariantCulture));
        Assert.Equal(forceError, (1000 * Math.Sqrt(forceSquares / components)).ToString("F1", CultureInfo.InvariantCulture));
        Assert.Contains($"| `{model}` | {energyError} | {forceError} |", File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, "docs", "accuracy.md")), StringComparison.Ordinal);
    }
}
