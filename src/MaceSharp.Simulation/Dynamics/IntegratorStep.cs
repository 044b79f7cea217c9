namespace MaceSharp.Simulation;

/// <summary>
/// A part of a time step: a kick, a drift, an evaluation of the forces, a thermostat. An integrator is a list of them, so each can be tested for what it conserves.
/// Parts allocate nothing when applied.
/// </summary>
public abstract class IntegratorStep
{
    /// <summary>Energy that the part has taken from the atoms so far, eV: what must be added to theirs for a conserved sum.</summary>
    public virtual double ReservoirEnergy => 0;

    /// <summary>Does its part of one time step.</summary>
    /// <param name="state">The atoms.</param>
    public abstract void Apply(DynamicsState state);

    /// <summary>Writes down what the part remembers from step to step.</summary>
    internal virtual void Save(StateBag bag)
    {
    }

    /// <summary>Takes up what was written down.</summary>
    internal virtual void Load(StateBag bag)
    {
    }
}
