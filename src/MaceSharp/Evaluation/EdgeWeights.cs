using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Evaluation;

/// <summary>Radial weights and densities of the edges of a batch, and their slopes, for one layer and one thread.</summary>
internal abstract class EdgeWeights<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <param name="width">Radial weights an edge.</param>
    protected EdgeWeights(int width)
    {
        Width = width;
        Values = new AlignedBuffer<T>(EdgeBatch<T>.Capacity * width);
        Slopes = new AlignedBuffer<T>(EdgeBatch<T>.Capacity * width);
    }

    /// <summary>Radial weights an edge.</summary>
    public int Width { get; }

    /// <summary>Whether the batch must bring the radial basis.</summary>
    public abstract bool NeedsBasis { get; }

    /// <summary>Radial weights, envelope included, [edges, width].</summary>
    public AlignedBuffer<T> Values { get; }

    /// <summary>Their derivatives with respect to the distance, 1/Å.</summary>
    public AlignedBuffer<T> Slopes { get; }

    /// <summary>Densities of the edges; empty without.</summary>
    public abstract ReadOnlySpan<double> Densities { get; }

    /// <summary>Their derivatives with respect to the distance, 1/Å.</summary>
    public abstract ReadOnlySpan<double> DensitySlopes { get; }

    /// <summary>Evaluates the weights of a batch.</summary>
    /// <param name="geometry">The structure.</param>
    /// <param name="edges">The batch.</param>
    /// <param name="receiver">Its receiver.</param>
    /// <param name="slopes">Whether slopes are wanted.</param>
    public abstract void Evaluate(in EdgeGeometry geometry, EdgeBatch<T> edges, int receiver, bool slopes);
}
