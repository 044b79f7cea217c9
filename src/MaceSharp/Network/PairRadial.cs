using MaceSharp.Architecture;
using MaceSharp.Operators;

namespace MaceSharp.Network;

/// <summary>Radial weights and density of one pair of elements as functions of the distance alone, exactly. Memory of one thread.</summary>
internal sealed class PairRadial
{
    private readonly RadialEmbedding _embedding;
    private readonly RadialEvaluation _radial;
    private readonly double[] _basis;
    private readonly double[] _basisSlopes;
    private readonly double[] _cutoffs;
    private readonly double[] _cutoffSlopes;
    private readonly double[] _values;
    private readonly double[] _slopes;

    /// <param name="embedding">The radial embedding.</param>
    /// <param name="block">The radial part of a block.</param>
    /// <param name="capacity">Distances of a call at most.</param>
    public PairRadial(RadialEmbedding embedding, RadialBlock block, int capacity)
    {
        _embedding = embedding;
        _radial = new RadialEvaluation(block, capacity);
        Width = block.Weights.OutputWidth;
        _basis = new double[capacity * embedding.Count];
        _basisSlopes = new double[capacity * embedding.Count];
        _cutoffs = new double[capacity];
        _cutoffSlopes = new double[capacity];
        _values = new double[capacity * Width];
        _slopes = new double[capacity * Width];
    }

    /// <summary>Radial weights an edge.</summary>
    public int Width { get; }

    /// <summary>Weights of the last call, envelope included, [distances, width].</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Their derivatives, 1/Å.</summary>
    public ReadOnlySpan<double> Slopes => _slopes;

    /// <summary>Densities of the last call.</summary>
    public ReadOnlySpan<double> Densities => _radial.Densities;

    /// <summary>Their derivatives, 1/Å.</summary>
    public ReadOnlySpan<double> DensitySlopes => _radial.DensitySlopes;

    /// <summary>Evaluates at some distances.</summary>
    /// <param name="distances">Distances, Å, at most as many as the capacity.</param>
    /// <param name="sender">Element index of the sender.</param>
    /// <param name="receiver">Element index of the receiver.</param>
    /// <param name="slopes">Whether slopes are wanted.</param>
    public void Evaluate(ReadOnlySpan<double> distances, int sender, int receiver, bool slopes)
    {
        int count = distances.Length, basis = _embedding.Count;
        _radial.Begin(count);
        for (int e = 0; e < count; e++)
        {
            _radial.AddElements(e, sender, receiver);
            (_cutoffs[e], _cutoffSlopes[e]) = _embedding.Evaluate(distances[e], sender, receiver, _basis.AsSpan(e * basis, basis), _basisSlopes.AsSpan(e * basis, basis));
        }

        _radial.Run(count, _basis, slopes ? _basisSlopes : default, _cutoffs, _cutoffSlopes);
        for (int e = 0; e < count; e++)
        {
            ReadOnlySpan<double> raw = _radial.RawWeights.Slice(e * Width, Width);
            Simd.ScaleInto(_cutoffs[e], raw, _values.AsSpan(e * Width, Width));
            if (slopes) { Simd.CombineInto(_cutoffs[e], _radial.RawSlopes.Slice(e * Width, Width), _cutoffSlopes[e], raw, _slopes.AsSpan(e * Width, Width)); }
        }
    }
}
