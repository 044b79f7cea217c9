using MaceSharp.Atoms;

namespace MaceSharp.Simulation;

/// <summary>Named numbers that together are the state of a run. They travel in the comment line of a restart file, where every real number keeps its bits.</summary>
internal sealed class StateBag(OrderedDictionary<string, DataArray> entries)
{
    private const string Prefix = "restart_";

    /// <summary>Notes real numbers.</summary>
    public void Set(string name, params double[] values) => entries[Prefix + name] = values.Length == 1 ? DataArray.Of(values[0]) : DataArray.Of(values);

    /// <summary>Notes integers.</summary>
    public void Set(string name, params long[] values) => entries[Prefix + name] = values.Length == 1 ? DataArray.Of(values[0]) : DataArray.Of(values);

    /// <summary>Notes a text.</summary>
    public void Set(string name, string text) => entries[Prefix + name] = DataArray.Of(text);

    /// <summary>Real numbers by name.</summary>
    /// <exception cref="InvalidInputException">They are missing or of another number.</exception>
    public double[] Reals(string name, int count) =>
        entries.TryGetValue(Prefix + name, out DataArray? value) && value.Count == count && value.TryGetNumbers(out double[] numbers) ? numbers : throw Missing(name);

    /// <summary>A real number by name.</summary>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    public double Real(string name) => Reals(name, 1)[0];

    /// <summary>Integers by name.</summary>
    /// <exception cref="InvalidInputException">They are missing or of another number.</exception>
    public long[] Integers(string name, int count) =>
        entries.TryGetValue(Prefix + name, out DataArray? value) && value.Count == count && value.Kind == DataKind.Integer ? value.Integers.ToArray() : throw Missing(name);

    /// <summary>A text by name.</summary>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    public string Text(string name) =>
        entries.TryGetValue(Prefix + name, out DataArray? value) && value is { Kind: DataKind.Text, Count: 1 } ? value.Texts[0] : throw Missing(name);

    /// <summary>Whether there is an entry.</summary>
    public bool Has(string name) => entries.ContainsKey(Prefix + name);

    /// <summary>Takes all entries of a bag out of what a structure carries.</summary>
    public static void Remove(Structure structure)
    {
        foreach (string key in structure.Info.Keys.Where(static k => k.StartsWith(Prefix, StringComparison.Ordinal)).ToArray()) { structure.Info.Remove(key); }
    }

    private static InvalidInputException Missing(string name) => new($"This is not a restart file of such a run: '{Prefix}{name}' is missing or of another kind; restart with the options of the first run.");
}
