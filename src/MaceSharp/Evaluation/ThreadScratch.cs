using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Memory of one thread: an edge batch, the messages of one block of atoms, and accumulators of forces.</summary>
internal sealed class ThreadScratch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Atoms that are worked on together, so that the mixing products have enough rows.</summary>
    public const int BlockSize = 8;

    /// <param name="network">The network.</param>
    /// <param name="states">What is kept of each layer.</param>
    /// <param name="thread">Index of this thread.</param>
    public ThreadScratch(MaceNetwork<T> network, LayerState<T>[] states, int thread)
    {
        Edges = new EdgeBatch<T>(network.Radial, network.HyperParameters.MaxEll);
        int message = 0, mixed = 0, a = 0, b = 0, output = 0, readout = 1;
        foreach (MaceLayer<T> layer in network.Layers)
        {
            InteractionBlock<T> block = layer.Interaction;
            message = Math.Max(message, block.Convolution.Output.Dimension);
            mixed = Math.Max(mixed, Math.Max(block.Mix.Output.Dimension, layer.Message.Dimension));
            a = Math.Max(a, layer.Message.Dimension);
            b = Math.Max(b, layer.Contraction.Output.Dimension);
            output = Math.Max(output, layer.Output.Dimension);
            readout = Math.Max(readout, layer.Readouts.Max(static r => r?.ScratchWidth ?? 0));
        }

        Message = new T[BlockSize * message];
        MessageBar = new T[BlockSize * message];
        Mixed = new T[BlockSize * mixed];
        Normalized = new T[BlockSize * mixed];
        MixedBar = new T[BlockSize * mixed];
        Product = new T[BlockSize * b];
        Aggregate = new T[BlockSize * a];
        Down = new T[BlockSize * network.Layers.Max(static l => l.Interaction.Down?.Output.Dimension ?? 0)];
        Readout = new double[readout];
        ReadoutOutput = new double[16];
        ReadoutInput = new double[output];
        ReadoutInputBar = new double[output];
        Convolution = [.. network.Layers.Select(static l => l.Interaction.Convolution.CreateScratch())];
        Weights = [.. network.Layers.Select((layer, t) => CreateWeights(network, layer, states[t], t, thread))];
        Contraction = [.. network.Layers.Select(static l => l.Contraction.CreateScratch())];
    }

    public EdgeBatch<T> Edges { get; }

    public RowBuffer Rows { get; } = new();

    public T[] Message { get; }

    public T[] MessageBar { get; }

    public T[] Mixed { get; }

    public T[] Normalized { get; }

    public T[] MixedBar { get; }

    public T[] Product { get; }

    public T[] Aggregate { get; }

    public T[] Down { get; }

    public double[] Readout { get; }

    public double[] ReadoutOutput { get; }

    public double[] ReadoutInput { get; }

    public double[] ReadoutInputBar { get; }

    public ConvolutionScratch<T>[] Convolution { get; }

    /// <summary>Radial weights of each layer.</summary>
    public EdgeWeights<T>[] Weights { get; }

    public ContractionScratch<T>[] Contraction { get; }

    /// <summary>∂E/∂r gathered by this thread, eV/Å.</summary>
    public Vector3D[] Gradient { get; private set; } = [];

    /// <summary>Virials of atoms gathered by this thread, eV.</summary>
    public Matrix3[] AtomicVirials { get; private set; } = [];

    /// <summary>Strain derivative ∂E/∂ε gathered by this thread, eV.</summary>
    public Matrix3 StrainGradient { get; set; }

    /// <summary>Clears the accumulators.</summary>
    public void Begin(int atoms, bool backward, bool atomicVirials)
    {
        StrainGradient = default;
        if (!backward) { return; }
        if (Gradient.Length < atoms) { Gradient = new Vector3D[atoms]; }
        Array.Clear(Gradient, 0, atoms);
        if (!atomicVirials) { return; }
        if (AtomicVirials.Length < atoms) { AtomicVirials = new Matrix3[atoms]; }
        Array.Clear(AtomicVirials, 0, atoms);
    }

    private static EdgeWeights<T> CreateWeights(MaceNetwork<T> network, MaceLayer<T> layer, LayerState<T> state, int t, int thread)
    {
        RadialBlock radial = layer.Interaction.Radial;
        if (!radial.IsPairFunction) { return new AttentionEdgeWeights<T>(radial, state, thread); }
        return network.Tables is { } tables ? new TableEdgeWeights<T>(tables[t]) : new NetworkEdgeWeights<T>(radial);
    }
}
