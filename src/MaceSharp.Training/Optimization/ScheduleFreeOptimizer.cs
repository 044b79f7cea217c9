namespace MaceSharp.Training.Optimization;

/// <summary>
/// AdamW without a schedule (Defazio et al., arXiv:2405.15682, algorithm 1): gradients are taken at y, between the steps z and their weighted mean x.
/// x, which <see cref="CopyEvaluated"/> gives, is what is validated and saved.
/// </summary>
public sealed class ScheduleFreeOptimizer : Optimizer
{
    private const double Epsilon = 1e-8;

    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double[] _square;
    private readonly double[] _z;
    private readonly bool[] _moves;

    /// <summary>Largest learning rate so far and the sum of weights, by group.</summary>
    private readonly double[] _largestRate;
    private readonly double[] _weightSum;
    private readonly double[] _share;
    private double _squareCorrection;

    /// <summary>Creates an optimiser.</summary>
    /// <param name="groups">Disjoint groups of parameters.</param>
    /// <param name="learningRate">Learning rate, multiplied by the factor of each group.</param>
    /// <param name="parameters">The parameters to start from.</param>
    /// <param name="beta1">Weight of the mean in the point where gradients are taken.</param>
    /// <param name="beta2">Decay of the mean squared gradient.</param>
    public ScheduleFreeOptimizer(IReadOnlyList<OptimizerGroup> groups, double learningRate, ReadOnlySpan<double> parameters, double beta1 = 0.9, double beta2 = 0.98)
        : base(groups, learningRate)
    {
        _beta1 = beta1;
        _beta2 = beta2;
        _square = new double[ParameterCount];
        _z = parameters[..ParameterCount].ToArray();
        _moves = new bool[ParameterCount];
        foreach (ParameterRange range in groups.SelectMany(static g => g.Ranges)) { _moves.AsSpan(range.Offset, range.Length).Fill(true); }
        _largestRate = new double[groups.Count];
        _weightSum = new double[groups.Count];
        _share = new double[groups.Count];
    }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, double[]>> State =>
        [.. base.State, new("exp_avg_sq", _square), new("z", _z), new("lr_max", _largestRate), new("weight_sum", _weightSum)];

    /// <inheritdoc/>
    public override void CopyEvaluated(ReadOnlySpan<double> parameters, Span<double> result)
    {
        // y = (1 − β₁)·z + β₁·x, solved for x.
        parameters.CopyTo(result);
        for (int i = 0; i < ParameterCount; i++)
        {
            if (_moves[i]) { result[i] += (_z[i] - parameters[i]) * (1 - (1 / _beta1)); }
        }
    }

    /// <inheritdoc/>
    protected override void BeginStep()
    {
        _squareCorrection = 1 - Math.Pow(_beta2, StepCount);
        for (int group = 0; group < _share.Length; group++)
        {
            _largestRate[group] = Math.Max(_largestRate[group], LearningRates[group]);
            double weight = _largestRate[group] * _largestRate[group];
            _weightSum[group] += weight;
            _share[group] = _weightSum[group] > 0 ? weight / _weightSum[group] : 0;
        }
    }

    /// <inheritdoc/>
    protected override void Step(int group, int offset, Span<double> parameters, ReadOnlySpan<double> gradient)
    {
        double rate = LearningRates[group], decay = Groups[group].WeightDecay, share = _share[group];
        double pull = rate * ((_beta1 * (1 - share)) - 1);
        Span<double> square = _square.AsSpan(offset, parameters.Length), z = _z.AsSpan(offset, parameters.Length);
        for (int i = 0; i < parameters.Length; i++)
        {
            square[i] = (_beta2 * square[i]) + ((1 - _beta2) * gradient[i] * gradient[i]);
            double step = (gradient[i] / (Math.Sqrt(square[i] / _squareCorrection) + Epsilon)) + (decay * parameters[i]);
            parameters[i] += ((z[i] - parameters[i]) * share) + (step * pull);
            z[i] -= rate * step;
        }
    }
}
