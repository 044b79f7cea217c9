using System.Diagnostics;
using System.Globalization;

namespace MaceSharp.Training.Runs;

/// <content>What a run writes down to go on from, and how it goes on.</content>
public sealed partial class TrainingRun
{
    private void Resume()
    {
        if (!File.Exists(_files.Latest))
        {
            _observer.Note($"There is no checkpoint {_files.Latest} to go on from; the run begins.");
            return;
        }

        Dictionary<string, double[]> others = Checkpoint.Read(_files.Latest, _fingerprint, _progress, State());
        _bestOne = others.GetValueOrDefault("best/stage_one");
        _bestTwo = others.GetValueOrDefault("best/stage_two");
        ResumePolish(others);
        _observer.Note(string.Create(CultureInfo.InvariantCulture, $"The run goes on from {_files.Latest}: epoch {_progress.Epoch}, step {_progress.Step}."));
    }

    /// <summary>Takes a checkpoint if the last one is old enough.</summary>
    private void SaveCheckpointInTime()
    {
        if (Stopwatch.GetElapsedTime(_lastCheckpoint) >= _interval) { SaveCheckpoint(); }
    }

    private void SaveCheckpoint()
    {
        long start = Stopwatch.GetTimestamp();
        WriteCheckpoint(_files.Latest);
        _lastCheckpoint = Stopwatch.GetTimestamp();
        TimeSpan needed = Stopwatch.GetElapsedTime(start, _lastCheckpoint) / CheckpointShare;
        _interval = needed > ShortestInterval ? needed : ShortestInterval;
    }

    private void WriteCheckpoint(string path)
    {
        _results!.Flush();
        _progress.ResultsLength = _results.Length;
        _progress.Seconds = _secondsBefore + Stopwatch.GetElapsedTime(_resumed).TotalSeconds;
        IEnumerable<KeyValuePair<string, double[]>> arrays = State();
        if (_bestOne is not null) { arrays = arrays.Append(new("best/stage_one", _bestOne)); }
        if (_bestTwo is not null) { arrays = arrays.Append(new("best/stage_two", _bestTwo)); }
        if (_polish is not null) { arrays = arrays.Concat(Under("lbfgs", _polish.State)); }
        Checkpoint.Write(path, _fingerprint, _progress, arrays);
    }

    private IEnumerable<KeyValuePair<string, double[]>> State() =>
    [
        new("parameters", _trained.Values),
        .. Under("optimizer", _optimizer.State),
        .. Under("schedule", _schedule.State),
        .. Under("ema", _ema?.State ?? []),
    ];

    private static IEnumerable<KeyValuePair<string, double[]>> Under(string prefix, IEnumerable<KeyValuePair<string, double[]>> state) =>
        state.Select(s => KeyValuePair.Create($"{prefix}/{s.Key}", s.Value));
}
