using System.Diagnostics;
using MaceSharp.Atoms;
using MaceSharp.Cli.Inputs;
using MaceSharp.Cli.Models;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Reads frames, evaluates them in parallel, and hands them on in order.</summary>
internal static class EvalRunner
{
    /// <summary>Runs to the end of the inputs.</summary>
    /// <param name="context">Streams of the command.</param>
    /// <param name="inputs">The frames.</param>
    /// <param name="models">The models.</param>
    /// <param name="request">What is computed.</param>
    /// <param name="sink">Where the frames go.</param>
    /// <param name="summary">Counts the frames; complete in the end.</param>
    /// <param name="showProgress">Whether to show progress if a person watches.</param>
    /// <remarks>
    /// Frames are spread over the threads. Files that hold fewer frames than there are threads are evaluated with several threads a frame;
    /// standard input, of which nothing is known beforehand, always one thread a frame.
    /// </remarks>
    /// <exception cref="InvalidInputException">A frame or model cannot be used.</exception>
    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public static void Run(CliContext context, StructureInputs inputs, IReadOnlyList<ModelHandle> models, EvalRequest request, IEvalSink sink, EvalSummary summary, bool showProgress)
    {
        Stopwatch watch = Stopwatch.StartNew();
        using IEnumerator<Structure> frames = inputs.Read().GetEnumerator();
        List<Structure> first = [];
        while (!inputs.HasStandardInput && first.Count < summary.Threads && frames.MoveNext()) { first.Add(frames.Current); }

        bool few = !inputs.HasStandardInput && first.Count < summary.Threads;
        int workerCount = few ? Math.Max(1, first.Count) : summary.Threads;
        Ensemble ensemble = new(models, new MaceOptions { Precision = request.Precision, Radial = request.Radial, Head = request.Head, ThreadCount = few ? summary.Threads / workerCount : 1 }, request.Dispersion);
        summary.Radial = [.. ensemble.Radial.Select(ModelOptions.NameOf)];
        using ProgressDisplay progress = ProgressDisplay.OfFrames(context, showProgress);

        // The only frame there is may be a long one.
        using ProgressDisplay rowDisplay = new(context, showProgress && few && first.Count == 1 && request.Hessian, static rows => Numbers.Count((long)rows, "row") + " of the Hessian");
        StepProgress rows = new(rowDisplay);
        FrameEvaluator[] workers = [.. Enumerable.Range(0, workerCount).Select(_ => new FrameEvaluator(ensemble, request, context.CancellationToken) { HessianProgress = rows })];
        try
        {
            using IEnumerator<Structure> all = Concatenate(first, frames).GetEnumerator();
            OrderedPipeline.Run<Structure, EvaluatedFrame>(
                all,
                [.. workers.Select(static w => (Func<Structure, EvaluatedFrame>)w.Evaluate)],
                (frame, more) =>
                {
                    summary.Add(frame);
                    sink.Write(frame, more);
                    progress.Report(summary.Frames, inputs.FractionRead);
                },
                context.CancellationToken);
        }
        finally
        {
            foreach (FrameEvaluator worker in workers) { worker.Dispose(); }
        }

        summary.Elapsed = watch.Elapsed;
        sink.Complete(summary);
    }

    private static IEnumerable<Structure> Concatenate(List<Structure> first, IEnumerator<Structure> rest)
    {
        for (int i = 0; i < first.Count; i++)
        {
            Structure structure = first[i];
            first[i] = null!;
            yield return structure;
        }

        while (rest.MoveNext()) { yield return rest.Current; }
    }
}
