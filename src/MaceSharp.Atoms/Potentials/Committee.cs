using System.Collections.Immutable;

namespace MaceSharp.Atoms;

/// <summary>
/// Several potentials that answer together: the mean of their results, and the population variance as a measure of how
/// far they can be trusted (query by committee: Seung, Opper and Sompolinsky, COLT 1992). Immutable and thread-safe.
/// </summary>
public sealed class Committee : IPotential
{
    /// <summary>What has a meaningful mean; descriptors of different networks have nothing to do with each other.</summary>
    private const Properties Averaged = ~(Properties.Descriptors | Properties.FullDescriptors);

    /// <summary>Creates a committee.</summary>
    /// <param name="members">Its members, at least one.</param>
    /// <exception cref="ArgumentException">There is no member.</exception>
    public Committee(params IEnumerable<IPotential> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        Members = [.. members];
        if (Members.IsEmpty) { throw new ArgumentException("A committee has at least one member.", nameof(members)); }
        CutoffRadius = Members.Max(static m => m.CutoffRadius);
        Supported = Members.Aggregate(Averaged, static (common, member) => common & member.Supported);
    }

    /// <summary>The members in the order in which results list them.</summary>
    public ImmutableArray<IPotential> Members { get; }

    /// <summary>Largest cutoff of a member, Å.</summary>
    public double CutoffRadius { get; }

    /// <summary>What every member can compute, descriptors excepted.</summary>
    public Properties Supported { get; }

    /// <summary>Creates an evaluator that gives the mean, or the mean with members and variances.</summary>
    public CommitteeEvaluator CreateEvaluator() => new(Members);

    /// <inheritdoc/>
    IPotentialEvaluator IPotential.CreateEvaluator() => CreateEvaluator();

    /// <summary>Evaluates one structure with a fresh evaluator, with members and variances.</summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="properties">What to compute; within <see cref="Supported"/>.</param>
    /// <param name="cancellationToken">Ends a long calculation early.</param>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated, or a property is not supported.</exception>
    public CommitteeResult ComputeSpread(Structure structure, Properties properties, CancellationToken cancellationToken = default)
    {
        using CommitteeEvaluator evaluator = CreateEvaluator();
        CommitteeResult result = new();
        evaluator.Evaluate(structure, properties, result, cancellationToken);
        return result;
    }
}
