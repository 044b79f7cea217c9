using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>BFGS with the whole inverse Hessian (J. Nocedal and S. J. Wright, Numerical Optimization, 2006, eq. 6.17).</summary>
internal sealed class BfgsOptimizer : QuasiNewtonOptimizer
{
    /// <summary>Beyond it the matrix takes more memory and time than it saves.</summary>
    private const int LargestDimension = 1200;

    private const double InitialCurvature = 70;
    private readonly int _dimension;
    private readonly double[] _inverse;
    private readonly double[] _product;

    public BfgsOptimizer(int dimension)
        : base(dimension)
    {
        if (dimension > LargestDimension) { throw new InvalidInputException($"The optimizer bfgs takes {LargestDimension / 3} atoms at most; use lbfgs, which needs hardly more steps."); }
        _dimension = dimension;
        _inverse = new double[dimension * dimension];
        _product = new double[dimension];
        Forget();
    }

    /// <inheritdoc/>
    public override void Save(StateBag bag) => bag.Set("bfgs", _inverse);

    /// <inheritdoc/>
    public override void Load(StateBag bag) => bag.Reals("bfgs", _inverse.Length).CopyTo(_inverse, 0);

    protected override double Direction(ReadOnlySpan<double> gradient, Span<double> step)
    {
        for (int i = 0; i < _dimension; i++) { step[i] = -Dot(Row(i), gradient); }
        return Dot(gradient, step);
    }

    protected override void Learn(ReadOnlySpan<double> step, ReadOnlySpan<double> change, double curvature)
    {
        for (int i = 0; i < _dimension; i++) { _product[i] = Dot(Row(i), change); }
        double factor = (1 + (Dot(change, _product) / curvature)) / curvature;
        for (int i = 0; i < _dimension; i++)
        {
            Span<double> row = Row(i);
            for (int j = 0; j < _dimension; j++) { row[j] += (factor * step[i] * step[j]) - (((_product[i] * step[j]) + (step[i] * _product[j])) / curvature); }
        }
    }

    protected override void Forget()
    {
        Array.Clear(_inverse);
        for (int i = 0; i < _dimension; i++) { _inverse[(i * _dimension) + i] = 1 / InitialCurvature; }
    }

    private Span<double> Row(int i) => _inverse.AsSpan(i * _dimension, _dimension);
}
