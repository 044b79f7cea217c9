using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Sums a Lennard-Jones potential over the pairs of a neighbour list, each pair once.</summary>
internal sealed class LennardJonesEvaluator : IWeightedEvaluator
{
    private readonly LennardJonesPotential _potential;
    private readonly ReusedNeighborList _list;
    private readonly double _epsilon;
    private readonly double _sigmaSquared;
    private readonly double _cutoffSquared;
    private readonly double _onsetSquared;
    private readonly double _inverseRangeCubed;
    private readonly double _shift;
    private readonly bool _smooth;

    public LennardJonesEvaluator(LennardJonesPotential potential)
    {
        _potential = potential;
        LennardJonesParameters p = potential.Parameters;
        _list = new ReusedNeighborList(potential.CutoffRadius, p.Skin);
        (_epsilon, _smooth) = (p.Epsilon, p.IsSmooth);
        (_sigmaSquared, _cutoffSquared, _onsetSquared) = (p.Sigma * p.Sigma, potential.CutoffRadius * potential.CutoffRadius, potential.Onset * potential.Onset);
        _inverseRangeCubed = 1 / Math.Pow(_cutoffSquared - _onsetSquared, 3);
        double c6 = Math.Pow(_sigmaSquared / _cutoffSquared, 3);
        _shift = _smooth ? 0 : 4 * _epsilon * ((c6 * c6) - c6);
    }

    /// <inheritdoc/>
    public double Range => _potential.CutoffRadius;

    /// <inheritdoc/>
    public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default) =>
        Evaluate(structure, default, properties, result, cancellationToken);

    /// <inheritdoc/>
    public void EvaluateWeighted(Structure structure, ReadOnlySpan<double> weights, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(structure);
        if (weights.Length != structure.Count) { throw new ArgumentException($"{weights.Length} weights do not fit {structure.Count} atoms.", nameof(weights)); }
        Evaluate(structure, weights, properties, result, cancellationToken);
    }

    private void Evaluate(Structure structure, ReadOnlySpan<double> weights, Properties properties, PotentialResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(structure);
        ArgumentNullException.ThrowIfNull(result);
        PotentialChecks.Check(structure, properties, _potential.Supported, "A Lennard-Jones potential");
        _list.Update(structure, cancellationToken);
        result.Reset(properties, structure.Count);
        Span<Vector3D> forces = result.Forces;
        Span<double> energies = result.AtomicEnergies;
        Span<Matrix3> virials = result.AtomicVirials;
        ReadOnlySpan<Vector3D> at = _list.Wrapped;
        Matrix3 cell = structure.Cell;
        double total = 0;
        Matrix3 strain = default;
        for (int i = 0; i < at.Length; i++)
        {
            ReadOnlySpan<int> senders = _list.Pairs.Senders(i), shifts = _list.Pairs.PackedShifts(i);
            Vector3D own = default;
            double ownEnergy = 0;
            for (int e = 0; e < senders.Length; e++)
            {
                int j = senders[e];
                if (j > i) { continue; }

                // From i to j; an image of the atom itself comes twice, so each time it counts half.
                Vector3D d = at[j] - at[i];
                if (shifts[e] != 0) { d -= NeighborList.ShiftVector(shifts[e], cell); }
                double r2 = d.NormSquared;
                if (r2 >= _cutoffSquared) { continue; }
                if (r2 == 0) { throw PotentialChecks.Coincide(i, j); }
                (double energy, double slope) = Pair(r2);
                double weight = i == j ? 0.5 : 1;
                ownEnergy += weight * energy;

                // Half the energy of a pair belongs to either atom.
                if (!weights.IsEmpty) { slope *= 0.5 * (weights[i] + weights[j]); }
                if (j != i)
                {
                    Vector3D force = slope * d;
                    own += force;
                    if (!forces.IsEmpty) { forces[j] -= force; }
                }

                Matrix3 pair = (weight * slope) * Matrix3.Outer(d, d);
                strain += pair;
                if (!energies.IsEmpty)
                {
                    energies[i] += 0.5 * weight * energy;
                    energies[j] += 0.5 * weight * energy;
                }

                if (!virials.IsEmpty)
                {
                    virials[i] -= 0.5 * pair;
                    virials[j] -= 0.5 * pair;
                }
            }

            total += ownEnergy;
            if (!forces.IsEmpty) { forces[i] += own; }
        }

        result.Energy = result.InteractionEnergy = total;
        PotentialChecks.SetStrainDerivative(result, properties, strain, structure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    /// <summary>Energy of a pair and its derivative dU/dr divided by r, of the squared distance.</summary>
    private (double Energy, double Slope) Pair(double r2)
    {
        double inverse = 1 / r2, s2 = _sigmaSquared * inverse, c6 = s2 * s2 * s2, c12 = c6 * c6;
        double energy = 4 * _epsilon * (c12 - c6), slope = -24 * _epsilon * ((2 * c12) - c6) * inverse;
        if (!_smooth) { return (energy - _shift, slope); }
        if (r2 < _onsetSquared) { return (energy, slope); }
        double rest = _cutoffSquared - r2;
        double factor = rest * rest * (_cutoffSquared + (2 * r2) - (3 * _onsetSquared)) * _inverseRangeCubed;
        double derivative = 6 * rest * (_onsetSquared - r2) * _inverseRangeCubed;
        return (factor * energy, (factor * slope) + (2 * derivative * energy));
    }
}
