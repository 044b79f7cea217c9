using BenchmarkDotNet.Attributes;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;

namespace MaceSharp.Benchmarks;

/// <summary>What comes before the network: harmonics of an edge, neighbour list of 64 and 4096 molecules of water.</summary>
public class GeometryBenchmarks
{
    private const int Degree = 3;
    private readonly double[] _values = new double[SphericalHarmonics.CountOf(Degree)];
    private readonly Vector3D[] _gradients = new Vector3D[SphericalHarmonics.CountOf(Degree)];
    private readonly Vector3D _unit = new(0.48, 0.6, 0.64);
    private readonly NeighborList _list = new();
    private readonly Structure _few = WaterBox.Create(64);
    private readonly Structure _many = WaterBox.Create(4096);

    /// <summary>Harmonics up to degree 3 of one edge.</summary>
    [Benchmark]
    public void Harmonics() => SphericalHarmonics.Evaluate(Degree, _unit, _values);

    /// <summary>The same with gradients.</summary>
    [Benchmark]
    public void HarmonicsWithGradients() => SphericalHarmonics.EvaluateWithGradient(Degree, _unit, _values, _gradients);

    /// <summary>Neighbour list of 192 atoms, 5 Å.</summary>
    [Benchmark]
    public void Neighbors192() => _list.Build(_few.Positions, _few.Cell, _few.Periodicity, 5);

    /// <summary>Neighbour list of 12,288 atoms, 5 Å.</summary>
    [Benchmark]
    public void Neighbors12288() => _list.Build(_many.Positions, _many.Cell, _many.Periodicity, 5);
}
