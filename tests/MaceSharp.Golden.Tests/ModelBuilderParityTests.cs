using MaceSharp.Architecture;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>A new model of the hyper-parameters of a reference model has the same tensors, and the same constants in them.</summary>
public sealed class ModelBuilderParityTests
{
    public static TheoryData<string> Models => GoldenModels.All;

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void NewModelsHaveTheTensorsOfUpstream(string name)
    {
        MaceModel reference = GoldenModels.Random(name), built = ModelBuilder.Create(reference.HyperParameters);
        Assert.Equal(reference.Tensors.Keys, built.Tensors.Keys);
        foreach (TensorSpecification specification in ParameterLayout.Of(reference.HyperParameters))
        {
            NamedTensor expected = reference[specification.Name], actual = built[specification.Name];
            bool isReduced = name == "g6_reduced_u_emulated" && specification.Shape.Contains(TensorSpecification.FreeAxis);
            if (isReduced) { continue; }
            Assert.Equal(expected.Shape, actual.Shape);
            if (specification.Role == TensorRole.Parameter || specification.Name.StartsWith("scale_shift", StringComparison.Ordinal) || specification.Name.StartsWith("atomic_energies", StringComparison.Ordinal)) { continue; }
            double tolerance = expected.Precision == Precision.Float32 ? 1e-7 : 2e-15;
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.True(Math.Abs(expected.Values[i] - actual.Values[i]) <= tolerance * Math.Max(1, Math.Abs(expected.Values[i])), $"{specification.Name}, element {i}: {actual.Values[i]} instead of {expected.Values[i]}");
            }
        }
    }
}
