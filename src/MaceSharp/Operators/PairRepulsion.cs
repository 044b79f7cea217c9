using MaceSharp.Architecture;

namespace MaceSharp.Operators;

/// <summary>
/// The screened nuclear repulsion of Ziegler, Biersack and Littmark (The Stopping and Range of Ions in Matter, 1985),
/// switched off at the sum of the covalent radii; half of it belongs to each of the two directed edges of a pair.
/// </summary>
internal sealed class PairRepulsion
{
    private const double Coulomb = 14.3996; // eV·Å, the literal of the reference implementation
    private const double Bohr = 0.529;      // Å, likewise

    private readonly double[] _charge;
    private readonly double[] _power;
    private readonly double[] _radius;
    private readonly double[] _coefficients;
    private readonly double _prefactor;
    private readonly CutoffEnvelope _cutoff;

    public PairRepulsion(MaceModel model)
    {
        HyperParameters h = model.HyperParameters;
        double[] table = model["pair_repulsion_fn.covalent_radii"].Values;
        double exponent = model["pair_repulsion_fn.a_exp"].Values[0];
        _prefactor = model["pair_repulsion_fn.a_prefactor"].Values[0];
        _coefficients = model["pair_repulsion_fn.c"].Values;
        int order = model.Tensors.TryGetValue("pair_repulsion_fn.p", out NamedTensor? p) ? (int)p.Values[0] : h.CutoffOrder;
        _cutoff = new CutoffEnvelope(order);
        _charge = [.. h.AtomicNumbers.Select(static z => (double)z)];
        _power = [.. _charge.Select(z => Math.Pow(z, exponent))];
        _radius = [.. h.AtomicNumbers.Select(z => table[z])];
    }

    private static ReadOnlySpan<double> Decay => [3.2, 0.9423, 0.4028, 0.2016];

    /// <summary>Energy of one directed edge, eV, and its derivative with respect to the distance, eV/Å.</summary>
    public (double Energy, double Slope) Evaluate(double distance, int sender, int receiver)
    {
        double range = _radius[sender] + _radius[receiver];
        if (distance >= range) { return (0, 0); }
        double screening = _prefactor * Bohr / (_power[sender] + _power[receiver]);
        double phi = 0, dPhi = 0;
        for (int k = 0; k < 4; k++)
        {
            double term = _coefficients[k] * Math.Exp(-Decay[k] * distance / screening);
            phi += term;
            dPhi -= term * Decay[k] / screening;
        }

        double bare = 0.5 * Coulomb * _charge[sender] * _charge[receiver] / distance;
        (double f, double df) = _cutoff.Evaluate(distance, range);
        double energy = bare * phi * f;
        return (energy, (bare * ((dPhi * f) + (phi * df))) - (energy / distance));
    }
}
