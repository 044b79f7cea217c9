using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Operators;

/// <summary>
/// From a distance to radial basis functions: distance transform, basis, polynomial envelope; values and exact
/// derivatives, always in double precision because everything that follows inherits their error.
/// </summary>
internal sealed class RadialEmbedding
{
    private readonly RadialBasisKind _basis;
    private readonly double[] _parameters;
    private readonly double _factor;
    private readonly DistanceTransformKind _transform;
    private readonly double _transformQ;
    private readonly double _transformP;
    private readonly double _transformA;
    private readonly double[] _radii;

    public RadialEmbedding(MaceModel model)
    {
        HyperParameters h = model.HyperParameters;
        CutoffRadius = h.CutoffRadius;
        Cutoff = new CutoffEnvelope(h.CutoffOrder);

        // The dipole models of the reference implementation ignore the transform and the separate cutoff.
        bool energyModel = h.Kind is ModelKind.Mace or ModelKind.ScaleShiftMace;
        _basis = h.Kind == ModelKind.EnergyDipolesMace ? RadialBasisKind.Bessel : h.RadialBasis;
        _transform = energyModel ? h.DistanceTransform : DistanceTransformKind.None;
        SeparateCutoff = energyModel && !h.ApplyCutoff;
        Count = h.RadialBasisCount;
        const string Prefix = "radial_embedding.";
        switch (_basis)
        {
            case RadialBasisKind.Bessel:
                _parameters = model[Prefix + "bessel_fn.bessel_weights"].Values;
                _factor = model[Prefix + "bessel_fn.prefactor"].Values[0];
                break;
            case RadialBasisKind.Gaussian:
                _parameters = model[Prefix + "bessel_fn.gaussian_weights"].Values;
                double spacing = h.CutoffRadius / (h.RadialBasisCount - 1);
                _factor = -0.5 / (spacing * spacing);
                break;
            default:
                _parameters = [.. Enumerable.Range(1, h.RadialBasisCount).Select(static n => (double)n)];
                break;
        }

        if (_parameters.Length != Count)
        {
            throw new InvalidInputException($"The radial basis has {_parameters.Length} functions, but the hyper-parameters ask for {Count}.");
        }

        _radii = new double[h.AtomicNumbers.Length];
        if (_transform == DistanceTransformKind.None) { return; }
        double[] table = model[Prefix + "distance_transform.covalent_radii"].Values;
        for (int i = 0; i < _radii.Length; i++) { _radii[i] = table[h.AtomicNumbers[i]]; }
        if (_transform == DistanceTransformKind.Agnesi)
        {
            _transformQ = model[Prefix + "distance_transform.q"].Values[0];
            _transformP = model[Prefix + "distance_transform.p"].Values[0];
            _transformA = model[Prefix + "distance_transform.a"].Values[0];
        }
        else
        {
            _transformA = model[Prefix + "distance_transform.alpha"].Values[0];
        }
    }

    /// <summary>Cutoff radius, Å.</summary>
    public double CutoffRadius { get; }

    /// <summary>Number of basis functions.</summary>
    public int Count { get; }

    /// <summary>Whether the basis depends on the elements of a pair too.</summary>
    public bool DependsOnElements => _transform != DistanceTransformKind.None;

    /// <summary>Whether the envelope multiplies the radial weights instead of the basis.</summary>
    public bool SeparateCutoff { get; }

    /// <summary>The polynomial envelope.</summary>
    public CutoffEnvelope Cutoff { get; }

    /// <summary>Evaluates the basis for one pair.</summary>
    /// <param name="distance">Distance, Å, below the cutoff.</param>
    /// <param name="sender">Element index of the sender.</param>
    /// <param name="receiver">Element index of the receiver.</param>
    /// <param name="values">Receives the basis functions.</param>
    /// <param name="slopes">Receives their derivatives with respect to the distance, 1/Å.</param>
    /// <returns>The envelope to multiply the radial weights by, and its slope; (1, 0) when the basis contains it.</returns>
    public (double Cutoff, double CutoffSlope) Evaluate(double distance, int sender, int receiver, Span<double> values, Span<double> slopes)
    {
        (double x, double dx) = Transform(distance, sender, receiver);
        switch (_basis)
        {
            case RadialBasisKind.Bessel:
                for (int n = 0; n < Count; n++)
                {
                    (double sin, double cos) = Math.SinCos(_parameters[n] * x);
                    values[n] = _factor * sin / x;
                    slopes[n] = dx * ((_factor * _parameters[n] * cos) - values[n]) / x;
                }

                break;
            case RadialBasisKind.Gaussian:
                for (int n = 0; n < Count; n++)
                {
                    double offset = x - _parameters[n];
                    values[n] = Math.Exp(_factor * offset * offset);
                    slopes[n] = dx * 2 * _factor * offset * values[n];
                }

                break;
            default:
                // T₁ = x, T₂ = 2x² − 1, …; T′ by the same recurrence.
                double previous = 1, value = x, previousSlope = 0, slope = 1;
                for (int n = 0; n < Count; n++)
                {
                    values[n] = value;
                    slopes[n] = dx * slope;
                    (previous, value, previousSlope, slope) = (value, (2 * x * value) - previous, slope, (2 * value) + (2 * x * slope) - previousSlope);
                }

                break;
        }

        (double f, double df) = Cutoff.Evaluate(distance, CutoffRadius);
        if (SeparateCutoff) { return (f, df); }
        for (int n = 0; n < Count; n++)
        {
            slopes[n] = (slopes[n] * f) + (values[n] * df);
            values[n] *= f;
        }

        return (1, 0);
    }

    private (double Value, double Slope) Transform(double r, int sender, int receiver)
    {
        if (_transform == DistanceTransformKind.None) { return (r, 1); }
        double sum = _radii[sender] + _radii[receiver];
        if (_transform == DistanceTransformKind.Agnesi)
        {
            double r0 = 0.5 * sum, u = r / r0;
            double uq = Math.Pow(u, _transformQ), uqp = Math.Pow(u, _transformQ - _transformP);
            double denominator = 1 + uqp;
            double g = _transformA * uq / denominator;
            double dg = g * ((_transformQ / u) - ((_transformQ - _transformP) * uqp / (u * denominator)));
            double value = 1 / (1 + g);
            return (value, -value * value * dg / r0);
        }

        double p0 = 0.75 * sum, p1 = 4.0 / 3.0 * sum, m = 0.5 * (p0 + p1), steepness = _transformA / (p1 - p0);
        double t = Math.Tanh(steepness * (r - m));
        return (p0 + ((r - p0) * 0.5 * (1 + t)), (0.5 * (1 + t)) + ((r - p0) * 0.5 * (1 - (t * t)) * steepness));
    }
}
