using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>
/// The work of one layer that is per edge: from edges to the message of their receiver, and back to forces and to the
/// features that were sent. Radial weights live only as long as their batch.
/// </summary>
internal sealed class EdgeSweep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly InteractionBlock<T> _block;
    private readonly EdgeConvolution<T> _convolution;
    private readonly LayerState<T> _state;
    private readonly int _layer;

    /// <summary>Repulsion, counted in the first layer only.</summary>
    private readonly PairRepulsion? _repulsion;

    /// <summary>Whether the sent features depend on positions, as they do in all layers but the first.</summary>
    private readonly bool _featuresMove;

    public EdgeSweep(MaceNetwork<T> network, int layer, LayerState<T> state)
    {
        _block = network.Layers[layer].Interaction;
        _convolution = _block.Convolution;
        _state = state;
        _layer = layer;
        _repulsion = layer == 0 ? network.Repulsion : null;
        _featuresMove = layer > 0;
    }

    /// <summary>Sums the edges of one receiver into its message and its density.</summary>
    /// <param name="geometry">The edges.</param>
    /// <param name="scratch">Memory of this thread.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="message">Its message, accumulated.</param>
    /// <returns>Its share of the pair repulsion, eV.</returns>
    public double Forward(in EdgeGeometry geometry, ThreadScratch<T> scratch, int receiver, Span<T> message)
    {
        EdgeBatch<T> edges = scratch.Edges;
        EdgeWeights<T> weights = scratch.Weights[_layer];
        double density = 0, pair = 0;
        int next = 0;
        while (edges.Fill(geometry, receiver, weights.NeedsBasis, ref next))
        {
            weights.Evaluate(geometry, edges, receiver, slopes: false);
            _convolution.Forward(
                edges.Senders.AsSpan(0, edges.Count),
                _state.Sent.Span,
                edges.Harmonics.AsSpan(0, edges.Count * edges.HarmonicCount),
                weights.Values.AsSpan(0, edges.Count * weights.Width),
                message,
                scratch.Convolution[_layer]);
            for (int e = 0; _block.HasDensity && e < edges.Count; e++) { density += weights.Densities[e]; }
            for (int e = 0; _repulsion is not null && e < edges.Count; e++)
            {
                pair += _repulsion.Evaluate(edges.Distances[e], geometry.Elements[edges.Senders[e]], geometry.Elements[receiver]).Energy;
            }
        }

        if (_block.HasDensity) { _state.Densities[receiver] = density; }
        return pair;
    }

    /// <summary>The way back over the edges of one receiver.</summary>
    /// <param name="geometry">The edges.</param>
    /// <param name="scratch">Memory of this thread; gathers forces.</param>
    /// <param name="thread">Index of this thread.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="messageBar">Adjoint of its message.</param>
    /// <param name="densityBar">Adjoint of its density.</param>
    /// <param name="atomicVirials">Whether virials of atoms are wanted.</param>
    public void Adjoint(in EdgeGeometry geometry, ThreadScratch<T> scratch, int thread, int receiver, ReadOnlySpan<T> messageBar, double densityBar, bool atomicVirials)
    {
        EdgeBatch<T> edges = scratch.Edges;
        EdgeWeights<T> weights = scratch.Weights[_layer];
        Span<T> sentBar = _featuresMove ? _state.SentBar[thread].Span : default;
        int next = 0;
        while (edges.Fill(geometry, receiver, weights.NeedsBasis, ref next))
        {
            ReadOnlySpan<int> senders = edges.Senders.AsSpan(0, edges.Count);
            ReadOnlySpan<T> harmonics = edges.Harmonics.AsSpan(0, edges.Count * edges.HarmonicCount);
            Span<T> harmonicsBar = edges.HarmonicsBar.AsSpan(0, edges.Count * edges.HarmonicCount);
            int size = edges.Count * weights.Width;
            weights.Evaluate(geometry, edges, receiver, slopes: true);
            if (weights is AttentionEdgeWeights<T> attention)
            {
                _convolution.Adjoint(senders, _state.Sent.Span, harmonics, weights.Values.AsSpan(0, size), messageBar, sentBar, harmonicsBar, attention.ValuesBar.AsSpan(0, size), scratch.Convolution[_layer]);
                attention.Adjoint(edges, receiver, _featuresMove);
            }
            else
            {
                _convolution.Adjoint(senders, _state.Sent.Span, harmonics, weights.Values.AsSpan(0, size), weights.Slopes.AsSpan(0, size), messageBar, sentBar, harmonicsBar, edges.DistancesBar.AsSpan(0, edges.Count), scratch.Convolution[_layer]);
            }

            for (int e = 0; _block.HasDensity && e < edges.Count; e++) { edges.DistancesBar[e] += densityBar * weights.DensitySlopes[e]; }
            for (int e = 0; _repulsion is not null && e < edges.Count; e++)
            {
                edges.DistancesBar[e] += _repulsion.Evaluate(edges.Distances[e], geometry.Elements[edges.Senders[e]], geometry.Elements[receiver]).Slope;
            }

            Scatter(scratch, receiver, atomicVirials);
        }
    }

    private static void Scatter(ThreadScratch<T> scratch, int receiver, bool atomicVirials)
    {
        EdgeBatch<T> edges = scratch.Edges;
        Matrix3 strain = default;
        for (int e = 0; e < edges.Count; e++)
        {
            Vector3D bar = edges.VectorBar(e);
            int sender = edges.Senders[e];
            scratch.Gradient[receiver] += bar;
            scratch.Gradient[sender] -= bar;
            Matrix3 outer = Matrix3.Outer(edges.Vector(e), bar);
            strain += outer;
            if (atomicVirials)
            {
                scratch.AtomicVirials[receiver] += 0.5 * outer;
                scratch.AtomicVirials[sender] += 0.5 * outer;
            }
        }

        scratch.StrainGradient += strain;
    }
}
