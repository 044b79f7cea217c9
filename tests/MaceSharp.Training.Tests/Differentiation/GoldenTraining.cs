using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;
using MaceSharp.Training;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>The reference data of training for one model: batch, losses, predictions and gradients of mace-torch.</summary>
internal sealed class GoldenTraining
{
    private readonly JsonElement _root;

    public GoldenTraining(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("training", name + ".json")));
        _root = document.RootElement.Clone();
        Model = ModelFile.Read(GoldenData.PathOf("models", name + ".model"));
        Arrays = NpzFile.Read(GoldenData.PathOf("training", name + ".npz"));
        Batch = ReadBatch(null);
    }

    public MaceModel Model { get; }

    public TrainingBatch Batch { get; }

    public IReadOnlyDictionary<string, NpyArray> Arrays { get; }

    public JsonElement Loss(string name) => _root.GetProperty("losses").GetProperty(name);

    public JsonElement LargeForces => _root.GetProperty("UniversalLoss_large_forces");

    public IEnumerable<(string Name, int[] Shape)> ParameterShapes =>
        _root.GetProperty("parameter_names_shapes").EnumerateObject().Select(static p => (p.Name, p.Value.EnumerateArray().Select(static n => n.GetInt32()).ToArray()));

    /// <summary>The batch with the other reference forces.</summary>
    public TrainingBatch LargeForcesBatch() => ReadBatch([.. LargeForces.GetProperty("REF_forces").EnumerateArray()]);

    public static double[] Numbers(JsonElement element) => element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().SelectMany(Numbers)] : [element.GetDouble()];

    private static Vector3D[] Vectors(JsonElement element) => [.. element.EnumerateArray().Select(static v => new Vector3D(v[0].GetDouble(), v[1].GetDouble(), v[2].GetDouble()))];

    private static double Weight(JsonElement structure, string name) => structure.GetProperty(name).GetDouble();

    private TrainingBatch ReadBatch(JsonElement[]? forces)
    {
        List<LabelledStructure> structures = [];
        foreach (JsonElement s in _root.GetProperty("structures").EnumerateArray())
        {
            bool[] pbc = [.. s.GetProperty("pbc").EnumerateArray().Select(static b => b.GetBoolean())];
            Structure structure = new(
                [.. s.GetProperty("atomic_numbers").EnumerateArray().Select(static z => z.GetInt32())],
                Vectors(s.GetProperty("positions_A")),
                Matrix3.FromRowMajor(Numbers(s.GetProperty("cell_A"))),
                new Periodicity(pbc[0], pbc[1], pbc[2]));
            JsonElement stress = s.GetProperty("REF_stress");
            structures.Add(new LabelledStructure
            {
                Structure = structure,
                Energy = s.GetProperty("REF_energy").GetDouble(),
                Forces = Vectors(forces is null ? s.GetProperty("REF_forces") : forces[structures.Count]),
                Stress = stress.ValueKind == JsonValueKind.Null ? null : StressOf(stress),
                Weight = Weight(s, "weight"),
                EnergyWeight = Weight(s, "energy_weight"),
                ForcesWeight = Weight(s, "forces_weight"),
                StressWeight = Weight(s, "stress_weight"),
            });
        }

        return new TrainingBatch(structures);
    }

    private static Matrix3 StressOf(JsonElement element) => Matrix3.FromRowMajor(Numbers(element));
}
