namespace MaceSharp.Training.Runs;

/// <summary>Is told how a run goes. Called by the thread that trains.</summary>
public interface ITrainingObserver
{
    /// <summary>A line of the log.</summary>
    /// <param name="message">The line.</param>
    void Note(string message);

    /// <summary>A step was taken.</summary>
    /// <param name="epoch">Number of the epoch from 0.</param>
    /// <param name="step">Number of steps of the epoch that are complete.</param>
    /// <param name="steps">Number of steps of an epoch.</param>
    /// <param name="loss">The loss before the step.</param>
    void StepTaken(int epoch, int step, int steps, double loss);

    /// <summary>The model was validated.</summary>
    /// <param name="report">What was found.</param>
    void Validated(EpochReport report);
}
