using System.Numerics;

namespace MaceSharp.Training.Network;

/// <summary>What a <see cref="RadialMap{T}"/> keeps of its tangent, by hidden layer, and room for some rows of what it makes anew. One a thread.</summary>
internal sealed class RadialDots<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Buffer<T>[] _all;
    private readonly T[][] _bars;
    private readonly T[][] _changes;
    private readonly T[] _hiddenDot;

    /// <param name="widths">Widths of the hidden layers.</param>
    /// <param name="normalized">Whether layers are normalised.</param>
    public RadialDots(IEnumerable<int> widths, bool normalized)
    {
        int[] all = [.. widths];
        ArgumentDot = RadialState<T>.Create(all);
        NormalizedDot = normalized ? RadialState<T>.Create(all) : [];
        ScaleDot = normalized ? [.. all.Select(static _ => new Buffer<T>(1))] : [];
        _all = [.. ArgumentDot, .. NormalizedDot, .. ScaleDot];
        int room = RadialMap<T>.BlockRows * all.DefaultIfEmpty().Max();
        _bars = [new T[room], new T[room]];
        _changes = [new T[room], new T[room]];
        _hiddenDot = new T[room];
    }

    /// <summary>Changes of the arguments of the activations.</summary>
    public Buffer<T>[] ArgumentDot { get; }

    /// <summary>Changes of the normalised rows.</summary>
    public Buffer<T>[] NormalizedDot { get; }

    /// <summary>Relative changes of 1/√(variance + ε).</summary>
    public Buffer<T>[] ScaleDot { get; }

    /// <summary>Room for changes of the rows of a hidden layer.</summary>
    public Span<T> HiddenDot(int length) => _hiddenDot.AsSpan(0, length);

    /// <summary>Room for adjoints of the rows of a linear layer; even and odd layers have their own.</summary>
    public Span<T> LinearBar(int layer, int length) => _bars[layer & 1].AsSpan(0, length);

    /// <summary>Room for changes of adjoints of the rows of a linear layer; even and odd layers have their own.</summary>
    public Span<T> Change(int layer, int length) => _changes[layer & 1].AsSpan(0, length);

    public void Resize(int rows)
    {
        foreach (Buffer<T> buffer in _all) { buffer.Resize(rows); }
    }
}
