namespace MaceSharp.Atoms;

/// <summary>Frames of a format that reads as a sequence; passing over a frame reads it.</summary>
internal sealed class SequenceFrameReader(IEnumerable<Structure> structures) : IFrameReader, IDisposable
{
    private readonly IEnumerator<Structure> _structures = structures.GetEnumerator();

    /// <inheritdoc/>
    public Structure? Read() => _structures.MoveNext() ? _structures.Current : null;

    /// <inheritdoc/>
    public bool Skip() => _structures.MoveNext();

    /// <inheritdoc/>
    public void Dispose() => _structures.Dispose();
}
