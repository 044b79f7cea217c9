namespace MaceSharp.Simulation;

/// <summary>
/// Weak coupling to a bath: the kinetic energy relaxes exponentially (H. J. C. Berendsen et al., J. Chem. Phys. 81, 3684 (1984)).
/// For heating and equilibration; it samples no ensemble.
/// </summary>
/// <param name="time">Relaxation time, in Å·(u/eV)^½.</param>
public sealed class BerendsenThermostat(double time) : IntegratorStep
{
    private const double Strongest = 1.25;
    private double _given;

    /// <inheritdoc/>
    public override double ReservoirEnergy => -_given;

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        double kinetic = state.KineticEnergy, target = 0.5 * state.DegreesOfFreedom * state.TargetThermalEnergy;
        if (kinetic == 0 || state.DegreesOfFreedom == 0) { return; }
        double square = 1 + (state.TimeStep / time * ((target / kinetic) - 1));
        double factor = Math.Clamp(Math.Sqrt(Math.Max(0, square)), 1 / Strongest, Strongest);
        state.ScaleVelocities(factor);
        _given += ((factor * factor) - 1) * kinetic;
    }

    internal override void Save(StateBag bag) => bag.Set("berendsen_energy", _given);

    internal override void Load(StateBag bag) => _given = bag.Real("berendsen_energy");
}
