using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Friction and noise of Langevin dynamics, solved exactly for a time: the O of BAOAB (B. Leimkuhler and C. Matthews, Appl. Math. Res. eXpress 2013, 34 (2013)).
/// </summary>
public sealed class OrnsteinUhlenbeck : IntegratorStep
{
    private readonly double _friction;
    private readonly double _fraction;
    private readonly RandomStream _random;
    private readonly bool _keepsCentre;
    private double _given;

    /// <summary>Creates the step.</summary>
    /// <param name="friction">Friction coefficient, in 1 per Å·(u/eV)^½.</param>
    /// <param name="fraction">Share of the time step.</param>
    /// <param name="random">Source of noise.</param>
    /// <param name="keepsCentre">Whether the centre of mass is kept out of it.</param>
    public OrnsteinUhlenbeck(double friction, double fraction, RandomStream random, bool keepsCentre = false) =>
        (_friction, _fraction, _random, _keepsCentre) = (friction, fraction, random, keepsCentre);

    /// <inheritdoc/>
    public override double ReservoirEnergy => -_given;

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        double before = state.KineticEnergy, decay = Math.Exp(-_friction * _fraction * state.TimeStep), noise = (1 - (decay * decay)) * state.TargetThermalEnergy;
        Span<Vector3D> velocities = state.Velocities;
        ReadOnlySpan<double> masses = state.Masses;
        for (int i = 0; i < velocities.Length; i++) { velocities[i] = (decay * velocities[i]) + (Math.Sqrt(noise / masses[i]) * _random.NextNormalVector()); }
        state.Constraints.Project(state.Structure.Positions, velocities);
        if (_keepsCentre) { state.RemoveDrift(); }
        _given += state.KineticEnergy - before;
    }

    internal override void Save(StateBag bag) => bag.Set("langevin_energy", _given);

    internal override void Load(StateBag bag) => _given = bag.Real("langevin_energy");
}
