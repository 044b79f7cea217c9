using System.Diagnostics;
using System.Globalization;
using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Runs;

/// <content>Epochs of L-BFGS: the whole training set is one function of the trained numbers.</content>
public sealed partial class TrainingRun
{
    /// <summary>Iterations of an epoch, as in mace-torch.</summary>
    private const int IterationsPerEpoch = 20;

    private Lbfgs? _polish;

    /// <summary>Where the numbers lie that are not frozen.</summary>
    private IEnumerable<ParameterRange> MovedRanges => Groups.SelectMany(static g => g.Ranges).OrderBy(static r => r.Offset);

    /// <summary>Goes over to L-BFGS, from the best model so far, and once.</summary>
    private void BeginPolish()
    {
        if (_progress.IsPolishing) { return; }
        double[]? best = _progress.IsStageTwo ? _bestTwo : _bestOne;
        (best ?? [.. Evaluated()]).CopyTo(_trained.Values, 0);
        _progress.IsPolishing = true;
        _progress.Waited = 0;
        _polish = new Lbfgs(TrainedCount);
        _polish.Start(Gathered(_trained.Values));
        string from = best is null ? "" : string.Create(CultureInfo.InvariantCulture, $", from the model of epoch {(_progress.IsStageTwo ? _progress.BestEpochOfStageTwo : _progress.BestEpoch)}");
        _observer.Note(string.Create(CultureInfo.InvariantCulture, $"L-BFGS begins at epoch {_progress.Epoch}{from}: {IterationsPerEpoch} iterations an epoch over all {_frames.Count} frames; learning rate, averages, clipping and weight decay have no part in it."));
    }

    /// <summary>Takes up the memory of L-BFGS of a checkpoint.</summary>
    private void ResumePolish(Dictionary<string, double[]> arrays)
    {
        if (!_progress.IsPolishing)
        {
            // What had come to its end without L-BFGS goes on with it.
            if (_options.Lbfgs) { _progress.IsOver = false; }
            return;
        }

        const string Prefix = "lbfgs/";
        _polish = new Lbfgs(TrainedCount);
        var own = arrays.Where(static a => a.Key.StartsWith(Prefix, StringComparison.Ordinal)).ToDictionary(static a => a.Key[Prefix.Length..], static a => a.Value, StringComparer.Ordinal);
        if (!_polish.TryLoad(own)) { throw new Atoms.InvalidInputException($"{_files.Latest}: what L-BFGS remembers is not that of this run; it is damaged or was made with other options."); }
    }

    /// <summary>An epoch of iterations.</summary>
    private void Polish(CancellationToken cancellationToken)
    {
        int epoch = _progress.Epoch;
        Lbfgs polish = _polish!;
        while (_progress.Step < IterationsPerEpoch && !_progress.HasConverged)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            double loss;
            bool done;
            try
            {
                (loss, done) = polish.Iterate((point, gradient) => TotalLoss(point, gradient, cancellationToken));
            }
            finally
            {
                // Also of an iteration that was broken off, which left the point as it was.
                Scatter(polish.Point, _trained.Values);
            }

            if (!double.IsFinite(loss)) { throw new Atoms.InvalidInputException("L-BFGS cannot begin: the loss of the training set is not finite where it would start."); }
            _progress.LossSum += loss;
            _progress.Step++;
            _results!.WriteStep(epoch, loss, Stopwatch.GetElapsedTime(start).TotalSeconds);
            _observer.StepTaken(epoch, _progress.Step, IterationsPerEpoch, loss);
            if (done)
            {
                _observer.Note(string.Create(CultureInfo.InvariantCulture, $"L-BFGS has converged: neither the training loss nor its derivatives change any more at epoch {epoch}, iteration {_progress.Step}."));
                _progress.HasConverged = true;
            }

            SaveCheckpointInTime();
        }
    }

    /// <summary>The loss of all frames, batches in the order of the frames so that it is one function, and its gradient; batches count by their numbers of frames, as in mace-torch.</summary>
    private double TotalLoss(ReadOnlySpan<double> point, Span<double> gradient, CancellationToken cancellationToken)
    {
        Scatter(point, _trained.Values);
        Expand(_trained.Values);
        Array.Clear(_parameterGradient);
        double total = 0;
        for (int first = 0; first < _frames.Count; first += _options.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_options.BatchSize, _frames.Count - first);
            double share = (double)count / _frames.Count;
            total += share * Accumulate(new TrainingBatch(_frames.ReadFrom(first, count)), share);
        }

        _trained.Pull(_trained.Values, _parameterGradient, _gradient);
        Gathered(_gradient).CopyTo(gradient);
        return total;
    }

    private double[] Gathered(ReadOnlySpan<double> values)
    {
        double[] result = new double[TrainedCount];
        int at = 0;
        foreach (ParameterRange range in MovedRanges)
        {
            values.Slice(range.Offset, range.Length).CopyTo(result.AsSpan(at));
            at += range.Length;
        }

        return result;
    }

    private void Scatter(ReadOnlySpan<double> point, Span<double> values)
    {
        int at = 0;
        foreach (ParameterRange range in MovedRanges)
        {
            point.Slice(at, range.Length).CopyTo(values[range.Offset..]);
            at += range.Length;
        }
    }
}
