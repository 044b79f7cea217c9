namespace MaceSharp.Simulation;

/// <summary>Goes downhill step by step. What it remembers can be written down and taken up again.</summary>
internal abstract class Optimizer
{
    /// <summary>Creates an optimizer.</summary>
    public static Optimizer Create(OptimizerKind kind, int dimension) => kind switch
    {
        OptimizerKind.Fire => new FireOptimizer(dimension),
        OptimizerKind.Bfgs => new BfgsOptimizer(dimension),
        OptimizerKind.ConjugateGradient => new ConjugateGradientOptimizer(dimension),
        _ => new LbfgsOptimizer(dimension),
    };

    /// <summary>Does one step; the problem is evaluated where it ends.</summary>
    public abstract void Step(RelaxationProblem problem);

    public abstract void Save(StateBag bag);

    public abstract void Load(StateBag bag);

    protected static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++) { sum += a[k] * b[k]; }
        return sum;
    }
}
