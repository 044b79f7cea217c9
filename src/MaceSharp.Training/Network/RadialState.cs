using System.Numerics;

namespace MaceSharp.Training.Network;

/// <summary>What a <see cref="RadialMap{T}"/> keeps of forward pass and adjoint, by hidden layer.</summary>
internal sealed class RadialState<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Buffer<T>[] _all;

    /// <param name="widths">Widths of the hidden layers.</param>
    /// <param name="normalized">Whether layers are normalised.</param>
    public RadialState(IEnumerable<int> widths, bool normalized)
    {
        int[] all = [.. widths];
        Hidden = Create(all);
        Sigmoid = Create(all);
        HiddenBar = Create(all);
        Normalized = normalized ? Create(all) : [];
        ResultBar = normalized ? Create(all) : [];
        InverseDeviation = normalized ? [.. all.Select(static _ => new Buffer<T>(1))] : [];
        _all = [.. Hidden, .. Sigmoid, .. HiddenBar, .. Normalized, .. ResultBar, .. InverseDeviation];
    }

    /// <summary>Activations.</summary>
    public Buffer<T>[] Hidden { get; }

    /// <summary>Sigmoids of the arguments of the activations.</summary>
    public Buffer<T>[] Sigmoid { get; }

    /// <summary>Adjoint of the activations.</summary>
    public Buffer<T>[] HiddenBar { get; }

    /// <summary>Normalised rows of layer norms.</summary>
    public Buffer<T>[] Normalized { get; }

    /// <summary>Adjoint of the results of layer norms.</summary>
    public Buffer<T>[] ResultBar { get; }

    /// <summary>1/√(variance + ε) of layer norms.</summary>
    public Buffer<T>[] InverseDeviation { get; }

    public void Resize(int rows)
    {
        foreach (Buffer<T> buffer in _all) { buffer.Resize(rows); }
    }

    internal static Buffer<T>[] Create(int[] widths) => [.. widths.Select(static w => new Buffer<T>(w))];
}
