using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Training.Tests.Differentiation;

/// <summary>Models of the reference data and a batch of small structures for each.</summary>
internal static class ReferenceStructures
{
    private static readonly string[] Names = ["molecule", "tiny_cell_1atom", "slab_TTF", "isolated_atom"];

    /// <summary>All architectures: the models with random float64 weights.</summary>
    public static TheoryData<string> Models
    {
        get
        {
            TheoryData<string> names = [];
            if (!GoldenData.Exists) { return new TheoryData<string>("none"); }
            foreach (string path in Directory.EnumerateFiles(GoldenData.PathOf("models"), "*.model").Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileNameWithoutExtension(path);
                if (!name.StartsWith("j_", StringComparison.Ordinal)) { names.Add(name); }
            }

            return names;
        }
    }

    /// <summary>Structures of the model's reference data, heads in turn; E0 of the model must not matter.</summary>
    public static TrainingBatch Batch(string model, int heads)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("refs", model + ".json")));
        JsonElement all = document.RootElement.GetProperty("structures");
        List<LabelledStructure> structures = [];
        foreach (string name in Names)
        {
            JsonElement s = all.GetProperty(name);
            bool[] pbc = [.. s.GetProperty("pbc").EnumerateArray().Select(static b => b.GetBoolean())];
            Structure structure = new(
                [.. s.GetProperty("atomic_numbers").EnumerateArray().Select(static z => z.GetInt32())],
                [.. s.GetProperty("positions_A").EnumerateArray().Select(static v => new Vector3D(v[0].GetDouble(), v[1].GetDouble(), v[2].GetDouble()))],
                Matrix3.FromRowMajor(GoldenTraining.Numbers(s.GetProperty("cell_A"))),
                new Periodicity(pbc[0], pbc[1], pbc[2]));
            foreach (string key in (string[])["total_charge", "total_spin"])
            {
                if (s.TryGetProperty(key, out JsonElement value)) { structure.Info.Add(key, DataArray.Of([value.GetDouble()])); }
            }

            if (s.TryGetProperty("charges_e", out JsonElement charges)) { structure.Arrays.Add("charges", DataArray.Of(GoldenTraining.Numbers(charges))); }
            structures.Add(new LabelledStructure { Structure = structure, Head = structures.Count % heads });
        }

        return new TrainingBatch(structures);
    }

    /// <summary>The model without isolated-atom energies, whose rounding would be divided by the steps of differences.</summary>
    public static MaceModel WithoutAtomicEnergies(MaceModel model)
    {
        const string Name = "atomic_energies_fn.atomic_energies";
        return model.Tensors.TryGetValue(Name, out NamedTensor? tensor)
            ? model with { Tensors = model.Tensors.SetItem(Name, new NamedTensor([.. tensor.Shape], new double[tensor.Count])) }
            : model;
    }
}
