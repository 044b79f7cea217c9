using MaceSharp.Atoms;

namespace LibraryGuide;

/// <summary>Structures made in memory.</summary>
internal static class BuildStructures
{
    public static void Run()
    {
        Structure water = new([8, 1, 1], [new(0, 0, 0), new(0.76, 0.59, 0), new(-0.76, 0.59, 0)]);
        Structure diamond = new(
            [6, 6],
            [new(0, 0, 0), new(0.89, 0.89, 0.89)],
            new Matrix3(0, 1.78, 1.78, 1.78, 0, 1.78, 1.78, 1.78, 0),
            Periodicity.All);

        water.Positions[0] += new Vector3D(0, 0.01, 0);
        water.Info["name"] = DataArray.Of("water");
        double[] masses = [15.999, 1.008, 1.008];
        water.Arrays["masses"] = DataArray.Of(masses);
        double density = 2 * Elements.Mass(6) / diamond.Volume / Units.GramPerCubicCentimetre;
        Console.WriteLine($"{water.Count} atoms, diamond at {density:F2} g/cm³");
    }
}
