using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
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

/// <summary><c>mace neb</c>: the minimum-energy path between two structures.</summary>
internal sealed class NebCommand
{
    private readonly Argument<string[]> _input = new("INPUT") { Description = "First and last structure, or all images: a file or several, with the frames that are meant behind an '@'.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Option<long?> _images = SimulationOptions.Integer("--images", "Number of images, ends included, between two structures. Without it: 9.", "N", 3, ReactionPath.LargestCount);
    private readonly Option<string> _interpolation = ModelOptions.Choice("--interpolator", "First path between two structures: interatomic distances interpolated (idpp), or positions (linear).", "idpp", "linear");
    private readonly Option<bool> _asGiven = new("--no-minimum-image") { Description = "Take positions as they are; without it every atom of a periodic cell goes the shortest way." };
    private readonly Option<double?> _spring = SimulationOptions.Number("--spring", "Spring constant, eV/Å². Without it: 0.1.", "K", 1e-6, 1e5);
    private readonly Option<bool> _noClimb = new("--no-climb") { Description = "Do not let the highest image climb to the saddle point." };
    private readonly Option<double?> _fmax = SimulationOptions.Number("--fmax", "Converged when no atom of the band has a larger force, eV/Å. Without it: 0.05.", "F", 1e-8, 1e5);
    private readonly Option<long?> _steps = SimulationOptions.Integer("--steps", "Largest number of steps. Without it: 1000.", "N", 0, int.MaxValue);
    private readonly Option<string[]> _fix = new("--fix") { Description = "Atoms that stay where they are, counted from 1: 1-4,7.", HelpName = "ATOMS" };

    private NebCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    /// <param name="context">Streams and models.</param>
    public static Command Create(CliContext context)
    {
        NebCommand self = new();
        DocumentedCommand command = new("neb", "Minimum-energy path and barrier between two structures: nudged elastic band.")
        {
            Examples =
            [
                new("mace neb first.xyz last.xyz --images 9", "nine images, the highest climbs"),
                new("mace neb first.xyz last.xyz --fix 1-12 --fmax 0.02 -p hop", "with fixed atoms, files hop-neb…"),
                new("mace neb hop-neb.extxyz --model better.model", "go on from a path"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        foreach (Option option in new Option[] { self._images, self._interpolation, self._asGiven, self._spring, self._noClimb, self._fmax, self._steps, self._fix }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        NebOptions options = new()
        {
            SpringConstant = result.GetValue(_spring) ?? 0.1,
            Climbs = !result.GetValue(_noClimb),
            MaximalForce = result.GetValue(_fmax) ?? 0.05,
            MaximalSteps = (int)(result.GetValue(_steps) ?? 1000),
        };
        IReadOnlyList<Structure> path = ReadPath(setup, result, out bool isGiven, context.CancellationToken);
        options = options with { FixedAtoms = AtomRanges.Parse("--fix", result.GetValue(_fix) ?? [], path[0].Count) };
        bool idpp = !isGiven && result.GetValue(_interpolation) == "idpp";

        // Images are evaluated side by side; threads that are left over share an image.
        int side = Math.Min(setup.Threads, path.Count - 2);
        IPotential potential = setup.CreatePotential(Math.Max(1, setup.Threads / side));
        options = options with { ThreadCount = side };
        if (setup.DryRun)
        {
            CostEstimate estimate = CostEstimate.Measure(potential, path[0], (double)options.MaximalSteps * (path.Count - 2) / side, context.CancellationToken);
            setup.Report(context, estimate.Write, output => estimate.Write(output, $"band of {Numbers.Count(path.Count, "image")}"));
            return ExitCodes.Success;
        }

        setup.Files.CheckPlace();
        if (idpp) { ReactionPath.ImproveByPairDistances(path, fixedAtoms: options.FixedAtoms, cancellationToken: context.CancellationToken); }
        Stopwatch watch = Stopwatch.StartNew();
        NebResult band = Relax(context, setup, potential, path, options);
        WriteFiles(setup, band);
        setup.Report(context, json => Write(json, band, watch.Elapsed), output => Write(output, setup, band, watch.Elapsed), Methods(band, idpp));
        if (!setup.Quiet) { WarnOfEnds(context, band); }
        if (!band.IsConverged && !setup.Quiet) { context.Error.WriteLine($"mace: warning: the band is not converged after {Numbers.Count(band.Steps, "step")}: largest force {Numbers.Short(band.MaximalForce)} eV/Å; go on with 'mace neb {setup.Files.Prefix}-neb.extxyz'."); }
        return band.IsConverged ? ExitCodes.Success : ExitCodes.NotConverged;
    }

    /// <summary>A barrier is counted from the ends, which nothing moves here.</summary>
    private static void WarnOfEnds(CliContext context, NebResult band)
    {
        const double Relaxed = 0.1;
        foreach ((string name, Structure end) in new[] { ("first", band.Images[0]), ("last", band.Images[^1]) })
        {
            double[] forces = [.. end.Arrays["forces"].Reals];
            double largest = forces.Chunk(3).Max(static f => Math.Sqrt((f[0] * f[0]) + (f[1] * f[1]) + (f[2] * f[2])));
            if (largest > Relaxed) { context.Error.WriteLine($"mace: warning: the {name} structure is no minimum: its largest force is {Numbers.Short(largest)} eV/Å; relax it first."); }
        }
    }

    private IReadOnlyList<Structure> ReadPath(SimulationSetup setup, ParseResult result, out bool isGiven, CancellationToken cancellationToken)
    {
        List<Structure> read = [];
        foreach (Structure structure in setup.Inputs.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            SimulationSetup.Check(structure);
            setup.SetState(structure);
            read.Add(structure);
            if (read.Count > ReactionPath.LargestCount) { throw new InvalidInputException($"A band has at most {ReactionPath.LargestCount.ToString(CultureInfo.InvariantCulture)} images; name fewer frames."); }
        }

        isGiven = read.Count > 2;
        if (read.Count < 2) { throw new InvalidInputException("A path leads from one structure to another: name two files, or one with two or more frames."); }
        if (!isGiven && read[0].AtomicNumbers.SequenceEqual(read[1].AtomicNumbers) && read[0].Cell == read[1].Cell && read[0].Positions.SequenceEqual(read[1].Positions)) { throw new InvalidInputException($"{read[0].Origin} and {read[1].Origin} are the same structure: a path leads from one minimum to another."); }
        if (!isGiven) { return ReactionPath.Interpolate(read[0], read[1], (int)(result.GetValue(_images) ?? 9), !result.GetValue(_asGiven)); }
        if (result.GetValue(_images) is long count && count != read.Count) { throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"{read.Count} images are given, so --images cannot be {count}; leave it out.")); }
        return read;
    }

    private static NebResult Relax(CliContext context, SimulationSetup setup, IPotential potential, IReadOnlyList<Structure> path, NebOptions options)
    {
        using ProgressDisplay progress = new(context, setup.ShowsProgress, static step => Numbers.Count((long)step, "step"));
        try
        {
            return NudgedElasticBand.Run(potential, path, options, step => progress.Report(step.Step, null), context.CancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            throw new CommandCanceledException("Cancelled; nothing was written.", exception);
        }
    }

    private static void WriteFiles(SimulationSetup setup, NebResult band)
    {
        setup.Files.WriteStructures("neb.extxyz", band.Images);
        setup.Files.WriteText("neb-profile.dat", text =>
        {
            text.WriteLine("# image  path length (A)  energy above the first image (eV)  dE/ds (eV/A)");
            for (int i = 0; i < band.Images.Length; i++) { text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i} {band.Coordinates[i]:R} {band.Energies[i] - band.Energies[0]:R} {band.Slopes[i]:R}")); }
        });
        const int Points = 400;
        double[] x = [.. Enumerable.Range(0, Points + 1).Select(i => band.Coordinates[^1] * i / Points)];
        Figure figure = new Figure("Energy along the path").Add(new Panel(new Axis("path length", "Å"), new Axis("energy", "eV"))
            .Add(new LineSeries("cubic between the images", x, [.. x.Select(s => band.EnergyAt(s) - band.Energies[0])]))
            .Add(new ScatterSeries("images", [.. band.Coordinates], [.. band.Energies.Select(e => e - band.Energies[0])])));
        FigureFiles.Write(setup.Files, "neb", figure, $"Barrier {Numbers.Fixed(band.Barrier, 4)} eV forward, {Numbers.Fixed(band.ReverseBarrier, 4)} eV backward; {setup.PotentialName}.");
    }

    private static void Write(Utf8JsonWriter json, NebResult band, TimeSpan elapsed)
    {
        json.WriteBoolean("converged", band.IsConverged);
        json.WriteNumber("barrier", band.Barrier);
        json.WriteNumber("reverse_barrier", band.ReverseBarrier);
        json.WriteNumber("reaction_energy", band.ReactionEnergy);
        json.WriteNumber("highest_image", band.HighestImage);
        json.WriteBoolean("climbed", band.Climbed);
        json.WriteNumber("steps", band.Steps);
        json.WriteNumber("evaluations", band.Evaluations);
        json.WriteNumber("fmax", band.MaximalForce);
        json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 6));
        ReportFiles.WriteNumbers(json, "energies", band.Energies);
        ReportFiles.WriteNumbers(json, "path", band.Coordinates);
    }

    private static void Write(StyledOutput output, SimulationSetup setup, NebResult band, TimeSpan elapsed)
    {
        Table table = PlainLayout.Table(new("image"), new("path, Å"), new("energy, eV"), new("", IsText: true));
        for (int i = 0; i < band.Images.Length; i++)
        {
            string mark = i != band.HighestImage ? "" : band.Climbed && i > 0 && i < band.Images.Length - 1 ? "saddle point" : "highest";
            table.Add(i.ToString(CultureInfo.InvariantCulture), Numbers.Fixed(band.Coordinates[i], 4), Numbers.Fixed(band.Energies[i] - band.Energies[0], 6), mark);
        }

        output.Write(table);
        output.WriteLine($"barrier {Numbers.Fixed(band.Barrier, 4)} eV, backward {Numbers.Fixed(band.ReverseBarrier, 4)} eV, reaction energy {Numbers.Fixed(band.ReactionEnergy, 4)} eV");
        output.WriteLine($"{(band.IsConverged ? "converged" : "not converged")}: {Numbers.Count(band.Steps, "step")}, {Numbers.Count(band.Evaluations, "evaluation")} in {Numbers.Duration(elapsed)}, largest force {Numbers.Short(band.MaximalForce)} eV/Å; {setup.PotentialName}");
    }

    private static IEnumerable<Citation> Methods(NebResult band, bool idpp)
    {
        yield return new("nudged elastic band, improved tangents", "G. Henkelman and H. Jónsson, J. Chem. Phys. 113, 9978 (2000)", "10.1063/1.1323224");
        if (band.Climbed) { yield return new("climbing image", "G. Henkelman, B. P. Uberuaga and H. Jónsson, J. Chem. Phys. 113, 9901 (2000)", "10.1063/1.1329672"); }
        if (idpp) { yield return new("first path (IDPP)", "S. Smidstrup, A. Pedersen, K. Stokbro and H. Jónsson, J. Chem. Phys. 140, 214106 (2014)", "10.1063/1.4878664"); }
        yield return new("relaxation (FIRE)", "E. Bitzek, P. Koskinen, F. Gähler, M. Moseler and P. Gumbsch, Phys. Rev. Lett. 97, 170201 (2006)", "10.1103/PhysRevLett.97.170201");
    }
}
