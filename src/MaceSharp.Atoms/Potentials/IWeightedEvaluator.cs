namespace MaceSharp.Atoms;

/// <summary>An evaluator that also differentiates weighted sums Σ wᵢ·Eᵢ of the energies of atoms, as heat fluxes need it.</summary>
public interface IWeightedEvaluator : IPotentialEvaluator
{
    /// <summary>Distance beyond which the energy of an atom does not depend on where another one is, Å. With messages over several layers it is a multiple of the cutoff.</summary>
    double Range { get; }

    /// <summary>
    /// Evaluates a structure as <see cref="IPotentialEvaluator.Evaluate"/> does, but forces, virials and stress are derivatives of Σ wᵢ·Eᵢ in place of the energy.
    /// In a periodic structure an image of an atom has the weight of the atom.
    /// </summary>
    /// <param name="structure">The atoms.</param>
    /// <param name="weights">One weight an atom, in the order of the atoms.</param>
    /// <param name="properties">What to compute; energies are computed without weights.</param>
    /// <param name="result">Receives the results.</param>
    /// <param name="cancellationToken">Ends a long evaluation early.</param>
    /// <exception cref="ArgumentException">There is not one weight an atom.</exception>
    /// <exception cref="InvalidInputException">The structure cannot be evaluated, or a property is not supported.</exception>
    void EvaluateWeighted(Structure structure, ReadOnlySpan<double> weights, Properties properties, PotentialResult result, CancellationToken cancellationToken = default);
}
