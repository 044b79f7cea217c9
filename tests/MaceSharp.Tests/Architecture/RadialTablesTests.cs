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
            double error = 0, largest = 0, densityError = 0, largestDensity = 0;
            Random random = new(2);
            for (int i = 0; i < 2000; i++)
            {
                double distance = pair.Coordinate.ToDistance(pair.Grid.First + ((pair.Grid.Last - pair.Grid.First) * random.NextDouble()));
                exact.Evaluate([distance], 0, 1, true);
                (double[] _, double[] slopes) = Evaluate(tables, pair, distance);
                for (int k = 0; k < tables.Width; k++)
                {
                    error = Math.Max(error, Math.Abs(slopes[k] - exact.Slopes[k]));
                    largest = Math.Max(largest, Math.Abs(exact.Slopes[k]));
                }

                if (pair.Density is not { } density) { continue; }
                densityError = Math.Max(densityError, Math.Abs(Evaluate(pair.Coordinate, density, distance).Slope - exact.DensitySlopes[0]));
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
            exact.Evaluate([RadialTables<double>.FirstNode], 1, 0, true);
            (double[] values, double[] slopes) = Evaluate(tables, pair, RadialTables<double>.FirstNode);
            for (int k = 0; k < tables.Width; k++)
            {
                Assert.Equal(exact.Values[k], values[k], 1e-12);
                Assert.Equal(exact.Slopes[k], slopes[k], 1e-10);
            }

            if (pair.Density is not { } density) { continue; }
            (double value, double slope) = Evaluate(pair.Coordinate, density, RadialTables<double>.FirstNode);
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

    /// <summary>Radial weights and their slopes along the distance, put together from the slabs.</summary>
    private static (double[] Values, double[] Slopes) Evaluate(RadialTables<double> tables, RadialTables<double>.Pair pair, double distance)
    {
        double[] values = new double[tables.Width], slopes = new double[tables.Width];
        for (int s = 0; s < pair.Weights.Length; s++)
        {
            double[] v = new double[pair.Weights[s].Width], d = new double[v.Length];
            pair.Weights[s].Evaluate(pair.Coordinate.Of(distance), v, d);
            for (int k = 0; k < v.Length; k++)
            {
                values[tables.Slabs[s][k]] = v[k];
                slopes[tables.Slabs[s][k]] = d[k] * pair.Coordinate.Slope(distance);
            }
        }

        return (values, slopes);
    }

    private static (double Value, double Slope) Evaluate(RadialCoordinate coordinate, RadialTable<double> table, double distance)
    {
        double[] value = new double[table.Width], slope = new double[table.Width];
        table.Evaluate(coordinate.Of(distance), value, slope);
        return (value[0], slope[0] * coordinate.Slope(distance));
    }

    private static RadialTables<T>[] Tables<T>(string model)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => [.. new MaceNetwork<T>(RandomModels.Create(model), tabulate: true).Tables!.Value];
}
