using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>
/// The work of one layer that is per edge: from edges to the message of their receiver, and back to forces and to the
/// features that were sent. Radial weights live only as long as their batch.
/// </summary>
internal sealed class EdgeSweep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MaceNetwork<T> _network;
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
        _network = network;
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
        int weightWidth = _convolution.WeightCount, harmonics = edges.HarmonicCount;
        double density = 0, pair = 0;
        int next = 0;
        while (edges.Fill(geometry, receiver, ref next))
        {
            RadialForward(geometry, scratch, receiver);
            RadialWorkspace<double> radial = scratch.Radial[_layer];
            ReadOnlySpan<T> weights = EdgeWeights(scratch, radial.Output, weightWidth);
            _convolution.Forward(edges.Senders.AsSpan(0, edges.Count), _state.Sent, edges.Harmonics.AsSpan(0, edges.Count * harmonics), weights, message, scratch.Convolution[_layer]);
            if (scratch.Density[_layer] is { } densities)
            {
                for (int e = 0; e < edges.Count; e++)
                {
                    double q = densities.Output[e];
                    density += Math.Tanh(q * q) * edges.Cutoffs[e];
                }
            }

            if (_repulsion is { } repulsion)
            {
                for (int e = 0; e < edges.Count; e++)
                {
                    pair += repulsion.Evaluate(edges.Distances[e], geometry.Elements[edges.Senders[e]], geometry.Elements[receiver]).Energy;
                }
            }
        }

        if (_block.HasDensity) { _state.Densities[receiver] = density; }
        return pair;
    }

    /// <summary>Runs the radial networks over the edges of the batch.</summary>
    private void RadialForward(in EdgeGeometry geometry, ThreadScratch<T> scratch, int receiver)
    {
        EdgeBatch<T> edges = scratch.Edges;
        int element = geometry.Elements[receiver];
        int width = _block.Radial.FirstWidth;
        RadialWorkspace<double> radial = scratch.Radial[_layer];
        radial.FirstTerms[..(edges.Count * width)].Clear();
        if (_block.Down is not null)
        {
            ReadOnlySpan<T> own = _state.ReceiverTerms.AsSpan(receiver * width, width);
            for (int e = 0; e < edges.Count; e++)
            {
                Span<double> terms = radial.FirstTerms.Slice(e * width, width);
                Simd.AddWidened(_state.SenderTerms.AsSpan(edges.Senders[e] * width, width), terms);
                Simd.AddWidened(own, terms);
            }
        }
        else if (_block.SenderElementTerms.Length > 0)
        {
            AddElementTerms(geometry, radial.FirstTerms, width, _block.SenderElementTerms, _block.ReceiverElementTerms, receiver, edges);
        }

        _block.Radial.Forward(edges.Basis, edges.Count, radial, scratch.Rows);
        if (_block.Density is null || scratch.Density[_layer] is not { } density) { return; }
        width = _block.Density.FirstWidth;
        density.FirstTerms[..(edges.Count * width)].Clear();
        if (_block.DensitySenderTerms.Length > 0)
        {
            AddElementTerms(geometry, density.FirstTerms, width, _block.DensitySenderTerms, _block.DensityReceiverTerms, receiver, edges);
        }

        _block.Density.Forward(edges.Basis, edges.Count, density, scratch.Rows);
    }

    private static void AddElementTerms(in EdgeGeometry geometry, Span<double> terms, int width, ReadOnlySpan<double> senderTerms, ReadOnlySpan<double> receiverTerms, int receiver, EdgeBatch<T> edges)
    {
        ReadOnlySpan<double> own = receiverTerms.Slice(geometry.Elements[receiver] * width, width);
        for (int e = 0; e < edges.Count; e++)
        {
            Span<double> row = terms.Slice(e * width, width);
            Simd.Add(senderTerms.Slice(geometry.Elements[edges.Senders[e]] * width, width), row);
            Simd.Add(own, row);
        }
    }

    /// <summary>Radial weights of the batch in the precision of the network, times the envelope where it is separate (else the factor is 1).</summary>
    private static ReadOnlySpan<T> EdgeWeights(ThreadScratch<T> scratch, ReadOnlySpan<double> weights, int width)
    {
        EdgeBatch<T> edges = scratch.Edges;
        Span<T> scaled = scratch.Weights.AsSpan(0, edges.Count * width);
        for (int e = 0; e < edges.Count; e++)
        {
            Simd.ScaleInto(edges.Cutoffs[e], weights.Slice(e * width, width), scaled.Slice(e * width, width));
        }

        return scaled;
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
        int weightWidth = _convolution.WeightCount, harmonics = edges.HarmonicCount;
        bool separate = _network.Radial.SeparateCutoff;
        int next = 0;
        while (edges.Fill(geometry, receiver, ref next))
        {
            RadialForward(geometry, scratch, receiver);
            RadialWorkspace<double> radial = scratch.Radial[_layer];
            ReadOnlySpan<T> weights = EdgeWeights(scratch, radial.Output, weightWidth);
            Span<T> weightsBar = scratch.NarrowWeightsBar.AsSpan(0, edges.Count * weightWidth);
            Span<T> sentBar = _featuresMove ? _state.SentBar[thread] : default;
            _convolution.Adjoint(edges.Senders.AsSpan(0, edges.Count), _state.Sent, edges.Harmonics.AsSpan(0, edges.Count * harmonics), weights, messageBar, sentBar, edges.HarmonicsBar.AsSpan(0, edges.Count * harmonics), weightsBar, scratch.Convolution[_layer]);
            Span<double> rawBar = scratch.WeightsBar.AsSpan(0, edges.Count * weightWidth);
            rawBar.Clear();
            Simd.AddWidened(weightsBar, rawBar);
            for (int e = 0; separate && e < edges.Count; e++)
            {
                Span<double> row = rawBar.Slice(e * weightWidth, weightWidth);
                edges.CutoffsBar[e] += Simd.Dot<double>(row, radial.Output.Slice(e * weightWidth, weightWidth));
                Simd.Scale(edges.Cutoffs[e], row);
            }

            _block.Radial.Adjoint(scratch.WeightsBar, edges.Count, radial, edges.BasisBar, scratch.Rows);
            if (_block.Down is not null && _featuresMove) { TermsAdjoint(radial, edges, thread, receiver); }
            if (_block.Density is not null) { DensityAdjoint(scratch, densityBar); }
            if (_repulsion is { } repulsion)
            {
                for (int e = 0; e < edges.Count; e++)
                {
                    edges.DistancesBar[e] += repulsion.Evaluate(edges.Distances[e], geometry.Elements[edges.Senders[e]], geometry.Elements[receiver]).Slope;
                }
            }

            Scatter(scratch, receiver, atomicVirials);
        }
    }

    private void TermsAdjoint(RadialWorkspace<double> radial, EdgeBatch<T> edges, int thread, int receiver)
    {
        int width = _block.Radial.FirstWidth;
        Span<T> receiverBar = _state.ReceiverTermsBar.AsSpan(receiver * width, width);
        for (int e = 0; e < edges.Count; e++)
        {
            ReadOnlySpan<double> bar = radial.FirstTermsBar.Slice(e * width, width);
            Simd.AddNarrowed(bar, receiverBar);
            Simd.AddNarrowed(bar, _state.SenderTermsBar[thread].AsSpan(edges.Senders[e] * width, width));
        }
    }

    private void DensityAdjoint(ThreadScratch<T> scratch, double densityBar)
    {
        EdgeBatch<T> edges = scratch.Edges;
        if (_block.Density is not { } network || scratch.Density[_layer] is not { } density) { return; }
        for (int e = 0; e < edges.Count; e++)
        {
            double q = density.Output[e], f = edges.Cutoffs[e];
            double tanh = Math.Tanh(q * q);
            edges.CutoffsBar[e] += densityBar * tanh;
            scratch.DensityBar[e] = densityBar * f * (1 - (tanh * tanh)) * 2 * q;
        }

        network.Adjoint(scratch.DensityBar, edges.Count, density, edges.BasisBar, scratch.Rows);
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
