using System.Diagnostics;

namespace MaceSharp.Atoms.Tests.Neighbors;

/// <summary>Large structures in bounded time and memory.</summary>
public class NeighborListScaleTests
{
    [Fact]
    [Trait("Speed", "Slow")]
    public void One_million_atoms_at_the_density_of_water()
    {
        const int Count = 1_000_000;
        double side = Math.Cbrt(Count / 0.1);
        Random random = new(7);
        Vector3D[] positions = new Vector3D[Count];
        foreach (ref Vector3D position in positions.AsSpan()) { position = side * new Vector3D(random.NextDouble(), random.NextDouble(), random.NextDouble()); }

        NeighborList list = new();
        list.Build(positions.AsSpan(0, 20_000), side / Math.Cbrt(50) * Matrix3.Identity, Periodicity.All, 5); // lets the compiler do its work
        Stopwatch watch = Stopwatch.StartNew();
        list.Build(positions, side * Matrix3.Identity, Periodicity.All, 5);
        watch.Stop();

        using Process process = Process.GetCurrentProcess();
        double expected = Count * 0.1 * (4.0 / 3 * Math.PI) * 125;
        Assert.InRange(list.EdgeCount, 0.99 * expected, 1.01 * expected);
        Assert.True(watch.Elapsed.TotalSeconds < 3, $"took {watch.Elapsed}");
        Assert.True(process.PeakWorkingSet64 < 1_500_000_000, $"took {process.PeakWorkingSet64} bytes");
    }
}
