using System.CommandLine;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Relaxing;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace relax</c>: minimises the energy of structures, with their cells if wanted.</summary>
internal sealed class RelaxCommand
{
    private static readonly string[] StrainNames = ["xx", "yy", "zz", "yz", "xz", "xy"];

    private readonly Argument<string[]> _input = new("INPUT") { Description = "Structures to relax, with the frames that are meant behind an '@'; several are relaxed side by side, one a thread; - is standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _common = new();
    private readonly ConstraintOptions _constraints = new();
    private readonly Option<string> _optimizer = ModelOptions.Choice("--optimizer", "How the minimum is looked for: limited-memory BFGS, FIRE, BFGS (small structures), conjugate gradients.", "lbfgs", "fire", "bfgs", "cg");
    private readonly Option<double?> _fmax = SimulationOptions.Number("--fmax", "Converged when no force is larger, eV/Å. Without it: 0.01.", "F", 1e-12, 1e6);
    private readonly Option<double?> _smax = SimulationOptions.Number("--smax", "Converged when, besides, no free component of stress plus pressure is larger, GPa. Without it: 0.01.", "S", 1e-12, 1e6);
    private readonly Option<long?> _steps = SimulationOptions.Integer("--steps", "Most steps. Without it: 1000.", "N", 0, 100_000_000);
    private readonly Option<double?> _maxStep = SimulationOptions.Number("--max-step", "Longest way of an atom in a step, Å. Without it: 0.2.", "A", 1e-6, 10);
    private readonly Option<bool> _cellFully = new("--opt-cell-fully") { Description = "Relax all lengths and angles of the cell too." };
    private readonly Option<bool> _cellLengths = new("--opt-cell-lengths") { Description = "Relax the volume of the cell too, at constant shape." };
    private readonly Option<string> _cell = ModelOptions.Choice("--cell", "What of the cell is relaxed.", "fixed", "full", "shape", "volume");
    private readonly Option<string?> _mask = new("--cell-mask") { Description = "Components of the strain that are free, the others stay: xx,yy,zz,yz,xz,xy. Without it: all.", HelpName = "COMPONENTS" };
    private readonly Option<PressureOption?> _pressure = PressureOption.Create("--pressure", "External pressure on a cell that is relaxed, GPa. Without it: 0.");
    private readonly Option<bool> _symmetrize = new("--symmetrize") { Description = "Find the symmetry of the crystal, make it exact, and keep it." };
    private readonly Option<double?> _tolerance = SimulationOptions.Number("--symmetry-tolerance", "How far an atom may be from where symmetry puts it, Å. Without it: 0.01.", "A", 1e-8, 1);
    private readonly Option<string?> _out = new("--out", "-o") { Description = "Where the relaxed structure goes. Without it: PREFIX-opt.extxyz.", HelpName = "FILE" };
    private readonly Option<bool> _writeTrajectory = new("--write-traj") { Description = "Write every step to PREFIX-traj.extxyz." };
    private readonly Option<bool> _restart = new("--restart") { Description = "Go on from PREFIX-opt-res.extxyz, which an interrupted relaxation left." };
    private readonly Option<long?> _restartEvery = SimulationOptions.Integer("--restart-every", "Steps between restart points. Without it: 50.", "N", 1, 100_000_000);
    private readonly Option<bool> _plot = new("--plot") { Description = "Write the course of the relaxation as PREFIX-opt.svg and .html." };

    private RelaxCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        RelaxCommand self = new();
        DocumentedCommand command = new("relax", "Minimise the energy of structures: atoms alone, or atoms and cell.")
        {
            Examples =
            [
                new("mace relax molecule.xyz --fmax 0.001", "a molecule; the result is molecule-opt.extxyz"),
                new("mace relax urea.cif --opt-cell-fully --symmetrize", "a crystal with its cell, its symmetry kept"),
                new("mace relax crystal.cif --cell full --pressure 2 --write-traj", "under 2 GPa, with every step"),
                new("mace relax crystal.cif --cell full --pressure 0,0,1.5", "pressed along z alone"),
                new("mace relax slab.xyz --fix 1-32 --optimizer fire", "with atoms held"),
                new("mace relax molecules.xyz --dtype float32 --threads 16", "many molecules, one a thread"),
            ],
        };
        command.Arguments.Add(self._input);
        self._common.AddTo(command);
        foreach (Option option in new Option[] { self._optimizer, self._fmax, self._smax, self._steps, self._maxStep, self._cell, self._cellFully, self._cellLengths, self._mask, self._pressure, self._symmetrize, self._tolerance, self._out, self._writeTrajectory, self._restart, self._restartEvery, self._plot }) { command.Options.Add(option); }
        self._constraints.AddTo(command);
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        RelaxRequest request = new()
        {
            Options = OptionsOf(result),
            OptimizerName = result.GetValue(_optimizer)!,
            Output = result.GetValue(_out),
            WritesTrajectory = result.GetValue(_writeTrajectory),
            Restart = result.GetValue(_restart),
            RestartEvery = (int)(result.GetValue(_restartEvery) ?? 50),
            Draws = result.GetValue(_plot),
        };
        SimulationSetup setup = _common.Resolve(context, result, _input);
        using IEnumerator<Structure> structures = setup.Inputs.Read().GetEnumerator();
        if (!structures.MoveNext()) { throw new InvalidInputException($"'{setup.InputNames[0]}' holds no structure."); }
        Structure first = structures.Current;
        bool several = structures.MoveNext();
        if (!setup.DryRun)
        {
            setup.Files.CheckPlace();
            if (request.Output is string output) { ResultFiles.CheckPlace(output); }
        }

        if (!several)
        {
            setup.SetState(first);
            return new RelaxRunner(context, setup, request).Run(first);
        }

        if (setup.DryRun)
        {
            CostEstimate cost = CostEstimate.Measure(setup.CreatePotential(1, 0), first, request.Options.MaxSteps + 1.0, context.CancellationToken);
            setup.Report(context, cost.Write, output => cost.Write(output, "the first structure of several"), request.Citations(false));
            return ExitCodes.Success;
        }

        using IEnumerator<Structure> all = All(first, structures.Current, structures).GetEnumerator();
        return new BatchRelaxRunner(context, setup, request).Run(all);
    }

    private static IEnumerable<Structure> All(Structure first, Structure second, IEnumerator<Structure> rest)
    {
        yield return first;
        yield return second;
        while (rest.MoveNext()) { yield return rest.Current; }
    }

    private RelaxationOptions OptionsOf(ParseResult result)
    {
        bool fully = result.GetValue(_cellFully), lengths = result.GetValue(_cellLengths), named = result.GetResult(_cell) is { Implicit: false };
        if ((fully ? 1 : 0) + (lengths ? 1 : 0) + (named ? 1 : 0) > 1) { throw new InvalidInputException("--cell, --opt-cell-fully and --opt-cell-lengths exclude each other; give one of them."); }
        CellRelaxation cell = fully ? CellRelaxation.Full : lengths ? CellRelaxation.Volume : result.GetValue(_cell) switch { "full" => CellRelaxation.Full, "shape" => CellRelaxation.Shape, "volume" => CellRelaxation.Volume, _ => CellRelaxation.Fixed };
        bool[]? mask = result.GetValue(_mask) is string text ? MaskOf(text) : null;
        if (cell == CellRelaxation.Fixed && (mask is not null || result.GetValue(_smax) is not null)) { throw new InvalidInputException("--cell-mask and --smax are for a cell that is relaxed; add --opt-cell-fully."); }
        return new RelaxationOptions
        {
            Optimizer = result.GetValue(_optimizer) switch { "fire" => OptimizerKind.Fire, "bfgs" => OptimizerKind.Bfgs, "cg" => OptimizerKind.ConjugateGradient, _ => OptimizerKind.Lbfgs },
            MaxForce = result.GetValue(_fmax) ?? 0.01,
            MaxStress = result.GetValue(_smax) ?? 0.01,
            MaxSteps = (int)(result.GetValue(_steps) ?? 1000),
            MaxStep = result.GetValue(_maxStep) ?? 0.2,
            Cell = cell,
            StrainMask = mask,
            Pressure = result.GetValue(_pressure)?.Mean ?? 0,
            PressureDeviation = result.GetValue(_pressure)?.Deviation ?? default,
            Constraints = _constraints.Of(result),
            KeepsSymmetry = result.GetValue(_symmetrize),
            SymmetryTolerance = result.GetValue(_tolerance) ?? 0.01,
        };
    }

    private static bool[] MaskOf(string text)
    {
        bool[] mask = new bool[6];
        foreach (string name in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int k = Array.IndexOf(StrainNames, name);
            if (k < 0) { throw new InvalidInputException($"--cell-mask does not know '{name}'; the components are {string.Join(", ", StrainNames)}."); }
            mask[k] = true;
        }

        return mask.Contains(true) ? mask : throw new InvalidInputException("--cell-mask names no component; leave it out to relax all of them.");
    }
}
