using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace phonons</c>: phonons of a crystal by finite displacements.</summary>
internal sealed class PhononsCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "A crystal: a file, with the frame that is meant behind an '@'.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Preparation _preparation = new();
    private readonly Option<string?> _supercell = new("--supercell") { Description = "How often the supercell repeats the cell, such as 2x2x2 or 3. Without it: enough for 10 Å along each vector.", HelpName = "AxBxC" };
    private readonly Option<double?> _displacement = SimulationOptions.Number("--displacement", "How far atoms are displaced, Å. Without it: 0.01.", "A", 1e-5, 0.5);
    private readonly Option<string?> _mesh = new("--mesh") { Description = "Wave vectors of density of states and thermal properties, such as 10x10x10; 0 for none. Without it: as fine as the Γ point of 40 Å along each vector.", HelpName = "AxBxC" };
    private readonly Option<string?> _path = new("--path") { Description = "Path of the bands: names of the standard path (GXWK,UX), points ('G 0 0 0, X 0.5 0 0.5 | L 1/2 1/2 1/2, G 0 0 0'), or none. Without it: the standard path of the lattice.", HelpName = "PATH" };
    private readonly Option<long?> _points = SimulationOptions.Integer("--points", "Wave vectors on the longest line of the path. Without it: 51.", "N", 2, 10_000);
    private readonly Option<double?> _width = SimulationOptions.Number("--dos-width", "Standard deviation of the Gaussians of the density of states, THz. Without it: a hundredth of the largest frequency.", "W", 1e-6, 100);
    private readonly Option<bool> _projected = new("--pdos") { Description = "Densities of states of the elements too." };
    private readonly Option<string?> _born = new("--born") { Description = "Born charges and dielectric tensor of a polar crystal: a BORN file as phonopy takes it.", HelpName = "FILE" };
    private readonly Option<bool> _noSumRule = new("--no-sum-rule") { Description = "Leave the force constants as they come; without it translations cost nothing." };
    private readonly Option<bool> _unitCell = new("--unit-cell") { Description = "Phonons of the cell as given, not of its primitive cell." };
    private readonly Option<double?> _lowest = SimulationOptions.Number("--temp-min", "Lowest temperature of thermal properties, K. Without it: 0.", "T", 0, 1e5);
    private readonly Option<double?> _highest = SimulationOptions.Number("--temp-max", "Highest temperature of thermal properties, K. Without it: 1000.", "T", 0, 1e5);
    private readonly Option<double?> _step = SimulationOptions.Number("--temp-step", "Step of the temperatures, K. Without it: 50.", "T", 1e-3, 1e5);
    private readonly Option<double?> _tolerance = SimulationOptions.Number("--symmetry-tolerance", "How far an atom may be from its place by symmetry, Å. Without it: 0.001.", "A", 1e-9, 0.5);

    private PhononsCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        PhononsCommand self = new();
        DocumentedCommand command = new("phonons", "Phonons of a crystal: bands, densities of states, thermal properties.")
        {
            Examples =
            [
                new("mace phonons crystal.cif --minimize cell --supercell 2x2x2", "relax, then phonons"),
                new("mace phonons nacl.extxyz --born BORN --path GXWKGLUWLK,UX", "a polar crystal"),
                new("mace phonons argon.extxyz --potential lj:argon --supercell 4 --mesh 20 --pdos", "a built-in potential"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        self._preparation.AddTo(command);
        foreach (Option option in new Option[] { self._supercell, self._displacement, self._mesh, self._path, self._points, self._width, self._projected, self._born, self._noSumRule, self._unitCell, self._lowest, self._highest, self._step, self._tolerance }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        (int A, int B, int C)? given = result.GetValue(_mesh) is string text && text.Trim() != "0" ? Triple(text, "--mesh") : null;
        double[] temperatures = Temperatures(result);
        Structure structure = setup.ReadOne();
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException($"{structure.Origin}: Phonons need a structure that is periodic in three directions; 'mace vibrations' is for molecules."); }
        IPotential potential = setup.CreatePotential(setup.Threads);
        if (!setup.DryRun) { structure = _preparation.Prepare(context, setup, result, potential, structure); }
        double tolerance = result.GetValue(_tolerance) ?? 1e-3;
        (int A, int B, int C) repetitions = result.GetValue(_supercell) is string repeat ? Triple(repeat, "--supercell") : Enough(structure, 10);
        PhononCell cell = new(structure, repetitions, tolerance, !result.GetValue(_unitCell));
        IReadOnlyList<AtomDisplacement> plan = FiniteDisplacements.Plan(cell, result.GetValue(_displacement) ?? 0.01);
        if (setup.DryRun)
        {
            CostEstimate estimate = CostEstimate.Measure(potential, cell.Supercell, plan.Count + 1, context.CancellationToken);
            setup.Report(context, estimate.Write, output => estimate.Write(output, $"phonons, {Numbers.Count(plan.Count, "displacement")}"));
            return ExitCodes.Success;
        }

        // Paths and charges are read before the forces are computed, which may take long.
        BandPath? path = result.GetValue(_path) switch { "none" => null, string words => BandPath.Parse(words, cell), null => BandPath.Standard(cell) };
        NonAnalyticCorrection? polar = result.GetValue(_born) is string born ? NonAnalyticCorrection.ReadBorn(born, cell) : null;
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        Preparation.WarnOfForces(context, Preparation.LargestForce(evaluator, cell.UnitCell, context.CancellationToken));
        IReadOnlyList<ForceSet> sets;
        using (ProgressDisplay display = new(context, setup.ShowsProgress, static done => Numbers.Count((long)done, "displacement")))
        {
            sets = FiniteDisplacements.Evaluate(cell, plan, evaluator, new Forward(new StepProgress(display), plan.Count), context.CancellationToken);
        }

        ForceConstants constants = ForceConstants.FromForces(cell, sets, !result.GetValue(_noSumRule));
        Phonons phonons = new(constants, polar);
        PhononMesh? states = null;
        if (result.GetValue(_mesh)?.Trim() != "0")
        {
            (int a, int b, int c) = given ?? Enough(cell.Primitive, 40);
            using ProgressDisplay display = new(context, setup.ShowsProgress, static done => Numbers.Count((long)done, "wave vector"));
            states = PhononMesh.Compute(phonons, a, b, c, result.GetValue(_projected), new StepProgress(display), context.CancellationToken);
        }

        PhononReport report = new(setup, phonons, constants, path, (int)(result.GetValue(_points) ?? 51), states, result.GetValue(_width), temperatures);
        setup.Files.WriteText("phonopy_params.yaml", text => text.Write(PhonopyFiles.Parameters(cell, sets, polar, tolerance)));
        setup.Files.WriteText("FORCE_SETS", text => text.Write(PhonopyFiles.ForceSets(cell, sets)));
        report.WriteFiles();
        setup.Report(context, report.Write, report.Write, report.Citations());
        if (report.LowestFrequency < -0.1) { context.Error.WriteLine($"mace: warning: there are imaginary phonons down to {Numbers.Short(-report.LowestFrequency)}i THz: the crystal is no minimum, or the supercell is too small."); }
        return ExitCodes.Success;
    }

    private double[] Temperatures(ParseResult result)
    {
        double low = result.GetValue(_lowest) ?? 0, high = result.GetValue(_highest) ?? 1000, step = result.GetValue(_step) ?? 50;
        if (high < low || (high - low) / step > 100_000) { throw new InvalidInputException(FormattableString.Invariant($"Temperatures from {low} to {high} K by {step} K cannot be used; take at most 100 000 from low to high.")); }
        return [.. Enumerable.Range(0, 1 + (int)Math.Floor(((high - low) / step) + 1e-9)).Select(i => low + (i * step))];
    }

    /// <summary>Repetitions after which every vector has at least a length, Å.</summary>
    private static (int, int, int) Enough(Structure structure, double length)
    {
        int Needed(int axis) => Math.Clamp((int)Math.Ceiling((length / Math.Max(structure.Cell[axis].Norm, 1e-3)) - 1e-6), 1, 100);
        return (Needed(0), Needed(1), Needed(2));
    }

    private static (int, int, int) Triple(string text, string option)
    {
        string[] words = text.Split(['x', 'X', ',', ' ', '×'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] n = [.. words.Select(static w => int.TryParse(w, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value is >= 1 and <= 1000 ? value : 0)];
        return n.Length is 1 or 3 && n.All(static v => v > 0)
            ? (n[0], n[n.Length / 2], n[^1])
            : throw new InvalidInputException($"{option} cannot be '{text}'; give one or three whole numbers from 1 to 1000, for example 2x2x2.");
    }

    private sealed class Forward(StepProgress progress, int total) : IProgress<int>
    {
        public void Report(int value) => progress.Report((value, total));
    }
}
