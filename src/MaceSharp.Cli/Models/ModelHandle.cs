using MaceSharp.Atoms;

namespace MaceSharp.Cli.Models;

/// <summary>A model that was read, before it is known how it will be evaluated.</summary>
internal abstract class ModelHandle
{
    /// <summary>What the user called it.</summary>
    public required string Name { get; init; }

    /// <summary>Whether the energy depends on the total charge.</summary>
    public virtual bool UsesCharge => false;

    /// <summary>Whether the energy depends on the spin multiplicity.</summary>
    public virtual bool UsesSpin => false;

    /// <summary>Whether radial tables can stand for its radial network.</summary>
    public virtual bool HasTables => false;

    /// <summary>How to cite it; null when that is not known.</summary>
    public virtual string? Citation => null;

    /// <summary>The level of theory of its training data where that is known to contain dispersion; null otherwise.</summary>
    public virtual string? DispersionIn => null;

    /// <summary>Prepares it for evaluation.</summary>
    /// <param name="options">How it is evaluated.</param>
    /// <exception cref="InvalidInputException">The model is inconsistent, has no such head or cannot be evaluated so.</exception>
    public abstract IPotential CreatePotential(MaceOptions options);

    /// <summary>Second derivatives of the energy, eV/Å², row-major [3N, 3N]; null when the potential cannot compute them.</summary>
    public virtual double[]? ComputeHessian(IPotential potential, Structure structure, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken) => null;
}
