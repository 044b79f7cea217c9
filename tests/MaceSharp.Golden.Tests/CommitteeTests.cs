using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>A committee of three trained models against the ASE calculator of mace-torch.</summary>
public sealed class CommitteeTests
{
    [GoldenFact]
    public void AgreesWithTheCalculatorOfUpstream()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("trained", "committee_ase_calculator.json")));
        Committee committee = new(document.RootElement.GetProperty("models").EnumerateArray().Select(
            static name => new MacePotential(GoldenModels.OfTrained(Path.GetFileNameWithoutExtension(name.GetString()!)))));
        Comparison comparison = new("committee");
        int frame = 0;
        foreach (JsonElement expected in document.RootElement.GetProperty("frames").EnumerateArray())
        {
            comparison.At(string.Create(CultureInfo.InvariantCulture, $"frame {frame++}"), "Default", () =>
            {
                Structure structure = GoldenReference.ReadStructure(expected.GetProperty("structure"));
                CommitteeResult result = committee.ComputeSpread(structure, Properties.Energy | Properties.Forces | Properties.Virial | Properties.AtomicEnergies);
                CompareMean(comparison, structure, expected, result);
                CompareSpread(comparison, structure, expected, result);
            });
        }

        Assert.Equal(3, frame);
        comparison.AssertAllWithinBounds();
    }

    private static void CompareMean(Comparison comparison, Structure structure, JsonElement expected, CommitteeResult result)
    {
        double energy = expected.GetProperty("energy").GetDouble();
        double[] forces = expected.GetProperty("forces").ToNumbers(), atomic = expected.GetProperty("energies").ToNumbers();
        comparison.Number("energy", energy, result.Mean.Energy, Bounds.Energy(structure.Count, energy));
        comparison.Numbers("forces", forces, JsonNumbers.ToNumbers(result.Mean.Forces), Bounds.Relative(forces));
        comparison.Numbers("atomic energies", atomic, result.Mean.AtomicEnergies, Bounds.Energy(1, atomic.Max(Math.Abs)));

        double[] virial = Matrix3.FromVoigt([.. expected.GetProperty("stress").ToNumbers().Select(s => -s * VolumeOfUpstream(structure))]).ToArray();
        comparison.Matrix("virial", virial, result.Mean.Virial, Bounds.Relative(virial));
    }

    private static void CompareSpread(Comparison comparison, Structure structure, JsonElement expected, CommitteeResult result)
    {
        double variance = expected.GetProperty("energy_var").GetDouble();
        double[] members = expected.GetProperty("energy_comm").ToNumbers(), forces = expected.GetProperty("forces_comm").ToNumbers();
        double[] forceVariances = expected.GetProperty("forces_var").ToNumbers();
        double bound = Bounds.Energy(structure.Count, members[0]);
        comparison.Numbers("energies of the members", members, [.. result.Members.Select(static m => m.Energy!.Value)], bound);
        comparison.Numbers("forces of the members", forces, [.. result.Members.SelectMany(static m => JsonNumbers.ToNumbers(m.Forces))], Bounds.Relative(forces));

        // d(variance) = 2·deviation·d(energy).
        comparison.Number("variance of the energy", variance, result.EnergyVariance, 2 * Math.Sqrt(3 * variance) * bound);
        comparison.Numbers("variance of the forces", forceVariances, JsonNumbers.ToNumbers(result.ForceVariances), Bounds.Relative(forces) * Bounds.LargestOrOne(forces));
    }

    /// <summary>Volume of the box that upstream puts around a molecule, Å³; the models have a cutoff of 4 Å.</summary>
    private static double VolumeOfUpstream(Structure structure)
    {
        double largest = 0;
        foreach (Vector3D position in structure.Positions)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(position.X), Math.Max(Math.Abs(position.Y), Math.Abs(position.Z))));
        }

        return Math.Pow((largest + 1) * 5 * 4.0, 3);
    }
}
