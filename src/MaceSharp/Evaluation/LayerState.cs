using System.Numerics;
using System.Runtime.CompilerServices;
using MaceSharp.Atoms;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>What is kept of one layer for all atoms: what other atoms need of an atom. Everything else is made again, nothing is per edge.</summary>
internal sealed class LayerState<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Memory up to which the A-basis of all atoms is kept for the way back instead of being made again, bytes.</summary>
    private const long MostKept = 32 << 20;

    private readonly MaceLayer<T> _layer;
    private readonly bool _last;
    private int _capacity;
    private int _outputCapacity;
    private int _barCapacity;

    /// <param name="layer">The layer.</param>
    /// <param name="last">Whether it is the last one.</param>
    /// <param name="threads">Number of threads.</param>
    public LayerState(MaceLayer<T> layer, bool last, int threads)
    {
        _layer = layer;
        _last = last;
        int slabs = layer.Interaction.Slabs.Length;
        Sent = new AlignedBuffer<T>[slabs];
        SentBar = [.. Enumerable.Range(0, threads).Select(_ => new AlignedBuffer<T>[slabs])];
        SenderTermsBar = [.. Enumerable.Repeat(Array.Empty<T>(), threads)];
    }

    /// <summary>Sent features of each slab [atoms, stride].</summary>
    public AlignedBuffer<T>[] Sent { get; }

    /// <summary>Adjoint of the sent features, [thread][slab], because any thread may meet any sender.</summary>
    public AlignedBuffer<T>[][] SentBar { get; }

    /// <summary>First-layer terms of the radial network by sender (attention block).</summary>
    public T[] SenderTerms { get; private set; } = [];

    /// <summary>First-layer terms of the radial network by receiver (attention block).</summary>
    public T[] ReceiverTerms { get; private set; } = [];

    /// <summary>Adjoint of the sender terms, one array a thread.</summary>
    public T[][] SenderTermsBar { get; }

    /// <summary>Adjoint of the receiver terms.</summary>
    public T[] ReceiverTermsBar { get; private set; } = [];

    /// <summary>A-basis [atoms, components, channels], kept for the way back of a structure that is small enough; else empty.</summary>
    public T[] Kept { get; private set; } = [];

    /// <summary>Whether <see cref="Kept"/> is in use for the present structure.</summary>
    public bool Keeps { get; private set; }

    /// <summary>Node features after the layer [atoms, output]; of the last layer only where they are asked for.</summary>
    public T[] Output { get; private set; } = [];

    /// <summary>What the next layer's residual says of the adjoint of <see cref="Output"/>; in its place unless the features are to be kept.</summary>
    public T[] OutputBar { get; private set; } = [];

    /// <summary>Makes room for a number of atoms.</summary>
    /// <param name="atoms">Number of atoms.</param>
    /// <param name="backward">Whether adjoints will be needed.</param>
    /// <param name="keepFeatures">Whether the features of all layers are wanted in the end.</param>
    public void Reserve(int atoms, bool backward, bool keepFeatures)
    {
        InteractionBlock<T> block = _layer.Interaction;
        int terms = block.Down is null ? 0 : block.Radial.Weights.FirstWidth;
        if (atoms > _capacity)
        {
            _capacity = atoms;
            for (int s = 0; s < Sent.Length; s++) { Sent[s] = new AlignedBuffer<T>(Size(atoms, block.Slabs[s].Convolution.SenderStride)); }
            SenderTerms = new T[Size(atoms, terms)];
            ReceiverTerms = new T[Size(atoms, terms)];
        }

        if ((!_last || keepFeatures) && atoms > _outputCapacity)
        {
            _outputCapacity = atoms;
            Output = new T[Size(atoms, _layer.Output.Dimension)];
        }

        // Gates and densities need more than the A-basis on the way back.
        long basis = (long)atoms * _layer.Message.Dimension;
        Keeps = backward && !_last && block.Gate is null && !block.HasDensity && basis * Unsafe.SizeOf<T>() <= MostKept;
        if (Keeps && Kept.Length < basis) { Kept = new T[basis]; }
        if (!backward) { return; }
        if (!keepFeatures) { OutputBar = Output; }
        else if (ReferenceEquals(OutputBar, Output) || OutputBar.Length < Output.Length) { OutputBar = new T[Output.Length]; }
        if (atoms > _barCapacity)
        {
            _barCapacity = atoms;
            foreach (AlignedBuffer<T>[] bars in SentBar)
            {
                for (int s = 0; s < bars.Length; s++) { bars[s] = new AlignedBuffer<T>(Sent[s].Length); }
            }

            ReceiverTermsBar = new T[ReceiverTerms.Length];
            for (int thread = 0; thread < SenderTermsBar.Length; thread++) { SenderTermsBar[thread] = new T[SenderTerms.Length]; }
        }

        Array.Clear(ReceiverTermsBar);
    }

    /// <summary>Clears what a thread gathers for the atoms.</summary>
    public void ClearBars(int thread, int atoms)
    {
        for (int s = 0; s < Sent.Length; s++) { SentBar[thread][s].Span[..(atoms * _layer.Interaction.Slabs[s].Convolution.SenderStride)].Clear(); }
        Array.Clear(SenderTermsBar[thread]);
    }

    private static int Size(int atoms, int width)
    {
        long size = (long)atoms * width;
        return size <= Array.MaxLength - 64
            ? (int)size
            : throw new InvalidInputException($"{atoms} atoms are too many for one evaluation of this model (at most {(Array.MaxLength - 64) / width}).");
    }
}
