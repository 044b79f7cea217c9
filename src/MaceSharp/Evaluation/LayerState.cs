using System.Numerics;
using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>What is kept of one layer for all atoms: what the way back cannot cheaply recompute. Nothing here is per edge.</summary>
internal sealed class LayerState<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly MaceLayer<T> _layer;
    private readonly int _threads;
    private int _capacity;

    public LayerState(MaceLayer<T> layer, int threads)
    {
        _layer = layer;
        _threads = threads;
        SentBar = [.. Enumerable.Repeat(new AlignedBuffer<T>(0), threads)];
        SenderTermsBar = [.. Enumerable.Repeat(Array.Empty<T>(), threads)];
    }

    /// <summary>Sent features [atoms, sent].</summary>
    public AlignedBuffer<T> Sent { get; private set; } = new(0);

    /// <summary>Adjoint of the sent features, one array a thread because any thread may meet any sender.</summary>
    public AlignedBuffer<T>[] SentBar { get; }

    /// <summary>First-layer terms of the radial network by sender (attention block).</summary>
    public T[] SenderTerms { get; private set; } = [];

    /// <summary>First-layer terms of the radial network by receiver (attention block).</summary>
    public T[] ReceiverTerms { get; private set; } = [];

    /// <summary>Adjoint of the sender terms, one array a thread.</summary>
    public T[][] SenderTermsBar { get; }

    /// <summary>Adjoint of the receiver terms.</summary>
    public T[] ReceiverTermsBar { get; private set; } = [];

    /// <summary>Messages after the first mixing (blocks with a density).</summary>
    public T[] Mixed { get; private set; } = [];

    /// <summary>Edge density of each atom.</summary>
    public double[] Densities { get; private set; } = [];

    /// <summary>A-basis [atoms, components, channels].</summary>
    public T[] Messages { get; private set; } = [];

    /// <summary>Node features after the layer [atoms, output].</summary>
    public T[] Output { get; private set; } = [];

    /// <summary>Adjoint of <see cref="Output"/>.</summary>
    public T[] OutputBar { get; private set; } = [];

    /// <summary>Makes room for a number of atoms.</summary>
    /// <param name="atoms">Number of atoms.</param>
    /// <param name="backward">Whether adjoints will be needed.</param>
    public void Reserve(int atoms, bool backward)
    {
        InteractionBlock<T> block = _layer.Interaction;
        if (atoms > _capacity)
        {
            _capacity = atoms;
            Sent = new AlignedBuffer<T>(Size(atoms, block.Up.Output.Dimension));
            Messages = new T[Size(atoms, _layer.Message.Dimension)];
            Output = new T[Size(atoms, _layer.Output.Dimension)];
            if (block.HasDensity)
            {
                Mixed = new T[Size(atoms, block.Mix.Output.Dimension)];
                Densities = new double[atoms];
            }

            if (block.Down is not null)
            {
                SenderTerms = new T[Size(atoms, block.Radial.Weights.FirstWidth)];
                ReceiverTerms = new T[Size(atoms, block.Radial.Weights.FirstWidth)];
            }
        }

        if (!backward) { return; }
        if (OutputBar.Length < Output.Length) { OutputBar = new T[Output.Length]; }
        if (ReceiverTermsBar.Length < ReceiverTerms.Length) { ReceiverTermsBar = new T[ReceiverTerms.Length]; }
        for (int thread = 0; thread < _threads; thread++)
        {
            if (SentBar[thread].Length < Sent.Length) { SentBar[thread] = new AlignedBuffer<T>(Sent.Length); }
            if (SenderTermsBar[thread].Length < SenderTerms.Length) { SenderTermsBar[thread] = new T[SenderTerms.Length]; }
        }

        Array.Clear(OutputBar, 0, atoms * _layer.Output.Dimension);
        Array.Clear(ReceiverTermsBar);
        foreach (AlignedBuffer<T> bar in SentBar) { bar.Span.Clear(); }
        foreach (T[] bar in SenderTermsBar) { Array.Clear(bar); }
    }

    private static int Size(int atoms, int width)
    {
        long size = (long)atoms * width;
        return size <= Array.MaxLength
            ? (int)size
            : throw new Atoms.InvalidInputException($"{atoms} atoms are too many for one evaluation of this model on this path (at most {Array.MaxLength / width}).");
    }
}
