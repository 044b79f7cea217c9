using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization.Pickle;

namespace MaceSharp.Serialization.Torch;

/// <summary>Turns a file of <c>torch.save(model)</c> into a model.</summary>
internal static class TorchModelReader
{
    /// <summary>Reads a model.</summary>
    /// <param name="stream">The file.</param>
    /// <exception cref="InvalidInputException">The file is damaged, hostile, or holds something else; the sentence says what.</exception>
    public static MaceModel Read(Stream stream)
    {
        TorchArchive archive = TorchArchive.Open(stream);
        TorchModule module = FindModel(archive.Root);
        TorchValues values = new(archive);
        HyperParameters shape = TorchHyperParameters.Read(module, values);
        return ReadModel(module, archive, shape);
    }

    private static TorchModule FindModel(object? root)
    {
        if (TorchModule.From(root, string.Empty) is TorchModule module) { return module; }
        throw new InvalidInputException(root switch
        {
            PickleDictionary dictionary => Describe(dictionary),
            PickleObject made when TorchTensor.IsTensor(made) => "the file holds a single tensor, not a model.",
            PickleObject made => $"the file holds a {made.Callable.FullName}, not a MACE model.",
            PickleList or PickleTuple => "the file holds a list, not a model.",
            _ => "the file holds a plain value, not a model.",
        });
    }

    private static string Describe(PickleDictionary dictionary)
    {
        if (dictionary.TryGet("optimizer", out _) || dictionary.TryGet("optimizer_state_dict", out _) || dictionary.TryGet("epoch", out _))
        {
            return "the file is a training checkpoint (weights and optimiser state without the model); use the .model file that the same run wrote.";
        }

        return dictionary.Entries.Count > 0 && dictionary.Entries.All(static e => e.Key is string && TorchTensor.IsTensor(e.Value))
            ? "the file is a bare state dict (weights without the model); save the whole model with torch.save(model, path)."
            : "the file holds a dictionary, not a model; save the whole model with torch.save(model, path).";
    }

    private static MaceModel ReadModel(TorchModule module, TorchArchive archive, HyperParameters shape)
    {
        Dictionary<string, (object Value, bool IsParameter)> pickled = new(StringComparer.Ordinal);
        foreach ((string path, object value, bool isParameter) in module.Tensors()) { pickled[path] = (value, isParameter); }

        var tensors = ImmutableSortedDictionary.CreateBuilder<string, NamedTensor>(StringComparer.Ordinal);
        foreach (TensorSpecification specification in ParameterLayout.Of(shape))
        {
            TensorSpecification stored = Stored(specification, shape, pickled, archive, out NamedTensor? tensor);
            if (tensor is null) { throw new InvalidInputException($"the tensor {specification} is missing from the file."); }
            ParameterLayout.CheckTensor(stored, tensor);
            if (!specification.Fits(tensor.Shape)) { tensor = new NamedTensor([.. specification.Shape], tensor.Values, tensor.Precision); }
            tensors.Add(specification.Name, tensor);
            pickled.Remove(specification.Name);
        }

        // Buffers that evaluation does not need are left behind; a weight that is not known means a model that is not known.
        foreach ((string path, (object value, bool isParameter)) in pickled)
        {
            if (isParameter && TorchTensor.Parse(value, path).Count > 0)
            {
                throw new InvalidInputException($"the file has weights '{path}' that no MACE model of its hyper-parameters has.");
            }
        }

        MaceModel model = new(shape, tensors.ToImmutable());
        ParameterLayout.Check(model);
        return model;
    }

    /// <summary>Reads a tensor as the file has it, and says what shape it must have there: older versions had no axis of heads.</summary>
    private static TensorSpecification Stored(TensorSpecification specification, HyperParameters shape, Dictionary<string, (object Value, bool IsParameter)> pickled, TorchArchive archive, out NamedTensor? tensor)
    {
        tensor = null;
        if (!pickled.TryGetValue(specification.Name, out (object Value, bool IsParameter) found))
        {
            // A continuous embedding may be made without biases.
            if (specification.Name.StartsWith("joint_embedding.embedders.", StringComparison.Ordinal) && specification.Name.EndsWith(".bias", StringComparison.Ordinal))
            {
                tensor = new NamedTensor([.. specification.Shape], new double[specification.Shape[0]]);
            }

            return specification;
        }

        int[] actual = TorchTensor.Parse(found.Value, specification.Name).Shape;
        TensorSpecification stored = specification;
        if (shape.Heads.Length == 1)
        {
            stored = specification.Name switch
            {
                "atomic_energies_fn.atomic_energies" when actual.Length == 1 => specification with { Shape = specification.Shape[1..] },
                "scale_shift.scale" or "scale_shift.shift" when actual.Length == 0 => specification with { Shape = [] },
                _ => specification,
            };
        }

        // Before anything is read, so that a hostile file cannot make the arrays it likes.
        if (!stored.Fits(actual))
        {
            throw new InvalidInputException($"the tensor '{specification.Name}' has the shape {TensorSpecification.Describe(actual)} where the hyper-parameters ask for {TensorSpecification.Describe(stored.Shape)}.");
        }

        tensor = archive.ReadTensor(found.Value, specification.Name);
        return stored;
    }
}
