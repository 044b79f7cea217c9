using MaceSharp.Atoms;

namespace MaceSharp.Cli.Benchmarking;

/// <summary>
/// Moves the atoms of a structure about as far as a time step of dynamics does, so that an evaluation can reuse nothing: each swings around its place along a direction of its own.
/// </summary>
internal sealed class MovingAtoms
{
    /// <summary>How far an atom goes from its place, Å; from step to step it moves about a third of that, as hydrogen at room temperature does in half a femtosecond.</summary>
    private const double Amplitude = 0.02;

    /// <summary>Phase a step, rad; never the same place twice in a run.</summary>
    private const double Phase = 0.37;

    private readonly Structure _structure;
    private readonly Vector3D[] _places;
    private readonly Vector3D[] _swings;
    private int _step;

    /// <param name="structure">The structure whose positions will be changed.</param>
    /// <param name="seed">Seed of the directions.</param>
    public MovingAtoms(Structure structure, int seed)
    {
        _structure = structure;
        _places = structure.Positions.ToArray();
        _swings = new Vector3D[_places.Length];
        Random random = new(seed);
        for (int i = 0; i < _swings.Length; i++)
        {
            Vector3D direction = new(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5);
            _swings[i] = Amplitude / Math.Max(direction.Norm, 1e-3) * direction;
        }
    }

    /// <summary>Puts the atoms where they are at the next step.</summary>
    public void Step()
    {
        double swing = Math.Sin(Phase * ++_step);
        Span<Vector3D> positions = _structure.Positions;
        for (int i = 0; i < positions.Length; i++) { positions[i] = _places[i] + (swing * _swings[i]); }
    }
}
