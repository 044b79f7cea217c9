namespace MaceSharp.Training.Optimization;

/// <summary>A function of many variables.</summary>
/// <param name="point">Where it is wanted.</param>
/// <param name="gradient">Receives its derivatives.</param>
/// <returns>Its value.</returns>
internal delegate double DifferentiableFunction(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>
/// Minimises by the limited-memory BFGS method (Liu and Nocedal, Math. Program. 45, 503 (1989)) with a line search for the strong Wolfe conditions (<see cref="WolfeSearch"/>), with the constants of
/// PyTorch's <c>torch.optim.LBFGS</c> as mace-torch uses it: 200 pairs, the first trial step 1 (at the very first iteration at most 1/|g|₁).
/// </summary>
/// <remarks>Between iterations the state is complete (<see cref="State"/>) and an iteration that is broken off leaves it as it was. Not thread-safe.</remarks>
/// <param name="count">Number of variables.</param>
/// <param name="history">Most pairs of steps and changes of the gradient.</param>
internal sealed class Lbfgs(int count, int history = 200)
{
    /// <summary>Largest derivative at a minimum.</summary>
    public const double GradientTolerance = 1e-7;

    /// <summary>A step, a slope or a change of the value that is as good as none.</summary>
    public const double ChangeTolerance = 1e-9;

    private const double SmallestCurvature = 1e-10;

    private readonly List<(double[] Step, double[] Change)> _pairs = [];
    private readonly double[] _point = new double[count];
    private readonly double[] _gradient = new double[count];
    private double _value;
    private double _scale = 1;
    private bool _isReady;

    /// <summary>Where the search stands.</summary>
    public ReadOnlySpan<double> Point => _point;

    /// <summary>Number of pairs that are remembered.</summary>
    public int PairCount => _pairs.Count;

    /// <summary>Everything the next iteration depends on.</summary>
    public IEnumerable<KeyValuePair<string, double[]>> State =>
    [
        new("scalars", [_isReady ? 1 : 0, _value, _scale, _pairs.Count]), new("point", _point), new("gradient", _gradient),
        .. _pairs.SelectMany(static (p, i) => (KeyValuePair<string, double[]>[])[new(FormattableString.Invariant($"step_{i}"), p.Step), new(FormattableString.Invariant($"change_{i}"), p.Change)]),
    ];

    /// <summary>Takes up a state.</summary>
    /// <param name="arrays">Arrays of <see cref="State"/> by name.</param>
    /// <returns>Whether they are there and of this number of variables; otherwise nothing has changed.</returns>
    public bool TryLoad(IReadOnlyDictionary<string, double[]> arrays)
    {
        if (!arrays.TryGetValue("scalars", out double[]? scalars) || scalars.Length != 4 || !(scalars[3] >= 0 && scalars[3] <= history)) { return false; }
        if (!arrays.TryGetValue("point", out double[]? point) || point.Length != count || !arrays.TryGetValue("gradient", out double[]? gradient) || gradient.Length != count) { return false; }
        List<(double[], double[])> pairs = [];
        for (int i = 0; i < (int)scalars[3]; i++)
        {
            if (!arrays.TryGetValue(FormattableString.Invariant($"step_{i}"), out double[]? step) || step.Length != count) { return false; }
            if (!arrays.TryGetValue(FormattableString.Invariant($"change_{i}"), out double[]? change) || change.Length != count) { return false; }
            pairs.Add((step, change));
        }

        point.CopyTo(_point, 0);
        gradient.CopyTo(_gradient, 0);
        (_isReady, _value, _scale) = (scalars[0] != 0, scalars[1], scalars[2]);
        _pairs.Clear();
        _pairs.AddRange(pairs);
        return true;
    }

    /// <summary>Starts anew from a point.</summary>
    public void Start(ReadOnlySpan<double> point)
    {
        point.CopyTo(_point);
        Forget();
    }

    /// <summary>Forgets all but the point: the function has changed.</summary>
    public void Forget()
    {
        _isReady = false;
        _pairs.Clear();
    }

    /// <summary>Takes a step.</summary>
    /// <param name="function">The function.</param>
    /// <returns>The value before, and whether a minimum is reached as well as it can be: the point has not moved, or hardly.</returns>
    public (double Value, bool IsDone) Iterate(DifferentiableFunction function)
    {
        if (!_isReady)
        {
            double[] first = new double[count];
            double value = function(_point, first);
            if (!double.IsFinite(value) || !Array.TrueForAll(first, double.IsFinite)) { return (value, true); }
            first.CopyTo(_gradient, 0);
            (_value, _isReady) = (value, true);
        }

        double before = _value;
        if (Largest(_gradient) <= GradientTolerance) { return (before, true); }
        double[] direction = Direction();
        double slope = Dot(_gradient, direction);
        if (_pairs.Count > 0 && !(slope < -ChangeTolerance))
        {
            // What is remembered does not fit any more, for example because of rounding.
            _pairs.Clear();
            direction = Direction();
            slope = Dot(_gradient, direction);
        }

        if (!(slope < -ChangeTolerance)) { return (before, true); }
        double trial = _pairs.Count == 0 ? Math.Min(1, 1 / Sum(_gradient)) : 1;
        WolfeSearch search = new(function, _point, direction, ChangeTolerance);
        (double length, double after, double[] gradient) = search.Run(_value, _gradient, slope, trial);
        if (!(after < before) || !Array.TrueForAll(gradient, double.IsFinite))
        {
            bool remembered = _pairs.Count > 0;
            _pairs.Clear();
            return (before, !remembered);
        }

        double[] step = new double[count], change = new double[count];
        for (int i = 0; i < count; i++)
        {
            step[i] = length * direction[i];
            change[i] = gradient[i] - _gradient[i];
            _point[i] += step[i];
        }

        gradient.CopyTo(_gradient, 0);
        _value = after;
        Remember(step, change);
        bool done = Largest(gradient) <= GradientTolerance || Largest(step) <= ChangeTolerance || before - after < ChangeTolerance;
        return (before, done);
    }

    private void Remember(double[] step, double[] change)
    {
        double curvature = Dot(step, change);
        if (!(curvature > SmallestCurvature)) { return; }
        if (_pairs.Count == history) { _pairs.RemoveAt(0); }
        _pairs.Add((step, change));
        _scale = curvature / Dot(change, change);
    }

    /// <summary>Minus the inverse Hessian, as the pairs have it, times the gradient: the two loops of Liu and Nocedal.</summary>
    private double[] Direction()
    {
        double[] d = [.. _gradient];
        double[] factors = new double[_pairs.Count];
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            (double[] step, double[] change) = _pairs[i];
            factors[i] = Dot(step, d) / Dot(step, change);
            AddScaled(-factors[i], change, d);
        }

        double scale = _pairs.Count == 0 ? -1 : -_scale;
        for (int i = 0; i < d.Length; i++) { d[i] *= scale; }
        for (int i = 0; i < _pairs.Count; i++)
        {
            (double[] step, double[] change) = _pairs[i];
            AddScaled(-(factors[i] + (Dot(change, d) / Dot(step, change))), step, d);
        }

        return d;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++) { sum += x[i] * y[i]; }
        return sum;
    }

    private static void AddScaled(double factor, ReadOnlySpan<double> x, Span<double> y)
    {
        for (int i = 0; i < y.Length; i++) { y[i] += factor * x[i]; }
    }

    private static double Largest(ReadOnlySpan<double> x)
    {
        double largest = 0;
        foreach (double v in x) { largest = Math.Max(largest, Math.Abs(v)); }
        return largest;
    }

    private static double Sum(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double v in x) { sum += Math.Abs(v); }
        return sum;
    }
}
