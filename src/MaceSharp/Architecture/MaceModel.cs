using System.Collections.Immutable;

namespace MaceSharp.Architecture;

/// <summary>Where a model comes from and how it may be used.</summary>
public sealed record ModelProvenance
{
    /// <summary>A short name.</summary>
    public string? Name { get; init; }

    /// <summary>What the file was made from, for example the name of a PyTorch file.</summary>
    public string? Source { get; init; }

    /// <summary>Level of theory of the training data.</summary>
    public string? LevelOfTheory { get; init; }

    /// <summary>Licence of the weights.</summary>
    public string? Licence { get; init; }

    /// <summary>How to cite the model.</summary>
    public string? Citation { get; init; }

    /// <summary>Anything else, in one or a few sentences.</summary>
    public string? Description { get; init; }
}

/// <summary>
/// A model as data: hyper-parameters and named tensors, independent of any file format. Names of tensors are the
/// attribute paths of mace-torch (<c>interactions.0.linear_up.weight</c>, <c>products.0.symmetric_contractions.contractions.0.U_matrix_3</c>, …).
/// </summary>
/// <param name="HyperParameters">Shape of the network.</param>
/// <param name="Tensors">Parameters and buffers by name.</param>
public sealed record MaceModel(HyperParameters HyperParameters, ImmutableSortedDictionary<string, NamedTensor> Tensors)
{
    /// <summary>Where the model comes from.</summary>
    public ModelProvenance Provenance { get; init; } = new();

    /// <summary>Precision of the stored weights: that of the node embedding.</summary>
    public Precision StoredPrecision => Tensors.TryGetValue("node_embedding.linear.weight", out NamedTensor? tensor) ? tensor.Precision : Precision.Float64;

    /// <summary>A tensor by name.</summary>
    /// <exception cref="Atoms.InvalidInputException">The model has no such tensor.</exception>
    public NamedTensor this[string name] => Tensors.TryGetValue(name, out NamedTensor? tensor)
        ? tensor
        : throw new Atoms.InvalidInputException($"The model has no tensor '{name}', which its hyper-parameters ask for.");
}
