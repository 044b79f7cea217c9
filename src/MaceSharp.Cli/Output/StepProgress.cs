namespace MaceSharp.Cli.Output;

/// <summary>Hands the progress of a library on to the display, at once and on the same thread.</summary>
/// <param name="display">The display.</param>
internal sealed class StepProgress(ProgressDisplay display) : IProgress<(int Done, int Total)>
{
    /// <inheritdoc/>
    public void Report((int Done, int Total) value)
    {
        lock (display) { display.Report(value.Done, (double)value.Done / value.Total); }
    }
}
