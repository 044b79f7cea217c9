using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>Energies and their derivatives of every reference model, on every structure and with every head.</summary>
public sealed class EnergyParityTests
{
    /// <summary>Its reference derivatives lack the slope of the Chebyshev polynomials; the true gradient is given for some structures.</summary>
    internal const string WithoutReferenceDerivatives = "e7_chebyshev";

    public static TheoryData<string> Models => GoldenModels.WithEnergy;

    public static TheoryData<string> SmallModels => GoldenModels.Small;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Float64AgreesWithTheReference(string model)
    {
        using GoldenReference reference = new(model);
        Comparison comparison = new(model);
        foreach (string head in reference.Heads)
        {
            MacePotential potential = new(GoldenModels.Random(model), new MaceOptions { Head = head });
            using IPotentialEvaluator evaluator = potential.CreateEvaluator();
            PotentialResult result = new();
            foreach ((string name, Structure structure, JsonElement expected) in reference.Cases(head))
            {
                comparison.At(name, head, () =>
                {
                    Properties properties = Properties.Energy | Properties.Forces | Properties.Virial | Properties.AtomicEnergies;
                    if (structure.Periodicity.IsFull) { properties |= Properties.Stress; }
                    evaluator.Evaluate(structure, properties, result);
                    CompareEnergies(comparison, potential, structure, expected, result);
                    CompareDerivatives(comparison, model, structure, expected, result);
                });
            }
        }

        comparison.AssertAllWithinBounds();
    }

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void Float32AgreesWithTheReference(string model)
    {
        using GoldenReference reference = new(model);
        Comparison comparison = new(model);
        foreach (string head in reference.Heads)
        {
            MacePotential potential = new(GoldenModels.Random(model), new MaceOptions { Head = head, Precision = Precision.Float32, Radial = RadialMode.Exact });
            using IPotentialEvaluator evaluator = potential.CreateEvaluator();
            PotentialResult result = new();
            foreach ((string name, Structure structure, JsonElement expected) in reference.Cases(head))
            {
                comparison.At(name, head, () =>
                {
                    evaluator.Evaluate(structure, Properties.Energy | Properties.Forces, result);
                    comparison.Number("energy", expected.GetProperty("energy_eV").GetDouble(), result.Energy, Bounds.SingleEnergy(model, structure.Count));
                    if (TryGetForces(model, expected, out double[] forces))
                    {
                        comparison.Numbers("forces", forces, JsonNumbers.ToNumbers(result.Forces), Bounds.SingleForces(forces));
                    }
                });
            }
        }

        comparison.AssertAllWithinBounds();
    }

    [GoldenTheory]
    [MemberData(nameof(SmallModels))]
    public void DescriptorsAgreeWithTheReference(string model)
    {
        using GoldenReference reference = new(model);
        string head = reference.Root.GetProperty("intermediates_head").GetString()!;
        using IPotentialEvaluator evaluator = new MacePotential(GoldenModels.Random(model), new MaceOptions { Head = head }).CreateEvaluator();
        PotentialResult result = new();
        Comparison comparison = new(model);
        foreach (JsonProperty structure in reference.Root.GetProperty("intermediates").EnumerateObject())
        {
            if (!structure.Value.TryGetProperty("descriptors", out JsonElement descriptors)) { continue; }
            comparison.At(structure.Name, head, () =>
            {
                double[] invariant = descriptors.GetProperty("invariants_only_true").ToNumbers(), full = descriptors.GetProperty("invariants_only_false").ToNumbers();
                evaluator.Evaluate(reference.Structure(structure.Name), Properties.Descriptors, result);
                comparison.Numbers("invariant descriptors", invariant, result.Descriptors, Bounds.Relative(invariant));
                evaluator.Evaluate(reference.Structure(structure.Name), Properties.FullDescriptors, result);
                comparison.Numbers("descriptors", full, result.Descriptors, Bounds.Relative(full));
            });
        }

        // EnergyDipolesMACE has no descriptors upstream.
        if (!model.StartsWith('h')) { comparison.AssertAllWithinBounds(); }
    }

    [GoldenTheory]
    [MemberData(nameof(SmallModels))]
    public void HessiansAgreeWithTheReference(string model)
    {
        if (model == WithoutReferenceDerivatives) { return; }
        using GoldenReference reference = new(model);
        JsonElement hessian = reference.Root.GetProperty("hessian");
        string name = hessian.GetProperty("structure").GetString()!, head = hessian.GetProperty("head").GetString()!;
        double[] expected = hessian.GetProperty("eV_per_A2").ToNumbers();
        Comparison comparison = new(model);
        comparison.At(name, head, () =>
        {
            double[] actual = new MacePotential(GoldenModels.Random(model), new MaceOptions { Head = head }).ComputeHessian(reference.Structure(name));
            comparison.Numbers("Hessian", expected, actual, 1e-6 * expected.Max(Math.Abs));
        });
        comparison.AssertAllWithinBounds();
    }

    [GoldenFact]
    public void ForcesAndVirialsWithoutReferenceAreDifferencesOfTheEnergy()
    {
        const double Step = 1e-3;
        using GoldenReference reference = new(WithoutReferenceDerivatives);
        MacePotential potential = new(GoldenModels.Random(WithoutReferenceDerivatives));
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        Comparison comparison = new(WithoutReferenceDerivatives);
        foreach ((string name, Structure structure, _) in reference.Cases("Default"))
        {
            if (structure.Count > 10) { continue; }
            comparison.At(name, "Default", () =>
            {
                evaluator.Evaluate(structure, Properties.Forces | Properties.Virial, result);
                double[] forces = JsonNumbers.ToNumbers(result.Forces), virial = result.Virial!.Value.ToArray();
                comparison.Numbers("forces", EnergyDifferences.Forces(evaluator, structure, Step), forces, 1e-7 * Bounds.LargestOrOne(forces));
                comparison.Numbers("virial", EnergyDifferences.Virial(evaluator, structure, 0.2 * Step), virial, 1e-7 * Bounds.LargestOrOne(virial));
            });
        }

        comparison.AssertAllWithinBounds();
    }

    private static void CompareEnergies(Comparison comparison, MacePotential potential, Structure structure, JsonElement expected, PotentialResult result)
    {
        double energy = expected.GetProperty("energy_eV").GetDouble();
        double bound = Bounds.Energy(structure.Count, energy);
        comparison.Number("energy", energy, result.Energy, bound);
        comparison.Number("sum of atomic and embedding energies", energy, Sum(result.AtomicEnergies) + (result.EmbeddingEnergy ?? 0), bound);
        if (expected.TryGetProperty("interaction_energy_eV", out JsonElement interaction))
        {
            comparison.Number("interaction energy", interaction.GetDouble(), result.InteractionEnergy, bound);
        }

        // EnergyDipolesMACE returns E0 alone upstream; the learned parts are missing there.
        double[] atomic = expected.GetProperty("node_energy_eV").ToNumbers();
        double largest = atomic.Max(Math.Abs);
        if (potential.Model.HyperParameters.Kind == ModelKind.EnergyDipolesMace)
        {
            double[] isolated = new double[structure.Count];
            for (int i = 0; i < isolated.Length; i++)
            {
                isolated[i] = potential.AtomicEnergies[potential.Model.HyperParameters.AtomicNumbers.IndexOf(structure.AtomicNumbers[i])];
            }

            comparison.Numbers("isolated-atom energies", atomic, isolated, 0);
        }
        else
        {
            comparison.Numbers("atomic energies", atomic, result.AtomicEnergies, Bounds.Energy(1, largest));
        }
    }

    private static void CompareDerivatives(Comparison comparison, string model, Structure structure, JsonElement expected, PotentialResult result)
    {
        if (TryGetForces(model, expected, out double[] forces))
        {
            comparison.Numbers("forces", forces, JsonNumbers.ToNumbers(result.Forces), Bounds.Relative(forces));
        }

        if (model == WithoutReferenceDerivatives) { return; }
        double[] virial = expected.GetProperty("virials_eV").ToNumbers();
        double bound = Bounds.Relative(virial);
        comparison.Matrix("virial", virial, result.Virial, bound);
        if (structure.Periodicity.IsFull)
        {
            comparison.Matrix("stress", expected.GetProperty("stress_eV_per_A3").ToNumbers(), result.Stress, bound / expected.GetProperty("volume_used_A3").GetDouble());
        }
    }

    /// <summary>The reference forces, where they are the gradient of the energy.</summary>
    internal static bool TryGetForces(string model, JsonElement expected, out double[] forces)
    {
        bool exists = expected.TryGetProperty(model == WithoutReferenceDerivatives ? "forces_true_gradient_eV_per_A" : "forces_eV_per_A", out JsonElement element);
        forces = exists ? element.ToNumbers() : [];
        return exists;
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values) { sum += value; }
        return sum;
    }
}
