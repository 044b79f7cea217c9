using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>
/// The first layer as an ACE density (Drautz, Phys. Rev. B 99, 014104 (2019), eq. 8): what is sent depends on the element of the sender alone and the
/// radial weights are linear in the K hidden functions φ_k of the radial network, so that Σ_j φ_k(r_ij)·Y_lm(r_ij) is gathered per element of the
/// sender, and features, radial weights and mixing are multiplied into one matrix an element: A[lm, w] = Σ_z Σ_k D_z[l, k, w]·a_z[lm, k].
/// A second mixing by the element of the receiver, as blocks without a residual have it, goes into the same matrix, one a pair of elements.
/// </summary>
internal sealed class ElementDensity<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a structure up to which pairs of them have matrices of their own; beyond, the matrices would take more memory than they save time.</summary>
    private const int MostPairedElements = 6;

    private readonly EquivariantLinear<T>?[] _mix;
    private readonly EquivariantLinear<T>?[] _pairedMix;
    private readonly EquivariantLinear<double> _wholeMix;
    private readonly EquivariantLinear<double>? _finalMix;
    private readonly int _elements;
    private readonly double[] _lastLayer;
    private readonly double[] _sent;
    private readonly int _channels;
    private readonly Lock _lock = new();

    /// <param name="functions">Number K of hidden functions.</param>
    /// <param name="lastLayer">From hidden functions to radial weights, [K, weights].</param>
    /// <param name="sent">Sent features of each element, [elements, channels].</param>
    /// <param name="elements">Number of elements.</param>
    /// <param name="harmonics">Irreps of the edge harmonics.</param>
    /// <param name="target">Irreps that are kept.</param>
    /// <param name="mix">The whole mixing, from the slots of the convolution of the channels.</param>
    /// <param name="finalMix">A second mixing by the element of the receiver; null without.</param>
    public ElementDensity(int functions, double[] lastLayer, double[] sent, int elements, Irreps harmonics, Irreps target, EquivariantLinear<double> mix, EquivariantLinear<double>? finalMix)
    {
        Convolution = EdgeConvolution<T>.CreateDensity(functions, harmonics, target);
        Ones = new T[functions];
        Array.Fill(Ones, T.One);
        _lastLayer = lastLayer;
        _sent = sent;
        _channels = sent.Length / elements;
        _wholeMix = mix;
        _finalMix = finalMix;
        _elements = elements;
        _mix = new EquivariantLinear<T>?[elements];
        _pairedMix = new EquivariantLinear<T>?[finalMix is null ? 0 : elements * elements];
    }

    /// <summary>Σ_j φ_k·Y_lm over edges.</summary>
    public EdgeConvolution<T> Convolution { get; }

    /// <summary>What every atom sends.</summary>
    public T[] Ones { get; }

    /// <summary>Whether the second mixing is done with the first in a structure of so many elements.</summary>
    public bool IncludesFinalMix(int presentElements) => _finalMix is not null && presentElements <= MostPairedElements;

    /// <summary>From the density of the neighbours of one element to the mixed message; folded when the element is first met.</summary>
    /// <param name="sender">Element index of the neighbours.</param>
    public EquivariantLinear<T> MixOf(int sender) => Volatile.Read(ref _mix[sender]) ?? Keep(ref _mix[sender], sender, -1);

    /// <summary>The same with the second mixing.</summary>
    /// <param name="sender">Element index of the neighbours.</param>
    /// <param name="receiver">Element index of the receiver.</param>
    public EquivariantLinear<T> MixOf(int sender, int receiver)
    {
        ref EquivariantLinear<T>? known = ref _pairedMix[(sender * _elements) + receiver];
        return Volatile.Read(ref known) ?? Keep(ref known, sender, receiver);
    }

    private EquivariantLinear<T> Keep(ref EquivariantLinear<T>? place, int sender, int receiver)
    {
        lock (_lock)
        {
            if (place is { } known) { return known; }
            EquivariantLinear<T> mix = EquivariantLinear<T>.FromMatrices(Convolution.Output.Irreps, (receiver < 0 ? _wholeMix : _finalMix!).Output.Irreps, (slot, o) => Fold(sender, receiver, slot, o));
            Volatile.Write(ref place, mix);
            return mix;
        }
    }

    private double[] Fold(int sender, int receiver, int slot, int output)
    {
        if (receiver < 0) { return Fold(sender, slot, output); }
        Irreps middle = _wholeMix.Output.Irreps;
        int functions = Convolution.Input.Dimension, columns = _finalMix!.Output.Irreps[output].Multiplicity;
        double[] folded = new double[functions * columns];
        for (int b = 0; b < middle.Count; b++)
        {
            if (middle[b].Irrep != _finalMix.Output.Irreps[output].Irrep) { continue; }
            AddProduct(Fold(sender, slot, b), _finalMix.Matrix(b, output, receiver), folded, functions, columns);
        }

        return folded;
    }

    private double[] Fold(int sender, int slot, int output)
    {
        int functions = Convolution.Input.Dimension, weights = _lastLayer.Length / functions, columns = _wholeMix.Output.Irreps[output].Multiplicity;
        double[] radial = new double[functions * _channels], folded = new double[functions * columns];
        for (int k = 0; k < functions; k++)
        {
            for (int u = 0; u < _channels; u++) { radial[(k * _channels) + u] = _lastLayer[(k * weights) + (slot * _channels) + u] * _sent[(sender * _channels) + u]; }
        }

        AddProduct(radial, _wholeMix.Matrix(slot, output), folded, functions, columns);
        return folded;
    }

    private static void AddProduct(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> product, int rows, int columns)
    {
        int inner = a.Length / rows;
        for (int r = 0; r < rows; r++)
        {
            for (int k = 0; k < inner; k++) { Simd.AddScaled(a[(r * inner) + k], b.Slice(k * columns, columns), product.Slice(r * columns, columns)); }
        }
    }
}
