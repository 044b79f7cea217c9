namespace MaceSharp.Simulation;

/// <summary>Limited-memory BFGS: the two-loop recursion (J. Nocedal, Math. Comput. 35, 773 (1980)).</summary>
internal sealed class LbfgsOptimizer(int dimension) : QuasiNewtonOptimizer(dimension)
{
    private const int Memory = 30;

    /// <summary>Curvature of a bond, eV/Å², before anything is known; as in ASE.</summary>
    private const double InitialCurvature = 70;

    private readonly int _dimension = dimension;
    private readonly List<(double[] S, double[] Y, double Rho)> _pairs = [];

    /// <inheritdoc/>
    public override void Save(StateBag bag)
    {
        bag.Set("lbfgs_count", _pairs.Count);
        for (int i = 0; i < _pairs.Count; i++)
        {
            bag.Set($"lbfgs_s{i}", _pairs[i].S);
            bag.Set($"lbfgs_y{i}", _pairs[i].Y);
        }
    }

    /// <inheritdoc/>
    public override void Load(StateBag bag)
    {
        _pairs.Clear();
        int count = (int)Math.Clamp(bag.Integers("lbfgs_count", 1)[0], 0, Memory);
        for (int i = 0; i < count; i++)
        {
            double[] s = bag.Reals($"lbfgs_s{i}", _dimension), y = bag.Reals($"lbfgs_y{i}", _dimension);
            _pairs.Add((s, y, 1 / Dot(s, y)));
        }
    }

    protected override double Direction(ReadOnlySpan<double> gradient, Span<double> step)
    {
        Span<double> alphas = stackalloc double[Memory];
        gradient.CopyTo(step);
        for (int i = _pairs.Count - 1; i >= 0; i--)
        {
            (double[] s, double[] y, double rho) = _pairs[i];
            alphas[i] = rho * Dot(s, step);
            Add(step, -alphas[i], y);
        }

        double scale = _pairs.Count == 0 ? 1 / InitialCurvature : 1 / (_pairs[^1].Rho * Dot(_pairs[^1].Y, _pairs[^1].Y));
        for (int k = 0; k < step.Length; k++) { step[k] *= scale; }
        for (int i = 0; i < _pairs.Count; i++)
        {
            (double[] s, double[] y, double rho) = _pairs[i];
            Add(step, alphas[i] - (rho * Dot(y, step)), s);
        }

        for (int k = 0; k < step.Length; k++) { step[k] = -step[k]; }
        return Dot(gradient, step);
    }

    protected override void Learn(ReadOnlySpan<double> step, ReadOnlySpan<double> change, double curvature)
    {
        if (_pairs.Count == Memory) { _pairs.RemoveAt(0); }
        _pairs.Add((step.ToArray(), change.ToArray(), 1 / curvature));
    }

    protected override void Forget() => _pairs.Clear();

    private static void Add(Span<double> to, double factor, ReadOnlySpan<double> what)
    {
        for (int k = 0; k < to.Length; k++) { to[k] += factor * what[k]; }
    }
}
