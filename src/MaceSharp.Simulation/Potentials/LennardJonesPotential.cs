using System.Globalization;
using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>
/// The pair potential 4ε[(σ/r)¹² − (σ/r)⁶] (J. E. Jones, Proc. R. Soc. Lond. A 106, 463 (1924)), the same for all elements, with the two cutoffs of ASE:
/// shifted, or multiplied by a switching function of r² between onset and cutoff.
/// </summary>
/// <remarks>Immutable and thread-safe. Energies agree with ASE's <c>LennardJones</c> of the same parameters to rounding.</remarks>
public sealed class LennardJonesPotential : IPotential
{
    /// <summary>Creates the potential.</summary>
    /// <param name="parameters">Its parameters; null for ε = 1 eV and σ = 1 Å.</param>
    /// <exception cref="InvalidInputException">A parameter is not positive and finite, or the onset is not below the cutoff.</exception>
    public LennardJonesPotential(LennardJonesParameters? parameters = null)
    {
        Parameters = parameters ?? new();
        CutoffRadius = Parameters.Cutoff ?? (3 * Parameters.Sigma);
        Onset = Parameters.Onset ?? (0.66 * CutoffRadius);
        Require(Parameters.Epsilon, "epsilon");
        Require(Parameters.Sigma, "sigma");
        Require(CutoffRadius, "rc");
        Require(Onset, "ro");
        if (!(Parameters.Skin >= 0) || !double.IsFinite(Parameters.Skin)) { throw new InvalidInputException("The skin of a neighbour list is zero or positive, in Å."); }
        if (Parameters.IsSmooth && Onset >= CutoffRadius)
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The onset ro of a smooth Lennard-Jones cutoff must be below the cutoff rc, but {Onset} Å is not below {CutoffRadius} Å."));
        }
    }

    /// <summary>The parameters as they were given.</summary>
    public LennardJonesParameters Parameters { get; }

    /// <inheritdoc/>
    public double CutoffRadius { get; }

    /// <summary>Where the smooth cutoff begins, Å.</summary>
    public double Onset { get; }

    /// <inheritdoc/>
    public Properties Supported => Properties.Energy | Properties.Forces | Properties.Stress | Properties.Virial | Properties.AtomicEnergies | Properties.AtomicVirials;

    /// <inheritdoc/>
    public IPotentialEvaluator CreateEvaluator() => new LennardJonesEvaluator(this);

    private static void Require(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            throw new InvalidInputException(string.Create(CultureInfo.InvariantCulture, $"The Lennard-Jones parameter {name} is {value}; it must be positive and finite."));
        }
    }
}
