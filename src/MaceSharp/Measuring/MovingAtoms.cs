using MaceSharp.Atoms;

namespace MaceSharp.Measuring;

/// <summary>
/// Moves the atoms of a structure about as far as a time step of dynamics does, so that an evaluation can reuse nothing: each swings around its place along a direction of its own.
/// </summary>
/// <remarks>
/// Atoms that swing stay within any skin of the neighbour list. Where a list is to last a number of steps, the whole structure is displaced by more than half the skin after as many: that changes no energy, but the list is built anew.
/// </remarks>
public sealed class MovingAtoms
{
    /// <summary>How far an atom goes from its place, Å; from step to step it moves about a third of that, as hydrogen at room temperature does in half a femtosecond.</summary>
    private const double Amplitude = 0.02;

    /// <summary>Phase a step, rad; never the same place twice in a run.</summary>
    private const double Phase = 0.37;

    private const int Seed = 20;

    private readonly Vector3D[] _places;
    private readonly Vector3D[] _swings;
    private readonly double _skin;
    private int _step;

    /// <summary>Moves a structure.</summary>
    /// <param name="structure">The structure whose positions will be changed.</param>
    /// <param name="listPeriod">Steps that a neighbour list lasts, 1 or more.</param>
    /// <param name="skin">Skin of the evaluator, Å; 0: the list is built every step anyway.</param>
    public MovingAtoms(Structure structure, int listPeriod = 1, double skin = 0)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentOutOfRangeException.ThrowIfLessThan(listPeriod, 1);
        Structure = structure;
        ListPeriod = listPeriod;
        _skin = skin;
        _places = structure.Positions.ToArray();
        _swings = new Vector3D[_places.Length];
        Random random = new(Seed);
        for (int i = 0; i < _swings.Length; i++)
        {
            Vector3D direction = new(random.NextDouble() - 0.5, random.NextDouble() - 0.5, random.NextDouble() - 0.5);
            _swings[i] = Amplitude / Math.Max(direction.Norm, 1e-3) * direction;
        }
    }

    /// <summary>The structure.</summary>
    public Structure Structure { get; }

    /// <summary>Steps that a neighbour list lasts.</summary>
    public int ListPeriod { get; }

    /// <summary>Puts the atoms where they are at the next step.</summary>
    public void Step()
    {
        double swing = Math.Sin(Phase * ++_step);

        // Back and forth, so that the structure stays where it is.
        Vector3D displacement = new(_step / ListPeriod % 2 == 0 ? 0 : _skin, 0, 0);
        Span<Vector3D> positions = Structure.Positions;
        for (int i = 0; i < positions.Length; i++) { positions[i] = _places[i] + (swing * _swings[i]) + displacement; }
    }
}
