using System.Diagnostics;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Equivariance;
using MaceSharp.TestSupport;

namespace MaceSharp.Tests.Equivariance;

public sealed class CouplingTensorsTests
{
    [GoldenFact]
    public void AgreeWithTheReference()
    {
        int compared = 0;
        foreach ((string name, NpyArray expected) in NpzFile.Read(GoldenData.PathOf("unit", "U_matrices.npz")))
        {
            // ell2_L1o_nu3, mixed_0o0e1o1e_L0o_nu2, ell1_L1e_nu1_absent
            string[] parts = name.Split('_');
            bool mixed = parts[0] == "mixed";
            Irrep[] coupling = mixed ? [new(0, -1), new(0, 1), new(1, -1), new(1, 1)] : Natural(parts[0][3] - '0');
            string irrep = parts[mixed ? 2 : 1], order = parts[mixed ? 3 : 2];
            Irrep output = new(irrep[1] - '0', irrep[2] == 'e' ? 1 : -1);
            int copies = order[2] - '0';

            Assert.Equal(expected.Shape, CouplingTensors.ShapeOf(coupling, output, copies));
            double[] actual = CouplingTensors.Create(coupling, output, copies);
            double largest = expected.Values.Zip(actual, static (a, b) => Math.Abs(a - b)).Max();
            Assert.True(largest < 2e-15, $"{name}: off by {largest:E2}");
            compared++;
        }

        Assert.Equal(26, compared);
    }

    [GoldenFact]
    public void PathCountsAgreeWithTheReference()
    {
        using JsonDocument unit = JsonDocument.Parse(File.ReadAllBytes(GoldenData.PathOf("unit", "unit.json")));
        foreach (JsonProperty property in unit.RootElement.GetProperty("paths_per_U").EnumerateObject())
        {
            // max_ell=1 L=0e nu=1
            string name = property.Name;
            Irrep output = new(name[12] - '0', name[13] == 'e' ? 1 : -1);
            Assert.Equal(property.Value.GetInt32(), CouplingTensors.CountPaths(Natural(name[8] - '0'), output, name[^1] - '0'));
        }
    }

    [Theory]
    [InlineData(3, 0, 1, 3)]
    [InlineData(3, 1, -1, 3)]
    [InlineData(2, 2, 1, 3)]
    [InlineData(1, 1, -1, 4)]
    [InlineData(2, 1, 1, 2)]
    public void TurnWithTheirArguments(int maxDegree, int degree, int parity, int order)
    {
        // U(D·A, …, D·A) = D·U(A, …, A) for every path, with D from the harmonics alone.
        Random random = new(17);
        Irrep[] coupling = Natural(maxDegree);
        Irrep output = new(degree, parity);
        int dimension = coupling.Sum(static irrep => irrep.Dimension);
        double[] tensor = CouplingTensors.Create(coupling, output, order);
        Matrix3 rotation = Rotations.Random(random);
        double[][] arguments = [.. Enumerable.Range(0, order).Select(_ => RandomVector(random, dimension))];
        double[][] turned = [.. arguments.Select(a => Turn(a, coupling, rotation))];

        double[] expected = Contract(tensor, output.Dimension, arguments), actual = Contract(tensor, output.Dimension, turned);
        int paths = expected.Length / output.Dimension;
        double[,] matrix = Rotations.MatrixByQuadrature(degree, rotation);
        for (int m = 0; m < output.Dimension; m++)
        {
            for (int path = 0; path < paths; path++)
            {
                double sum = 0;
                for (int n = 0; n < output.Dimension; n++) { sum += matrix[m, n] * expected[(n * paths) + path]; }
                Assert.Equal(sum, actual[(m * paths) + path], 1e-12);
            }
        }
    }

    [Fact]
    public void EqualTheDefinition()
    {
        // Path by path from the definition, with dense loops: mixed parity, so that the order of parities is seen.
        Irrep[] coupling = [new(0, -1), new(0, 1), new(1, -1), new(1, 1)];
        foreach (Irrep output in new Irrep[] { new(0, -1), new(0, 1), new(1, -1), new(1, 1), new(2, 1) })
        {
            double[] expected = ByDefinition(coupling, output, 3), actual = CouplingTensors.Create(coupling, output, 3);
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++) { Assert.Equal(expected[i], actual[i], 1e-15); }
        }
    }

    [Fact]
    public void WithFourCopiesOnlyNaturalParitiesCouple()
    {
        Assert.Equal(1, CouplingTensors.CountPaths(Natural(1), new Irrep(1, 1), 4));
        Assert.All(CouplingTensors.Create(Natural(1), new Irrep(1, 1), 4), static value => Assert.Equal(0, value));
        Assert.True(CouplingTensors.CountPaths(Natural(1), new Irrep(1, 1), 3) > 1);
    }

    [Fact]
    public void LargeOnesAreMadeInSeconds()
    {
        Irrep[] mixed = [.. Enumerable.Range(0, 4).SelectMany(static l => new Irrep[] { new(l, -1), new(l, 1) })];
        Stopwatch watch = Stopwatch.StartNew();
        CouplingTensors.Create(mixed, new Irrep(1, -1), 3);
        CouplingTensors.Create(Natural(3), new Irrep(0, 1), 4);
        CouplingTensors.Create(Natural(4), new Irrep(2, 1), 3);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    [Fact]
    public void WhatDoesNotFitAnArrayIsRefused()
    {
        Assert.Throws<ArgumentException>(() => CouplingTensors.Create(Natural(6), new Irrep(1, -1), 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => CouplingTensors.Create(Natural(1), new Irrep(1, -1), 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => CouplingTensors.CountPaths([], new Irrep(1, -1), 1));
    }

    private static Irrep[] Natural(int maxDegree) => [.. Enumerable.Range(0, maxDegree + 1).Select(static l => new Irrep(l, (l & 1) == 0 ? 1 : -1))];

    private static double[] RandomVector(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];

    private static double[] Turn(double[] vector, Irrep[] irreps, Matrix3 rotation)
    {
        double[] result = new double[vector.Length];
        int offset = 0;
        foreach (Irrep irrep in irreps)
        {
            double[,] matrix = Rotations.MatrixByQuadrature(irrep.Degree, rotation);
            for (int a = 0; a < irrep.Dimension; a++)
            {
                for (int b = 0; b < irrep.Dimension; b++) { result[offset + a] += matrix[a, b] * vector[offset + b]; }
            }

            offset += irrep.Dimension;
        }

        return result;
    }

    /// <summary>Σ U[M, i1…iν, path] a1[i1]…aν[iν], shape [M, path].</summary>
    private static double[] Contract(double[] tensor, int width, double[][] arguments)
    {
        int dimension = arguments[0].Length;
        int rows = (int)Math.Pow(dimension, arguments.Length), paths = tensor.Length / (width * rows);
        double[] result = new double[width * paths];
        for (int row = 0; row < rows; row++)
        {
            double product = 1;
            for (int k = arguments.Length - 1, rest = row; k >= 0; k--, rest /= dimension) { product *= arguments[k][rest % dimension]; }
            for (int m = 0; m < width; m++)
            {
                for (int path = 0; path < paths; path++) { result[(m * paths) + path] += product * tensor[(((m * rows) + row) * paths) + path]; }
            }
        }

        return result;
    }

    private static double[] ByDefinition(Irrep[] coupling, Irrep output, int order)
    {
        int dimension = coupling.Sum(static irrep => irrep.Dimension);
        List<(Irrep Irrep, double[] Tensor)> list = [];
        int offset = 0;
        foreach (Irrep irrep in coupling)
        {
            double[] identity = new double[irrep.Dimension * dimension];
            for (int m = 0; m < irrep.Dimension; m++) { identity[(m * dimension) + offset + m] = 1; }
            list.Add((irrep, identity));
            offset += irrep.Dimension;
        }

        int rows = dimension;
        for (int copies = 2; copies <= order; copies++)
        {
            List<(Irrep Irrep, double[] Tensor)> next = [];
            foreach ((Irrep left, double[] tensor) in list)
            {
                offset = 0;
                foreach (Irrep right in coupling)
                {
                    for (int l = Math.Abs(left.Degree - right.Degree); l <= left.Degree + right.Degree; l++)
                    {
                        ReadOnlySpan<double> symbol = Wigner3j.Get(l, left.Degree, right.Degree);
                        double[] coupled = new double[((2 * l) + 1) * rows * dimension];
                        for (int c = 0; c < (2 * l) + 1; c++)
                        {
                            for (int j = 0; j < left.Dimension; j++)
                            {
                                for (int row = 0; row < rows; row++)
                                {
                                    for (int k = 0; k < right.Dimension; k++)
                                    {
                                        coupled[(((c * rows) + row) * dimension) + offset + k] +=
                                            Math.Sqrt((2 * l) + 1) * tensor[(j * rows) + row] * symbol[(((c * left.Dimension) + j) * right.Dimension) + k];
                                    }
                                }
                            }
                        }

                        next.Add((new Irrep(l, left.Parity * right.Parity), coupled));
                    }

                    offset += right.Dimension;
                }
            }

            list = [.. next.OrderBy(static entry => entry.Irrep)];
            rows *= dimension;
        }

        double[][] chosen = [.. list.Where(entry => entry.Irrep == output).Select(static entry => entry.Tensor)];
        double[] result = new double[Math.Max(1, chosen.Length) * output.Dimension * rows];
        for (int path = 0; path < chosen.Length; path++)
        {
            for (int i = 0; i < chosen[path].Length; i++) { result[(i * chosen.Length) + path] = chosen[path][i]; }
        }

        return result;
    }
}
