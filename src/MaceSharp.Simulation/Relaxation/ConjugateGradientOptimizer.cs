namespace MaceSharp.Simulation;

/// <summary>
/// Conjugate gradients, Polak–Ribière with restarts, and a line search for the strong Wolfe conditions by secants of the slope
/// (J. Nocedal and S. J. Wright, Numerical Optimization, 2006, chapters 3 and 5).
/// </summary>
internal sealed class ConjugateGradientOptimizer(int dimension) : Optimizer
{
    private const double Decrease = 1e-4, Flatness = 0.1, InitialCurvature = 70;
    private const int MaxTrials = 12;
    private readonly double[] _direction = new double[dimension];
    private readonly double[] _gradient = new double[dimension];
    private readonly double[] _from = new double[dimension];
    private readonly double[] _trial = new double[dimension];
    private double _length = 1 / InitialCurvature;
    private double _slope;
    private bool _moves;

    /// <inheritdoc/>
    public override void Step(RelaxationProblem problem)
    {
        double[] gradient = problem.Gradient;
        double beta = 0;
        if (_moves)
        {
            double old = Dot(_gradient, _gradient);
            if (old > 0) { beta = Math.Max(0, (Dot(gradient, gradient) - Dot(gradient, _gradient)) / old); }
        }

        double before = _slope;
        for (int k = 0; k < dimension; k++) { _direction[k] = (beta * _direction[k]) - gradient[k]; }
        _slope = Dot(gradient, _direction);
        if (!(_slope < 0))
        {
            for (int k = 0; k < dimension; k++) { _direction[k] = -gradient[k]; }
            _slope = Dot(gradient, _direction);
        }

        gradient.CopyTo(_gradient, 0);
        problem.X.CopyTo(_from, 0);

        // The first trial changes the value about as much as the last step did.
        double t = _moves && _slope < 0 ? _length * Math.Clamp(before / _slope, 0.1, 10) : 1 / InitialCurvature;
        double largest = 1 / Math.Max(problem.Length(_direction), 1e-300);
        _length = Search(problem, Math.Min(t, largest), largest);
        _moves = true;
    }

    /// <inheritdoc/>
    public override void Save(StateBag bag)
    {
        bag.Set("cg_direction", _direction);
        bag.Set("cg_gradient", _gradient);
        bag.Set("cg", _length, _slope, _moves ? 1 : 0);
    }

    /// <inheritdoc/>
    public override void Load(StateBag bag)
    {
        bag.Reals("cg_direction", dimension).CopyTo(_direction, 0);
        bag.Reals("cg_gradient", dimension).CopyTo(_gradient, 0);
        double[] reals = bag.Reals("cg", 3);
        (_length, _slope, _moves) = (reals[0], reals[1], reals[2] != 0);
    }

    private double Search(RelaxationProblem problem, double t, double largest)
    {
        double value = problem.Value, noise = problem.Noise, low = 0, lowSlope = _slope, high = double.PositiveInfinity, highSlope = 0;
        for (int trial = 0; ; trial++)
        {
            problem.Move(_from, _direction, t, _trial);
            problem.Evaluate(_trial);
            double slope = Dot(problem.Gradient, _direction);
            bool lower = problem.Value <= value + (Decrease * t * _slope) + noise;
            if ((lower && Math.Abs(slope) <= -Flatness * _slope) || trial == MaxTrials || (lower && slope < 0 && t >= largest)) { return t; }
            if (!lower || slope > 0) { (high, highSlope) = (t, slope); }
            else { (low, lowSlope) = (t, slope); }
            if (double.IsInfinity(high))
            {
                // Still going down: as far as the slope would take it to be flat, but not too far at once.
                double secant = lowSlope < 0 && lowSlope > _slope ? t * _slope / (_slope - lowSlope) : 4 * t;
                t = Math.Min(largest, Math.Clamp(secant, 1.5 * t, 4 * t));
                continue;
            }

            double width = high - low, guess = highSlope > 0 ? low + (width * lowSlope / (lowSlope - highSlope)) : low + (0.5 * width);
            t = Math.Clamp(guess, low + (0.1 * width), high - (0.1 * width));
        }
    }
}
