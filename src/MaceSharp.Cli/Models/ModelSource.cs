using MaceSharp.Atoms;
using MaceSharp.Serialization;

namespace MaceSharp.Cli.Models;

/// <summary>Finds and reads models by what the user calls them: a path or a name of the zoo. Tests put other potentials in its place.</summary>
internal class ModelSource
{
    /// <summary>Models of this machine and of the zoo.</summary>
    public static ModelSource Default { get; } = new();

    /// <summary>The file a name stands for.</summary>
    /// <param name="reference">A path or a name; null for the potential that ships with the product.</param>
    /// <exception cref="InvalidInputException">There is no such model.</exception>
    public virtual string Resolve(string? reference)
    {
        if (reference is null)
        {
            throw new InvalidInputException("no model was given and none is shipped with this build; name one with --model.");
        }

        return File.Exists(reference) ? reference : throw new InvalidInputException($"there is no model '{reference}': neither a file nor a known name.");
    }

    /// <summary>Reads a model.</summary>
    /// <param name="reference">A path or a name; null for the potential that ships with the product.</param>
    /// <exception cref="InvalidInputException">There is no such model, or its file cannot be used.</exception>
    public virtual ModelHandle Load(string? reference)
    {
        string path = Resolve(reference);
        return new MaceModelHandle(ModelFile.Read(path)) { Name = reference ?? Path.GetFileName(path) };
    }
}
