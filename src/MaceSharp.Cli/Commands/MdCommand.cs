using System.CommandLine;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Dynamics;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace md</c>: molecular dynamics.</summary>
internal sealed class MdCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "The structure, with the frame that is meant behind an '@' where there are several.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _common = new();
    private readonly ConstraintOptions _constraints = new();
    private readonly Option<string> _ensemble = ModelOptions.Choice("--ensemble", "What is kept constant: energy (nve); temperature by Langevin dynamics (nvt), stochastic velocity rescaling, Nosé–Hoover chains or weak coupling; pressure too by stochastic cell rescaling (npt, npt-aniso, npt-full) or Martyna, Tobias and Klein (npt-mtk…); enthalpy (nph).", EnsembleNames.All);
    private readonly Option<long?> _steps = SimulationOptions.Integer("--steps", "Number of time steps, counted from the very start also when restarted.", "N", 0, 1_000_000_000_000);
    private readonly Option<double?> _timestep = SimulationOptions.Number("--timestep", "Time step, fs. Without it: 1.", "FS", 1e-6, 1000);
    private readonly Option<double?> _temp = SimulationOptions.Number("--temp", "Temperature of thermostat and initial velocities, K. Without it: 300.", "K", 0, 1e6);
    private readonly Option<double?> _tempStart = SimulationOptions.Number("--temp-start", "Temperature at the start of a ramp, K.", "K", 0, 1e6);
    private readonly Option<double?> _tempEnd = SimulationOptions.Number("--temp-end", "Temperature at the end of a ramp, K. With --temp-step and --temp-time the ramp comes before --steps at --temp; without them it lasts --steps.", "K", 0, 1e6);
    private readonly Option<double?> _tempStep = SimulationOptions.Number("--temp-step", "Height of the steps of a ramp, K.", "K", 1e-6, 1e6);
    private readonly Option<double?> _tempTime = SimulationOptions.Number("--temp-time", "Time at each temperature of a ramp in steps, fs.", "FS", 1e-6, 1e15);
    private readonly Option<PressureOption?> _pressure = PressureOption.Create("--pressure", "Pressure, GPa. Without it: 0.");
    private readonly Option<double?> _pressureEnd = SimulationOptions.Number("--pressure-end", "Pressure at the last step, to which it goes along a straight line, GPa.", "GPA", -1e6, 1e6);
    private readonly Option<double?> _friction = SimulationOptions.Number("--friction", "Friction coefficient of Langevin dynamics, 1/fs. Without it: 0.005.", "G", 1e-12, 10);
    private readonly Option<double?> _thermostatTime = SimulationOptions.Number("--thermostat-time", "Characteristic time of other thermostats, fs. Without it: 100.", "FS", 1e-3, 1e9);
    private readonly Option<double?> _taut = SimulationOptions.Number("--taut", "Another name of --thermostat-time.", "FS", 1e-3, 1e9);
    private readonly Option<double?> _barostatTime = SimulationOptions.Number("--barostat-time", "Characteristic time of barostats, fs. Without it: 1000.", "FS", 1e-3, 1e9);
    private readonly Option<double?> _bulkModulus = SimulationOptions.Number("--bulk-modulus", "Estimate of the bulk modulus, GPa; with --barostat-time it says how fast stochastic cell rescaling acts, not what it samples. Without it: 2.", "GPA", 1e-6, 1e6);
    private readonly Option<long?> _barostatEvery = SimulationOptions.Integer("--barostat-every", "Steps between two applications of stochastic cell rescaling; their time should stay below a hundredth of --barostat-time. Without it: 10.", "N", 1, 100_000);
    private readonly Option<long?> _thermostatChain = SimulationOptions.Integer("--thermostat-chain", "Thermostats in a chain on the atoms. Without it: 3.", "N", 1, 20);
    private readonly Option<long?> _barostatChain = SimulationOptions.Integer("--barostat-chain", "Thermostats in a chain on the cell. Without it: 3.", "N", 1, 20);
    private readonly Option<long?> _substeps = SimulationOptions.Integer("--thermostat-substeps", "Parts in which chains are integrated. Without it: 1.", "N", 1, 100);
    private readonly Option<long?> _seed = SimulationOptions.Integer("--seed", "Seed of noise and initial velocities. Without it: 1.", "N", long.MinValue, long.MaxValue);
    private readonly Option<string> _velocities = ModelOptions.Choice("--velocities", "Initial velocities: of the input if it has momenta (in ASE's units), else drawn (auto); drawn from the Maxwell–Boltzmann distribution (draw); of the input (input).", "auto", "draw", "input");
    private readonly Option<bool> _keepDrift = new("--keep-drift") { Description = "Leave the motion of the centre of mass as it is. Without it: removed." };
    private readonly Option<bool> _removeRotation = new("--remove-rot") { Description = "Remove the rotation of a molecule from the initial velocities." };
    private readonly Option<long?> _removeEvery = SimulationOptions.Integer("--remove-drift-every", "Remove drift, and rotation with --remove-rot, that rounding brings, every so many steps. Without it: never.", "N", 1, 1_000_000_000);
    private readonly Option<bool> _minimize = new("--minimize") { Description = "Relax the atoms to 0.1 eV/Å before the run." };
    private readonly Option<long?> _statsEvery = SimulationOptions.Integer("--stats-every", "Steps between rows of PREFIX-stats.dat. Without it: 100.", "N", 1, 1_000_000_000);
    private readonly Option<string?> _statsFile = new("--stats-file") { Description = "Where the rows go.", HelpName = "FILE" };
    private readonly Option<long?> _trajEvery = SimulationOptions.Integer("--traj-every", "Steps between frames of PREFIX-traj.extxyz. Without it: 100.", "N", 1, 1_000_000_000);
    private readonly Option<long?> _trajStart = SimulationOptions.Integer("--traj-start", "Step of the first frame. Without it: 0.", "N", 0, long.MaxValue);
    private readonly Option<string?> _trajFile = new("--traj-file") { Description = "Where the frames go.", HelpName = "FILE" };
    private readonly Option<string> _trajFormat = ModelOptions.Choice("--traj-format", "Format of the frames: extended XYZ with ASE's keys, or a LAMMPS dump (units metal).", "extxyz", "lammps");
    private readonly Option<string?> _finalFile = new("--final-file") { Description = "Where the last frame goes. Without it: PREFIX-final.extxyz.", HelpName = "FILE" };
    private readonly Option<bool> _restart = new("--restart") { Description = "Go on from the latest PREFIX-res-STEP.extxyz, bit for bit." };
    private readonly Option<long?> _restartEvery = SimulationOptions.Integer("--restart-every", "Steps between restart files. Without it: 1000.", "N", 1, 1_000_000_000);
    private readonly Option<string?> _restartStem = new("--restart-stem") { Description = "First part of the names of restart files. Without it: PREFIX-res.", HelpName = "STEM" };
    private readonly Option<bool> _rotate = new("--rotate-restart") { Description = "Keep the latest restart files only." };
    private readonly Option<long?> _keep = SimulationOptions.Integer("--restarts-to-keep", "How many are kept. Without it: 4.", "N", 1, 1_000_000);
    private readonly Option<double?> _maxTemp = SimulationOptions.Number("--max-temp", "Stop when the temperature is higher, K. Without it: 20000.", "K", 1e-6, 1e12);
    private readonly Option<double?> _maxForce = SimulationOptions.Number("--max-force", "Stop when a force is larger, eV/Å. Without it: 500.", "F", 1e-6, 1e12);
    private readonly Option<double?> _minDistance = SimulationOptions.Number("--min-distance", "Stop when two atoms are closer, Å. Without it: 0.4.", "A", 0, 10);
    private readonly Option<bool> _allowLost = new("--allow-lost") { Description = "Go on when an atom has lost all its neighbours." };
    private readonly Option<long?> _guardEvery = SimulationOptions.Integer("--guard-every", "Steps between two checks of distances. Without it: 20.", "N", 1, 1_000_000_000);
    private readonly Option<bool> _plot = new("--plot") { Description = "Write the course of the run as PREFIX-md.svg and .html." };

    private MdCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        MdCommand self = new();
        DocumentedCommand command = new("md", "Molecular dynamics at constant energy, temperature or pressure.")
        {
            Examples =
            [
                new("mace md water.xyz --ensemble nvt-csvr --temp 300 --steps 20000 --timestep 0.5", "constant temperature; files are water-nvt-csvr-T300-…"),
                new("mace md water.xyz --ensemble nvt-csvr --temp 300 --steps 20000 --timestep 0.5 --restart", "go on after an interruption, bit for bit"),
                new("mace md crystal.cif --ensemble npt-mtk --temp 300 --pressure 1 --steps 50000", "constant pressure, the whole cell free"),
                new("mace md run.xyz@-1 --ensemble nve --steps 1000 --traj-every 10", "go on from a frame with its momenta"),
                new("mace md crystal.cif --ensemble nvt --temp-start 50 --temp-end 350 --steps 30000 --dry-run", "what heating would cost"),
            ],
        };
        command.Arguments.Add(self._input);
        self._common.AddTo(command);
        foreach (Option option in new Option[]
        {
            self._ensemble, self._steps, self._timestep, self._temp, self._tempStart, self._tempEnd, self._tempStep, self._tempTime, self._pressure, self._pressureEnd, self._friction, self._thermostatTime, self._taut,
            self._barostatTime, self._bulkModulus, self._barostatEvery, self._thermostatChain, self._barostatChain, self._substeps, self._seed, self._velocities, self._keepDrift, self._removeRotation, self._removeEvery, self._minimize,
            self._statsEvery, self._statsFile, self._trajEvery, self._trajStart, self._trajFile, self._trajFormat, self._finalFile, self._restart, self._restartEvery, self._restartStem, self._rotate, self._keep,
            self._maxTemp, self._maxForce, self._minDistance, self._allowLost, self._guardEvery, self._plot,
        }) { command.Options.Add(option); }
        self._constraints.AddTo(command);
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        string name = result.GetValue(_ensemble)!;
        long steps = result.GetValue(_steps) ?? throw new InvalidInputException("--steps is missing: say how many time steps to do.");
        double timestep = result.GetValue(_timestep) ?? 1;
        (Ramp temperature, long rampSteps) = TemperatureOf(result, steps, timestep);
        SimulationSetup setup = _common.Resolve(context, result, _input);
        if (result.GetValue(_common.FilePrefix) is null)
        {
            setup = setup with { Files = new ResultFiles(string.Create(CultureInfo.InvariantCulture, $"{setup.Files.Prefix}-{name}-T{temperature.At(long.MaxValue)}")) };
        }

        Structure structure = setup.ReadOne();
        string velocities = result.GetValue(_velocities)!;
        if (velocities == "input" && !structure.Arrays.ContainsKey("momenta") && !structure.Arrays.ContainsKey("velocities")) { throw new InvalidInputException($"{structure.Origin}: --velocities input asks for an array 'momenta' (or 'velocities') in ASE's units, which the structure does not have."); }
        PressureOption pressure = result.GetValue(_pressure) ?? new(0, default);
        (Ensemble ensemble, CellFreedom freedom) = EnsembleNames.Parse(name);
        CheckPressure(result, ensemble);
        MdRequest request = new()
        {
            EnsembleName = name,
            Steps = rampSteps + steps,
            Restart = result.GetValue(_restart),
            Minimizes = result.GetValue(_minimize),
            Draws = result.GetValue(_plot),
            Output = OutputOf(result),
            Options = new DynamicsOptions
            {
                Ensemble = ensemble,
                CellFreedom = freedom,
                TimeStep = timestep,
                Temperature = temperature,
                Pressure = result.GetValue(_pressureEnd) is double end ? new Ramp(pressure.Mean, end, rampSteps + steps) : Ramp.Constant(pressure.Mean),
                PressureDeviation = pressure.Deviation,
                Friction = result.GetValue(_friction) ?? 0.005,
                ThermostatTime = result.GetValue(_thermostatTime) ?? result.GetValue(_taut) ?? 100,
                BarostatTime = result.GetValue(_barostatTime) ?? 1000,
                BulkModulus = result.GetValue(_bulkModulus) ?? 2,
                BarostatEvery = (int)(result.GetValue(_barostatEvery) ?? 10),
                ThermostatChain = (int)(result.GetValue(_thermostatChain) ?? 3),
                BarostatChain = (int)(result.GetValue(_barostatChain) ?? 3),
                ThermostatSubsteps = (int)(result.GetValue(_substeps) ?? 1),
                Seed = result.GetValue(_seed) ?? 1,
                DrawsVelocities = velocities == "draw",
                RemovesDrift = !result.GetValue(_keepDrift),
                RemovesRotation = result.GetValue(_removeRotation),
                RemoveDriftEvery = (int)(result.GetValue(_removeEvery) ?? 0),
                Constraints = _constraints.Of(result),
            },
        };
        return new MdRunner(context, setup, request).Run(structure);
    }

    private (Ramp Temperature, long Steps) TemperatureOf(ParseResult result, long steps, double timestep)
    {
        double? temp = result.GetValue(_temp), start = result.GetValue(_tempStart), end = result.GetValue(_tempEnd), height = result.GetValue(_tempStep), time = result.GetValue(_tempTime);
        if (start is null && end is null)
        {
            return height is null && time is null ? (Ramp.Constant(temp ?? 300), 0) : throw new InvalidInputException("--temp-step and --temp-time are for a ramp; give --temp-start and --temp-end too.");
        }

        if (start is not double from || end is not double to) { throw new InvalidInputException("A ramp needs both --temp-start and --temp-end."); }
        if (height is null && time is null)
        {
            return temp is null ? (new Ramp(from, to, steps), 0) : throw new InvalidInputException("--temp and a ramp over all --steps exclude each other; with --temp-step and --temp-time the ramp comes first, then --steps at --temp.");
        }

        if (height is not double step || time is not double each) { throw new InvalidInputException("A ramp in steps needs both --temp-step and --temp-time."); }
        double levels = Math.Floor((Math.Abs(to - from) / step) + 1e-9) + 1, count = levels * Math.Max(1, Math.Round(each / timestep));
        if (count > 1e12) { throw new InvalidInputException("The ramp has more than 10¹² time steps; choose a larger --temp-step or a shorter --temp-time."); }
        return (new Ramp(from, to, (long)count) { StepHeight = step, After = temp }, (long)count);
    }

    private void CheckPressure(ParseResult result, Ensemble ensemble)
    {
        bool hasBarostat = ensemble is Ensemble.NptCellRescaling or Ensemble.NptMartynaTobiasKlein or Ensemble.Nph;
        if (!hasBarostat && (result.GetValue(_pressure) is not null || result.GetValue(_pressureEnd) is not null)) { throw new InvalidInputException($"--pressure changes nothing in the ensemble {result.GetValue(_ensemble)}, whose cell is fixed; use npt, npt-mtk or nph."); }
        if (result.GetValue(_pressureEnd) is not null && result.GetValue(_pressure) is { } tensor && tensor.Deviation != default) { throw new InvalidInputException("--pressure-end is for a pressure of one number; it does not go with three or six."); }
    }

    private DynamicsOutput OutputOf(ParseResult result) => new()
    {
        StatisticsPath = Prepared(result.GetValue(_statsFile)),
        StatisticsEvery = result.GetValue(_statsEvery) ?? 100,
        TrajectoryPath = Prepared(result.GetValue(_trajFile)),
        TrajectoryEvery = result.GetValue(_trajEvery) ?? 100,
        TrajectoryStart = result.GetValue(_trajStart) ?? 0,
        TrajectoryFormat = result.GetValue(_trajFormat) == "lammps" ? TrajectoryFormat.LammpsDump : TrajectoryFormat.ExtendedXyz,
        RestartStem = Prepared(result.GetValue(_restartStem)),
        RestartEvery = result.GetValue(_restartEvery) ?? 1000,
        RestartsToKeep = result.GetValue(_rotate) ? (int)(result.GetValue(_keep) ?? 4) : 0,
        FinalPath = Prepared(result.GetValue(_finalFile)),
        Guards = new DynamicsGuards
        {
            MaxTemperature = result.GetValue(_maxTemp) ?? 20_000,
            MaxForce = result.GetValue(_maxForce) ?? 500,
            MinDistance = result.GetValue(_minDistance) ?? 0.4,
            AllowsLostAtoms = result.GetValue(_allowLost),
            Every = (int)(result.GetValue(_guardEvery) ?? 20),
        },
    };

    private static string? Prepared(string? path) => path is null ? null : ResultFiles.Prepare(path);
}
