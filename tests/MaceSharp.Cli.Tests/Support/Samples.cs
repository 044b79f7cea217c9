using System.Globalization;
using System.Text;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Tests.Support;

/// <summary>Small inputs.</summary>
internal static class Samples
{
    /// <summary>A water molecule with further data.</summary>
    public const string Water = """
        3
        Properties=species:S:1:pos:R:3 name=water
        O 0.0 0.0 0.0
        H 2.1 0.1 0.0
        H 0.2 2.2 0.3

        """;

    /// <summary>Two atoms in a cell that repeats in three directions.</summary>
    public const string Crystal = """
        2
        Lattice="4.0 0.0 0.0 0.3 4.2 0.0 0.0 0.1 4.4" Properties=species:S:1:pos:R:3 pbc="T T T"
        C 0.0 0.0 0.0
        O 2.0 2.1 2.0

        """;

    /// <summary>The number of a frame of <see cref="Trajectory"/>; −1 for another structure, such as the isolated atoms evaluated on the way.</summary>
    public static long StepOf(Structure structure) => structure.Info.TryGetValue("step", out DataArray? step) ? step.Integers[0] : -1;

    /// <summary>Frames of different size, each slightly different.</summary>
    public static string Trajectory(int frames)
    {
        StringBuilder text = new();
        for (int i = 0; i < frames; i++)
        {
            int atoms = 2 + (i % 4);
            text.Append(CultureInfo.InvariantCulture, $"{atoms}\nProperties=species:S:1:pos:R:3 step={i}\n");
            for (int j = 0; j < atoms; j++) { text.Append(CultureInfo.InvariantCulture, $"{(j == 0 ? "O" : "H")} {2.0 * j} {0.001 * i} {0.1 * j * j}\n"); }
        }

        return text.ToString();
    }
}
