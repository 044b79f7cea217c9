using System.Numerics;
using MaceSharp.Atoms;
using MaceSharp.Measuring;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Memory of one thread: the edges and the intermediate results of one block of atoms, and accumulators of forces.</summary>
internal sealed class ThreadScratch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Atoms that are worked on together, so that the mixing products have enough rows.</summary>
    public const int BlockSize = 8;

    private readonly int _densityWidth;
    private int _densityElements;

    /// <param name="network">The network.</param>
    /// <param name="states">What is kept of each layer.</param>
    /// <param name="thread">Index of this thread.</param>
    public ThreadScratch(MaceNetwork<T> network, LayerState<T>[] states, int thread)
    {
        Edges = new EdgeGroup<T>(network.Radial, network.HyperParameters.MaxEll, BlockSize);
        int message = 0, mixed = 0, a = 0, b = 0, output = 0, input = 0, sent = 0, readout = 1;
        foreach (MaceLayer<T> layer in network.Layers)
        {
            InteractionBlock<T> block = layer.Interaction;
            message = Math.Max(message, block.Slabs.IsEmpty ? 0 : block.Slabs.Max(static s => s.Convolution.Output.Dimension));
            _densityWidth = Math.Max(_densityWidth, block.Density?.Convolution.Output.Dimension ?? 0);
            mixed = Math.Max(mixed, Math.Max(block.Mixed.Dimension, layer.Message.Dimension));
            a = Math.Max(a, layer.Message.Dimension);
            b = Math.Max(b, layer.Contraction.Output.Dimension);
            input = Math.Max(input, layer.Input.Dimension);
            sent = Math.Max(sent, block.Up.Output.Dimension);
            output = Math.Max(output, layer.Output.Dimension);
            readout = Math.Max(readout, layer.Readouts.Max(static r => r?.ScratchWidth ?? 0));
        }

        Message = new AlignedBuffer<T>(BlockSize * message);
        Density = new AlignedBuffer<T>(0);
        Mixed = new AlignedBuffer<T>(BlockSize * mixed);
        Normalized = new AlignedBuffer<T>(BlockSize * mixed);
        MixedBar = new AlignedBuffer<T>(BlockSize * mixed);
        Aggregate = new AlignedBuffer<T>(BlockSize * a);
        AggregateBar = new AlignedBuffer<T>(BlockSize * a);
        Product = new AlignedBuffer<T>(BlockSize * b);
        Input = new AlignedBuffer<T>(BlockSize * input);
        InputBar = new AlignedBuffer<T>(BlockSize * input);
        Sent = new AlignedBuffer<T>(BlockSize * sent);
        Output = new AlignedBuffer<T>(BlockSize * output);
        OutputBar = new AlignedBuffer<T>(BlockSize * output);
        Densities = new double[BlockSize];
        DensitiesBar = new double[BlockSize];
        Down = new T[BlockSize * network.Layers.Max(static l => l.Interaction.Down?.Output.Dimension ?? 0)];
        Readout = new double[readout];
        ReadoutOutput = new double[16];
        ReadoutInput = new double[output];
        ReadoutInputBar = new double[output];
        Convolution = [.. network.Layers.Select(static l => CreateConvolutionScratch(l.Interaction))];
        Weights = [.. network.Layers.Select((layer, t) => CreateWeights(network, layer, states[t], t, thread))];
        Contraction = [.. network.Layers.Select(static l => l.Contraction.CreateScratch())];
    }

    /// <summary>Gathers the time of each stage; null: nobody.</summary>
    public StageTimes? Times { get; set; }

    /// <summary>The edges of the block.</summary>
    public EdgeGroup<T> Edges { get; }

    public RowBuffer Rows { get; } = new();

    /// <summary>Messages of one slab [atoms, message], on the way back their adjoint.</summary>
    public AlignedBuffer<T> Message { get; }

    /// <summary>Densities of a first layer [elements present, atoms, density], on the way back their adjoint.</summary>
    public AlignedBuffer<T> Density { get; private set; }

    /// <summary>Messages after the first mixing, before they are normalised.</summary>
    public AlignedBuffer<T> Mixed { get; }

    /// <summary>Messages after they were normalised; the input of the gate where there is one.</summary>
    public AlignedBuffer<T> Normalized { get; }

    public AlignedBuffer<T> MixedBar { get; }

    /// <summary>A-basis.</summary>
    public AlignedBuffer<T> Aggregate { get; }

    public AlignedBuffer<T> AggregateBar { get; }

    /// <summary>B-basis, on the way back its adjoint.</summary>
    public AlignedBuffer<T> Product { get; }

    /// <summary>Features before the layer.</summary>
    public AlignedBuffer<T> Input { get; }

    public AlignedBuffer<T> InputBar { get; }

    /// <summary>Sent features of the block, all channels.</summary>
    public AlignedBuffer<T> Sent { get; }

    /// <summary>Features after the layer.</summary>
    public AlignedBuffer<T> Output { get; }

    public AlignedBuffer<T> OutputBar { get; }

    /// <summary>Edge density of each atom.</summary>
    public double[] Densities { get; }

    public double[] DensitiesBar { get; }

    public T[] Down { get; }

    public double[] Readout { get; }

    public double[] ReadoutOutput { get; }

    public double[] ReadoutInput { get; }

    public double[] ReadoutInputBar { get; }

    /// <summary>Memory of the convolutions, [layer][slab].</summary>
    public ConvolutionScratch<T>[][] Convolution { get; }

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
    /// <param name="atoms">Number of atoms.</param>
    /// <param name="elements">Number of elements present.</param>
    /// <param name="backward">Whether derivatives are wanted.</param>
    /// <param name="atomicVirials">Whether virials of atoms are wanted.</param>
    public void Begin(int atoms, int elements, bool backward, bool atomicVirials)
    {
        if (_densityElements < elements)
        {
            _densityElements = elements;
            Density = new AlignedBuffer<T>(elements * BlockSize * _densityWidth);
        }

        StrainGradient = default;
        if (!backward) { return; }
        if (Gradient.Length < atoms) { Gradient = new Vector3D[atoms]; }
        Array.Clear(Gradient, 0, atoms);
        if (!atomicVirials) { return; }
        if (AtomicVirials.Length < atoms) { AtomicVirials = new Matrix3[atoms]; }
        Array.Clear(AtomicVirials, 0, atoms);
    }

    private static ConvolutionScratch<T>[] CreateConvolutionScratch(InteractionBlock<T> block) =>
        block.Density is { } density ? [density.Convolution.CreateScratch()] : [.. block.Slabs.Select(static s => s.Convolution.CreateScratch())];

    private static EdgeWeights<T> CreateWeights(MaceNetwork<T> network, MaceLayer<T> layer, LayerState<T> state, int t, int thread)
    {
        RadialBlock radial = layer.Interaction.Radial;
        if (!radial.IsPairFunction) { return new AttentionEdgeWeights<T>(radial, state, thread); }
        return network.Tables is { } tables ? new TableEdgeWeights<T>(tables[t]) : new NetworkEdgeWeights<T>(radial);
    }
}
