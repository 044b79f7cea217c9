using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// Atoms bound each to its own place by a spring, E = ½ k Σ |r − r₀|² (A. Einstein, Ann. Phys. 327, 180 (1907)): every quantity of its ensembles is known in closed form.
/// Immutable and thread-safe.
/// </summary>
public sealed class EinsteinCrystal : IPotential
{
    private readonly Vector3D[] _sites;

    /// <summary>Creates the crystal.</summary>
    /// <param name="sites">The place of each atom, Å; copied.</param>
    /// <param name="springConstant">k, eV/Å².</param>
    /// <exception cref="ArgumentOutOfRangeException">The spring constant is not positive and finite.</exception>
    public EinsteinCrystal(ReadOnlySpan<Vector3D> sites, double springConstant)
    {
        if (!(springConstant > 0) || !double.IsFinite(springConstant)) { throw new ArgumentOutOfRangeException(nameof(springConstant), springConstant, "A spring constant is positive and finite."); }
        _sites = sites.ToArray();
        SpringConstant = springConstant;
    }

    /// <summary>k, eV/Å².</summary>
    public double SpringConstant { get; }

    /// <summary>Atoms do not see each other: 0.</summary>
    public double CutoffRadius => 0;

    /// <inheritdoc/>
    public Properties Supported => Properties.Energy | Properties.Forces | Properties.AtomicEnergies;

    /// <inheritdoc/>
    public IPotentialEvaluator CreateEvaluator() => new Evaluator(this);

    private sealed class Evaluator(EinsteinCrystal crystal) : IPotentialEvaluator
    {
        public void Evaluate(Structure structure, Properties properties, PotentialResult result, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(structure);
            ArgumentNullException.ThrowIfNull(result);
            PotentialChecks.Check(structure, properties, crystal.Supported, "An Einstein crystal");
            if (structure.Count != crystal._sites.Length) { throw new InvalidInputException($"This Einstein crystal has {crystal._sites.Length} sites, the structure {structure.Count} atoms."); }
            result.Reset(properties, structure.Count);
            double total = 0;
            for (int i = 0; i < structure.Count; i++)
            {
                Vector3D d = structure.Positions[i] - crystal._sites[i];
                double energy = 0.5 * crystal.SpringConstant * d.NormSquared;
                total += energy;
                if (!result.Forces.IsEmpty) { result.Forces[i] = -crystal.SpringConstant * d; }
                if (!result.AtomicEnergies.IsEmpty) { result.AtomicEnergies[i] = energy; }
            }

            result.Energy = result.InteractionEnergy = total;
        }

        public void Dispose()
        {
        }
    }
}
