using MaceSharp.Architecture;
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

    /// <summary>Prepares it for evaluation.</summary>
    /// <param name="precision">Arithmetic.</param>
    /// <param name="head">Head, or null for the default one.</param>
    /// <param name="threadCount">Threads of one evaluator.</param>
    /// <exception cref="InvalidInputException">The model is inconsistent or has no such head.</exception>
    public abstract IPotential CreatePotential(Precision precision, string? head, int threadCount);

    /// <summary>Second derivatives of the energy, eV/Å², row-major [3N, 3N]; null when the potential cannot compute them.</summary>
    public virtual double[]? ComputeHessian(IPotential potential, Structure structure, CancellationToken cancellationToken) => null;
}
