using System.Collections.Immutable;

namespace MaceSharp.Atoms;

/// <summary>Evaluates structures with every member of a <see cref="Committee"/>. Not thread-safe; reuses its memory from call to call.</summary>
public sealed class CommitteeEvaluator : IPotentialEvaluator
{
    private readonly ImmutableArray<IPotentialEvaluator> _evaluators;
    private readonly CommitteeResult _scratch = new();

    internal CommitteeEvaluator(ImmutableArray<IPotential> members)
    {
        _evaluators = [.. members.Select(static m => m.CreateEvaluator())];
    }

    /// <summary>Evaluates a structure and gives the mean over the members.</summary>
    /// <inheritdoc/>
    public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        EvaluateMembers(structure, properties, _scratch, cancellationToken);
        _scratch.WriteMean(result);
    }

    /// <summary>Evaluates a structure and gives mean, variances and members.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="properties">What to compute; within <see cref="Committee.Supported"/>.</param>
    /// <param name="result">Receives the results.</param>
    /// <param name="cancellationToken">Ends a long evaluation early.</param>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated, or a property is not supported.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Evaluate(Structure structure, Properties properties, CommitteeResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(result);
        EvaluateMembers(structure, properties, result, cancellationToken);
        result.Summarize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IPotentialEvaluator evaluator in _evaluators) { evaluator.Dispose(); }
    }

    private void EvaluateMembers(Structure structure, Properties properties, CommitteeResult result, CancellationToken cancellationToken)
    {
        if ((properties & (Properties.Descriptors | Properties.FullDescriptors)) != 0)
        {
            throw new InvalidInputException("Descriptors belong to one model; a committee has none.");
        }

        result.Reset(_evaluators.Length);
        for (int i = 0; i < _evaluators.Length; i++)
        {
            _evaluators[i].Evaluate(structure, properties, result.Members[i], cancellationToken);
        }
    }
}
