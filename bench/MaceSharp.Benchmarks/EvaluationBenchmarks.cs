using BenchmarkDotNet.Attributes;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Benchmarks;

/// <summary>Whole evaluations of 64 molecules of water by one thread; <c>mace bench</c> does the same for any model and structure, with atoms that move.</summary>
public class EvaluationBenchmarks
{
    private readonly Structure _water = WaterBox.Create(64);
    private readonly PotentialResult _result = new();
    private IPotentialEvaluator _evaluator = null!;

    /// <summary>Shape of the model.</summary>
    [Params(Shapes.Small, Shapes.Medium)]
    public string Shape { get; set; } = Shapes.Small;

    /// <summary>Arithmetic of the network.</summary>
    [Params(Precision.Float32, Precision.Float64)]
    public Precision Precision { get; set; }

    /// <summary>Makes the evaluator.</summary>
    [GlobalSetup]
    public void Setup() => _evaluator = new MacePotential(Shapes.Create(Shape), new MaceOptions { Precision = Precision, ThreadCount = 1 }).CreateEvaluator();

    /// <summary>Ends the evaluator.</summary>
    [GlobalCleanup]
    public void Cleanup() => _evaluator.Dispose();

    /// <summary>Energy and forces.</summary>
    [Benchmark(Baseline = true)]
    public void EnergyAndForces() => _evaluator.Evaluate(_water, Properties.Energy | Properties.Forces, _result);

    /// <summary>Energy alone.</summary>
    [Benchmark]
    public void Energy() => _evaluator.Evaluate(_water, Properties.Energy, _result);
}
