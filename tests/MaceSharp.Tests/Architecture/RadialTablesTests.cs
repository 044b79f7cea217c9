using MaceSharp.Architecture;
using MaceSharp.Network;
using MaceSharp.Operators;
using MaceSharp.Tests.Physics;

namespace MaceSharp.Tests.Architecture;

/// <summary>Tables of the radial weights of a model against the networks they stand for.</summary>
public sealed class RadialTablesTests
{
    public static TheoryData<string> Models => RandomModels.Tabulated;

    [Theory]
    [MemberData(nameof(Models))]
    public void SlopesAreAsPreciseAsMeasured(string model)
    {
        foreach (RadialTables<double> tables in Tables<double>(model))
        {
            RadialTables<double>.Pair pair = tables.Get(0, 1);
            Assert.InRange(pair.SlopeError, 0, RadialTables<double>.Tolerance);
            PairRadial exact = tables.CreateExact(1);
            double[] values = new double[tables.Width], slopes = new double[tables.Width];
            double error = 0, largest = 0, densityError = 0, largestDensity = 0;
            Random random = new(2);
            for (int i = 0; i < 2000; i++)
            {
                double distance = pair.Weights.First + ((pair.Weights.Last - pair.Weights.First) * random.NextDouble());
                exact.Evaluate([distance], 0, 1, true);
                pair.Weights.Evaluate(distance, values, slopes);
                for (int k = 0; k < tables.Width; k++)
                {
                    error = Math.Max(error, Math.Abs(slopes[k] - exact.Slopes[k]));
                    largest = Math.Max(largest, Math.Abs(exact.Slopes[k]));
                }

                if (pair.Density is not { } density) { continue; }
                densityError = Math.Max(densityError, Math.Abs(density.EvaluateFirst(distance).Slope - exact.DensitySlopes[0]));
                largestDensity = Math.Max(largestDensity, Math.Abs(exact.DensitySlopes[0]));
            }

            // Points between those where the error was measured may be slightly worse.
            Assert.InRange(error / largest, 0, 1.2 * pair.SlopeError);
            Assert.InRange(densityError, 0, 1.2 * pair.SlopeError * largestDensity);
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void TablesMeetTheNetworkWhereTheyBegin(string model)
    {
        foreach (RadialTables<double> tables in Tables<double>(model))
        {
            RadialTables<double>.Pair pair = tables.Get(1, 0);
            PairRadial exact = tables.CreateExact(1);
            exact.Evaluate([pair.Weights.First], 1, 0, true);
            double[] values = new double[tables.Width], slopes = new double[tables.Width];
            pair.Weights.Evaluate(pair.Weights.First, values, slopes);
            for (int k = 0; k < tables.Width; k++)
            {
                Assert.Equal(exact.Values[k], values[k], 1e-12);
                Assert.Equal(exact.Slopes[k], slopes[k], 1e-10);
            }

            if (pair.Density is not { } density) { continue; }
            (double value, double slope) = density.EvaluateFirst(density.First);
            Assert.Equal(exact.Densities[0], value, 1e-12);
            Assert.Equal(exact.DensitySlopes[0], slope, 1e-10);
        }
    }

    [Fact]
    public void PairsShareATableWhereTheirWeightsAreTheSame()
    {
        RadialTables<float> distanceAlone = Tables<float>("residual L=1")[0], symmetric = Tables<float>("density, agnesi, zbl")[0], ordered = Tables<float>("non-linear, embeddings")[0];
        Assert.Same(distanceAlone.Get(0, 0), distanceAlone.Get(2, 1));
        Assert.Same(symmetric.Get(0, 2), symmetric.Get(2, 0));
        Assert.NotSame(symmetric.Get(0, 2), symmetric.Get(2, 2));
        Assert.NotSame(ordered.Get(0, 2), ordered.Get(2, 0));
    }

    private static RadialTables<T>[] Tables<T>(string model)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => [.. new MaceNetwork<T>(RandomModels.Create(model), tabulate: true).Tables!.Value];
}
