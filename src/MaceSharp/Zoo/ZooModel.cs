using System.Collections.Immutable;

namespace MaceSharp.Zoo;

/// <summary>
/// A published foundation model: where it is, what it was trained on and under which licence it may be used. Every fact
/// names the page on which it was read; what could not be read anywhere is null.
/// </summary>
public sealed record ZooModel
{
    /// <summary>Name on the command line, such as <c>mp-0-small</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names, among them the one the calculators of mace-torch use.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>Name of the model as its authors write it.</summary>
    public required string Title { get; init; }

    /// <summary>Address of the file.</summary>
    public required Sourced<Uri> Address { get; init; }

    /// <summary>Name of the file, the last part of its address; unique in the zoo.</summary>
    public string FileName => Path.GetFileName(Address.Value.AbsolutePath);

    /// <summary>Number of chemical elements.</summary>
    public Sourced<int>? ElementCount { get; init; }

    /// <summary>The chemical elements, as symbols or ranges of symbols in the order of atomic numbers (<c>H–Bi</c>).</summary>
    public Sourced<string>? Elements { get; init; }

    /// <summary>Data set the model was trained on.</summary>
    public Sourced<string>? TrainingData { get; init; }

    /// <summary>Electronic-structure method of the training data.</summary>
    public Sourced<string>? LevelOfTheory { get; init; }

    /// <summary>Whether the model's energies contain dispersion.</summary>
    public Sourced<DispersionTreatment>? Dispersion { get; init; }

    /// <summary>The licence.</summary>
    public required Sourced<ModelLicence> Licence { get; init; }

    /// <summary>What its authors ask to cite.</summary>
    public Sourced<string>? Citation { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public Sourced<long>? Size { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits.</summary>
    public Sourced<string>? Sha256 { get; init; }

    /// <summary>What else a user has to know, one sentence.</summary>
    public string? Remark { get; init; }
}
