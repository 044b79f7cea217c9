using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>
/// The work of one layer that is per edge, over the group of edges a thread has filled: from edges to the messages of their
/// receivers, and back to forces and to the features that were sent. Radial weights live only as long as their run of edges.
/// </summary>
internal sealed class EdgeSweep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly InteractionBlock<T> _block;
    private readonly LayerState<T> _state;
    private readonly int _layer;

    /// <summary>Repulsion, counted in the first layer only.</summary>
    private readonly PairRepulsion? _repulsion;

    /// <summary>Whether the sent features depend on positions, as they do in all layers but the first.</summary>
    private readonly bool _featuresMove;

    public EdgeSweep(MaceNetwork<T> network, int layer, LayerState<T> state)
    {
        _block = network.Layers[layer].Interaction;
        _state = state;
        _layer = layer;
        _repulsion = layer == 0 ? network.Repulsion : null;
        _featuresMove = layer > 0;
    }

    /// <summary>Fills the group of a thread with the edges of a block of receivers.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="scratch">Memory of this thread.</param>
    /// <param name="first">First receiver.</param>
    /// <param name="count">Number of receivers.</param>
    public void Begin(in EdgeGeometry geometry, ThreadScratch<T> scratch, int first, int count)
    {
        EdgeWeights<T> weights = scratch.Weights[_layer];
        scratch.Times?.End(EvaluationStage.Products);
        scratch.Edges.Fill(geometry, first, count, weights.NeedsBasis, _block.Density is not null || weights.DependOnElements);
        scratch.Times?.End(EvaluationStage.Geometry);
        weights.Begin(geometry, scratch.Edges);
        scratch.Times?.End(EvaluationStage.RadialWeights);
    }

    /// <summary>Sums the edges of one receiver into its message.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="scratch">Memory of this thread, with the group.</param>
    /// <param name="index">Which receiver of the group.</param>
    /// <param name="slab">Which of the channels.</param>
    /// <param name="message">Its message, accumulated.</param>
    public void Forward(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index, int slab, Span<T> message)
    {
        EdgeGroup<T> edges = scratch.Edges;
        Sum(geometry, scratch, index, slab, edges.Starts[index], edges.Starts[index + 1], _block.Slabs[slab].Convolution, _state.Sent[slab].Span, message);
    }

    /// <summary>Sums the edges of one receiver into the densities of its neighbours, by their elements.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="scratch">Memory of this thread, with the group.</param>
    /// <param name="index">Which receiver of the group.</param>
    /// <param name="density">The density of the layer.</param>
    /// <param name="messages">Densities [elements present, receivers, density], accumulated.</param>
    public void ForwardDensity(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index, ElementDensity<T> density, Span<T> messages)
    {
        EdgeGroup<T> edges = scratch.Edges;
        int width = density.Convolution.Output.Dimension;
        for (int first = edges.Starts[index], end; first < edges.Starts[index + 1]; first = end)
        {
            end = EndOfElement(geometry, edges, first, edges.Starts[index + 1], out int slot);
            Sum(geometry, scratch, index, 0, first, end, density.Convolution, density.Ones, messages.Slice(((slot * edges.Receivers) + index) * width, width));
        }
    }

    /// <summary>What the edges of one receiver say besides their message, after the forward sweep over all of them.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="scratch">Memory of this thread, with the group.</param>
    /// <param name="index">Which receiver of the group.</param>
    /// <returns>Its edge density, and its share of the pair repulsion, eV.</returns>
    public (double Density, double Repulsion) Scalars(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index)
    {
        EdgeGroup<T> edges = scratch.Edges;
        EdgeWeights<T> weights = scratch.Weights[_layer];
        int receiver = edges.FirstReceiver + index;
        double density = 0, pair = 0;
        for (int e = edges.Starts[index]; _block.HasDensity && e < edges.Starts[index + 1]; e++) { density += weights.Densities[e]; }
        for (int e = edges.Starts[index]; _repulsion is not null && e < edges.Starts[index + 1]; e++)
        {
            pair += _repulsion.Evaluate(edges.Distances[e], geometry.Elements[edges.Senders[e]], geometry.Elements[receiver]).Energy;
        }

        return (density, pair);
    }

    /// <summary>The way back over the edges of one receiver.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="scratch">Memory of this thread, with the group.</param>
    /// <param name="thread">Index of this thread.</param>
    /// <param name="index">Which receiver of the group.</param>
    /// <param name="slab">Which of the channels.</param>
    /// <param name="messageBar">Adjoint of its message.</param>
    public void Adjoint(in EdgeGeometry geometry, ThreadScratch<T> scratch, int thread, int index, int slab, ReadOnlySpan<T> messageBar)
    {
        EdgeGroup<T> edges = scratch.Edges;
        Span<T> sentBar = _featuresMove ? _state.SentBar[thread][slab].Span : default;
        SumAdjoint(geometry, scratch, index, slab, edges.Starts[index], edges.Starts[index + 1], _block.Slabs[slab].Convolution, _state.Sent[slab].Span, messageBar, sentBar);
    }

    /// <summary>The way back of <see cref="ForwardDensity"/>.</summary>
    public void AdjointDensity(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index, ElementDensity<T> density, ReadOnlySpan<T> messagesBar)
    {
        EdgeGroup<T> edges = scratch.Edges;
        int width = density.Convolution.Output.Dimension;
        for (int first = edges.Starts[index], end; first < edges.Starts[index + 1]; first = end)
        {
            end = EndOfElement(geometry, edges, first, edges.Starts[index + 1], out int slot);
            SumAdjoint(geometry, scratch, index, 0, first, end, density.Convolution, density.Ones, messagesBar.Slice(((slot * edges.Receivers) + index) * width, width), default);
        }
    }

    /// <summary>Turns what was gathered for the edges of one receiver into forces, after <see cref="EdgeGroup{T}.Contract"/>.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="scratch">Memory of this thread, with the group; gathers forces.</param>
    /// <param name="index">Which receiver of the group.</param>
    /// <param name="weight">Weight of its energy.</param>
    /// <param name="densityBar">Adjoint of its density.</param>
    /// <param name="atomicVirials">Whether virials of atoms are wanted.</param>
    public void Finish(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index, double weight, double densityBar, bool atomicVirials)
    {
        EdgeGroup<T> edges = scratch.Edges;
        EdgeWeights<T> weights = scratch.Weights[_layer];
        int receiver = edges.FirstReceiver + index;
        Vector3D total = default;
        Matrix3 strain = default;
        for (int e = edges.Starts[index]; e < edges.Starts[index + 1]; e++)
        {
            int sender = edges.Senders[e];
            if (_block.HasDensity) { edges.DistancesBar[e] += densityBar * weights.DensitySlopes[e]; }
            if (_repulsion is not null) { edges.DistancesBar[e] += weight * _repulsion.Evaluate(edges.Distances[e], geometry.Elements[sender], geometry.Elements[receiver]).Slope; }
            Vector3D bar = edges.VectorBar(e);
            total += bar;
            scratch.Gradient[sender] -= bar;
            Matrix3 outer = Matrix3.Outer(edges.Vector(e), bar);
            strain += outer;
            if (atomicVirials)
            {
                scratch.AtomicVirials[receiver] += 0.5 * outer;
                scratch.AtomicVirials[sender] += 0.5 * outer;
            }
        }

        scratch.Gradient[receiver] += total;
        scratch.StrainGradient += strain;
    }

    /// <summary>Where the run of edges ends whose senders are of the same element.</summary>
    private static int EndOfElement(in EdgeGeometry geometry, EdgeGroup<T> edges, int first, int last, out int slot)
    {
        slot = geometry.Species.SlotOf(edges.Senders[first]);
        int end = first + 1;
        while (end < last && geometry.Species.SlotOf(edges.Senders[end]) == slot) { end++; }
        return end;
    }

    private void Sum(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index, int slab, int first, int last, EdgeConvolution<T> convolution, ReadOnlySpan<T> sent, Span<T> message)
    {
        EdgeGroup<T> edges = scratch.Edges;
        EdgeWeights<T> weights = scratch.Weights[_layer];
        int harmonics = edges.HarmonicCount, width = weights.WidthOf(slab);
        for (int run = first; run < last; run += weights.RunLength)
        {
            int count = Math.Min(weights.RunLength, last - run);
            weights.Evaluate(geometry, edges, edges.FirstReceiver + index, slab, run, count, slopes: false);
            scratch.Times?.End(EvaluationStage.RadialWeights);
            convolution.Forward(edges.Senders.AsSpan(run, count), sent, edges.Harmonics.AsSpan(run * harmonics, count * harmonics), weights.Values.AsSpan(0, count * width), message, scratch.Convolution[_layer][slab]);
            scratch.Times?.End(EvaluationStage.EdgesForward);
        }
    }

    private void SumAdjoint(in EdgeGeometry geometry, ThreadScratch<T> scratch, int index, int slab, int first, int last, EdgeConvolution<T> convolution, ReadOnlySpan<T> sent, ReadOnlySpan<T> messageBar, Span<T> sentBar)
    {
        EdgeGroup<T> edges = scratch.Edges;
        EdgeWeights<T> weights = scratch.Weights[_layer];
        ConvolutionScratch<T> memory = scratch.Convolution[_layer][slab];
        int harmonics = edges.HarmonicCount, width = weights.WidthOf(slab), receiver = edges.FirstReceiver + index, length = weights.AdjointRunLength;
        AttentionEdgeWeights<T>? attention = weights as AttentionEdgeWeights<T>;
        convolution.Uncouple(messageBar, memory);
        scratch.Times?.End(EvaluationStage.EdgesBack);
        for (int run = first; run < last; run += length)
        {
            int count = Math.Min(length, last - run);
            ReadOnlySpan<int> senders = edges.Senders.AsSpan(run, count);
            ReadOnlySpan<T> y = edges.Harmonics.AsSpan(run * harmonics, count * harmonics);
            Span<T> yBar = edges.HarmonicsBar.AsSpan(run * harmonics, count * harmonics);
            weights.Evaluate(geometry, edges, receiver, slab, run, count, slopes: true);
            scratch.Times?.End(EvaluationStage.RadialWeights);
            ReadOnlySpan<T> values = weights.Values.AsSpan(0, count * width);
            if (attention is not null)
            {
                convolution.AdjointOfUncoupled(senders, sent, y, values, sentBar, yBar, attention.ValuesBar.AsSpan(0, count * width), memory);
                attention.Adjoint(edges, receiver, run, count, _featuresMove);
            }
            else
            {
                convolution.AdjointOfUncoupled(senders, sent, y, values, weights.Slopes.AsSpan(0, count * width), sentBar, yBar, edges.DistancesBar.AsSpan(run, count), memory);
            }

            scratch.Times?.End(EvaluationStage.EdgesBack);
        }
    }
}
