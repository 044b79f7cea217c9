namespace MaceSharp.Atoms;

/// <summary>
/// A model of the energy (and perhaps dipole) of atoms as a function of their positions: a spring, a Lennard-Jones fluid,
/// a MACE network or a committee of them. Immutable and thread-safe; every thread or run has its own evaluator.
/// </summary>
public interface IPotential
{
    /// <summary>Distance beyond which atoms do not see each other directly, Å.</summary>
    double CutoffRadius { get; }

    /// <summary>What the potential can compute.</summary>
    Properties Supported { get; }

    /// <summary>Creates an evaluator that owns the workspace and the neighbour list of one thread or run.</summary>
    IPotentialEvaluator CreateEvaluator();
}

/// <summary>Evaluates structures one after the other. Not thread-safe; reuses its memory from call to call.</summary>
public interface IPotentialEvaluator : IDisposable
{
    /// <summary>Evaluates a structure.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="properties">What to compute; must be within <see cref="IPotential.Supported"/>.</param>
    /// <param name="result">Receives the results.</param>
    /// <param name="cancellationToken">Ends a long evaluation early.</param>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated (unknown element, coinciding atoms, bad cell, stress without full periodicity), or a property is not supported.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default);
}

/// <summary>Conveniences over <see cref="IPotential"/>.</summary>
public static class PotentialExtensions
{
    /// <summary>Evaluates one structure with a fresh evaluator.</summary>
    /// <param name="potential">The potential.</param>
    /// <param name="structure">The atoms.</param>
    /// <param name="properties">What to compute.</param>
    /// <param name="cancellationToken">Ends a long evaluation early.</param>
    /// <returns>The results.</returns>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated, or a property is not supported.</exception>
    public static PotentialResult Compute(this IPotential potential, Structure structure, Properties properties, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(potential);
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        PotentialResult result = new();
        evaluator.Evaluate(structure, properties, result, cancellationToken);
        return result;
    }
}
