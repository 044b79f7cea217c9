using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Zoo;

namespace MaceSharp.Cli.Models;

/// <summary>A MACE model.</summary>
internal sealed class MaceModelHandle(MaceModel model) : ModelHandle
{
    /// <summary>Parts of names of methods that contain dispersion.</summary>
    private static readonly string[] DispersiveMethods = ["D2", "D3", "D4", "xTB", "VV10", "vdW", "MBD", "XDM", "coupled cluster", "CCSD", "MP2"];

    /// <inheritdoc/>
    public override bool UsesCharge => model.HyperParameters.Embeddings.Any(static e => e.Name is "total_charge" or "charge");

    /// <inheritdoc/>
    public override bool UsesSpin => model.HyperParameters.Embeddings.Any(static e => e.Name is "total_spin" or "spin");

    /// <inheritdoc/>
    public override bool HasTables => !model.HyperParameters.Interactions.Contains(InteractionKind.RealAgnosticAttResidual);

    /// <inheritdoc/>
    public override string? Citation => model.Provenance.Citation;

    /// <inheritdoc/>
    public override string? DispersionIn
    {
        get
        {
            if (ModelZoo.Models.FirstOrDefault(m => m.FileName == Name) is { Dispersion.Value: DispersionTreatment.Included } published) { return published.LevelOfTheory?.Value ?? "data with dispersion"; }
            string? level = model.Provenance.LevelOfTheory;
            return level is not null && DispersiveMethods.Any(method => level.Contains(method, StringComparison.OrdinalIgnoreCase)) ? level : null;
        }
    }

    /// <inheritdoc/>
    public override IPotential CreatePotential(MaceOptions options) => new MacePotential(model, options);

    /// <inheritdoc/>
    public override double[]? ComputeHessian(IPotential potential, Structure structure, IProgress<(int Done, int Total)>? progress, CancellationToken cancellationToken) =>
        ((MacePotential)potential).ComputeHessian(structure, progress, cancellationToken);
}
