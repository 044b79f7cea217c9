namespace MaceSharp.Training.Runs;

/// <summary>Errors on the validation frames of one head.</summary>
/// <param name="Head">Name of the head.</param>
/// <param name="Metrics">The errors.</param>
public readonly record struct HeadMetrics(string Head, ErrorMetrics Metrics);

/// <summary>What a validation found.</summary>
/// <param name="Epoch">Number of the epoch from 0; null: before the first step.</param>
/// <param name="Stage">1 or 2.</param>
/// <param name="TrainingLoss">Mean loss of the steps of the epoch; NaN before the first.</param>
/// <param name="Heads">Errors by head.</param>
/// <param name="LearningRate">Learning rate of the first group.</param>
/// <param name="FramesPerSecond">Training frames a second.</param>
/// <param name="Remaining">Estimate of the time to the end.</param>
/// <param name="IsBest">Whether the model is the best so far.</param>
public sealed record EpochReport(int? Epoch, int Stage, double TrainingLoss, IReadOnlyList<HeadMetrics> Heads, double LearningRate, double FramesPerSecond, TimeSpan Remaining, bool IsBest);
