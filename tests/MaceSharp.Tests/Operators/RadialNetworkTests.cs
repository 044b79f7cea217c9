using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Operators;

/// <summary>The derivative of both kinds of radial network along a change of the basis.</summary>
public sealed class RadialNetworkTests
{
    public static TheoryData<string> Models => ["residual L=1", "density, agnesi, zbl", "non-linear, embeddings"];

    [Theory]
    [MemberData(nameof(Models))]
    public void TangentsAreDifferencesOfTheOutputs(string model)
    {
        const int Edges = 5;
        const double Step = 1e-3;
        RadialBlock block = new(RandomModels.Create(model), 1);
        foreach (RadialNetwork<double> network in new[] { block.Weights, block.Density }.OfType<RadialNetwork<double>>())
        {
            Random random = new(5);
            RadialWorkspace<double> workspace = network.CreateWorkspace(Edges);
            RowBuffer rows = new();
            double[] basis = Numbers(Edges * network.Widths[0]), dot = Numbers(basis.Length), terms = Numbers(Edges * network.FirstWidth);
            double[][] outputs = [.. new[] { -2, -1, 1, 2 }.Select(offset => Output(offset * Step))];
            Output(0);
            network.Tangent(dot, Edges, workspace, rows);
            for (int i = 0; i < Edges * network.OutputWidth; i++)
            {
                double difference = (outputs[0][i] - (8 * outputs[1][i]) + (8 * outputs[2][i]) - outputs[3][i]) / (12 * Step);
                Assert.Equal(difference, workspace.OutputDot[i], 1e-9);
            }

            Assert.Contains(workspace.OutputDot.ToArray(), static d => Math.Abs(d) > 1e-2);

            double[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

            double[] Output(double along)
            {
                terms.CopyTo(workspace.FirstTerms);
                network.Forward([.. basis.Zip(dot, (b, d) => b + (along * d))], Edges, workspace, rows);
                return workspace.Output.ToArray();
            }
        }
    }
}
