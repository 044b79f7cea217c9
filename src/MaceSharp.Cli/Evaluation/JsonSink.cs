using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Output;

namespace MaceSharp.Cli.Evaluation;

/// <summary>Writes one JSON document: the frames, each as a line of JSON lines would have it, and the summary.</summary>
internal sealed class JsonSink(Stream output) : IEvalSink
{
    private readonly MemoryStream _frame = new();
    private bool _any;

    /// <inheritdoc/>
    public void Write(EvaluatedFrame frame, bool more)
    {
        _frame.SetLength(0);
        using (StructureWriter writer = new(_frame, StructureFormat.JsonLines))
        {
            writer.Write(frame.Structure);
            writer.Complete();
        }

        output.Write(_any ? ",\n"u8 : "{\"frames\":[\n"u8);
        output.Write(_frame.GetBuffer().AsSpan(0, (int)_frame.Length).TrimEnd((byte)'\n'));
        _any = true;
    }

    /// <inheritdoc/>
    public void Complete(EvalSummary summary)
    {
        output.Write(_any ? "\n],\n\"summary\":"u8 : "{\"frames\":[],\n\"summary\":"u8);
        using (Utf8JsonWriter json = new(output, JsonText.Options)) { summary.Write(json); }
        output.Write("}\n"u8);
        output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _frame.Dispose();
}
