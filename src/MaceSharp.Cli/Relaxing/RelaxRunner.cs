using System.Diagnostics;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Relaxing;

/// <summary>Relaxes one structure, step by step, with its files.</summary>
internal sealed class RelaxRunner(CliContext context, SimulationSetup setup, RelaxRequest request)
{
    private const string RestartName = "opt-res.extxyz";

    private readonly RelaxationHistory _history = new(request.Options.Cell != CellRelaxation.Fixed);

    /// <summary>Runs.</summary>
    /// <returns>An exit code.</returns>
    /// <exception cref="InvalidInputException">Structure, potential or options cannot be used.</exception>
    public int Run(Structure start)
    {
        IPotential potential = setup.CreatePotential(setup.Threads);
        RelaxationOptions options = request.Options;
        if (setup.DryRun)
        {
            CostEstimate cost = CostEstimate.Measure(potential, start, options.MaxSteps + 1.0, context.CancellationToken);
            setup.Report(context, cost.Write, output => cost.Write(output, "relaxation"), Citations(null));
            return ExitCodes.Success;
        }

        Stopwatch watch = Stopwatch.StartNew();
        string restart = setup.Files.PathOf(RestartName);
        if (request.Restart && !File.Exists(restart)) { throw new InvalidInputException($"There is nothing to restart from: '{restart}' does not exist."); }
        using Relaxation relaxation = request.Restart
            ? Relaxation.Resume(potential, start, RestartFiles.Read(restart), options)
            : SimulationSetup.Located(start, () => new Relaxation(potential, start, options));
        string? trajectoryPath = request.WritesTrajectory ? setup.Files.PathOf("traj.extxyz") : null;
        using StructureWriter? trajectory = trajectoryPath is null ? null : StructureWriter.Create(trajectoryPath);
        StreamedTable? table = setup.ShowsProgress ? new(context.StyledOut, _history.Columns) : null;
        double first = relaxation.Energy;
        Note(relaxation, table, trajectory);
        bool isCancelled = false;
        try
        {
            while (!relaxation.IsConverged && relaxation.StepCount < options.MaxSteps)
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                relaxation.Step(context.CancellationToken);
                Note(relaxation, table, trajectory);
                if (relaxation.StepCount % request.RestartEvery == 0) { WriteRestart(relaxation, restart); }
            }
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }

        table?.Finish();
        if (trajectory is not null)
        {
            trajectory.Complete();
            setup.Files.Add(trajectoryPath!);
        }

        if (isCancelled)
        {
            throw new CommandCanceledException(File.Exists(restart) ? $"Cancelled at step {relaxation.StepCount}; go on with --restart." : $"Cancelled at step {relaxation.StepCount}; nothing but the trajectory, if asked for, was written.");
        }

        WriteResults(relaxation, first, watch.Elapsed);
        File.Delete(restart);
        setup.Report(context, json => WriteSummary(json, relaxation, first, watch.Elapsed), output => WriteSummary(output, relaxation, first, watch.Elapsed), Citations(relaxation));
        return relaxation.IsConverged ? ExitCodes.Success : ExitCodes.NotConverged;
    }

    private static void WriteRestart(Relaxation relaxation, string path)
    {
        using StructureWriter writer = StructureWriter.Create(path);
        writer.Write(relaxation.Save());
        writer.Complete();
        relaxation.Renew();
    }

    private void Note(Relaxation relaxation, StreamedTable? table, StructureWriter? trajectory)
    {
        string[] cells = _history.Add(relaxation);
        table?.Add(cells);
        if (trajectory is null) { return; }
        Structure frame = relaxation.Snapshot();
        frame.Info["step"] = DataArray.Of((long)relaxation.StepCount);
        trajectory.Write(frame);
    }

    private void WriteResults(Relaxation relaxation, double first, TimeSpan elapsed)
    {
        Structure last = relaxation.Snapshot();
        last.Info["converged"] = DataArray.Of(relaxation.IsConverged);
        if (request.Output is string path)
        {
            ResultFiles.Prepare(path);
            using StructureWriter writer = StructureWriter.Create(path);
            writer.Write(last);
            writer.Complete();
            setup.Files.Add(path);
        }
        else
        {
            setup.Files.WriteStructures("opt.extxyz", last);
        }

        setup.Files.WriteText("opt.dat", _history.Write);
        setup.Files.WriteJson("opt.json", json =>
        {
            json.WriteStartObject();
            WriteSummary(json, relaxation, first, elapsed);
            setup.Write(json);
            _history.Write(json);
            json.WriteEndObject();
        });
        if (request.Draws) { FigureFiles.Write(setup.Files, "opt", _history.Draw($"Relaxation of {setup.InputNames[0]}"), $"{setup.PotentialName}; {setup.Arithmetic}"); }
    }

    private void WriteSummary(Utf8JsonWriter json, Relaxation r, double first, TimeSpan elapsed)
    {
        json.WriteBoolean("converged", r.IsConverged);
        json.WriteNumber("steps", r.StepCount);
        json.WriteNumber("evaluations", r.Evaluations);
        json.WriteNumber("energy_eV", r.Energy);
        json.WriteNumber("start_energy_eV", first);
        json.WriteNumber("max_force_eV_per_A", r.LargestForce);
        if (r.Options.Cell != CellRelaxation.Fixed)
        {
            json.WriteNumber("enthalpy_eV", r.Enthalpy);
            json.WriteNumber("max_stress_GPa", r.LargestStress);
            json.WriteNumber("volume_A3", r.Volume);
        }

        if (r.Symmetry is SpaceGroup group)
        {
            SymmetryText.Write(json, group.Type, group.PointGroup);
            json.WriteNumber("symmetry_operations", group.Operations.Count);
        }

        json.WriteString("optimizer", request.OptimizerName);
        json.WriteNumber("seconds", elapsed.TotalSeconds);
    }

    private void WriteSummary(StyledOutput output, Relaxation r, double first, TimeSpan elapsed)
    {
        output.WriteLine();
        string state = r.IsConverged ? "converged" : $"not converged (stopped after {Numbers.Count(r.StepCount, "step")}; more with --steps)";
        string symmetry = r.Symmetry is SpaceGroup group ? $", {SymmetryText.Of(group.Type, group.PointGroup)} kept ({group.Operations.Count} operations)" : "";
        output.WriteLine($"{state}: {Numbers.Fixed(r.Energy, 6)} eV, {Numbers.Fixed(r.Energy - first, 6)} eV from the start, in {Numbers.Count(r.Evaluations, "evaluation")} and {Numbers.Duration(elapsed)}{symmetry}");
        output.WriteLine($"{setup.PotentialName}; {setup.Arithmetic}, {Numbers.Count(setup.Threads, "thread")}");
    }

    private IEnumerable<Citation> Citations(Relaxation? relaxation) => request.Citations(relaxation?.Symmetry is not null);
}
