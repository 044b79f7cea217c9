using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Evaluation;
using MaceSharp.Cli.Output;
using MaceSharp.Cli.Simulation;
using MaceSharp.Simulation;
using Spectre.Console;

namespace MaceSharp.Cli.Relaxing;

/// <summary>Relaxes many structures, one a thread at a time, and lists those that failed. The results do not depend on the number of threads.</summary>
internal sealed class BatchRelaxRunner(CliContext context, SimulationSetup setup, RelaxRequest request)
{
    private const int LongestList = 20;

    private readonly List<Failure> _failures = [];
    private long _count;
    private long _atoms;
    private long _steps;
    private long _evaluations;

    /// <summary>Runs to the end of the inputs.</summary>
    /// <param name="structures">The structures in order.</param>
    /// <returns>An exit code.</returns>
    /// <exception cref="InvalidInputException">Potential or options cannot be used, or an input cannot be read.</exception>
    public int Run(IEnumerator<Structure> structures)
    {
        if (request.Restart || request.WritesTrajectory) { throw new InvalidInputException("--restart and --write-traj are for one structure; these inputs hold several."); }

        // Without a skin: a list that was left by one molecule must not serve the next.
        IPotential potential = setup.CreatePotential(threads: 1, skin: 0);
        Stopwatch watch = Stopwatch.StartNew();
        string path = request.Output ?? setup.Files.PathOf("opt.extxyz");
        IPotentialEvaluator[] evaluators = [.. Enumerable.Range(0, setup.Threads).Select(_ => potential.CreateEvaluator())];
        try
        {
            using StructureWriter writer = StructureWriter.Create(ResultFiles.Prepare(path));
            using ProgressDisplay progress = new(context, setup.ShowsProgress, static n => Numbers.Count((long)n, "structure"));
            OrderedPipeline.Run<Structure, Item>(
                structures,
                [.. evaluators.Select(e => (Func<Structure, Item>)(s => Relax(potential, e, s)))],
                (item, _) =>
                {
                    Note(item);
                    if (item.Structure is not null) { writer.Write(item.Structure); }
                    progress.Report(_count, setup.Inputs.FractionRead);
                },
                context.CancellationToken);
            writer.Complete();
        }
        catch (OperationCanceledException exception)
        {
            throw new CommandCanceledException($"Cancelled after {Numbers.Count(_count, "structure")}; '{path}' was not written.", exception);
        }
        finally
        {
            foreach (IPotentialEvaluator evaluator in evaluators) { evaluator.Dispose(); }
        }

        setup.Files.Add(path);
        if (_failures.Count > 0) { setup.Files.WriteText("opt-failures.dat", WriteFailures); }
        setup.Report(context, json => WriteSummary(json, watch.Elapsed), output => WriteSummary(output, watch.Elapsed), request.Citations(request.Options.KeepsSymmetry));
        return _failures.Count == 0 ? ExitCodes.Success : ExitCodes.NotConverged;
    }

    private Item Relax(IPotential potential, IPotentialEvaluator evaluator, Structure structure)
    {
        setup.SetState(structure);
        try
        {
            RelaxationResult result = Relaxation.Run(potential, evaluator, structure, request.Options, context.CancellationToken);
            result.Structure.Info["converged"] = DataArray.Of(result.IsConverged);
            string? problem = result.IsConverged ? null : string.Create(CultureInfo.InvariantCulture, $"not converged after {result.Steps} steps, largest force {result.LargestForce:G4} eV/Å");
            return new(structure.Origin, structure.Count, result.Structure, result.Steps, result.Evaluations, problem);
        }
        catch (InvalidInputException exception)
        {
            return new(structure.Origin, structure.Count, null, 0, 0, exception.Message);
        }
    }

    private void Note(Item item)
    {
        _count++;
        _atoms += item.Atoms;
        _steps += item.Steps;
        _evaluations += item.Evaluations;
        if (item.Problem is not null) { _failures.Add(new(_count, item.Origin ?? "-", item.Structure is not null, item.Problem)); }
    }

    private void WriteFailures(TextWriter writer)
    {
        writer.WriteLine("# number | structure | written | problem");
        foreach (Failure f in _failures) { writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{f.Number}\t{f.Origin}\t{(f.IsWritten ? "yes" : "no")}\t{f.Problem.ReplaceLineEndings(" ")}")); }
    }

    private void WriteSummary(StyledOutput output, TimeSpan elapsed)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 1e-9);
        output.WriteLine($"{Numbers.Count(_count, "structure")}, {Numbers.Count(_atoms, "atom")}: {Numbers.Grouped(_count - _failures.Count)} converged, {Numbers.Grouped(_failures.Count)} failed; {Numbers.Count(_evaluations, "evaluation")} in {Numbers.Duration(elapsed)} ({Numbers.Short(_count / seconds)} structures/s)");
        output.WriteLine($"{setup.PotentialName}; {setup.Arithmetic}, {Numbers.Count(setup.Threads, "thread")}");
        if (_failures.Count == 0) { return; }
        Table table = PlainLayout.Table(new("number"), new("structure", IsText: true), new("problem", IsText: true));
        foreach (Failure f in _failures.Take(LongestList)) { table.Add(f.Number.ToString(CultureInfo.InvariantCulture), f.Origin, f.Problem); }
        output.Write(table);
        if (_failures.Count > LongestList) { output.WriteLine($"and {Numbers.Grouped(_failures.Count - LongestList)} more"); }
    }

    private void WriteSummary(Utf8JsonWriter json, TimeSpan elapsed)
    {
        json.WriteNumber("structures", _count);
        json.WriteNumber("atoms", _atoms);
        json.WriteNumber("converged", _count - _failures.Count);
        json.WriteNumber("steps", _steps);
        json.WriteNumber("evaluations", _evaluations);
        json.WriteNumber("seconds", elapsed.TotalSeconds);
        json.WriteStartArray("failures");
        foreach (Failure f in _failures)
        {
            json.WriteStartObject();
            json.WriteNumber("number", f.Number);
            json.WriteString("structure", f.Origin);
            json.WriteBoolean("written", f.IsWritten);
            json.WriteString("problem", f.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed record Item(string? Origin, int Atoms, Structure? Structure, int Steps, long Evaluations, string? Problem);

    private sealed record Failure(long Number, string Origin, bool IsWritten, string Problem);
}
