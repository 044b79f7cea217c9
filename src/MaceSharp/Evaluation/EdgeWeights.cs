using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights and densities of the edges of a group, and their slopes, for one layer and one thread.</summary>
internal abstract class EdgeWeights<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="runLength">Edges that are evaluated together at most.</param>
    /// <param name="width">Radial weights an edge of the widest slab.</param>
    protected EdgeWeights(int runLength, int width)
    {
        RunLength = runLength;
        Values = new AlignedBuffer<T>(runLength * width);
        Slopes = new AlignedBuffer<T>(runLength * width);
    }

    /// <summary>Edges that are evaluated together at most.</summary>
    public int RunLength { get; }

    /// <summary>Edges that are best evaluated together on the way back.</summary>
    public virtual int AdjointRunLength => RunLength;

    /// <summary>Whether the group must bring the radial basis.</summary>
    public abstract bool NeedsBasis { get; }

    /// <summary>Whether edges whose senders are of one element are best evaluated one after the other.</summary>
    public virtual bool DependOnElements => false;

    /// <summary>Radial weights of the last run, envelope included, [edges, width of the slab].</summary>
    public AlignedBuffer<T> Values { get; }

    /// <summary>Their derivatives with respect to the distance, 1/Å.</summary>
    public AlignedBuffer<T> Slopes { get; }

    /// <summary>Densities of the edges of the group that have been evaluated, for blocks that have them.</summary>
    public double[] Densities { get; private set; } = [];

    /// <summary>Their derivatives with respect to the distance, 1/Å.</summary>
    public double[] DensitySlopes { get; private set; } = [];

    /// <summary>Prepares for a group of edges.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="edges">The group.</param>
    public virtual void Begin(in EdgeGeometry geometry, EdgeGroup<T> edges)
    {
        if (Densities.Length >= edges.Capacity) { return; }
        Densities = new double[edges.Capacity];
        DensitySlopes = new double[edges.Capacity];
    }

    /// <summary>Radial weights an edge in a slab.</summary>
    public abstract int WidthOf(int slab);

    /// <summary>Evaluates the weights of a run of edges of one receiver.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="edges">The group.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="slab">Which of the weights.</param>
    /// <param name="first">First edge.</param>
    /// <param name="count">Number of edges, at most <see cref="RunLength"/>.</param>
    /// <param name="slopes">Whether slopes are wanted.</param>
    public abstract void Evaluate(in EdgeGeometry geometry, EdgeGroup<T> edges, int receiver, int slab, int first, int count, bool slopes);
}
