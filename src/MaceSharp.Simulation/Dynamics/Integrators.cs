using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>The steps each ensemble is made of, in the order in which a time step applies them.</summary>
internal static class Integrators
{
    /// <summary>Puts an integrator together.</summary>
    public static IEnumerable<IntegratorStep> Create(DynamicsOptions options, ForceStep forces, RandomStream random, bool keepsCentre)
    {
        double thermostatTime = options.ThermostatTime * Units.Femtosecond, barostatTime = options.BarostatTime * Units.Femtosecond;
        switch (options.Ensemble)
        {
            case Ensemble.Langevin:
                return [new Kick(0.5), new DriftStep(0.5), new OrnsteinUhlenbeck(options.Friction / Units.Femtosecond, 1, random, keepsCentre), new DriftStep(0.5), forces, new Kick(0.5)];
            case Ensemble.Csvr:
                {
                    StochasticRescaling half = new(thermostatTime, 0.5, random);
                    return [half, .. Verlet(forces), half];
                }

            case Ensemble.NoseHoover:
                {
                    NoseHooverThermostat half = new(thermostatTime, options.ThermostatChain, options.ThermostatSubsteps);
                    return [half, .. Verlet(forces), half];
                }

            case Ensemble.Berendsen:
                return [.. Verlet(forces), new BerendsenThermostat(thermostatTime)];
            case Ensemble.NptCellRescaling:
                {
                    StochasticRescaling half = new(thermostatTime, 0.5, random);
                    StochasticCellRescaling cell = new(options.CellFreedom, barostatTime, 1 / (options.BulkModulus * Units.GigaPascal), options.BarostatEvery, random, forces);
                    return [half, .. Verlet(forces), half, cell];
                }

            case Ensemble.NptMartynaTobiasKlein:
                {
                    MartynaTobiasKlein system = new(options.CellFreedom, barostatTime, new NoseHooverChain(barostatTime, options.BarostatChain, options.ThermostatSubsteps));
                    IntegratorStep cell = system.CellThermostat(0.5), cellKick = system.CellKick(0.5), kick = system.AtomKick(0.5);
                    NoseHooverThermostat half = new(thermostatTime, options.ThermostatChain, options.ThermostatSubsteps);
                    return [cell, half, cellKick, kick, system.Drift(), forces, kick, cellKick, half, cell];
                }

            case Ensemble.Nph:
                {
                    MartynaTobiasKlein system = new(options.CellFreedom, barostatTime, null);
                    IntegratorStep cell = system.CellThermostat(0.5), cellKick = system.CellKick(0.5), kick = system.AtomKick(0.5);
                    return [cellKick, kick, system.Drift(), forces, kick, cellKick, cell];
                }

            default:
                return Verlet(forces);
        }
    }

    private static IntegratorStep[] Verlet(ForceStep forces) => [new Kick(0.5), new DriftStep(1), forces, new Kick(0.5)];
}
