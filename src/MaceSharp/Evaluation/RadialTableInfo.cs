namespace MaceSharp;

/// <summary>Size and error of one table of radial weights.</summary>
public sealed record RadialTableInfo
{
    /// <summary>The layer, from 0.</summary>
    public required int Layer { get; init; }

    /// <summary>Atomic numbers of sender and receiver; the same table serves both orders where the weights do. Null: one table for all pairs.</summary>
    public required (int Sender, int Receiver)? Elements { get; init; }

    /// <summary>Where the table begins, Å; closer atoms are left to the network.</summary>
    public required double First { get; init; }

    /// <summary>Where it ends, Å: the cutoff radius.</summary>
    public required double Last { get; init; }

    /// <summary>Number of functions: radial weights, and the edge density where there is one.</summary>
    public required int Functions { get; init; }

    /// <summary>Number of intervals of the grid.</summary>
    public required int Intervals { get; init; }

    /// <summary>Size in memory, bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Largest error of a derivative relative to the largest derivative, before rounding to the precision of the table.</summary>
    public required double SlopeError { get; init; }
}
