namespace MaceSharp.Simulation;

/// <summary>FIRE with the parameters of the paper and ASE; the time is in ASE's unit for a mass of 1.</summary>
internal sealed class FireOptimizer(int dimension) : Optimizer
{
    private const double StartTime = 0.1, LongestTime = 1, Growth = 1.1, Shrinkage = 0.5, StartMixing = 0.1, MixingDecay = 0.99;
    private const int Patience = 5;
    private readonly double[] _velocity = new double[dimension];
    private readonly double[] _step = new double[dimension];
    private readonly double[] _trial = new double[dimension];
    private double _time = StartTime;
    private double _mixing = StartMixing;
    private int _downhill;
    private bool _moves;

    /// <inheritdoc/>
    public override void Step(RelaxationProblem problem)
    {
        double[] gradient = problem.Gradient;
        if (_moves)
        {
            double power = -Dot(gradient, _velocity);
            if (power > 0)
            {
                double ratio = Math.Sqrt(Dot(_velocity, _velocity) / Math.Max(Dot(gradient, gradient), 1e-300));
                for (int k = 0; k < dimension; k++) { _velocity[k] = ((1 - _mixing) * _velocity[k]) - (_mixing * ratio * gradient[k]); }
                if (_downhill++ > Patience)
                {
                    _time = Math.Min(_time * Growth, LongestTime);
                    _mixing *= MixingDecay;
                }
            }
            else
            {
                Array.Clear(_velocity);
                (_mixing, _time, _downhill) = (StartMixing, _time * Shrinkage, 0);
            }
        }

        _moves = true;
        for (int k = 0; k < dimension; k++)
        {
            _velocity[k] -= _time * gradient[k];
            _step[k] = _time * _velocity[k];
        }

        problem.Move(problem.X, _step, 1 / Math.Max(1, problem.Length(_step)), _trial);
        problem.Evaluate(_trial);
    }

    /// <inheritdoc/>
    public override void Save(StateBag bag)
    {
        bag.Set("fire_velocity", _velocity);
        bag.Set("fire", _time, _mixing);
        bag.Set("fire_counts", _downhill, _moves ? 1 : 0);
    }

    /// <inheritdoc/>
    public override void Load(StateBag bag)
    {
        bag.Reals("fire_velocity", dimension).CopyTo(_velocity, 0);
        double[] reals = bag.Reals("fire", 2);
        long[] counts = bag.Integers("fire_counts", 2);
        (_time, _mixing, _downhill, _moves) = (reals[0], reals[1], (int)counts[0], counts[1] != 0);
    }
}
