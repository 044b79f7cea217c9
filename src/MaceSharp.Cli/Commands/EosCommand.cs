using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Help;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Reporting;
using MaceSharp.Simulation;
using Spectre.Console;
using Panel = MaceSharp.Reporting.Panel;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace eos</c>: energy against volume.</summary>
internal sealed class EosCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "A crystal: a file, with the frame that is meant behind an '@'.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Preparation _preparation = new();
    private readonly Option<string> _kind = ModelOptions.Choice("--eos-type", "The equation.", "birchmurnaghan", "vinet", "murnaghan");
    private readonly Option<double?> _smallest = SimulationOptions.Number("--min-volume", "Smallest volume relative to the crystal's. Without it: 0.95.", "X", 0.1, 10);
    private readonly Option<double?> _largest = SimulationOptions.Number("--max-volume", "Largest volume relative to the crystal's. Without it: 1.05.", "X", 0.1, 10);
    private readonly Option<long?> _count = SimulationOptions.Integer("--n-volumes", "Number of volumes. Without it: 7.", "N", 4, 1000);
    private readonly Option<bool> _minimizeAll = new("--minimize-all") { Description = "Relax the atoms at every volume." };

    private EosCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    public static Command Create(CliContext context)
    {
        EosCommand self = new();
        DocumentedCommand command = new("eos", "Equation of state of a crystal: energy against volume, bulk modulus.")
        {
            Examples =
            [
                new("mace eos crystal.cif", "seven volumes within 5 %"),
                new("mace eos crystal.cif --minimize cell --minimize-all --eos-type vinet", "relax before and at every volume"),
                new("mace eos argon.extxyz --potential lj:argon --min-volume 0.9 --max-volume 1.1 --n-volumes 11", "a built-in potential"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        self._preparation.AddTo(command);
        foreach (Option option in new Option[] { self._kind, self._smallest, self._largest, self._count, self._minimizeAll }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        int count = (int)(result.GetValue(_count) ?? 7);
        EquationOfStateKind kind = result.GetValue(_kind) switch { "vinet" => EquationOfStateKind.Vinet, "murnaghan" => EquationOfStateKind.Murnaghan, _ => EquationOfStateKind.BirchMurnaghan };
        Structure structure = setup.ReadOne();
        if (!structure.Periodicity.IsFull) { throw new InvalidInputException($"{structure.Origin}: An equation of state needs a structure that is periodic in three directions; this one has pbc=\"{structure.Periodicity}\"."); }
        IPotential potential = setup.CreatePotential(setup.Threads);
        bool all = result.GetValue(_minimizeAll);
        if (setup.DryRun)
        {
            CostEstimate estimate = CostEstimate.Measure(potential, structure, (_preparation.Relaxes(result) ? 200 : 0) + (count * (all ? 50 : 1)), context.CancellationToken);
            setup.Report(context, estimate.Write, output => estimate.Write(output, "equation of state"));
            return ExitCodes.Success;
        }

        structure = _preparation.Prepare(context, setup, result, potential, structure);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        using ProgressDisplay display = new(context, setup.ShowsProgress, static done => Numbers.Count((long)done, "volume"));
        StepProgress progress = new(display);
        IReadOnlyList<VolumePoint> points = VolumeScan.Run(
            structure,
            evaluator,
            result.GetValue(_smallest) ?? 0.95,
            result.GetValue(_largest) ?? 1.05,
            count,
            all ? _preparation.InCell(context, potential, evaluator, result) : null,
            new Forward(progress, count),
            context.CancellationToken);
        display.Dispose();
        EquationOfState equation = EquationOfState.Fit(kind, [.. points.Select(static p => p.Volume)], [.. points.Select(static p => p.Energy)]);
        WriteFiles(setup, equation, points);
        if (equation.Volume0 < points[0].Volume || equation.Volume0 > points[^1].Volume)
        {
            context.Error.WriteLine($"mace: warning: the minimum ({Numbers.Short(equation.Volume0)} Å³) lies outside the volumes that were computed; take a range around it.");
        }

        setup.Report(context, json => Write(json, equation, points), output => Write(output, equation, points), new Citation("equation of state", Reference(kind).Text, Reference(kind).Doi));
        return ExitCodes.Success;
    }

    private static (string Text, string? Doi) Reference(EquationOfStateKind kind) => kind switch
    {
        EquationOfStateKind.Vinet => ("P. Vinet, J. Ferrante, J. H. Rose and J. R. Smith, J. Geophys. Res. 92, 9319 (1987)", "10.1029/JB092iB09p09319"),
        EquationOfStateKind.Murnaghan => ("F. D. Murnaghan, Proc. Natl. Acad. Sci. USA 30, 244 (1944)", "10.1073/pnas.30.9.244"),
        _ => ("F. Birch, Phys. Rev. 71, 809 (1947)", "10.1103/PhysRev.71.809"),
    };

    private static void WriteFiles(SimulationSetup setup, EquationOfState equation, IReadOnlyList<VolumePoint> points)
    {
        setup.Files.WriteText("eos-raw.dat", text =>
        {
            text.WriteLine("# volume (A^3)  energy (eV)  fit (eV)  pressure of the fit (GPa)");
            foreach (VolumePoint p in points) { text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{p.Volume:R} {p.Energy:R} {equation.Energy(p.Volume):R} {equation.Pressure(p.Volume) / Units.GigaPascal:R}")); }
        });
        setup.Files.WriteJson("eos.json", json =>
        {
            json.WriteStartObject();
            Write(json, equation, points);
            setup.Write(json);
            json.WriteEndObject();
        });
        setup.Files.WriteStructures("eos.extxyz", points.Select(static p => p.Structure));
        double low = points[0].Volume, high = points[^1].Volume;
        double[] v = [.. Enumerable.Range(0, 201).Select(i => low + ((high - low) * i / 200))];
        Figure figure = new Figure("Equation of state").Add(new Panel(new Axis("Volume", "Å³"), new Axis("Energy", "eV"))
            .Add(new LineSeries(equation.Kind.ToString(), v, [.. v.Select(x => equation.Energy(x) - equation.Energy0)]))
            .Add(new ScatterSeries("computed", [.. points.Select(static p => p.Volume)], [.. points.Select(p => p.Energy - equation.Energy0)])));
        HtmlPage page = new HtmlPage("Equation of state").AddText($"{setup.InputNames[0]}; {setup.PotentialName} ({setup.Arithmetic}). Energies relative to the minimum.")
            .AddTable(new ReportTable(["quantity", "value", "standard error", "unit"], Rows(equation)));
        ReportFiles.Write(setup.Files, "eos", page, ("eos", figure));
    }

    private static IReadOnlyList<IReadOnlyList<string>> Rows(EquationOfState equation)
    {
        string Error(int index, double unit, int decimals) => equation.StandardErrors.Count > index ? Numbers.Fixed(equation.StandardErrors[index] / unit, decimals) : "-";
        return
        [
            ["E0", Numbers.Fixed(equation.Energy0, 6), Error(0, 1, 6), "eV"],
            ["V0", Numbers.Fixed(equation.Volume0, 4), Error(1, 1, 4), "Å³"],
            ["B0", Numbers.Fixed(equation.BulkModulus / Units.GigaPascal, 3), Error(2, Units.GigaPascal, 3), "GPa"],
            ["B0'", Numbers.Fixed(equation.BulkModulusDerivative, 3), Error(3, 1, 3), ""],
        ];
    }

    private static void Write(Utf8JsonWriter json, EquationOfState equation, IReadOnlyList<VolumePoint> points)
    {
        json.WriteString("eos_type", equation.Kind.ToString().ToLowerInvariant());
        ReportFiles.WriteNumber(json, "energy_0", equation.Energy0);
        ReportFiles.WriteNumber(json, "volume_0", equation.Volume0);
        ReportFiles.WriteNumber(json, "bulk_modulus_gpa", equation.BulkModulus / Units.GigaPascal);
        ReportFiles.WriteNumber(json, "bulk_modulus_derivative", equation.BulkModulusDerivative);
        ReportFiles.WriteNumber(json, "rms_error", equation.RootMeanSquareError);
        ReportFiles.WriteNumbers(json, "standard_errors", equation.StandardErrors.Select(static (e, i) => i == 2 ? e / Units.GigaPascal : e));
        ReportFiles.WriteNumbers(json, "volumes", points.Select(static p => p.Volume));
        ReportFiles.WriteNumbers(json, "energies", points.Select(static p => p.Energy));
    }

    private static void Write(StyledOutput output, EquationOfState equation, IReadOnlyList<VolumePoint> points)
    {
        Table table = PlainLayout.Table(new("", IsText: true), new("value"), new("± error"), new("", IsText: true));
        foreach (IReadOnlyList<string> row in Rows(equation)) { table.Add([.. row]); }
        output.Write(table);
        output.WriteLine($"{equation.Kind} fit to {points.Count} volumes, rms {Numbers.Short(1000 * equation.RootMeanSquareError)} meV");
    }

    private sealed class Forward(StepProgress progress, int total) : IProgress<int>
    {
        public void Report(int value) => progress.Report((value, total));
    }
}
