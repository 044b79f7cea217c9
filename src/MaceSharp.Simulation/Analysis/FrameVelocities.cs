using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Velocities as frames hold them.</summary>
internal static class FrameVelocities
{
    /// <summary>Reads <c>momenta</c> (ASE's unit) or <c>velocities</c>, in Å per Å·(u/eV)^½.</summary>
    /// <exception cref="InvalidInputException">The frame has neither.</exception>
    public static void Read(Structure structure, ReadOnlySpan<double> masses, Span<Vector3D> velocities)
    {
        bool momenta = structure.Arrays.TryGetValue("momenta", out DataArray? array);
        if (!momenta && !structure.Arrays.TryGetValue("velocities", out array)) { throw new InvalidInputException($"{structure.Origin}: the frame has no velocities ('momenta' or 'velocities'), which this analysis needs."); }
        if (array!.Count != 3 * structure.Count || !array.TryGetNumbers(out double[] numbers)) { throw new InvalidInputException($"{structure.Origin}: '{(momenta ? "momenta" : "velocities")}' are not three numbers an atom."); }
        MemoryMarshal.Cast<double, Vector3D>(numbers).CopyTo(velocities);
        for (int atom = 0; atom < velocities.Length; atom++)
        {
            if (!velocities[atom].IsFinite) { throw new InvalidInputException($"{structure.Origin}: the velocity of atom {atom + 1} is not finite."); }
            if (momenta) { velocities[atom] /= masses[atom]; }
        }
    }
}
