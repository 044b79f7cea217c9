using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Equivariance;

public sealed class SphericalHarmonicsTests
{
    private const int Largest = SphericalHarmonics.LargestDegree;

    [GoldenFact]
    public void AgreeWithTheReference()
    {
        using JsonDocument unit = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("unit", "unit.json")));
        JsonElement harmonics = unit.RootElement.GetProperty("spherical_harmonics");
        int maxDegree = harmonics.GetProperty("lmax").GetInt32();
        double[] values = new double[SphericalHarmonics.CountOf(maxDegree)];
        JsonElement expected = harmonics.GetProperty("values");
        int row = 0;
        foreach (JsonElement element in harmonics.GetProperty("vectors").EnumerateArray())
        {
            Vector3D vector = new(element[0].GetDouble(), element[1].GetDouble(), element[2].GetDouble());
            SphericalHarmonics.Evaluate(maxDegree, vector / Math.Max(vector.Norm, 1e-12), values);
            for (int i = 0; i < values.Length; i++)
            {
                double difference = Math.Abs(expected[row][i].GetDouble() - values[i]);
                Assert.True(difference < 2e-14, $"vector {row}, component {i}: off by {difference:E2}");
            }

            row++;
        }

        Assert.True(row > 5);
    }

    [Fact]
    public void AreNormalisedByComponent()
    {
        Random random = new(1);
        double[] values = new double[SphericalHarmonics.CountOf(Largest)];
        for (int trial = 0; trial < 20; trial++)
        {
            SphericalHarmonics.Evaluate(Largest, RandomUnit(random), values);
            for (int l = 0; l <= Largest; l++)
            {
                double sum = values.AsSpan(l * l, (2 * l) + 1).ToArray().Sum(static v => v * v);
                Assert.Equal((2 * l) + 1, sum, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(Largest)]
    public void TurnWithTheirArgument(int l)
    {
        Random random = new(7);
        Matrix3 rotation = Rotations.Random(random);
        Vector3D unit = RandomUnit(random);
        double[,] matrix = Rotations.MatrixByCoupling(l, rotation);
        double[] before = new double[SphericalHarmonics.CountOf(l)], after = new double[before.Length];
        SphericalHarmonics.Evaluate(l, unit, before);
        SphericalHarmonics.Evaluate(l, Rotations.Apply(rotation, unit), after);
        for (int m = 0; m < (2 * l) + 1; m++)
        {
            double sum = 0;
            for (int n = 0; n < (2 * l) + 1; n++) { sum += matrix[m, n] * before[(l * l) + n]; }
            Assert.Equal(sum, after[(l * l) + m], 1e-12);
        }
    }

    [Fact]
    public void AreWhatCouplingWithDegreeOneGives()
    {
        // Y_l is proportional to Σ_ab w3j(l−1,1,l)[a,b,:] Y_{l−1}[a] v[b]: an independent route to every degree.
        Random random = new(2);
        double[] values = new double[SphericalHarmonics.CountOf(Largest)];
        for (int trial = 0; trial < 10; trial++)
        {
            Vector3D unit = RandomUnit(random);
            SphericalHarmonics.Evaluate(Largest, unit, values);
            for (int l = 1; l <= Largest; l++)
            {
                ReadOnlySpan<double> coupling = Wigner3j.Get(l - 1, 1, l);
                double[] coupled = new double[(2 * l) + 1];
                for (int a = 0; a < (2 * l) - 1; a++)
                {
                    for (int b = 0; b < 3; b++)
                    {
                        for (int c = 0; c < coupled.Length; c++)
                        {
                            coupled[c] += coupling[(((a * 3) + b) * coupled.Length) + c] * values[((l - 1) * (l - 1)) + a] * unit[b];
                        }
                    }
                }

                double scale = Math.Sqrt(((2 * l) + 1) / coupled.Sum(static v => v * v));
                int sign = Math.Sign(coupled.Zip(values[(l * l)..], static (u, v) => u * v).Sum());
                Assert.Equal(1, sign);
                for (int c = 0; c < coupled.Length; c++)
                {
                    Assert.Equal(coupled[c] * scale, values[(l * l) + c], 1e-12);
                }
            }
        }
    }

    [Fact]
    public void GradientsAreThoseOfTheDirection()
    {
        Random random = new(3);
        int count = SphericalHarmonics.CountOf(Largest);
        double[] values = new double[count], ignored = new double[count];
        double[][] shifted = [new double[count], new double[count], new double[count], new double[count]];
        Vector3D[] gradients = new Vector3D[count];
        double[] steps = [-2, -1, 1, 2];
        const double Step = 1e-3;
        Vector3D[] directions = [RandomUnit(random), RandomUnit(random), new(0, 1, 0), new(0, -1, 0), new(1, 0, 0), new(0, 0, 1)];
        foreach (Vector3D unit in directions)
        {
            double length = 0.5 + (3 * random.NextDouble());
            SphericalHarmonics.EvaluateWithGradient(Largest, unit, values, gradients);
            SphericalHarmonics.Evaluate(Largest, unit, ignored);
            Assert.Equal(ignored, values);
            for (int axis = 0; axis < 3; axis++)
            {
                Vector3D along = new(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
                for (int k = 0; k < 4; k++)
                {
                    Vector3D vector = (length * unit) + (steps[k] * Step * length * along);
                    SphericalHarmonics.Evaluate(Largest, vector / vector.Norm, shifted[k]);
                }

                for (int i = 0; i < count; i++)
                {
                    double difference = (shifted[0][i] - (8 * shifted[1][i]) + (8 * shifted[2][i]) - shifted[3][i]) / (12 * Step);
                    Assert.Equal(difference, gradients[i][axis], 5e-7);
                }
            }

            foreach (Vector3D gradient in gradients) { Assert.Equal(0, Vector3D.Dot(gradient, unit), 1e-12); }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void LowerDegreesDoNotDependOnTheLargest(int maxDegree)
    {
        Vector3D unit = RandomUnit(new Random(4));
        int count = SphericalHarmonics.CountOf(maxDegree);
        double[] all = new double[SphericalHarmonics.CountOf(Largest)], some = new double[count];
        Vector3D[] allGradients = new Vector3D[all.Length], someGradients = new Vector3D[count];
        SphericalHarmonics.EvaluateWithGradient(Largest, unit, all, allGradients);
        SphericalHarmonics.EvaluateWithGradient(maxDegree, unit, some, someGradients);
        Assert.Equal(all[..count], some);
        Assert.Equal(allGradients[..count], someGradients);
    }

    [Fact]
    public void SpansThatAreTooShortAreRefused()
    {
        Assert.Throws<ArgumentException>(() => SphericalHarmonics.Evaluate(2, new Vector3D(0, 1, 0), new double[8]));
        Assert.Throws<ArgumentException>(() => SphericalHarmonics.EvaluateWithGradient(2, new Vector3D(0, 1, 0), new double[9], new Vector3D[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SphericalHarmonics.Evaluate(13, new Vector3D(0, 1, 0), new double[400]));
    }

    private static Vector3D RandomUnit(Random random)
    {
        while (true)
        {
            Vector3D vector = new((2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1, (2 * random.NextDouble()) - 1);
            if (vector.NormSquared is > 0.01 and < 1) { return vector / vector.Norm; }
        }
    }
}
