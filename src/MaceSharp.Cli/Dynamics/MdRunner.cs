using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Dynamics;

/// <summary>Runs molecular dynamics of one structure with its files.</summary>
internal sealed class MdRunner(CliContext context, SimulationSetup setup, MdRequest request)
{
    private const double MinimizeForce = 0.1;

    /// <summary>Runs.</summary>
    /// <returns>An exit code.</returns>
    /// <exception cref="InvalidInputException">Structure, potential or options cannot be used, or a guard stopped the run.</exception>
    public int Run(Structure start)
    {
        IPotential potential = setup.CreatePotential(setup.Threads);
        Citation[] citations = [.. EnsembleNames.Citations(request.Options.Ensemble)];
        if (setup.DryRun)
        {
            CostEstimate cost = CostEstimate.Measure(potential, start, request.Steps + 1.0, context.CancellationToken);
            setup.Report(context, cost.Write, output => cost.Write(output, $"molecular dynamics, {request.EnsembleName}"), citations);
            return ExitCodes.Success;
        }

        Stopwatch watch = Stopwatch.StartNew();
        using DynamicsRun run = Create(potential, start);
        if (run.FirstStep > request.Steps) { throw new InvalidInputException($"The run to be restarted has done {run.FirstStep} steps, more than the {request.Steps} of --steps; --steps counts from the very start."); }
        MdCourse course = new();
        course.Add(run.Dynamics);
        using (ProgressDisplay progress = new(context, setup.ShowsProgress, steps => $"{Numbers.Count((long)steps, "step")}, {Numbers.Fixed(run.Dynamics.State.Temperature, 0)} K"))
        {
            try
            {
                long first = run.FirstStep, all = Math.Max(1, request.Steps - first);
                run.Run(
                    request.Steps,
                    done =>
                    {
                        course.Add(run.Dynamics);
                        progress.Report(done, (double)(done - first) / all);
                    },
                    context.CancellationToken);
            }
            catch (OperationCanceledException exception)
            {
                string left = run.RestartPath is null ? "there is no restart point yet" : $"go on from '{run.RestartPath}' with --restart";
                throw new CommandCanceledException($"Cancelled at step {run.Dynamics.State.StepCount}; {left}.", exception);
            }
        }

        foreach (string? path in new[] { Output.StatisticsPath, Output.TrajectoryPath, Output.FinalPath, run.RestartPath })
        {
            if (path is not null) { setup.Files.Add(path); }
        }

        if (request.Draws) { FigureFiles.Write(setup.Files, "md", course.Draw($"Molecular dynamics of {setup.InputNames[0]}, {request.EnsembleName}", run.Dynamics.HasBarostat), $"{setup.PotentialName}; {setup.Arithmetic}"); }
        TimeSpan elapsed = watch.Elapsed;
        setup.Files.WriteJson("md.json", json =>
        {
            json.WriteStartObject();
            WriteSummary(json, run, course, elapsed);
            setup.Write(json);
            json.WriteEndObject();
        });
        setup.Report(context, json => WriteSummary(json, run, course, elapsed), output => WriteSummary(output, run, course, elapsed), citations);
        return ExitCodes.Success;
    }

    private DynamicsOutput Output => request.Output with
    {
        StatisticsPath = request.Output.StatisticsPath ?? setup.Files.PathOf("stats.dat"),
        TrajectoryPath = request.Output.TrajectoryPath ?? setup.Files.PathOf(request.Output.TrajectoryFormat == TrajectoryFormat.LammpsDump ? "traj.lammpstrj" : "traj.extxyz"),
        RestartStem = request.Output.RestartStem ?? setup.Files.PathOf("res"),
        FinalPath = request.Output.FinalPath ?? setup.Files.PathOf("final.extxyz"),
        LastGoodPath = setup.Files.PathOf("last-good.extxyz"),
    };

    /// <summary>Refuses files that would spoil each other, or the input while there is nothing yet in its place.</summary>
    private void CheckPaths()
    {
        HashSet<string> taken = [];
        foreach ((string? path, string option) in new[] { (Output.StatisticsPath, "--stats-file"), (Output.TrajectoryPath, "--traj-file"), (Output.FinalPath, "--final-file") })
        {
            if (path is null) { continue; }
            if (!taken.Add(Path.GetFullPath(path))) { throw new InvalidInputException($"{option} is '{path}', where another file of this run goes; give each a name of its own."); }
            bool isInput = option != "--final-file" && setup.InputNames.Any(name => Path.GetFullPath(FrameSlice.ParsePath(name).Path) == Path.GetFullPath(path));
            if (isInput) { throw new InvalidInputException($"The run would write its '{path}' over its input; choose another {option} or --file-prefix."); }
        }
    }

    private DynamicsRun Create(IPotential potential, Structure start)
    {
        CheckPaths();
        if (request.Restart)
        {
            string stem = Output.RestartStem!;
            string path = RestartFiles.FindLatest(stem) ?? throw new InvalidInputException($"There is nothing to restart from: no file '{stem}-STEP.extxyz' exists.");
            if (!RestartFiles.Read(path).AtomicNumbers.SequenceEqual(start.AtomicNumbers)) { throw new InvalidInputException($"'{path}' belongs to a run of other atoms than {start.Origin}; give the structure the run began with, or another --file-prefix."); }
            return DynamicsRun.Resume(potential, path, request.Options, Output);
        }

        if (request.Minimizes)
        {
            RelaxationOptions relax = new() { MaxForce = MinimizeForce, Constraints = request.Options.Constraints };
            RelaxationResult relaxed = SimulationSetup.Located(start, () => Relaxation.Run(potential, start, relax, context.CancellationToken));
            setup.Files.WriteStructures("opt.extxyz", relaxed.Structure);
            start = relaxed.Structure;
        }

        return SimulationSetup.Located(start, () => DynamicsRun.Start(potential, start, request.Options, Output));
    }

    private void WriteSummary(Utf8JsonWriter json, DynamicsRun run, MdCourse course, TimeSpan elapsed)
    {
        DynamicsState s = run.Dynamics.State;
        json.WriteString("ensemble", request.EnsembleName);
        json.WriteNumber("atoms", s.Structure.Count);
        json.WriteNumber("steps", s.StepCount);
        json.WriteNumber("first_step", run.FirstStep);
        json.WriteNumber("time_fs", s.Time);
        json.WriteNumber("timestep_fs", request.Options.TimeStep);
        json.WriteNumber("seed", request.Options.Seed);
        json.WriteNumber("degrees_of_freedom", s.DegreesOfFreedom);
        json.WriteNumber("mean_temperature_K", course.Temperature);
        if (course.Pressure is double pressure) { json.WriteNumber("mean_pressure_GPa", pressure); }
        json.WriteNumber("final_potential_energy_eV", s.PotentialEnergy);
        json.WriteNumber("final_temperature_K", s.Temperature);
        json.WriteNumber("conserved_energy_drift_eV_per_atom_ps", course.Drift);
        json.WriteNumber("seconds", elapsed.TotalSeconds);
    }

    private void WriteSummary(StyledOutput output, DynamicsRun run, MdCourse course, TimeSpan elapsed)
    {
        DynamicsState s = run.Dynamics.State;
        long steps = s.StepCount - run.FirstStep;
        double nanoseconds = steps * request.Options.TimeStep * 1e-6, perDay = nanoseconds / Math.Max(elapsed.TotalDays, 1e-12);
        string pressure = course.Pressure is double p ? $", mean pressure {Numbers.Fixed(p, 4)} GPa" : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{request.EnsembleName}: {Numbers.Count(s.Structure.Count, "atom")}, {Numbers.Count(steps, "step")} of {request.Options.TimeStep} fs in {Numbers.Duration(elapsed)} ({Numbers.Short(perDay)} ns/day); seed {request.Options.Seed}"));
        output.WriteLine($"mean temperature {Numbers.Fixed(course.Temperature, 2)} K{pressure}; conserved energy drifts by {course.Drift.ToString("E1", CultureInfo.InvariantCulture)} eV an atom and ps");
        output.WriteLine($"{setup.PotentialName}; {setup.Arithmetic}, {Numbers.Count(setup.Threads, "thread")}");
    }
}
