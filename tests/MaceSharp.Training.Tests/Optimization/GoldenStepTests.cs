using System.Text.Json;
using MaceSharp.TestSupport;
using MaceSharp.Training.Optimization;

namespace MaceSharp.Training.Tests.Optimization;

/// <summary>Optimiser, clipping and average against PyTorch 1.13 and torch_ema (golden/training).</summary>
public class GoldenStepTests
{
    public static TheoryData<string> Models => ["a_mace_8x0e", "b_ss_16x0e_16x1o", "d_density_agnesi_zbl"];

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void TheFirstAmsGradStepIsThatOfPyTorch(string model) => CheckFirstStep(model, "plain_adam", weightDecay: 0, clip: double.PositiveInfinity);

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void TheFirstStepWithGroupsAndClippingIsThatOfPyTorch(string model) => CheckFirstStep(model, "upstream_param_groups", weightDecay: 5e-7, clip: 10);

    [GoldenTheory]
    [MemberData(nameof(Models))]
    public void TheAverageIsThatOfTorchEma(string model)
    {
        // The average after three steps follows from the one after the first and the parameters after the second and third; the second is not given, so the first update is checked.
        Fixture fixture = new(model);
        ExponentialMovingAverage average = new(fixture.Initial, 0.99);
        average.Update(fixture.Vector("plain_adam/param_after_1/"));
        fixture.AssertClose(fixture.Vector("plain_adam/ema_after_1/"), average.Average, 1e-12);
    }

    private static void CheckFirstStep(string model, string trajectory, double weightDecay, double clip)
    {
        Fixture fixture = new(model);
        AdamOptimizer optimizer = new(ParameterGrouping.Create(fixture.Places, weightDecay), 0.01);
        double[] parameters = [.. fixture.Initial], gradient = fixture.Vector($"grad/{fixture.LossOf(trajectory)}/");
        GradientClipping.Clip(gradient, clip);
        optimizer.Step(parameters, gradient);
        fixture.AssertClose(fixture.Vector(trajectory + "/param_after_1/"), parameters, 1e-12);
    }

    /// <summary>The vectors of a reference model.</summary>
    private sealed class Fixture
    {
        private readonly Dictionary<string, NpyArray> _arrays;
        private readonly Dictionary<string, string> _losses = [];

        public Fixture(string model)
        {
            _arrays = NpzFile.Read(GoldenData.PathOf("training", model + ".npz"));
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(GoldenData.PathOf("training", model + ".json")));
            foreach (JsonProperty trajectory in document.RootElement.GetProperty("trajectories").EnumerateObject()) { _losses.Add(trajectory.Name, trajectory.Value.GetProperty("loss").GetString()!); }
            int offset = 0;
            foreach (JsonProperty parameter in document.RootElement.GetProperty("parameter_names_shapes").EnumerateObject())
            {
                int length = parameter.Value.EnumerateArray().Aggregate(1, static (product, extent) => product * extent.GetInt32());
                Places.Add(new ParameterPlace(parameter.Name, new ParameterRange(offset, length)));
                offset += length;
            }

            var source = Serialization.ModelFile.Read(GoldenData.PathOf("models", model + ".model"));
            Initial = [.. Places.SelectMany(p => source[p.Name].Values)];
        }

        public List<ParameterPlace> Places { get; } = [];

        public double[] Initial { get; }

        public string LossOf(string trajectory) => _losses[trajectory];

        public double[] Vector(string prefix) => [.. Places.SelectMany(p => _arrays[prefix + p.Name].Values)];

        public void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance)
        {
            foreach (ParameterPlace place in Places)
            {
                for (int i = place.Range.Offset; i < place.Range.Offset + place.Range.Length; i++)
                {
                    Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{place.Name}[{i - place.Range.Offset}]: {expected[i]:R} expected, {actual[i]:R} found");
                }
            }
        }
    }
}
