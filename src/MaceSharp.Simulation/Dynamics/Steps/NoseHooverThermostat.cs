namespace MaceSharp.Simulation;

/// <summary>A Nosé–Hoover chain on the atoms: applied before and after the motion of a step, each time for half of it.</summary>
public sealed class NoseHooverThermostat : IntegratorStep
{
    private readonly NoseHooverChain _chain;
    private readonly double _fraction;
    private double _energy;

    /// <summary>Creates the step; the same instance stands at both places of a step.</summary>
    /// <param name="time">Characteristic time, in Å·(u/eV)^½.</param>
    /// <param name="length">Number of thermostats.</param>
    /// <param name="substeps">Parts each application is done in.</param>
    /// <param name="fraction">Share of the time step of one application.</param>
    public NoseHooverThermostat(double time, int length = 3, int substeps = 1, double fraction = 0.5) =>
        (_chain, _fraction) = (new NoseHooverChain(time, length, substeps), fraction);

    /// <inheritdoc/>
    public override double ReservoirEnergy => _energy;

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        int freedom = state.DegreesOfFreedom;
        if (freedom == 0) { return; }
        state.ScaleVelocities(_chain.Propagate(state.KineticEnergy, freedom, state.TargetThermalEnergy, _fraction * state.TimeStep));
        _energy = _chain.Energy(freedom, state.TargetThermalEnergy);
    }

    internal override void Save(StateBag bag)
    {
        _chain.Save(bag, "nhc");
        bag.Set("nhc_energy", _energy);
    }

    internal override void Load(StateBag bag)
    {
        _chain.Load(bag, "nhc");
        _energy = bag.Real("nhc_energy");
    }
}
