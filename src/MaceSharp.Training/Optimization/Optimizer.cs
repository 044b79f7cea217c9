namespace MaceSharp.Training.Optimization;

/// <summary>A rule that changes parameters by their gradient. The parameters are one vector; groups say which part of it moves how.</summary>
/// <remarks>Parameters in no group are frozen. Not thread-safe.</remarks>
public abstract class Optimizer
{
    private readonly double[] _steps = [0];

    /// <summary>Creates an optimiser.</summary>
    /// <param name="groups">Disjoint groups of parameters.</param>
    /// <param name="learningRate">Learning rate, multiplied by the factor of each group.</param>
    protected Optimizer(IReadOnlyList<OptimizerGroup> groups, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = groups;
        LearningRates = [.. groups.Select(g => g.LearningRateFactor * learningRate)];
        ParameterCount = groups.SelectMany(static g => g.Ranges).Select(static r => r.Offset + r.Length).DefaultIfEmpty().Max();
    }

    /// <summary>The groups.</summary>
    public IReadOnlyList<OptimizerGroup> Groups { get; }

    /// <summary>Learning rate of each group; schedules write here.</summary>
    public double[] LearningRates { get; }

    /// <summary>Number of steps taken.</summary>
    public int StepCount => (int)_steps[0];

    /// <summary>Everything besides the parameters that the next step depends on, by name; to be saved, and to be overwritten when a run goes on.</summary>
    public virtual IEnumerable<KeyValuePair<string, double[]>> State => [new("steps", _steps), new("learning_rates", LearningRates)];

    /// <summary>One past the last parameter in a group.</summary>
    protected int ParameterCount { get; }

    /// <summary>Changes the parameters.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="gradient">Derivative of the loss by each parameter.</param>
    public void Step(Span<double> parameters, ReadOnlySpan<double> gradient)
    {
        if (parameters.Length != gradient.Length || parameters.Length < ParameterCount) { throw new ArgumentException("There must be one derivative for each parameter.", nameof(gradient)); }
        _steps[0]++;
        BeginStep();
        for (int group = 0; group < Groups.Count; group++)
        {
            foreach (ParameterRange range in Groups[group].Ranges)
            {
                Step(group, range.Offset, parameters.Slice(range.Offset, range.Length), gradient.Slice(range.Offset, range.Length));
            }
        }
    }

    /// <summary>The parameters to validate and save, which for some rules are not those at which gradients are taken.</summary>
    /// <param name="parameters">The parameters at which gradients are taken.</param>
    /// <param name="result">The parameters to use.</param>
    public virtual void CopyEvaluated(ReadOnlySpan<double> parameters, Span<double> result) => parameters.CopyTo(result);

    /// <summary>Called once a step, after the count was raised.</summary>
    protected virtual void BeginStep()
    {
    }

    /// <summary>Changes one range.</summary>
    /// <param name="group">Index of its group.</param>
    /// <param name="offset">Its first index in the vector of all parameters.</param>
    /// <param name="parameters">The parameters of the range.</param>
    /// <param name="gradient">Their derivatives.</param>
    protected abstract void Step(int group, int offset, Span<double> parameters, ReadOnlySpan<double> gradient);
}
