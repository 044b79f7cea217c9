using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Watches a run and keeps a copy of the last frame that was good.</summary>
internal sealed class GuardWatch
{
    private readonly DynamicsGuards _guards;
    private readonly double _cutoff;
    private readonly NeighborList _pairs = new();
    private readonly bool[] _hadNeighbors;
    private Structure _good;

    public GuardWatch(DynamicsGuards guards, double cutoff, MolecularDynamics md)
    {
        (_guards, _cutoff) = (guards, cutoff);
        _hadNeighbors = new bool[md.State.Structure.Count];
        if (WatchesLoss)
        {
            Build(md.State.Structure, cutoff);
            for (int i = 0; i < _hadNeighbors.Length; i++) { _hadNeighbors[i] = !_pairs.Senders(i).IsEmpty; }
        }

        _good = md.Snapshot();
    }

    /// <summary>The last frame that passed all checks.</summary>
    public Structure LastGood => _good;

    private bool WatchesLoss => !_guards.AllowsLostAtoms && _cutoff > 0;

    /// <summary>Checks the present step.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? Check(MolecularDynamics md)
    {
        DynamicsState s = md.State;
        if (!double.IsFinite(s.PotentialEnergy) || !double.IsFinite(s.KineticEnergy)) { return "the energy is not finite any more"; }
        double temperature = s.Temperature;
        if (temperature > _guards.MaxTemperature) { return Text($"the temperature is {temperature:F0} K, above {_guards.MaxTemperature:F0} K"); }
        double limit = _guards.MaxForce * _guards.MaxForce;
        for (int i = 0; i < s.Forces.Length; i++)
        {
            double square = s.Forces[i].NormSquared;
            if (!(square <= limit)) { return Text($"the force on atom {i + 1} ({Elements.Symbol(s.Structure.AtomicNumbers[i])}) is {Math.Sqrt(square):G4} eV/Å, above {_guards.MaxForce:G4} eV/Å"); }
        }

        if (s.StepCount % _guards.Every != 0) { return null; }
        if ((CheckDistances(s.Structure) ?? CheckLoss(s.Structure)) is string problem) { return problem; }
        _good = md.Snapshot();
        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string? CheckDistances(Structure structure)
    {
        if (!(_guards.MinDistance > 0)) { return null; }
        Build(structure, _guards.MinDistance);
        for (int i = 0; i < structure.Count; i++)
        {
            if (!_pairs.Senders(i).IsEmpty) { return Text($"atoms {i + 1} and {_pairs.Senders(i)[0] + 1} are closer than {_guards.MinDistance:G4} Å"); }
        }

        return null;
    }

    private string? CheckLoss(Structure structure)
    {
        if (!WatchesLoss) { return null; }
        Build(structure, _cutoff);
        for (int i = 0; i < structure.Count; i++)
        {
            if (_hadNeighbors[i] && _pairs.Senders(i).IsEmpty) { return Text($"atom {i + 1} ({Elements.Symbol(structure.AtomicNumbers[i])}) is lost: no other atom is within {_cutoff:G4} Å"); }
        }

        return null;
    }

    private void Build(Structure structure, double cutoff) => _pairs.Build(structure.Positions, structure.Cell, structure.Periodicity, cutoff);
}
