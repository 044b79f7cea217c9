using MaceSharp.Atoms;

namespace MaceSharp.Cli.Evaluation;

/// <summary>The names under which results go out: those of ASE, with a prefix if the user wants one.</summary>
/// <param name="prefix">Put before every name, for example <c>MACE_</c>.</param>
internal sealed class OutputNames(string prefix)
{
    /// <summary>What labels of the same name are kept under.</summary>
    private const string LabelPrefix = "REF_";

    /// <summary>What labels are kept under when the file has a REF_ label too.</summary>
    private const string SecondLabelPrefix = "INPUT_";

    /// <summary>The name of a result.</summary>
    public string this[string name] => prefix + name;

    /// <summary>Adds a result of the whole structure, keeping what was there before under another name.</summary>
    public void AddInfo(Structure structure, string name, DataArray value) => Add(structure.Info, this[name], value);

    /// <summary>Adds a result per atom, keeping what was there before under another name.</summary>
    public void AddArray(Structure structure, string name, DataArray value) => Add(structure.Arrays, this[name], value);

    private static void Add(OrderedDictionary<string, DataArray> data, string name, DataArray value)
    {
        int at = data.IndexOf(name);
        if (at >= 0)
        {
            DataArray kept = data.GetAt(at).Value;
            data.RemoveAt(at);
            data.Insert(at, FreeName(data, name), kept);
        }

        data.Add(name, value);
    }

    private static string FreeName(OrderedDictionary<string, DataArray> data, string name)
    {
        string free = LabelPrefix + name;
        for (int i = 1; data.ContainsKey(free); i++)
        {
            free = i == 1 ? SecondLabelPrefix + name : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SecondLabelPrefix}{name}_{i}");
        }

        return free;
    }
}
