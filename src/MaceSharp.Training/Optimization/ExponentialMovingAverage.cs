namespace MaceSharp.Training.Optimization;

/// <summary>The average of parameters over past steps, weights falling off exponentially; its decay is smaller at first, so that it forgets the initial parameters.</summary>
/// <remarks>The rule is that of the package torch_ema: decay_t = min(decay, (1 + t)/(10 + t)) at the t-th update, t from 1.</remarks>
public sealed class ExponentialMovingAverage
{
    private readonly double _decay;
    private readonly double[] _updates = [0];
    private readonly double[] _average;

    /// <summary>Creates an average that starts at the given parameters.</summary>
    /// <param name="parameters">The initial parameters.</param>
    /// <param name="decay">Weight of the past, 0 to 1.</param>
    public ExponentialMovingAverage(ReadOnlySpan<double> parameters, double decay)
    {
        if (!(decay is >= 0 and <= 1)) { throw new ArgumentOutOfRangeException(nameof(decay), decay, "A decay is between 0 and 1."); }
        _decay = decay;
        _average = parameters.ToArray();
    }

    /// <summary>The averaged parameters.</summary>
    public ReadOnlySpan<double> Average => _average;

    /// <summary>Everything the next update depends on; to be saved, and to be overwritten when a run goes on.</summary>
    public IEnumerable<KeyValuePair<string, double[]>> State => [new("updates", _updates), new("average", _average)];

    /// <summary>Takes the parameters after a step into the average.</summary>
    /// <param name="parameters">The parameters.</param>
    public void Update(ReadOnlySpan<double> parameters)
    {
        if (parameters.Length != _average.Length) { throw new ArgumentException("The number of parameters has changed.", nameof(parameters)); }
        double t = ++_updates[0];
        double share = 1 - Math.Min(_decay, (1 + t) / (10 + t));
        for (int i = 0; i < _average.Length; i++) { _average[i] -= share * (_average[i] - parameters[i]); }
    }
}
