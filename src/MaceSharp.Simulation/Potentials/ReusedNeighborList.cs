using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A neighbour list with a skin: it serves until atoms have moved, or the cell has been strained, so far that a pair may be missing (<see cref="NeighborSkin"/>).</summary>
internal sealed class ReusedNeighborList(double cutoff, double skin)
{
    private Vector3D[] _wrapped = [];
    private Vector3D[] _builtAt = [];
    private Matrix3 _cell;
    private Periodicity _periodicity;
    private bool _isBuilt;

    /// <summary>The pairs closer than cutoff and skin when the list was built; distances must be compared with the cutoff.</summary>
    public NeighborList Pairs { get; } = new();

    /// <summary>How often the list was built.</summary>
    public long Builds { get; private set; }

    /// <summary>Positions that go with the image shifts of <see cref="Pairs"/>, Å.</summary>
    public ReadOnlySpan<Vector3D> Wrapped => _wrapped.AsSpan(0, Pairs.AtomCount);

    /// <summary>Builds the list if it does not hold any more, and wraps the positions.</summary>
    public void Update(Structure structure, CancellationToken cancellationToken)
    {
        if (!Holds(structure))
        {
            _isBuilt = false;
            Builds++;
            Pairs.Build(structure.Positions, structure.Cell, structure.Periodicity, cutoff + skin, cancellationToken);
            if (_builtAt.Length != structure.Count) { (_builtAt, _wrapped) = (new Vector3D[structure.Count], new Vector3D[structure.Count]); }
            structure.Positions.CopyTo(_builtAt);
            (_cell, _periodicity, _isBuilt) = (structure.Cell, structure.Periodicity, true);
        }

        Pairs.WrapPositions(structure.Positions, structure.Cell, _wrapped);
    }

    private bool Holds(Structure structure) =>
        _isBuilt && _periodicity == structure.Periodicity && NeighborSkin.Holds(cutoff, skin, structure.Positions, structure.Cell, _builtAt, _cell, _periodicity);
}
