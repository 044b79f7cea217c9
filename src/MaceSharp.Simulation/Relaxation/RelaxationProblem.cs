using System.Globalization;
using System.Runtime.InteropServices;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The enthalpy E + P·V as a function of one vector: positions in the undeformed cell, then six numbers for the logarithm U of the deformation F = exp(U), which is symmetric, so that the cell does not turn.
/// Cell and positions are the undeformed ones times F. The gradient by U is exact, by the derivative of the matrix exponential (as in ASE's FrechetCellFilter).
/// </summary>
/// <remarks>
/// <para>The numbers of the cell are the Mandel components of U times the square root of the number of atoms, so that curvatures do not depend on the size of the cell.</para>
/// <para>Fixed bonds keep their length in the deformed cell: points are brought back onto them after each move, and what the bonds do to the atoms is part of the stress (stretching the cell stretches no bond).</para>
/// <para>
/// A pressure tensor does work that depends on the way; so that there is a value that can go down, its deviation from the mean does the work V₀·D:E of a thermodynamic tension, with the strain E from the cell in which the step began
/// (<see cref="Anchor"/>). There, and so at the end, it is the tensor that was asked for.
/// </para>
/// </remarks>
internal sealed class RelaxationProblem
{
    /// <summary>Cells that grow beyond so many times their volume fly apart.</summary>
    private const double LargestGrowth = 1000;

    private readonly IPotentialEvaluator _evaluator;
    private readonly PotentialResult _result = new();
    private readonly Structure _structure;
    private readonly RelaxationOptions _options;
    private readonly ConstraintSet _constraints;
    private readonly SpaceGroup? _symmetry;
    private readonly Matrix3 _reference;
    private readonly double _scale;
    private readonly double[] _mask = [1, 1, 1, 1, 1, 1];
    private readonly Vector3D[] _before;
    private readonly Vector3D[] _after;
    private Matrix3 _deformation = Matrix3.Identity;
    private Matrix3 _anchor;

    public RelaxationProblem(IPotentialEvaluator evaluator, Structure structure, Matrix3 reference, RelaxationOptions options, SpaceGroup? symmetry)
    {
        (_evaluator, _structure, _options, _symmetry, _reference) = (evaluator, structure, options, symmetry, reference);
        _constraints = new ConstraintSet(structure, options.Constraints);
        _scale = Math.Sqrt(structure.Count);
        _anchor = structure.Cell;
        int bound = _constraints.HasBonds ? structure.Count : 0;
        (_before, _after) = (new Vector3D[bound], new Vector3D[bound]);
        if (options.StrainMask is { } mask) { for (int k = 0; k < 6; k++) { _mask[k] = mask[k] ? 1 : 0; } }
        Dimension = (3 * structure.Count) + (MovesCell ? 6 : 0);
        X = new double[Dimension];
        Gradient = new double[Dimension];
    }

    public int Dimension { get; }

    /// <summary>Where the problem was evaluated last.</summary>
    public double[] X { get; }

    /// <summary>Gradient of the enthalpy there, along what is free.</summary>
    public double[] Gradient { get; }

    /// <summary>Enthalpy E + P·V, eV.</summary>
    public double Value { get; private set; }

    public double Energy { get; private set; }

    public double LargestForce { get; private set; }

    /// <summary>Largest free component of stress plus pressure, eV/Å³.</summary>
    public double LargestStress { get; private set; }

    public Matrix3? Stress { get; private set; }

    public ReadOnlySpan<Vector3D> Forces => _result.Forces;

    public long Evaluations { get; set; }

    public CancellationToken CancellationToken { get; set; }

    /// <summary>How much the value may be off by rounding in the potential, eV.</summary>
    public double Noise => (1e-6 * _structure.Count) + (1e-13 * Math.Abs(Value));

    private bool MovesCell => _options.Cell != CellRelaxation.Fixed;

    /// <summary>Fills X from the structure, which is undeformed.</summary>
    public void Start()
    {
        MemoryMarshal.Cast<Vector3D, double>(_structure.Positions).CopyTo(X);
        Atoms(X.AsSpan()).CopyTo(_structure.Positions);
        if (_constraints.HasBonds) { _constraints.CorrectPositions(Atoms(X).ToArray(), Atoms(X.AsSpan())); }
    }

    /// <summary>Goes to a point and evaluates there.</summary>
    public void Evaluate(ReadOnlySpan<double> x)
    {
        x.CopyTo(X);
        ReadOnlySpan<Vector3D> places = Atoms(X);
        if (MovesCell)
        {
            _deformation = MatrixFunctions.Exponential(StrainOf(x));
            _structure.Cell = _reference * _deformation;
            if (_deformation.Determinant > LargestGrowth) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The cell has grown to more than {LargestGrowth} times its volume: at this pressure nothing holds the atoms together.")); }
        }

        for (int i = 0; i < places.Length; i++) { _structure.Positions[i] = MovesCell ? places[i] * _deformation : places[i]; }
        Properties wanted = Properties.Energy | Properties.Forces | (MovesCell ? Properties.Stress : 0);
        _evaluator.Evaluate(_structure, wanted, _result, CancellationToken);
        Evaluations++;
        Energy = _result.Energy!.Value;
        if (!double.IsFinite(Energy)) { throw new InvalidInputException("The energy is not finite: the atoms are where the potential makes no sense."); }
        Stress = _result.Stress;
        Differentiate(x);
    }

    /// <summary>The longest way an atom or the cell would go in a step, as a share of what is allowed.</summary>
    public double Length(ReadOnlySpan<double> step)
    {
        double largest = 0;
        foreach (Vector3D d in Atoms(step)) { largest = Math.Max(largest, d.NormSquared); }
        largest = Math.Sqrt(largest) / _options.MaxStep;
        if (!MovesCell) { return largest; }

        // A strain of 0.05 in one step is as bold as 0.2 Å for an atom.
        double strain = 0;
        foreach (double u in step[^6..]) { strain += u * u; }
        return Math.Max(largest, Math.Sqrt(strain) / _scale / (0.25 * _options.MaxStep));
    }

    /// <summary>x + t·step, kept where constraints and symmetry want it: a direction that was put together of many leaves them by rounding.</summary>
    public void Move(ReadOnlySpan<double> x, ReadOnlySpan<double> step, double t, Span<double> to)
    {
        for (int k = 0; k < x.Length; k++) { to[k] = t * step[k]; }
        _constraints.ProjectLinear(Atoms(to));
        _symmetry?.Symmetrize(Atoms(to));
        for (int k = 0; k < x.Length; k++) { to[k] += x[k]; }
        if (!_constraints.HasBonds) { return; }
        if (!MovesCell)
        {
            _constraints.CorrectPositions(Atoms(x), Atoms(to));
            return;
        }

        Matrix3 from = MatrixFunctions.Exponential(StrainOf(x)), deformation = MatrixFunctions.Exponential(StrainOf(to)), back = deformation.Inverse();
        ReadOnlySpan<Vector3D> start = Atoms(x);
        Span<Vector3D> end = Atoms(to);
        for (int i = 0; i < end.Length; i++) { (_before[i], _after[i]) = (start[i] * from, end[i] * deformation); }
        _constraints.CorrectPositions(_before, _after);
        for (int i = 0; i < end.Length; i++) { end[i] = _after[i] * back; }
    }

    /// <summary>Lets the strain of a pressure tensor begin here; value, gradient and stress are those of the tensor itself afterwards.</summary>
    public void Anchor()
    {
        if (_options.PressureDeviation == default || !MovesCell) { return; }
        _anchor = _structure.Cell;
        Differentiate(X);
    }

    /// <summary>Takes up the results of an earlier evaluation at X.</summary>
    public void SetResults(ReadOnlySpan<double> x, double energy, ReadOnlySpan<Vector3D> forces, Matrix3? stress)
    {
        x.CopyTo(X);
        if (MovesCell) { _deformation = MatrixFunctions.Exponential(StrainOf(x)); }
        _result.Reset(Properties.Energy | Properties.Forces | (MovesCell ? Properties.Stress : 0), _structure.Count);
        forces.CopyTo(_result.Forces);
        (Energy, Stress, _result.Stress) = (energy, stress, stress);
        _anchor = _structure.Cell;
        Differentiate(x);
    }

    private static ReadOnlySpan<Vector3D> AtomsOf(ReadOnlySpan<double> x, int count) => MemoryMarshal.Cast<double, Vector3D>(x[..(3 * count)]);

    private ReadOnlySpan<Vector3D> Atoms(ReadOnlySpan<double> x) => AtomsOf(x, _structure.Count);

    private Span<Vector3D> Atoms(Span<double> x) => MemoryMarshal.Cast<double, Vector3D>(x[..(3 * _structure.Count)]);

    private void Differentiate(ReadOnlySpan<double> x)
    {
        double pressure = _options.Pressure * Units.GigaPascal, volume = MovesCell ? _structure.Volume : 0;
        Value = Energy + (pressure * volume);
        Span<Vector3D> gradient = Atoms(Gradient.AsSpan());
        ReadOnlySpan<Vector3D> forces = _result.Forces;
        for (int i = 0; i < gradient.Length; i++) { gradient[i] = -forces[i]; }
        _constraints.ProjectBonds(_structure.Positions, gradient);
        Matrix3 bonds = default;
        if (MovesCell && _constraints.HasBonds)
        {
            for (int i = 0; i < gradient.Length; i++) { bonds += Matrix3.Outer(_structure.Positions[i], forces[i] + gradient[i]); }
        }

        if (MovesCell) { foreach (ref Vector3D g in gradient) { g *= _deformation; } }
        _symmetry?.Symmetrize(gradient);
        _constraints.ProjectLinear(gradient);
        LargestForce = 0;
        Matrix3 back = MovesCell ? _deformation.Inverse() : Matrix3.Identity;
        foreach (Vector3D g in gradient) { LargestForce = Math.Max(LargestForce, (g * back).Norm); }
        LargestStress = 0;
        if (!MovesCell) { return; }
        Matrix3 total = Stress!.Value + (pressure * Matrix3.Identity) + ((1 / volume) * bonds.Symmetrized) + Tension(volume);
        foreach (double s in Free(total)) { LargestStress = Math.Max(LargestStress, Math.Abs(s)); }

        // dH = V·(σ + P):F⁻¹dF, and from F to U by the adjoint of the derivative of the exponential.
        Matrix3 byDeformation = volume * (back.Transposed * total);
        Matrix3 byLogarithm = MatrixFunctions.Exponential(StrainOf(x).Transposed, byDeformation).Derivative.Symmetrized;
        double[] free = Free(byLogarithm);
        for (int k = 0; k < 6; k++) { Gradient[(3 * _structure.Count) + k] = free[k] * (k < 3 ? 1 : Math.Sqrt(2)) / _scale; }
    }

    /// <summary>What a pressure tensor has beyond its mean, here; adds its work to the value.</summary>
    private Matrix3 Tension(double volume)
    {
        if (_options.PressureDeviation == default) { return default; }
        Matrix3 deviation = Math.Abs(_anchor.Determinant) * Units.GigaPascal * _options.PressureDeviation, f = _anchor.Inverse() * _structure.Cell;
        Value += 0.5 * (deviation * ((f * f.Transposed) - Matrix3.Identity)).Trace;
        return (1 / volume) * (f.Transposed * deviation * f);
    }

    /// <summary>The components in Voigt order that may change; the others are zero.</summary>
    private double[] Free(Matrix3 m)
    {
        if (_symmetry is not null) { m = _symmetry.Symmetrize(m); }
        double[] v = m.ToVoigt();
        for (int k = 0; k < 6; k++) { v[k] *= _mask[k]; }
        double diagonal = _mask[0] + _mask[1] + _mask[2];
        double mean = diagonal > 0 ? (v[0] + v[1] + v[2]) / diagonal : 0;
        for (int k = 0; k < 3; k++)
        {
            v[k] = _options.Cell switch { CellRelaxation.Volume => mean * _mask[k], CellRelaxation.Shape => v[k] - (mean * _mask[k]), _ => v[k] };
        }

        if (_options.Cell == CellRelaxation.Volume) { v[3] = v[4] = v[5] = 0; }
        return v;
    }

    private Matrix3 StrainOf(ReadOnlySpan<double> x)
    {
        ReadOnlySpan<double> y = x[^6..];
        double half = Math.Sqrt(0.5) / _scale;
        return new(y[0] / _scale, half * y[5], half * y[4], half * y[5], y[1] / _scale, half * y[3], half * y[4], half * y[3], y[2] / _scale);
    }
}
