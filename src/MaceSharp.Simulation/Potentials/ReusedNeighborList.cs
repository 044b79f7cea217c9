using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>A neighbour list with a skin: it serves until an atom has moved by half of it or the cell has changed (L. Verlet, Phys. Rev. 159, 98 (1967)).</summary>
internal sealed class ReusedNeighborList(double cutoff, double skin)
{
    private Vector3D[] _wrapped = [];
    private Vector3D[] _builtAt = [];
    private Matrix3 _cell;
    private Periodicity _periodicity;
    private bool _isBuilt;

    /// <summary>The pairs closer than cutoff and skin when the list was built; distances must be compared with the cutoff.</summary>
    public NeighborList Pairs { get; } = new();

    /// <summary>Positions that go with the image shifts of <see cref="Pairs"/>, Å.</summary>
    public ReadOnlySpan<Vector3D> Wrapped => _wrapped.AsSpan(0, Pairs.AtomCount);

    /// <summary>Builds the list if it does not hold any more, and wraps the positions.</summary>
    public void Update(Structure structure, CancellationToken cancellationToken)
    {
        if (!Holds(structure))
        {
            _isBuilt = false;
            Pairs.Build(structure.Positions, structure.Cell, structure.Periodicity, cutoff + skin, cancellationToken);
            if (_builtAt.Length != structure.Count) { (_builtAt, _wrapped) = (new Vector3D[structure.Count], new Vector3D[structure.Count]); }
            structure.Positions.CopyTo(_builtAt);
            (_cell, _periodicity, _isBuilt) = (structure.Cell, structure.Periodicity, true);
        }

        Pairs.WrapPositions(structure.Positions, structure.Cell, _wrapped);
    }

    private bool Holds(Structure structure)
    {
        if (!(skin > 0) || !_isBuilt || _builtAt.Length != structure.Count || _cell != structure.Cell || _periodicity != structure.Periodicity) { return false; }
        double limit = 0.25 * skin * skin;
        ReadOnlySpan<Vector3D> positions = structure.Positions;
        for (int i = 0; i < positions.Length; i++)
        {
            if (!((positions[i] - _builtAt[i]).NormSquared <= limit)) { return false; }
        }

        return true;
    }
}
