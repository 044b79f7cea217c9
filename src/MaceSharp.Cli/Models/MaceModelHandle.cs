using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Cli.Models;

/// <summary>A MACE model.</summary>
internal sealed class MaceModelHandle(MaceModel model) : ModelHandle
{
    /// <inheritdoc/>
    public override bool UsesCharge => model.HyperParameters.Embeddings.Any(static e => e.Name is "total_charge" or "charge");

    /// <inheritdoc/>
    public override bool UsesSpin => model.HyperParameters.Embeddings.Any(static e => e.Name is "total_spin" or "spin");

    /// <inheritdoc/>
    public override bool HasTables => !model.HyperParameters.Interactions.Contains(InteractionKind.RealAgnosticAttResidual);

    /// <inheritdoc/>
    public override string? Citation => model.Provenance.Citation;

    /// <inheritdoc/>
    public override IPotential CreatePotential(MaceOptions options) => new MacePotential(model, options);

    /// <inheritdoc/>
    public override double[]? ComputeHessian(IPotential potential, Structure structure, CancellationToken cancellationToken) =>
        ((MacePotential)potential).ComputeHessian(structure, cancellationToken);
}
