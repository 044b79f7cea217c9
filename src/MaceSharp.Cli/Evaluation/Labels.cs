using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Keys under which labels are looked for; null for the usual ones.</summary>
/// <param name="Energy">Key of the energy.</param>
/// <param name="Forces">Key of the forces.</param>
/// <param name="Stress">Key of the stress; a key that contains <c>virial</c> is taken for a virial.</param>
internal sealed record LabelKeys(string? Energy, string? Forces, string? Stress);

/// <summary>The labels of one frame: what another method found for it. What the frame lacks, or marks as missing by NaN, is null.</summary>
/// <param name="Energy">Total energy, eV.</param>
/// <param name="Forces">Forces, eV/Å.</param>
/// <param name="Stress">Stress, eV/Å³, positive under tension.</param>
internal sealed record Labels(double? Energy, Vector3D[]? Forces, Matrix3? Stress)
{
    private static readonly string[] StressKeys = ["REF_stress", "REF_virials", "REF_virial", "stress", "virials", "virial"];

    /// <summary>Reads the labels of a frame: under the given keys, or else under <c>REF_*</c>, or else under the plain names.</summary>
    /// <exception cref="InvalidInputException">A label that was named has the wrong shape.</exception>
    public static Labels Read(Structure structure, LabelKeys keys) => new(
        ReadEnergy(structure, keys.Energy),
        ReadForces(structure, keys.Forces),
        structure.Periodicity.IsFull ? ReadStress(structure, keys.Stress) : null);

    private static double? ReadEnergy(Structure structure, string? key)
    {
        foreach (string name in key is null ? ["REF_energy", "energy"] : new[] { key })
        {
            if (!structure.Info.TryGetValue(name, out DataArray? value)) { continue; }
            if (value.Count == 1 && value.TryGetNumbers(out double[] numbers)) { return double.IsFinite(numbers[0]) ? numbers[0] : null; }
            if (key is not null) { throw new InvalidInputException($"'{name}' is not an energy: it should be one number, in eV."); }
        }

        return null;
    }

    private static Vector3D[]? ReadForces(Structure structure, string? key)
    {
        foreach (string name in key is null ? ["REF_forces", "forces"] : new[] { key })
        {
            if (!structure.Arrays.TryGetValue(name, out DataArray? value)) { continue; }
            if (value.Shape is [_, 3] && value.TryGetNumbers(out double[] numbers))
            {
                return Array.TrueForAll(numbers, double.IsFinite) ? MemoryMarshal.Cast<double, Vector3D>(numbers).ToArray() : null;
            }

            if (key is not null) { throw new InvalidInputException($"'{name}' is not an array of forces: it should have three numbers an atom, in eV/Å."); }
        }

        return null;
    }

    private static Matrix3? ReadStress(Structure structure, string? key)
    {
        foreach (string name in key is null ? StressKeys : [key])
        {
            if (!structure.Info.TryGetValue(name, out DataArray? value)) { continue; }
            if (StressLabel.TryRead(value, out Matrix3 tensor))
            {
                if (!tensor.IsFinite) { return null; }
                return name.Contains("virial", StringComparison.OrdinalIgnoreCase) ? (-1 / structure.Volume) * tensor : tensor;
            }

            if (key is not null) { throw new InvalidInputException($"'{name}' is not a stress: it should be six numbers (xx yy zz yz xz xy) or nine, in eV/Å³."); }
        }

        return null;
    }
}
