using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using MaceSharp.Zoo;

namespace MaceSharp.Golden.Tests;

/// <summary>What mace-torch computes with a published model for one structure.</summary>
/// <param name="Structure">The atoms.</param>
/// <param name="Energy">Energy, eV.</param>
/// <param name="Forces">Forces, eV/Å.</param>
/// <param name="Stress">Stress, eV/Å³; null when the structure is not periodic.</param>
internal sealed record PublishedResult(Structure Structure, double Energy, Vector3D[] Forces, Matrix3? Stress);

/// <summary>The reference results of published models in <c>Data/published-models.json</c>, and the files of these models.</summary>
internal static class PublishedModels
{
    private static readonly JsonElement Root = JsonDocument.Parse(File.ReadAllBytes(
        Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Golden.Tests", "Data", "published-models.json"))).RootElement;

    /// <summary>Names of the models that have results.</summary>
    public static IEnumerable<string> Names => Root.GetProperty("models").EnumerateObject().Select(model => model.Name);

    /// <summary>The head that was evaluated; null for a model with one head.</summary>
    public static string? HeadOf(string name) => Root.GetProperty("models").GetProperty(name).TryGetProperty("head", out JsonElement head) ? head.GetString() : null;

    /// <summary>The results of a model.</summary>
    public static IEnumerable<(string Name, PublishedResult Result)> ResultsOf(string name) =>
        from entry in Root.GetProperty("models").GetProperty(name).EnumerateObject()
        where entry.Value.ValueKind == JsonValueKind.Object
        select (entry.Name, new PublishedResult(
            StructureOf(Root.GetProperty("structures").GetProperty(entry.Name)),
            entry.Value.GetProperty("energy").GetDouble(),
            VectorsOf(entry.Value.GetProperty("forces")),
            entry.Value.TryGetProperty("stress", out JsonElement stress) ? MatrixOf(stress) : null));

    /// <summary>The file of a model in the folder named by <c>MACE_MODELS</c>; null, with the reason, when it is not there.</summary>
    public static string? Find(string name, out string reason)
    {
        reason = "";
        if (!ModelZoo.TryFind(name, out ZooModel? model)) { throw new InvalidOperationException($"{name} is not in the zoo."); }
        string? folder = Environment.GetEnvironmentVariable(ModelStore.FolderVariable);
        if (string.IsNullOrEmpty(folder))
        {
            reason = $"{ModelStore.FolderVariable} names no folder with {model.FileName} ({model.Address.Value}).";
            return null;
        }

        string path = Path.Combine(folder, model.FileName);
        if (File.Exists(path)) { return path; }
        reason = $"{model.FileName} ({model.Address.Value}) is not in the folder named by {ModelStore.FolderVariable} ({folder}).";
        return null;
    }

    private static Structure StructureOf(JsonElement element)
    {
        bool[] periodic = element.TryGetProperty("periodic", out JsonElement flags) ? [.. flags.EnumerateArray().Select(flag => flag.GetBoolean())] : [false, false, false];
        return new Structure(
            [.. element.GetProperty("numbers").EnumerateArray().Select(number => number.GetInt32())],
            VectorsOf(element.GetProperty("positions")),
            element.TryGetProperty("cell", out JsonElement cell) ? MatrixOf(cell) : default,
            new Periodicity(periodic[0], periodic[1], periodic[2]));
    }

    private static Vector3D[] VectorsOf(JsonElement rows) => [.. rows.EnumerateArray().Select(row => new Vector3D(row[0].GetDouble(), row[1].GetDouble(), row[2].GetDouble()))];

    private static Matrix3 MatrixOf(JsonElement rows)
    {
        Vector3D[] vectors = VectorsOf(rows);
        return new Matrix3(vectors[0], vectors[1], vectors[2]);
    }
}

/// <summary>A test that needs the file of a published model; skipped with a reason when it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PublishedModelFactAttribute : FactAttribute
{
    public PublishedModelFactAttribute(string name)
    {
        if (PublishedModels.Find(name, out string reason) is null) { Skip = reason; }
    }
}
