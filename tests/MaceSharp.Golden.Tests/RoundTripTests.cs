using System.Text.Json;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.Serialization;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>A model that was written as safetensors and read again is the same to the last bit.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<string> Models => GoldenModels.All;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void GivesTheSameBits(string name)
    {
        MaceModel model = GoldenModels.Random(name);
        string folder = Directory.CreateTempSubdirectory("mace-golden-").FullName;
        try
        {
            string path = Path.Combine(folder, name + ".safetensors");
            ModelFile.Write(model, path);
            MaceModel copy = ModelFile.Read(path);
            Assert.Equal(model.Tensors.Keys, copy.Tensors.Keys);
            foreach ((string key, NamedTensor tensor) in model.Tensors)
            {
                Assert.Equal(tensor.Shape, copy[key].Shape);
                Assert.True(tensor.Values.AsSpan().SequenceEqual(copy[key].Values), $"{key} changed");
                Assert.Equal(tensor.Precision, copy[key].Precision);
            }

            using GoldenReference reference = new(name);
            foreach (string head in reference.Heads)
            {
                using IPotentialEvaluator before = new MacePotential(model, new MaceOptions { Head = head }).CreateEvaluator();
                using IPotentialEvaluator after = new MacePotential(copy, new MaceOptions { Head = head }).CreateEvaluator();
                PotentialResult expected = new(), actual = new();
                foreach ((string structureName, Structure structure, JsonElement _) in reference.Cases(head))
                {
                    if (structure.Count > 10) { continue; }
                    Properties properties = model.HyperParameters.HasEnergy ? Properties.Energy | Properties.Forces | Properties.Virial : Properties.None;
                    if (model.HyperParameters.HasDipole) { properties |= Properties.Dipole; }
                    before.Evaluate(structure, properties, expected);
                    after.Evaluate(structure, properties, actual);
                    Assert.True(
                        expected.Energy == actual.Energy && expected.Dipole == actual.Dipole && expected.Virial == actual.Virial && expected.Forces.SequenceEqual(actual.Forces),
                        $"{structureName}, head {head}: the results changed");
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
