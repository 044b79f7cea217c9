namespace MaceSharp.Operators;

/// <summary>
/// The polynomial envelope 1 − (p+1)(p+2)/2 u^p + p(p+2) u^(p+1) − p(p+1)/2 u^(p+2), u = r/r_cut: one at zero, and zero
/// with two vanishing derivatives at the cutoff (Gasteiger et al., arXiv:2003.03123, eq. 8).
/// </summary>
/// <param name="order">The order p.</param>
internal readonly struct CutoffEnvelope(int order)
{
    private readonly double _p = order;

    /// <summary>Value and derivative (1/Å) at a distance; zero from the cutoff on.</summary>
    public (double Value, double Slope) Evaluate(double distance, double cutoff)
    {
        if (!(distance < cutoff)) { return (0, 0); }
        double u = distance / cutoff;
        double below = Math.Pow(u, _p - 1);
        double power = below * u;
        double value = 1 + (power * ((-0.5 * (_p + 1) * (_p + 2)) + (u * ((_p * (_p + 2)) - (0.5 * _p * (_p + 1) * u)))));
        double slope = -0.5 * _p * (_p + 1) * (_p + 2) * below * (1 - u) * (1 - u) / cutoff;
        return (value, slope);
    }
}
