namespace MaceSharp.Simulation;

/// <summary>
/// What BFGS and its limited-memory form share: a step along −B·g, no longer than allowed, shortened until the value does not rise; when that fails, memory is dropped.
/// Near the minimum the full step is nearly always taken, at one evaluation a step.
/// </summary>
internal abstract class QuasiNewtonOptimizer(int dimension) : Optimizer
{
    private const int MaxShortenings = 8;
    private readonly double[] _step = new double[dimension];
    private readonly double[] _from = new double[dimension];
    private readonly double[] _gradient = new double[dimension];
    private readonly double[] _trial = new double[dimension];

    /// <inheritdoc/>
    public override void Step(RelaxationProblem problem)
    {
        problem.X.CopyTo(_from, 0);
        problem.Gradient.CopyTo(_gradient, 0);
        double value = problem.Value, noise = problem.Noise, slope = Direction(_gradient, _step);
        if (!(slope < 0))
        {
            Forget();
            slope = Direction(_gradient, _step);
        }

        double t = 1 / Math.Max(1, problem.Length(_step));
        for (int tries = 0; ; tries++)
        {
            problem.Move(_from, _step, t, _trial);
            problem.Evaluate(_trial);
            if (problem.Value <= value + (1e-4 * t * slope) + noise) { break; }
            if (tries == MaxShortenings)
            {
                Forget();
                break;
            }

            // The minimum of the parabola through both values and the slope, but not too near either end.
            double best = -0.5 * slope * t * t / (problem.Value - value - (slope * t));
            t = Math.Clamp(best, 0.1 * t, 0.5 * t);
        }

        for (int k = 0; k < dimension; k++)
        {
            _trial[k] = problem.X[k] - _from[k];
            _gradient[k] = problem.Gradient[k] - _gradient[k];
        }

        double curvature = Dot(_trial, _gradient);
        if (curvature > 1e-12 * Math.Sqrt(Dot(_trial, _trial) * Dot(_gradient, _gradient))) { Learn(_trial, _gradient, curvature); }
    }

    /// <summary>Writes −B·g.</summary>
    /// <returns>The slope along it.</returns>
    protected abstract double Direction(ReadOnlySpan<double> gradient, Span<double> step);

    /// <summary>Takes a step and the change of the gradient into account.</summary>
    protected abstract void Learn(ReadOnlySpan<double> step, ReadOnlySpan<double> change, double curvature);

    /// <summary>Drops what was learnt.</summary>
    protected abstract void Forget();
}
