using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>The reference results of one model: structures, and for each of them and each head what mace-torch returned.</summary>
internal sealed class GoldenReference : IDisposable
{
    private readonly JsonDocument _document;
    private readonly Dictionary<string, Structure> _structures = [];

    public GoldenReference(string model)
    {
        Model = model;
        _document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("refs", model + ".json")));
        foreach (JsonProperty structure in Root.GetProperty("structures").EnumerateObject())
        {
            _structures.Add(structure.Name, ReadStructure(structure.Value));
        }
    }

    public string Model { get; }

    public JsonElement Root => _document.RootElement;

    /// <summary>Names of the heads, in the order of the model.</summary>
    public IEnumerable<string> Heads => Root.GetProperty("heads").EnumerateArray().Select(static h => h.GetString()!);

    /// <summary>A structure by name; every call returns the same object.</summary>
    public Structure Structure(string name) => _structures[name];

    /// <summary>Structures and results of one head.</summary>
    public IEnumerable<(string Name, Structure Structure, JsonElement Expected)> Cases(string head)
    {
        foreach (JsonProperty structure in Root.GetProperty("results").EnumerateObject())
        {
            yield return (structure.Name, _structures[structure.Name], structure.Value.GetProperty(head));
        }
    }

    public void Dispose() => _document.Dispose();

    /// <summary>Atoms as the reference files state them.</summary>
    public static Structure ReadStructure(JsonElement element)
    {
        int[] numbers = [.. element.GetProperty("atomic_numbers").EnumerateArray().Select(static n => n.GetInt32())];
        bool[] periodic = [.. element.GetProperty("pbc").EnumerateArray().Select(static p => p.GetBoolean())];
        Structure structure = new(
            numbers,
            element.GetProperty("positions_A").ToVectors(),
            Matrix3.FromRowMajor(element.GetProperty("cell_A").ToNumbers()),
            new Periodicity(periodic[0], periodic[1], periodic[2]));
        if (element.TryGetProperty("charges_e", out JsonElement charges)) { structure.Arrays.Add("charges", DataArray.Of(charges.ToNumbers())); }
        foreach (string key in new[] { "total_charge", "total_spin" })
        {
            if (element.TryGetProperty(key, out JsonElement value)) { structure.Info.Add(key, DataArray.Of(value.GetDouble())); }
        }

        return structure;
    }
}
