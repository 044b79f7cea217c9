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
using Panel = MaceSharp.Reporting.Panel;

namespace MaceSharp.Cli.Commands;

/// <summary><c>mace heat-flux</c>: the heat flux along a trajectory, and what Green and Kubo make of it.</summary>
internal sealed class HeatFluxCommand
{
    private const int DefaultBlocks = 10;

    private readonly Argument<string[]> _input = new("TRAJECTORY") { Description = "Frames with velocities at equal times, of an NVE run: files with a selection of frames behind an '@'; - is standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly SimulationOptions _simulation = new();
    private readonly Option<double?> _temperature = SimulationOptions.Number("--temperature", "Temperature, K. Without it: the mean of the frames.", "K", 0.01, 1e6);
    private readonly Option<double?> _frameTime = SimulationOptions.Number("--frame-time", "Time between frames, fs. Without it: from the 'time' of the frames.", "FS", 1e-6, 1e9);
    private readonly Option<double?> _correlationTime = SimulationOptions.Number("--correlation-time", "Longest time of the correlation, fs. Without it: half a block.", "FS", 1e-6, 1e12);
    private readonly Option<long?> _blocks = SimulationOptions.Integer("--blocks", "So many blocks of the trajectory give the error. Without it: 10.", "N", 2, 10_000);

    private HeatFluxCommand()
    {
    }

    /// <summary>Creates the command.</summary>
    /// <param name="context">Streams and models.</param>
    public static Command Create(CliContext context)
    {
        HeatFluxCommand self = new();
        DocumentedCommand command = new("heat-flux", "Heat flux along a trajectory, and the thermal conductivity by Green and Kubo.")
        {
            Examples =
            [
                new("mace heat-flux run-traj.extxyz --model my.model", "fluxes and the running integral"),
                new("mace heat-flux run-traj.extxyz --correlation-time 5000 --blocks 8", "up to 5 ps, errors from eight parts"),
            ],
        };
        command.Arguments.Add(self._input);
        self._simulation.AddTo(command);
        foreach (Option option in new Option[] { self._temperature, self._frameTime, self._correlationTime, self._blocks }) { command.Options.Add(option); }
        command.SetAction(result => self.Run(context, result));
        return command;
    }

    private int Run(CliContext context, ParseResult result)
    {
        SimulationSetup setup = _simulation.Resolve(context, result, _input);
        using HeatFlux heat = new(setup.CreatePotential(setup.Threads, skin: 0));
        if (setup.DryRun)
        {
            System.Diagnostics.Stopwatch watch = new();
            int atoms = 0;
            foreach (Structure frame in setup.Inputs.Read().Take(2))
            {
                setup.SetState(frame);
                watch.Restart();
                SimulationSetup.Located(frame, () => heat.Compute(frame, context.CancellationToken));
                watch.Stop();
                atoms = frame.Count;
            }

            setup.Report(context, json => json.WriteNumber("seconds_per_frame", watch.Elapsed.TotalSeconds), output => output.WriteLine($"heat flux: {Numbers.Count(atoms, "atom")} with {heat.SurroundingsCount - atoms} images around them, {Numbers.Duration(watch.Elapsed)} a frame; nothing was written"));
            return ExitCodes.Success;
        }

        setup.Files.CheckPlace();
        FrameClock clock = new(result.GetValue(_frameTime));
        List<HeatFluxSample> samples = [];
        double volume = 0, kinetic = 0;
        int count = 0;
        using (ProgressDisplay progress = ProgressDisplay.OfFrames(context, setup.ShowsProgress))
        {
            foreach (Structure frame in setup.Inputs.Read())
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                setup.SetState(frame);
                if (count != 0 && frame.Count != count) { throw new InvalidInputException($"{frame.Origin}: the frame has {frame.Count} atoms, those before it have {count}."); }
                count = frame.Count;
                clock.Add(frame);
                samples.Add(SimulationSetup.Located(frame, () => heat.Compute(frame, context.CancellationToken)));
                kinetic += heat.KineticEnergy;
                volume += frame.Periodicity.IsFull ? frame.Volume : double.NaN;
                progress.Report(samples.Count, setup.Inputs.FractionRead);
            }
        }

        if (samples.Count == 0) { throw new InvalidInputException($"'{setup.InputNames[0]}' holds no structure."); }
        volume /= samples.Count;
        double temperature = result.GetValue(_temperature) ?? kinetic / samples.Count / (1.5 * Math.Max(1, count - 1) * Units.BoltzmannConstant);
        GreenKubo? kubo = clock.Spacing is double spacing && volume > 0 && temperature > 0
            ? GreenKubo.Integrate([.. samples.Select(static s => s.Total)], spacing, volume, temperature, result.GetValue(_correlationTime), (int)(result.GetValue(_blocks) ?? DefaultBlocks))
            : null;
        WriteFiles(setup, samples, clock.Spacing, kubo);
        setup.Report(context, json => Write(json, samples, volume, temperature, kubo), output => Write(output, samples, volume, temperature, kubo),
            new Citation("heat flux of message-passing potentials", "M. F. Langer, F. Knoop, C. Carbogno, M. Scheffler and M. Rupp, Phys. Rev. B 108, L100302 (2023)", "10.1103/PhysRevB.108.L100302"),
            new Citation("conductivity from fluctuations", "M. S. Green, J. Chem. Phys. 22, 398 (1954); R. Kubo, J. Phys. Soc. Jpn. 12, 570 (1957)", "10.1143/JPSJ.12.570"));
        return ExitCodes.Success;
    }

    private static void WriteFiles(SimulationSetup setup, List<HeatFluxSample> samples, double? spacing, GreenKubo? kubo)
    {
        setup.Files.WriteText("heat-flux.dat", text =>
        {
            text.WriteLine($"# {(spacing is null ? "frame" : "time (fs)")}  heat flux x y z (eV A/fs), not divided by the volume  convective part x y z");
            for (int i = 0; i < samples.Count; i++)
            {
                (Vector3D j, Vector3D c) = (samples[i].Total, samples[i].Convective);
                text.WriteLine(Row(i * (spacing ?? 1), j.X, j.Y, j.Z, c.X, c.Y, c.Z));
            }
        });
        if (kubo is null) { return; }
        setup.Files.WriteText("green-kubo.dat", text =>
        {
            text.WriteLine("# time (fs)  autocorrelation ((eV A/fs)^2)  running integral and its standard error, W/(m K): mean of the directions, x, y, z");
            for (int k = 0; k < kubo.Conductivity.Count; k++)
            {
                text.WriteLine(Row(k * kubo.Spacing, kubo.Correlation[k], kubo.Conductivity[k], kubo.Error[k], kubo.Diagonal[0][k], kubo.DiagonalErrors[0][k], kubo.Diagonal[1][k], kubo.DiagonalErrors[1][k], kubo.Diagonal[2][k], kubo.DiagonalErrors[2][k]));
            }
        });
        double[] time = [.. Enumerable.Range(0, kubo.Conductivity.Count).Select(k => k * kubo.Spacing)];
        Panel panel = new(new Axis("Time", "fs"), new Axis("Running integral", "W/(m·K)"));
        panel.Add(new LineSeries("mean of the directions", time, [.. kubo.Conductivity]));
        panel.Add(new LineSeries("with one standard error added", time, [.. kubo.Conductivity.Zip(kubo.Error, static (c, e) => c + e)]));
        panel.Add(new LineSeries("and subtracted", time, [.. kubo.Conductivity.Zip(kubo.Error, static (c, e) => c - e)]));
        FigureFiles.Write(setup.Files, "green-kubo", new Figure($"Thermal conductivity of {setup.InputNames[0]}").Add(panel), $"{setup.PotentialName}; {setup.Arithmetic}");
    }

    private static void Write(Utf8JsonWriter json, List<HeatFluxSample> samples, double volume, double temperature, GreenKubo? kubo)
    {
        json.WriteNumber("frames", samples.Count);
        ReportFiles.WriteNumber(json, "volume_A3", volume);
        ReportFiles.WriteNumber(json, "temperature_K", temperature);
        if (kubo is null) { return; }
        json.WriteNumber("correlation_time_fs", (kubo.Conductivity.Count - 1) * kubo.Spacing);
        json.WriteNumber("conductivity_W_per_mK", kubo.Conductivity[^1]);
        json.WriteNumber("conductivity_error_W_per_mK", kubo.Error[^1]);
    }

    private static void Write(StyledOutput output, List<HeatFluxSample> samples, double volume, double temperature, GreenKubo? kubo)
    {
        double square = samples.Average(static s => s.Total.NormSquared);
        output.WriteLine($"{Numbers.Count(samples.Count, "frame")}, root mean square of the flux {Numbers.Short(Math.Sqrt(square))} eV·Å/fs");
        if (kubo is null)
        {
            output.WriteLine("no conductivity: it needs a structure periodic in three directions, the time between frames (--frame-time), and motion");
            return;
        }

        double end = (kubo.Conductivity.Count - 1) * kubo.Spacing;
        output.WriteLine($"{Numbers.Fixed(volume, 2)} Å³, {Numbers.Fixed(temperature, 2)} K; integral up to {Numbers.Short(end)} fs: {Numbers.Short(kubo.Conductivity[^1])} ± {Numbers.Short(kubo.Error[^1])} W/(m·K); look whether the curve has a plateau");
    }

    private static string Row(params ReadOnlySpan<double> numbers)
    {
        string[] texts = new string[numbers.Length];
        for (int i = 0; i < texts.Length; i++) { texts[i] = numbers[i].ToString("R", CultureInfo.InvariantCulture); }
        return string.Join(' ', texts);
    }
}
