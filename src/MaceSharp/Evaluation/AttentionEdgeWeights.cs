using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights that depend on features of sender and receiver too (attention block), with the way back to both.</summary>
internal sealed class AttentionEdgeWeights<T>(RadialBlock block, LayerState<T> state, int thread) : EdgeWeights<T>(block.Weights.OutputWidth)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly RadialEvaluation _radial = new(block, EdgeBatch<T>.Capacity);
    private readonly RowBuffer _rows = new();
    private readonly double[] _weightsBar = new double[EdgeBatch<T>.Capacity * block.Weights.OutputWidth];
    private readonly double[] _basisBar = new double[EdgeBatch<T>.Capacity * block.Weights.Widths[0]];

    /// <summary>Adjoint of <see cref="EdgeWeights{T}.Values"/>, to be filled before <see cref="Adjoint"/>.</summary>
    public T[] ValuesBar { get; } = new T[EdgeBatch<T>.Capacity * block.Weights.OutputWidth];

    /// <inheritdoc/>
    public override bool NeedsBasis => true;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Densities => default;

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DensitySlopes => default;

    /// <inheritdoc/>
    /// <remarks>Slopes along the distance alone would not be the whole story, so none are given; see <see cref="Adjoint"/>.</remarks>
    public override void Evaluate(in EdgeGeometry geometry, EdgeBatch<T> edges, int receiver, bool slopes)
    {
        int count = edges.Count, first = block.Weights.FirstWidth;
        _radial.Begin(count);
        ReadOnlySpan<T> own = state.ReceiverTerms.AsSpan(receiver * first, first);
        for (int e = 0; e < count; e++)
        {
            Span<double> terms = _radial.FirstTerms.Slice(e * first, first);
            Simd.AddWidened(state.SenderTerms.AsSpan(edges.Senders[e] * first, first), terms);
            Simd.AddWidened(own, terms);
        }

        _radial.Run(count, edges.Basis, default, edges.Cutoffs, edges.CutoffSlopes);
        for (int e = 0; e < count; e++)
        {
            Simd.ScaleInto(edges.Cutoffs[e], _radial.RawWeights.Slice(e * Width, Width), Values.AsSpan(e * Width, Width));
        }
    }

    /// <summary>From the adjoint of the weights of the last batch to those of the distances and of the features of both atoms.</summary>
    /// <param name="edges">The batch.</param>
    /// <param name="receiver">Its receiver.</param>
    /// <param name="featuresMove">Whether the features depend on positions.</param>
    public void Adjoint(EdgeBatch<T> edges, int receiver, bool featuresMove)
    {
        int count = edges.Count, basis = edges.BasisCount, first = block.Weights.FirstWidth;
        Array.Clear(_weightsBar, 0, count * Width);
        Array.Clear(_basisBar, 0, count * basis);
        Simd.AddWidened(ValuesBar.AsSpan(0, count * Width), _weightsBar.AsSpan());
        for (int e = 0; e < count; e++)
        {
            Span<double> row = _weightsBar.AsSpan(e * Width, Width);
            edges.DistancesBar[e] += edges.CutoffSlopes[e] * Simd.Dot<double>(row, _radial.RawWeights.Slice(e * Width, Width));
            Simd.Scale(edges.Cutoffs[e], row);
        }

        block.Weights.Adjoint(_weightsBar, count, _radial.Workspace, _basisBar, _rows);
        for (int e = 0; e < count; e++)
        {
            edges.DistancesBar[e] += Simd.Dot<double>(_basisBar.AsSpan(e * basis, basis), edges.BasisSlopes.AsSpan(e * basis, basis));
            if (!featuresMove) { continue; }
            ReadOnlySpan<double> bar = _radial.Workspace.FirstTermsBar.Slice(e * first, first);
            Simd.AddNarrowed(bar, state.ReceiverTermsBar.AsSpan(receiver * first, first));
            Simd.AddNarrowed(bar, state.SenderTermsBar[thread].AsSpan(edges.Senders[e] * first, first));
        }
    }
}
