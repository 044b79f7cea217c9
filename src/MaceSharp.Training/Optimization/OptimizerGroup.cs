namespace MaceSharp.Training.Optimization;

/// <summary>Parameters that are optimised alike.</summary>
/// <param name="Name">A name, as mace-torch gives it: <c>embedding</c>, <c>interactions_decay</c>, <c>products</c>, ….</param>
/// <param name="Ranges">Where they lie in the vector of all parameters.</param>
/// <param name="LearningRateFactor">Factor of the learning rate.</param>
/// <param name="WeightDecay">Factor of the penalty ½·λ·|p|², or of the decay of AdamW.</param>
public sealed record OptimizerGroup(string Name, IReadOnlyList<ParameterRange> Ranges, double LearningRateFactor, double WeightDecay)
{
    /// <summary>Number of parameters.</summary>
    public int Count => Ranges.Sum(static r => r.Length);
}

/// <summary>A contiguous part of the vector of all parameters.</summary>
/// <param name="Offset">First index.</param>
/// <param name="Length">Number of parameters.</param>
public readonly record struct ParameterRange(int Offset, int Length);
