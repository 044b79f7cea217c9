using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Equivariance;

public sealed class Wigner3jTests
{
    [GoldenFact]
    public void AgreeWithTheReference()
    {
        Dictionary<string, NpyArray> tables = NpzFile.Read(GoldenData.PathOf("unit", "wigner3j_l1_l2_l3.npz"));
        Assert.Equal(81, tables.Count);
        foreach ((string name, NpyArray expected) in tables)
        {
            int[] degrees = [.. name.Split('_').Select(static s => s[0] - '0')];
            double[] actual = Wigner3j.Get(degrees[0], degrees[1], degrees[2]).ToArray();
            Assert.Equal(expected.Values.Length, actual.Length);
            double largest = expected.Values.Zip(actual, static (a, b) => Math.Abs(a - b)).Max();
            Assert.True(largest < 1e-15, $"{name}: off by {largest:E2}");
        }
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 4)]
    [InlineData(5, 3, 6)]
    [InlineData(6, 6, 7)]
    [InlineData(12, 12, 3)]
    public void AreInvariantUnderRotation(int l1, int l2, int l3)
    {
        // Σ D(l1) D(l2) D(l3) C = C, with D from the harmonics alone.
        Matrix3 rotation = Rotations.Random(new Random(5));
        double[,] d1 = Rotations.MatrixByQuadrature(l1, rotation), d2 = Rotations.MatrixByQuadrature(l2, rotation), d3 = Rotations.MatrixByQuadrature(l3, rotation);
        int n1 = (2 * l1) + 1, n2 = (2 * l2) + 1, n3 = (2 * l3) + 1;
        double[] symbol = Wigner3j.Get(l1, l2, l3).ToArray();
        double[] first = new double[symbol.Length], second = new double[symbol.Length], third = new double[symbol.Length];
        for (int a = 0; a < n1; a++)
        {
            for (int i = 0; i < n1; i++)
            {
                for (int rest = 0; rest < n2 * n3; rest++) { first[(a * n2 * n3) + rest] += d1[a, i] * symbol[(i * n2 * n3) + rest]; }
            }
        }

        for (int a = 0; a < n1; a++)
        {
            for (int b = 0; b < n2; b++)
            {
                for (int i = 0; i < n2; i++)
                {
                    for (int c = 0; c < n3; c++) { second[(((a * n2) + b) * n3) + c] += d2[b, i] * first[(((a * n2) + i) * n3) + c]; }
                }
            }
        }

        for (int row = 0; row < n1 * n2; row++)
        {
            for (int c = 0; c < n3; c++)
            {
                for (int i = 0; i < n3; i++) { third[(row * n3) + c] += d3[c, i] * second[(row * n3) + i]; }
            }
        }

        for (int i = 0; i < symbol.Length; i++) { Assert.Equal(symbol[i], third[i], 1e-13); }
        Assert.Equal(1, symbol.Sum(static v => v * v), 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(9)]
    public void CoupleToTheMatricesOfTheHarmonics(int l)
    {
        Random random = new(6);
        Matrix3 rotation = Rotations.Random(random), other = Rotations.Random(random);
        double[,] matrix = Rotations.MatrixByCoupling(l, rotation), byHarmonics = Rotations.MatrixByQuadrature(l, rotation);
        double[,] second = Rotations.MatrixByCoupling(l, other), product = Rotations.MatrixByCoupling(l, rotation * other);
        int n = (2 * l) + 1;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double orthogonal = 0, composed = 0;
                for (int k = 0; k < n; k++)
                {
                    orthogonal += matrix[i, k] * matrix[j, k];
                    composed += matrix[i, k] * second[k, j];
                }

                Assert.Equal(byHarmonics[i, j], matrix[i, j], 1e-12);
                Assert.Equal(i == j ? 1 : 0, orthogonal, 1e-12);
                Assert.Equal(product[i, j], composed, 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 3)]
    [InlineData(-1, 1, 1)]
    [InlineData(13, 1, 12)]
    public void DegreesThatDoNotCoupleAreRefused(int l1, int l2, int l3) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = Wigner3j.Get(l1, l2, l3); });
}
