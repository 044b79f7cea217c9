using System.Collections.Immutable;
using System.IO.Enumeration;
using MaceSharp.Atoms;

namespace MaceSharp.Zoo;

/// <summary>Turns what a user writes after <c>--model</c> into files: a path, the name of a published model, or a pattern.</summary>
public static class ModelResolver
{
    /// <summary>Name of the potential that ships with the program.</summary>
    public const string DefaultModelName = "gfn2-chno";

    /// <summary>Name of the model of dipoles that ships with the program.</summary>
    public const string DefaultDipoleModelName = "gfn2-chno-dipoles";

    private const int MaximumMatches = 1000;

    /// <summary>File of the potential that ships with the program, beside its executable.</summary>
    public static string DefaultModelPath => PathOfShipped(DefaultModelName);

    /// <summary>Files of a model, in order; several only for a pattern.</summary>
    /// <param name="reference">A path, a name or alias of <see cref="ModelZoo"/>, the name of a model that ships with the program, or a pattern with <c>*</c> and <c>?</c>; null for the potential that ships with the program. A file wins over a name.</param>
    /// <param name="store">Where downloaded models are; null: the default folder.</param>
    /// <exception cref="InvalidInputException">There is no such file or model, or the model has not been downloaded; the message says what to do.</exception>
    public static ImmutableArray<string> Resolve(string? reference, ModelStore? store = null)
    {
        string name = reference ?? DefaultModelName;
        if (name.ToLowerInvariant() is DefaultModelName or DefaultDipoleModelName)
        {
            if (reference is not null && File.Exists(reference)) { return [reference]; }
            string shipped = PathOfShipped(name.ToLowerInvariant());
            return File.Exists(shipped) ? [shipped] : throw new InvalidInputException($"The model {name} that ships with mace is missing ({shipped}); name another one.");
        }

        if (name.Length == 0) { throw new InvalidInputException("--model is empty; give a file or a name of 'mace models list'."); }
        if (File.Exists(name)) { return [name]; }
        if (Directory.Exists(name)) { throw new InvalidInputException($"'{name}' is a folder; give a model file in it, or a pattern such as '{Path.Combine(name, "*.model")}'."); }
        if (ModelZoo.TryFind(name, out ZooModel? model)) { return [InStore(model, store)]; }
        if (name.AsSpan().ContainsAny('*', '?')) { return Expand(name); }
        if (LooksLikePath(name)) { throw new InvalidInputException($"The model file '{name}' does not exist."); }
        throw new InvalidInputException($"'{name}' is neither a file nor a published model; {ModelStore.Suggest(name)}'mace models list' shows the published ones.");
    }

    /// <summary>Files of several models in the order given, each pattern sorted; a single null stands for the potential that ships with the program.</summary>
    /// <param name="references">What was given; empty: the potential that ships with the program.</param>
    /// <param name="store">Where downloaded models are; null: the default folder.</param>
    /// <exception cref="InvalidInputException">There is no such file or model, or a model has not been downloaded.</exception>
    public static ImmutableArray<string> ResolveAll(IReadOnlyCollection<string> references, ModelStore? store = null)
    {
        ArgumentNullException.ThrowIfNull(references);
        return references.Count == 0 ? Resolve(null, store) : [.. references.SelectMany(reference => Resolve(reference, store))];
    }

    private static string PathOfShipped(string name) => Path.Combine(AppContext.BaseDirectory, "models", name + ".safetensors");

    private static string InStore(ZooModel model, ModelStore? store)
    {
        if (store is not null) { return InFolder(store); }
        using ModelStore opened = new();
        return InFolder(opened);

        string InFolder(ModelStore folder) => folder.Contains(model) ? folder.PathOf(model)
            : throw new InvalidInputException($"{model.Title} is not in {folder.Folder} yet; 'mace models get {model.Name}' downloads it.");
    }

    private static bool LooksLikePath(string reference) => reference.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar)
        || Path.GetExtension(reference) is ".model" or ".safetensors" or ".pt" or ".pth";

    /// <summary>Files that match a pattern, segment by segment, in ordinal order.</summary>
    private static ImmutableArray<string> Expand(string pattern)
    {
        string root = Path.GetPathRoot(pattern) ?? "";
        string[] segments = pattern[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        List<string> found = [];
        Walk(root, 0);
        if (found.Count == 0) { throw new InvalidInputException($"No file matches '{pattern}'."); }
        found.Sort(StringComparer.Ordinal);
        return [.. found];

        void Walk(string folder, int depth)
        {
            bool last = depth == segments.Length - 1;
            string segment = segments[depth];
            if (!segment.AsSpan().ContainsAny('*', '?'))
            {
                string next = Path.Combine(folder, segment);
                if (last ? File.Exists(next) : Directory.Exists(next)) { Take(next, last, depth); }
                return;
            }

            foreach (string name in NamesIn(folder, files: last))
            {
                if (FileSystemName.MatchesSimpleExpression(segment, name, ignoreCase: OperatingSystem.IsWindows())) { Take(Path.Combine(folder, name), last, depth); }
            }
        }

        void Take(string path, bool last, int depth)
        {
            if (!last)
            {
                Walk(path, depth + 1);
                return;
            }

            found.Add(path);
            if (found.Count > MaximumMatches) { throw new InvalidInputException($"More than {MaximumMatches} files match '{pattern}'; give a narrower pattern."); }
        }
    }

    private static IEnumerable<string> NamesIn(string folder, bool files)
    {
        string place = folder.Length == 0 ? "." : folder;
        try
        {
            // Read at once: an error then surfaces here, not in the caller's loop.
            IEnumerable<string> paths = files ? Directory.GetFiles(place) : Directory.GetDirectories(place);
            return paths.Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.'));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
