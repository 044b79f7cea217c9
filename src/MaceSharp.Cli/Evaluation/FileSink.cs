using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Writes the structures with their results to a file, or to standard output as they come.</summary>
internal sealed class FileSink(StructureWriter writer, bool isPipe) : IEvalSink
{
    /// <inheritdoc/>
    public void Write(EvaluatedFrame frame, bool more)
    {
        writer.Write(frame.Structure);
        if (isPipe && !more) { writer.Flush(); }
    }

    /// <inheritdoc/>
    public void Complete(EvalSummary summary) => writer.Complete();

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();
}
