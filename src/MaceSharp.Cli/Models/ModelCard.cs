using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.Zoo;

namespace MaceSharp.Cli.Models;

/// <summary>What there is to know about a model before using it.</summary>
internal sealed record ModelCard
{
    /// <summary>Path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public required long FileSize { get; init; }

    /// <summary>SHA-256 of the file, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The model.</summary>
    public required MaceModel Model { get; init; }

    /// <summary>Number of fitted numbers.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>The published model this file is byte for byte, or null.</summary>
    public ZooModel? Published { get; init; }

    /// <summary>Where the model comes from; what the file leaves open is taken from the zoo if it is a published model.</summary>
    public ModelProvenance Provenance => new()
    {
        Name = Model.Provenance.Name ?? Published?.Title,
        Source = Model.Provenance.Source,
        LevelOfTheory = Model.Provenance.LevelOfTheory ?? Published?.LevelOfTheory?.Value,
        Licence = Model.Provenance.Licence ?? (Published is null ? null : Published.Licence.Value == ModelLicence.Mit ? "MIT" : "Academic Software License (ASL)"),
        Citation = Model.Provenance.Citation ?? Published?.Citation?.Value,
        Description = Model.Provenance.Description ?? Published?.Remark,
    };

    /// <summary>Name of the class in mace-torch.</summary>
    public string ClassName => Model.HyperParameters.Kind switch
    {
        ModelKind.Mace => "MACE",
        ModelKind.ScaleShiftMace => "ScaleShiftMACE",
        ModelKind.AtomicDipolesMace => "AtomicDipolesMACE",
        ModelKind.EnergyDipolesMace => "EnergyDipolesMACE",
        _ => "AtomicDielectricMACE",
    };

    /// <summary>What it predicts, a few words.</summary>
    public string Predicts => Model.HyperParameters.Kind switch
    {
        ModelKind.AtomicDipolesMace => "dipole",
        ModelKind.EnergyDipolesMace => "energy, forces, stress, dipole",
        ModelKind.AtomicDielectricMace => "charges, dipole, polarizability",
        _ => "energy, forces, stress",
    };

    /// <summary>E0 by head and element, eV; empty when the model has no energy.</summary>
    public ImmutableArray<ImmutableArray<double>> AtomicEnergies { get; private init; } = [];

    /// <summary>Scale of the interaction energy by head; empty when there is none.</summary>
    public ImmutableArray<double> Scale { get; private init; } = [];

    /// <summary>Shift of the interaction energy by head, eV an atom; empty when there is none.</summary>
    public ImmutableArray<double> Shift { get; private init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="InvalidInputException">The file cannot be used.</exception>
    public static ModelCard Read(string path, CancellationToken cancellationToken)
    {
        MaceModel model = ModelFile.Read(path);
        VerificationResult file = ModelVerifier.Verify(path, cancellationToken);
        int elements = model.HyperParameters.AtomicNumbers.Length;
        double[] e0 = Values(model, "atomic_energies_fn.atomic_energies");
        return new ModelCard
        {
            Path = path,
            FileSize = file.Size,
            Sha256 = file.Sha256,
            Model = model,
            ParameterCount = ParameterLayout.CountParameters(model),
            Published = file.Outcome == VerificationOutcome.Matches ? file.Model : null,
            AtomicEnergies = [.. e0.Chunk(elements).Select(static row => row.ToImmutableArray())],
            Scale = [.. Values(model, "scale_shift.scale")],
            Shift = [.. Values(model, "scale_shift.shift")],
        };
    }

    private static double[] Values(MaceModel model, string tensor) => model.Tensors.TryGetValue(tensor, out NamedTensor? found) ? found.Values : [];
}
