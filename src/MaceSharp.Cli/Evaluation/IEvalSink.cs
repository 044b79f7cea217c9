namespace MaceSharp.Cli.Evaluation;

/// <summary>Where evaluated frames go. Called on one thread, in the order of the frames.</summary>
internal interface IEvalSink : IDisposable
{
    /// <summary>Takes a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="more">Whether another one follows at once; if not, whoever reads the output should see this one now.</param>
    void Write(EvaluatedFrame frame, bool more);

    /// <summary>Ends the output after the last frame.</summary>
    void Complete(EvalSummary summary);
}
