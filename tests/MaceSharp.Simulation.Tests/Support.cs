using MaceSharp.Atoms;

namespace MaceSharp.Simulation.Tests;

/// <summary>Structures and checks that the tests of this project share.</summary>
internal static class Support
{
    /// <summary>An fcc crystal.</summary>
    /// <param name="z">Element.</param>
    /// <param name="a">Lattice constant, Å.</param>
    /// <param name="repeat">Cubic cells along each axis.</param>
    /// <param name="rattle">Standard deviation of random displacements, Å.</param>
    public static Structure Fcc(int z, double a, int repeat, double rattle = 0)
    {
        Vector3D[] basis = [new(0, 0, 0), new(0, 0.5, 0.5), new(0.5, 0, 0.5), new(0.5, 0.5, 0)];
        List<Vector3D> positions = [];
        for (int x = 0; x < repeat; x++)
        {
            for (int y = 0; y < repeat; y++)
            {
                for (int w = 0; w < repeat; w++) { positions.AddRange(basis.Select(b => a * (b + new Vector3D(x, y, w)))); }
            }
        }

        double edge = a * repeat;
        Structure structure = new(Enumerable.Repeat(z, positions.Count).ToArray(), positions.ToArray(), new(edge, 0, 0, 0, edge, 0, 0, 0, edge), Periodicity.All);
        Rattle(structure, rattle);
        return structure;
    }

    /// <summary>Moves every atom at random.</summary>
    public static void Rattle(Structure structure, double deviation, int seed = 1)
    {
        Random random = new(seed);
        foreach (ref Vector3D r in structure.Positions) { r += deviation * new Vector3D(Normal(random), Normal(random), Normal(random)); }
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
