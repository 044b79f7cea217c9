using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.Zoo;

namespace MaceSharp.Cli.Models;

/// <summary>Finds and reads models by what the user calls them: a path, a pattern or a name of the zoo. Tests put other potentials in its place.</summary>
internal class ModelSource
{
    /// <summary>Models of this machine and of the zoo.</summary>
    public static ModelSource Default { get; } = new();

    /// <summary>The one file a reference stands for.</summary>
    /// <param name="reference">A path or a name; null for the potential that ships with the product.</param>
    /// <exception cref="InvalidInputException">There is no such model, or a pattern matches several.</exception>
    public virtual string ResolveOne(string? reference) => ModelResolver.Resolve(reference) is [string only]
        ? only
        : throw new InvalidInputException($"'{reference}' matches several models; name one.");

    /// <summary>Reads the models that references stand for.</summary>
    /// <param name="references">Paths, patterns or names; none for the potential that ships with the product.</param>
    /// <exception cref="InvalidInputException">There is no such model, or a file cannot be used.</exception>
    public virtual IReadOnlyList<ModelHandle> Load(IReadOnlyCollection<string> references) =>
        [.. ModelResolver.ResolveAll(references).Select(static path => new MaceModelHandle(ModelFile.Read(path)) { Name = Path.GetFileName(path) })];
}
