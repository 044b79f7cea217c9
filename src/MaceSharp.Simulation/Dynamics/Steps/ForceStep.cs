using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Evaluates the potential at the positions.</summary>
public sealed class ForceStep : IntegratorStep, IDisposable
{
    private readonly IPotential _potential;
    private readonly PotentialResult _result = new();
    private IPotentialEvaluator _evaluator;

    /// <summary>Creates the step.</summary>
    /// <param name="potential">The potential.</param>
    public ForceStep(IPotential potential)
    {
        ArgumentNullException.ThrowIfNull(potential);
        _potential = potential;
        _evaluator = potential.CreateEvaluator();
    }

    /// <summary>Number of evaluations so far.</summary>
    public long Evaluations { get; private set; }

    /// <summary>Ends a long evaluation early.</summary>
    internal CancellationToken CancellationToken { get; set; }

    /// <inheritdoc/>
    public override void Apply(DynamicsState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Properties wanted = Properties.Energy | Properties.Forces;
        if (state.Structure.Periodicity.IsFull) { wanted |= Properties.Virial & _potential.Supported; }
        _evaluator.Evaluate(state.Structure, wanted, _result, CancellationToken);
        Evaluations++;
        state.PotentialEnergy = _result.Energy!.Value;
        state.Virial = _result.Virial;
        _result.Forces.CopyTo(state.Forces);
        state.Constraints.ProjectLinear(state.Forces);
    }

    /// <summary>Forgets what the evaluator remembers of earlier steps, such as its neighbour list: from here on a run goes as one that starts here.</summary>
    internal void Renew()
    {
        _evaluator.Dispose();
        _evaluator = _potential.CreateEvaluator();
    }

    /// <inheritdoc/>
    public void Dispose() => _evaluator.Dispose();
}
