using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MaceSharp.Zoo;

/// <summary>The published foundation models that can be downloaded by name.</summary>
public static class ModelZoo
{
    private static readonly Dictionary<string, ZooModel> ByName = Index();

    /// <summary>All models, family by family.</summary>
    public static ImmutableArray<ZooModel> Models => ModelCatalogue.Models;

    /// <summary>Finds a model by its name, an alias or the name of its file (with or without extension); upper and lower case are the same.</summary>
    /// <param name="name">The name.</param>
    /// <param name="model">The model, or null.</param>
    /// <returns>Whether there is such a model.</returns>
    public static bool TryFind(string name, [NotNullWhen(true)] out ZooModel? model)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(name, out model);
    }

    /// <summary>Finds a model by the SHA-256 of its file.</summary>
    /// <param name="sha256">64 hexadecimal digits.</param>
    /// <param name="model">The model, or null.</param>
    /// <returns>Whether a model with this published digest exists.</returns>
    public static bool TryFindBySha256(string sha256, [NotNullWhen(true)] out ZooModel? model)
    {
        model = Models.FirstOrDefault(candidate => candidate.Sha256 is { } published && string.Equals(published.Value, sha256, StringComparison.OrdinalIgnoreCase));
        return model is not null;
    }

    /// <summary>The names and aliases most like a given one, best first.</summary>
    /// <param name="name">What was typed.</param>
    /// <param name="count">How many at most.</param>
    public static ImmutableArray<string> NearestNames(string name, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(name);
        string typed = Shorten(name);
        int tolerance = Math.Max(2, typed.Length / 2);
        return [.. Models
            .SelectMany(model => model.Aliases.Prepend(model.Name))
            .Select(candidate => (candidate, distance: Distance(typed, candidate)))
            .Where(pair => pair.distance <= tolerance)
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(count)
            .Select(pair => pair.candidate)];
    }

    /// <summary>A prefix such as "MACE_" is how people write the names; it does not tell them apart.</summary>
    private static string Shorten(string name)
    {
        string plain = (name.Length > 64 ? name[..64] : name).ToLowerInvariant().Replace('_', '-').Replace(' ', '-');
        return plain.StartsWith("mace-", StringComparison.Ordinal) ? plain["mace-".Length..] : plain;
    }

    /// <summary>Number of insertions, deletions and substitutions between two words (Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) { row[j] = j; }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }

    private static Dictionary<string, ZooModel> Index()
    {
        Dictionary<string, ZooModel> index = new(StringComparer.OrdinalIgnoreCase);
        foreach (ZooModel model in ModelCatalogue.Models)
        {
            index.Add(model.Name, model);
            foreach (string alias in model.Aliases) { index.Add(alias, model); }
            index.TryAdd(model.FileName, model);
            index.TryAdd(Path.GetFileNameWithoutExtension(model.FileName), model);
        }

        return index;
    }
}
