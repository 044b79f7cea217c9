using System.Numerics;

namespace MaceSharp.Training.Optimization;

/// <summary>Options of <see cref="AdamOptimizer"/>; the defaults are PyTorch's.</summary>
public sealed record AdamOptions
{
    /// <summary>Decay β₁ of the mean gradient.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the mean squared gradient.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε, which keeps steps finite.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether the largest mean squared gradient so far is used (AMSGrad).</summary>
    public bool AmsGrad { get; init; } = true;

    /// <summary>Whether weights decay apart from the gradient (AdamW); otherwise the penalty is part of the gradient.</summary>
    public bool DecoupledDecay { get; init; }
}

/// <summary>
/// Adam (Kingma and Ba, arXiv:1412.6980) with the AMSGrad maximum (Reddi, Kale and Kumar, arXiv:1904.09237), or AdamW (Loshchilov and Hutter, arXiv:1711.05101),
/// in the order of operations of PyTorch: the maximum is taken before the correction of the bias.
/// </summary>
public sealed class AdamOptimizer : Optimizer
{
    private readonly AdamOptions _options;
    private readonly double[] _mean;
    private readonly double[] _square;
    private readonly double[] _largest;
    private double _meanCorrection;
    private double _squareCorrectionRoot;

    /// <summary>Creates an optimiser.</summary>
    /// <param name="groups">Disjoint groups of parameters.</param>
    /// <param name="learningRate">Learning rate, multiplied by the factor of each group.</param>
    /// <param name="options">Constants; null: the defaults.</param>
    public AdamOptimizer(IReadOnlyList<OptimizerGroup> groups, double learningRate, AdamOptions? options = null)
        : base(groups, learningRate)
    {
        _options = options ?? new AdamOptions();
        _mean = new double[ParameterCount];
        _square = new double[ParameterCount];
        _largest = _options.AmsGrad ? new double[ParameterCount] : [];
    }

    /// <inheritdoc/>
    public override IEnumerable<KeyValuePair<string, double[]>> State =>
        [.. base.State, new("exp_avg", _mean), new("exp_avg_sq", _square), .. _options.AmsGrad ? [new KeyValuePair<string, double[]>("max_exp_avg_sq", _largest)] : Array.Empty<KeyValuePair<string, double[]>>()];

    /// <inheritdoc/>
    protected override void BeginStep()
    {
        _meanCorrection = 1 - Math.Pow(_options.Beta1, StepCount);
        _squareCorrectionRoot = Math.Sqrt(1 - Math.Pow(_options.Beta2, StepCount));
    }

    /// <inheritdoc/>
    protected override void Step(int group, int offset, Span<double> parameters, ReadOnlySpan<double> gradient)
    {
        double rate = LearningRates[group], decay = Groups[group].WeightDecay;
        double beta1 = _options.Beta1, beta2 = _options.Beta2, size = rate / _meanCorrection;
        Span<double> mean = _mean.AsSpan(offset, parameters.Length), square = _square.AsSpan(offset, parameters.Length);
        Span<double> largest = _options.AmsGrad ? _largest.AsSpan(offset, parameters.Length) : default;
        int i = 0;
        if (!_options.DecoupledDecay)
        {
            // The same operations in the same order as below, so the same bits.
            Vector<double> decays = new(decay), one1 = new(1 - beta1), two = new(beta2), one2 = new(1 - beta2), sizes = new(size), root = new(_squareCorrectionRoot), epsilon = new(_options.Epsilon);
            for (; i <= parameters.Length - Vector<double>.Count; i += Vector<double>.Count)
            {
                Vector<double> p = new(parameters[i..]), m = new(mean[i..]), s = new(square[i..]);
                Vector<double> g = new Vector<double>(gradient[i..]) + (decays * p);
                m += (g - m) * one1;
                s = (two * s) + (one2 * g * g);
                m.CopyTo(mean[i..]);
                s.CopyTo(square[i..]);
                if (_options.AmsGrad)
                {
                    s = Vector.Max(new Vector<double>(largest[i..]), s);
                    s.CopyTo(largest[i..]);
                }

                (p - (sizes * (m / ((Vector.SquareRoot(s) / root) + epsilon)))).CopyTo(parameters[i..]);
            }
        }

        for (; i < parameters.Length; i++)
        {
            double g = gradient[i];
            if (_options.DecoupledDecay) { parameters[i] *= 1 - (rate * decay); }
            else { g += decay * parameters[i]; }
            mean[i] += (g - mean[i]) * (1 - beta1);
            square[i] = (beta2 * square[i]) + ((1 - beta2) * g * g);
            double norm = square[i];
            if (_options.AmsGrad) { norm = largest[i] = Math.Max(largest[i], square[i]); }
            parameters[i] -= size * (mean[i] / ((Math.Sqrt(norm) / _squareCorrectionRoot) + _options.Epsilon));
        }
    }
}
