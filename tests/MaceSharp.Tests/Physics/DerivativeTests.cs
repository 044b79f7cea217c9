using System.Runtime.InteropServices;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Physics;

/// <summary>Forces, virial and stress are the derivatives of the energy that is returned.</summary>
public sealed class DerivativeTests
{
    private const double Step = 1e-3;

    public static TheoryData<string> Models => RandomModels.WithEnergy;

    [Theory]
    [MemberData(nameof(Models))]
    public void ForcesAreDifferencesOfTheEnergy(string model)
    {
        MacePotential potential = RandomModels.Potential(model, seed: 2);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        foreach (string kind in RandomStructures.Kinds)
        {
            Structure structure = RandomStructures.Create(kind, 31);
            evaluator.Evaluate(structure, Properties.Forces, result);
            double[] forces = MemoryMarshal.Cast<Vector3D, double>(result.Forces).ToArray();
            AssertClose($"{kind}: forces", EnergyDifferences.Forces(evaluator, structure, Step), forces, 1);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void VirialAndStressAreDifferencesOfTheEnergy(string model)
    {
        MacePotential potential = RandomModels.Potential(model, seed: 3);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        foreach (string kind in RandomStructures.Kinds)
        {
            Structure structure = RandomStructures.Create(kind, 32);
            evaluator.Evaluate(structure, Properties.Virial | (structure.Periodicity.IsFull ? Properties.Stress : 0), result);
            double[] expected = EnergyDifferences.Virial(evaluator, structure, 0.2 * Step), virial = result.Virial!.Value.ToArray();
            AssertClose($"{kind}: virial", expected, virial, 1);
            Assert.Equal(structure.Periodicity.IsFull, result.Stress.HasValue);
            if (result.Stress is not { } stress) { continue; }
            AssertClose($"{kind}: stress", [.. expected.Select(w => -w / structure.Volume)], stress.ToArray(), 1 / structure.Volume);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AtomicQuantitiesSumToTheTotals(string model)
    {
        MacePotential potential = RandomModels.Potential(model, seed: 4);
        foreach (string kind in RandomStructures.Kinds)
        {
            Structure structure = RandomStructures.Create(kind, 33);
            PotentialResult result = potential.Compute(structure, Properties.Energy | Properties.AtomicEnergies | Properties.Virial | Properties.AtomicVirials | Properties.Forces);
            Assert.Equal(result.Energy!.Value - (result.EmbeddingEnergy ?? 0), result.AtomicEnergies.ToArray().Sum(), 1e-9);
            double isolated = 0;
            foreach (int z in structure.AtomicNumbers) { isolated += potential.AtomicEnergies[potential.Model.HyperParameters.AtomicNumbers.IndexOf(z)]; }
            Assert.Equal(result.Energy!.Value - (result.EmbeddingEnergy ?? 0), isolated + result.InteractionEnergy!.Value, 1e-9);
            Matrix3 virial = default;
            foreach (Matrix3 atomic in result.AtomicVirials) { virial += atomic; }
            AssertClose($"{kind}: sum of atomic virials", result.Virial!.Value.ToArray(), virial.ToArray(), 1e-3);
            Vector3D force = default;
            foreach (Vector3D f in result.Forces) { force += f; }
            Assert.True(force.Norm < 1e-10 * (1 + MemoryMarshal.Cast<Vector3D, double>(result.Forces).ToArray().Max(Math.Abs)), $"{kind}: the forces sum to {force.Norm:E2}");
        }
    }

    private static void AssertClose(string what, double[] expected, double[] actual, double unit)
    {
        double bound = 1e-7 * Math.Max(unit, actual.Max(Math.Abs));
        double largest = expected.Zip(actual, static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(largest <= bound, $"{what} off by {largest:E2}, bound {bound:E2}");
    }
}
