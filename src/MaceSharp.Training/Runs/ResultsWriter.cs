using System.Buffers;
using System.Text.Json;
using MaceSharp.Atoms;

namespace MaceSharp.Training.Runs;

/// <summary>Results by step and validation, one JSON object a line, with the fields of mace-torch.</summary>
internal sealed class ResultsWriter : IDisposable
{
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Opens the file and cuts off what a run that was stopped wrote after its last checkpoint.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Length to keep, bytes.</param>
    /// <exception cref="InvalidInputException">The file cannot be opened.</exception>
    public ResultsWriter(string path, long length)
    {
        try
        {
            _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
            _stream.SetLength(Math.Min(length, _stream.Length));
            _stream.Seek(0, SeekOrigin.End);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"{path} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Length of the file, bytes.</summary>
    public long Length => _stream.Length;

    /// <summary>Writes a step.</summary>
    public void WriteStep(int epoch, double loss, double seconds) => Write(writer =>
    {
        Number(writer, "loss", loss);
        Number(writer, "time", seconds);
        writer.WriteString("mode", "opt");
        writer.WriteNumber("epoch", epoch);
    });

    /// <summary>Writes a validation.</summary>
    public void WriteValidation(int? epoch, HeadMetrics head, double seconds) => Write(writer =>
    {
        head.Metrics.Write(writer);
        Number(writer, "time", seconds);
        writer.WriteString("mode", "eval");
        if (epoch is int number) { writer.WriteNumber("epoch", number); }
        else { writer.WriteNull("epoch"); }
        writer.WriteString("head", head.Head);
    });

    /// <summary>Sees to it that what was written is in the file.</summary>
    public void Flush() => _stream.Flush();

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Write(Action<Utf8JsonWriter> write)
    {
        _line.Clear();
        using (Utf8JsonWriter writer = new(_line))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        _line.GetSpan(1)[0] = (byte)'\n';
        _line.Advance(1);
        try
        {
            _stream.Write(_line.WrittenSpan);
        }
        catch (IOException exception)
        {
            throw new InvalidInputException($"{_stream.Name} cannot be written: {exception.Message.TrimEnd('.')}; the run can go on from its latest checkpoint with restart_latest.", exception);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value)) { writer.WriteNumber(name, value); }
        else { writer.WriteNull(name); }
    }
}
