using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>How the virial is shared out among the atoms.</summary>
public sealed class AtomicVirialParityTests
{
    [GoldenTheory]
    [InlineData("b_ss_16x0e_16x1o")]
    [InlineData("d_density_agnesi_zbl")]
    public void AgreeWithTheReference(string model)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("refs", "extra_atomic_stress_edge_forces.json")));
        using IPotentialEvaluator evaluator = new MacePotential(GoldenModels.Random(model)).CreateEvaluator();
        PotentialResult result = new();
        Comparison comparison = new(model);
        foreach (JsonProperty property in document.RootElement.GetProperty("models").GetProperty(model).EnumerateObject())
        {
            comparison.At(property.Name, "Default", () =>
            {
                Structure structure = GoldenReference.ReadStructure(property.Value.GetProperty("structure"));
                double[] atomic = property.Value.GetProperty("atomic_virials_eV").ToNumbers(), total = property.Value.GetProperty("virials_eV").ToNumbers();
                evaluator.Evaluate(structure, Properties.AtomicVirials | Properties.Virial, result);
                comparison.Numbers("atomic virials", atomic, JsonNumbers.ToNumbers(result.AtomicVirials), Bounds.Relative(atomic));
                comparison.Matrix("virial", total, result.Virial, Bounds.Relative(total));
                Matrix3 sum = default;
                foreach (Matrix3 virial in result.AtomicVirials) { sum += virial; }
                comparison.Matrix("sum of atomic virials", total, sum, Bounds.Relative(total));
            });
        }

        comparison.AssertAllWithinBounds();
    }
}
