using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Canonical sampling through velocity rescaling: the kinetic energy relaxes towards its canonical distribution and everything else follows Newton
/// (G. Bussi, D. Donadio and M. Parrinello, J. Chem. Phys. 126, 014101 (2007)).
/// </summary>
public sealed class StochasticRescaling : IntegratorStep
{
    private readonly double _time;
    private readonly double _fraction;
    private readonly RandomStream _random;
    private double _given;

    /// <summary>Creates the step.</summary>
    /// <param name="time">Relaxation time of the kinetic energy, in Å·(u/eV)^½.</param>
    /// <param name="fraction">Share of the time step.</param>
    /// <param name="random">Source of noise.</param>
    public StochasticRescaling(double time, double fraction, RandomStream random) => (_time, _fraction, _random) = (time, fraction, random);

    /// <inheritdoc/>
    public override double ReservoirEnergy => -_given;

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        int freedom = state.DegreesOfFreedom;
        double kinetic = state.KineticEnergy;
        if (freedom == 0 || kinetic == 0) { return; }
        double decay = Math.Exp(-_fraction * state.TimeStep / _time);
        double share = (1 - decay) * 0.5 * state.TargetThermalEnergy / kinetic;
        double first = _random.NextNormal(), rest = _random.NextSumOfSquares(freedom - 1);
        double square = decay + (share * ((first * first) + rest)) + (2 * first * Math.Sqrt(decay * share));
        double factor = Math.Sqrt(Math.Max(0, square));

        // The velocities turn round when the noise carries the largest component through zero (appendix of the paper).
        if (first + Math.Sqrt(decay / share) < 0) { factor = -factor; }
        state.ScaleVelocities(factor);
        _given += ((factor * factor) - 1) * kinetic;
    }

    internal override void Save(StateBag bag) => bag.Set("csvr_energy", _given);

    internal override void Load(StateBag bag) => _given = bag.Real("csvr_energy");
}
