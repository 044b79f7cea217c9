using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests;

/// <summary>Simple crystals for tests.</summary>
internal static class Crystals
{
    /// <summary>The primitive cell of a face-centred cubic crystal.</summary>
    public static Structure FaceCentredCubic(int atomicNumber, double a) =>
        new([atomicNumber], [default(Vector3D)], new(0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0), Periodicity.All);

    /// <summary>The cubic cell of a face-centred cubic crystal.</summary>
    public static Structure FaceCentredCubicCell(int atomicNumber, double a) =>
        new([atomicNumber, atomicNumber, atomicNumber, atomicNumber], [default, new(0, a / 2, a / 2), new(a / 2, 0, a / 2), new(a / 2, a / 2, 0)], a * Matrix3.Identity, Periodicity.All);
}
