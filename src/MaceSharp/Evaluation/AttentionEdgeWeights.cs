using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights that depend on features of sender and receiver too (attention block), with the way back to both.</summary>
internal sealed class AttentionEdgeWeights<T>(RadialBlock block, LayerState<T> state, int thread) : EdgeWeights<T>(MostEdges, block.Weights.OutputWidth)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostEdges = 64;

    private readonly RadialEvaluation _radial = new(block, MostEdges);
    private readonly RowBuffer _rows = new();
    private readonly double[] _weightsBar = new double[MostEdges * block.Weights.OutputWidth];
    private readonly double[] _basisBar = new double[MostEdges * block.Weights.Widths[0]];

    /// <summary>Adjoint of <see cref="EdgeWeights{T}.Values"/>, to be filled before <see cref="Adjoint"/>.</summary>
    public T[] ValuesBar { get; } = new T[MostEdges * block.Weights.OutputWidth];

    /// <inheritdoc/>
    public override bool NeedsBasis => true;

    /// <inheritdoc/>
    public override int WidthOf(int slab) => block.Weights.OutputWidth;

    /// <inheritdoc/>
    /// <remarks>Slopes along the distance alone would not be the whole story, so none are given; see <see cref="Adjoint"/>.</remarks>
    public override void Evaluate(in EdgeGeometry geometry, EdgeGroup<T> edges, int receiver, int slab, int first, int count, bool slopes)
    {
        int terms = block.Weights.FirstWidth, width = block.Weights.OutputWidth, basis = edges.BasisCount;
        _radial.Begin(count);
        ReadOnlySpan<T> own = state.ReceiverTerms.AsSpan(receiver * terms, terms);
        for (int e = 0; e < count; e++)
        {
            Span<double> row = _radial.FirstTerms.Slice(e * terms, terms);
            Simd.AddWidened(state.SenderTerms.AsSpan(edges.Senders[first + e] * terms, terms), row);
            Simd.AddWidened(own, row);
        }

        ReadOnlySpan<double> cutoffs = edges.Cutoffs.AsSpan(first, count);
        _radial.Run(count, edges.Basis.AsSpan(first * basis, count * basis), default, cutoffs, edges.CutoffSlopes.AsSpan(first, count));
        for (int e = 0; e < count; e++) { Simd.ScaleInto(cutoffs[e], _radial.RawWeights.Slice(e * width, width), Values.AsSpan(e * width, width)); }
    }

    /// <summary>From the adjoint of the weights of the last run to those of the distances and of the features of both atoms.</summary>
    /// <param name="edges">The group.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="first">First edge of the run.</param>
    /// <param name="count">Number of edges.</param>
    /// <param name="featuresMove">Whether the features depend on positions.</param>
    public void Adjoint(EdgeGroup<T> edges, int receiver, int first, int count, bool featuresMove)
    {
        int width = block.Weights.OutputWidth, basis = edges.BasisCount, terms = block.Weights.FirstWidth;
        Array.Clear(_weightsBar, 0, count * width);
        Array.Clear(_basisBar, 0, count * basis);
        Simd.AddWidened(ValuesBar.AsSpan(0, count * width), _weightsBar.AsSpan());
        for (int e = 0; e < count; e++)
        {
            Span<double> row = _weightsBar.AsSpan(e * width, width);
            edges.DistancesBar[first + e] += edges.CutoffSlopes[first + e] * Simd.Dot<double>(row, _radial.RawWeights.Slice(e * width, width));
            Simd.Scale(edges.Cutoffs[first + e], row);
        }

        block.Weights.Adjoint(_weightsBar, count, _radial.Workspace, _basisBar, _rows);
        for (int e = 0; e < count; e++)
        {
            edges.DistancesBar[first + e] += Simd.Dot<double>(_basisBar.AsSpan(e * basis, basis), edges.BasisSlopes.AsSpan((first + e) * basis, basis));
            if (!featuresMove) { continue; }
            ReadOnlySpan<double> bar = _radial.Workspace.FirstTermsBar.Slice(e * terms, terms);
            Simd.AddNarrowed(bar, state.ReceiverTermsBar.AsSpan(receiver * terms, terms));
            Simd.AddNarrowed(bar, state.SenderTermsBar[thread].AsSpan(edges.Senders[first + e] * terms, terms));
        }
    }
}
