using System.Numerics;

namespace MaceSharp.Training.Network;

/// <summary>
/// The arrays of one layer over the atoms and pairs of a shard. There are four of a kind: values, adjoints, changes (tangents) and changes of adjoints.
/// Where a block has no step between two arrays they are one.
/// </summary>
internal sealed class LayerArrays<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly List<Buffer<T>> _atoms = [];
    private readonly List<Buffer<T>> _rows = [];
    private readonly bool _byEdge;

    public LayerArrays(LayerMaps<T> maps, bool separateCutoff)
    {
        _byEdge = maps.FeatureCount > 0;
        Sent = Atoms(maps.Up.OutputWidth);
        Down = Atoms(maps.Down?.OutputWidth ?? 0);
        RadialInput = Rows(_byEdge ? maps.Radial.InputWidth : 0);
        Weights = Rows(maps.Radial.OutputWidth);
        Scaled = separateCutoff ? Rows(maps.Radial.OutputWidth) : Weights;
        Root = Rows(maps.HasDensity ? 1 : 0);
        Density = Atoms(maps.HasDensity ? 1 : 0);
        Message = Atoms(maps.Convolution.Output.Dimension);
        Mixed = Atoms(maps.Mix.OutputWidth);
        Normalized = maps.HasDensity ? Atoms(maps.Mix.OutputWidth) : Mixed;
        Gated = maps.Gate is null ? Normalized : Atoms(maps.Gate.Output.Dimension);
        A = maps.FinalMix is null ? Gated : Atoms(maps.FinalMix.OutputWidth);
        B = Atoms(maps.Contraction.Output.Dimension);
        Output = Atoms(maps.OutputWidth);
        ReadLinear1 = Atoms(maps.Readout?.LinearWidth ?? 0);
        ReadHidden1 = Atoms(maps.Readout?.HiddenWidth ?? 0);
        ReadLinear2 = Atoms(maps.Readout?.LinearWidth ?? 0);
        ReadHidden2 = Atoms(maps.Readout?.HiddenWidth ?? 0);
        ReadOut = Atoms(maps.Readout?.OutputWidth ?? 0);
    }

    /// <summary>Sent features.</summary>
    public Buffer<T> Sent { get; }

    /// <summary>Scalars of the attention block.</summary>
    public Buffer<T> Down { get; }

    /// <summary>Inputs of the radial networks where they differ between the edges of a pair.</summary>
    public Buffer<T> RadialInput { get; }

    /// <summary>Radial weights.</summary>
    public Buffer<T> Weights { get; }

    /// <summary>Radial weights times the envelope.</summary>
    public Buffer<T> Scaled { get; }

    /// <summary>Root of the edge density.</summary>
    public Buffer<T> Root { get; }

    /// <summary>Density ρ.</summary>
    public Buffer<T> Density { get; }

    /// <summary>Sums of the convolution.</summary>
    public Buffer<T> Message { get; }

    /// <summary>After the first mixing.</summary>
    public Buffer<T> Mixed { get; }

    /// <summary>Divided by the density, residual added: input of the gate.</summary>
    public Buffer<T> Normalized { get; }

    /// <summary>After the gate.</summary>
    public Buffer<T> Gated { get; }

    /// <summary>A-basis.</summary>
    public Buffer<T> A { get; }

    /// <summary>B-basis.</summary>
    public Buffer<T> B { get; }

    /// <summary>Node features after the layer.</summary>
    public Buffer<T> Output { get; }

    public Buffer<T> ReadLinear1 { get; }

    public Buffer<T> ReadHidden1 { get; }

    public Buffer<T> ReadLinear2 { get; }

    public Buffer<T> ReadHidden2 { get; }

    /// <summary>What the readout says.</summary>
    public Buffer<T> ReadOut { get; }

    /// <summary>Numbers an atom and a pair.</summary>
    public (int Atom, int Pair) Widths => (_atoms.Sum(static b => b.Width), (_byEdge ? 2 : 1) * _rows.Sum(static b => b.Width));

    /// <summary>Sets the numbers of atoms and pairs.</summary>
    public void Resize(int atoms, int pairs)
    {
        foreach (Buffer<T> buffer in _atoms) { buffer.Resize(atoms); }
        foreach (Buffer<T> buffer in _rows) { buffer.Resize(_byEdge ? 2 * pairs : pairs); }
    }

    /// <summary>Sets everything to zero.</summary>
    public void Clear()
    {
        foreach (Buffer<T> buffer in _atoms) { buffer.Span.Clear(); }
        foreach (Buffer<T> buffer in _rows) { buffer.Span.Clear(); }
    }

    private Buffer<T> Atoms(int width)
    {
        Buffer<T> buffer = new(width);
        _atoms.Add(buffer);
        return buffer;
    }

    private Buffer<T> Rows(int width)
    {
        Buffer<T> buffer = new(width);
        _rows.Add(buffer);
        return buffer;
    }
}

/// <summary>The four arrays of a layer in the last pass.</summary>
/// <param name="Value">Values.</param>
/// <param name="Bar">Adjoints of the energy.</param>
/// <param name="Dot">Changes along the direction.</param>
/// <param name="BarDot">Changes of the adjoints, with what the loss adds.</param>
/// <param name="HasTangents">Whether there is a direction; otherwise adjoints and changes are zero.</param>
internal readonly record struct DualArrays<T>(LayerArrays<T> Value, LayerArrays<T> Bar, LayerArrays<T> Dot, LayerArrays<T> BarDot, bool HasTangents)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The changes, or null when there are none.</summary>
    public Buffer<T>? Changes(Buffer<T> dot) => HasTangents ? dot : null;
}
