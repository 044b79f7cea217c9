using System.Numerics;
using MaceSharp.Operators;

namespace MaceSharp.Training.Network;

/// <summary>
/// Inputs of radial networks that read more than the distance: rows [basis, scalars of the sender, scalars of the receiver], two a pair (first to second atom, then back).
/// The scalars are those of the elements (non-linear block) or of the features (attention block).
/// </summary>
internal readonly ref struct EdgeInputs<T>(LayerMaps<T> maps, Shard<T> shard)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly LayerMaps<T> _maps = maps;
    private readonly Shard<T> _shard = shard;

    private int Count => _maps.FeatureCount;

    private int BasisCount => _shard.Basis.Width;

    /// <summary>Writes the rows.</summary>
    public void Fill(Buffer<T> rows, Buffer<T> down)
    {
        for (int row = 0; row < rows.Rows; row++)
        {
            (int sender, int receiver) = Ends(row);
            Span<T> target = rows.Row(row);
            _shard.Basis.Row(row / 2).CopyTo(target);
            Source(sender, down).CopyTo(target[BasisCount..]);
            Target(receiver, down).CopyTo(target[(BasisCount + Count)..]);
        }
    }

    /// <summary>Writes the changes of the rows.</summary>
    /// <param name="basisDot">Changes of the basis by pair.</param>
    /// <param name="rows">Receives the rows.</param>
    /// <param name="downDot">Changes of the features; null: none.</param>
    public void FillDot(Buffer<T> basisDot, Buffer<T> rows, Buffer<T>? downDot)
    {
        rows.Cleared();
        for (int row = 0; row < rows.Rows; row++)
        {
            (int sender, int receiver) = Ends(row);
            Span<T> target = rows.Row(row);
            basisDot.Row(row / 2).CopyTo(target);
            if (downDot is null) { continue; }
            downDot.Row(sender).CopyTo(target[BasisCount..]);
            downDot.Row(receiver).CopyTo(target[(BasisCount + Count)..]);
        }
    }

    /// <summary>Adds the adjoint of the basis to that of the pairs.</summary>
    public void CollectBasis(Buffer<T> rowsBar)
    {
        for (int row = 0; row < rowsBar.Rows; row++) { Simd.Add<T>(rowsBar.Row(row)[..BasisCount], _shard.BasisBar.Row(row / 2)); }
    }

    /// <summary>Sums the adjoint of the features of each atom.</summary>
    public void CollectFeatures(Buffer<T> rowsBar, Buffer<T> downBar)
    {
        downBar.Cleared();
        for (int row = 0; row < rowsBar.Rows; row++)
        {
            (int sender, int receiver) = Ends(row);
            ReadOnlySpan<T> bar = rowsBar.Row(row);
            Simd.Add(bar.Slice(BasisCount, Count), downBar.Row(sender));
            Simd.Add(bar.Slice(BasisCount + Count, Count), downBar.Row(receiver));
        }
    }

    /// <summary>Adds to the gradient of the embeddings of elements, without their normalisation.</summary>
    public void AddEmbeddingGradient(Buffer<T> rowsBar, Span<double> gradient)
    {
        for (int row = 0; row < rowsBar.Rows; row++)
        {
            (int sender, int receiver) = Ends(row);
            ReadOnlySpan<T> bar = rowsBar.Row(row);
            Simd.AddWidened(bar.Slice(BasisCount, Count), gradient.Slice(_maps.SourceEmbedding!.Offset + (_shard.Elements[sender] * Count), Count));
            Simd.AddWidened(bar.Slice(BasisCount + Count, Count), gradient.Slice(_maps.TargetEmbedding!.Offset + (_shard.Elements[receiver] * Count), Count));
        }
    }

    private (int Sender, int Receiver) Ends(int row) => (row & 1) == 0 ? (_shard.First[row / 2], _shard.Second[row / 2]) : (_shard.Second[row / 2], _shard.First[row / 2]);

    private ReadOnlySpan<T> Source(int atom, Buffer<T> down) => _maps.SourceEmbedding is null ? down.Row(atom) : _maps.Embeddings.AsSpan(_shard.Elements[atom] * Count, Count);

    private ReadOnlySpan<T> Target(int atom, Buffer<T> down) => _maps.SourceEmbedding is null ? down.Row(atom) : _maps.Embeddings.AsSpan((_maps.Embeddings.Length / 2) + (_shard.Elements[atom] * Count), Count);
}
