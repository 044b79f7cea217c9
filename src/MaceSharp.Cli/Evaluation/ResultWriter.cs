using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Attaches results to a structure under the names that <c>docs/cli.md</c> lists.</summary>
internal static class ResultWriter
{
    /// <summary>Attaches everything that was computed.</summary>
    /// <param name="structure">Receives the results.</param>
    /// <param name="result">The results; for a committee its mean.</param>
    /// <param name="committee">Variances and members, or null.</param>
    /// <param name="hessian">Second derivatives, or null.</param>
    /// <param name="request">Names and energy reference.</param>
    public static void Attach(Structure structure, PotentialResult result, CommitteeResult? committee, double[]? hessian, EvalRequest request)
    {
        OutputNames names = request.Names;
        int atoms = structure.Count;
        if (result.Energy is double energy) { names.AddInfo(structure, "energy", DataArray.Of(energy)); }
        if (request.Reference != EnergyReference.Total && result.Energy is not null)
        {
            names.AddInfo(structure, "energy_reference", DataArray.Of(request.Reference == EnergyReference.Interaction ? "interaction" : "atomization"));
        }

        if (result.EmbeddingEnergy is double embedding) { names.AddInfo(structure, "embedding_energy", DataArray.Of(embedding)); }
        if (result.Stress is Matrix3 stress) { names.AddInfo(structure, "stress", StressLabel.Of(stress)); }
        if (result.Dipole is Vector3D dipole) { names.AddInfo(structure, "dipole", DataArray.Of([dipole.X, dipole.Y, dipole.Z])); }
        if (result.Polarizability is Matrix3 polarizability) { names.AddInfo(structure, "polarizability", StressLabel.Of(polarizability)); }
        if (hessian is not null) { names.AddInfo(structure, "hessian", DataArray.Of(hessian, 3 * atoms, 3 * atoms)); }
        AddVectors(structure, names, "forces", result.Forces);
        AddNumbers(structure, names, "node_energy", result.AtomicEnergies, 1);
        AddNumbers(structure, names, "charges", result.Charges, 1);
        AddNumbers(structure, names, "atomic_virials", MemoryMarshal.Cast<Matrix3, double>(result.AtomicVirials), 9);
        AddNumbers(structure, names, "descriptors", result.Descriptors, result.DescriptorWidth);
        if (committee is not null) { AttachSpread(structure, committee, names); }
    }

    private static void AttachSpread(Structure structure, CommitteeResult committee, OutputNames names)
    {
        if (committee.EnergyVariance is double energy)
        {
            names.AddInfo(structure, "energy_var", DataArray.Of(energy));
            names.AddInfo(structure, "energy_comm", DataArray.Of([.. committee.Members.Select(static m => m.Energy!.Value)]));
        }

        if (committee.StressVariance is Matrix3 stress)
        {
            names.AddInfo(structure, "stress_var", StressLabel.Of(stress));
            names.AddInfo(structure, "stress_comm", DataArray.Of([.. committee.Members.SelectMany(static m => m.Stress!.Value.ToArray())], committee.Members.Length, 9));
        }

        if (!committee.ForceVariances.IsEmpty)
        {
            AddVectors(structure, names, "forces_var", committee.ForceVariances);
            int members = committee.Members.Length;
            Vector3D[] all = new Vector3D[structure.Count * members];
            for (int m = 0; m < members; m++)
            {
                ReadOnlySpan<Vector3D> forces = committee.Members[m].Forces;
                for (int i = 0; i < forces.Length; i++) { all[(i * members) + m] = forces[i]; }
            }

            AddNumbers(structure, names, "forces_comm", MemoryMarshal.Cast<Vector3D, double>(all.AsSpan()), 3 * members);
        }

        AddNumbers(structure, names, "node_energy_var", committee.AtomicEnergyVariances, 1);
    }

    private static void AddVectors(Structure structure, OutputNames names, string name, ReadOnlySpan<Vector3D> vectors) =>
        AddNumbers(structure, names, name, MemoryMarshal.Cast<Vector3D, double>(vectors), 3);

    private static void AddNumbers(Structure structure, OutputNames names, string name, ReadOnlySpan<double> numbers, int width)
    {
        if (numbers.IsEmpty) { return; }
        double[] copy = numbers.ToArray();
        names.AddArray(structure, name, width == 1 ? DataArray.Of(copy, structure.Count) : DataArray.Of(copy, structure.Count, width));
    }
}
