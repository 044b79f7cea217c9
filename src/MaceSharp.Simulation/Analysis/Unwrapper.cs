using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Follows atoms through periodic boundaries: between frames every atom goes the shortest way.</summary>
internal sealed class Unwrapper
{
    private Vector3D[] _last = [];
    private MinimumImage _shortest;
    private (Matrix3, Periodicity) _cell;

    /// <summary>Positions without jumps, Å.</summary>
    public Vector3D[] Positions { get; private set; } = [];

    /// <summary>Adds a frame of the same atoms.</summary>
    public void Add(Structure structure)
    {
        if (_last.Length == 0)
        {
            _last = structure.Positions.ToArray();
            Positions = structure.Positions.ToArray();
            return;
        }

        // A cell that changes a little takes the atoms with it; what counts is where they are in it.
        if (_cell != (structure.Cell, structure.Periodicity))
        {
            _shortest = new MinimumImage(structure.Cell, structure.Periodicity);
            _cell = (structure.Cell, structure.Periodicity);
        }

        for (int atom = 0; atom < _last.Length; atom++)
        {
            Positions[atom] += _shortest.Of(structure.Positions[atom] - _last[atom]);
            _last[atom] = structure.Positions[atom];
        }
    }
}
