using System.Numerics;
using System.Runtime.Intrinsics;
using MaceSharp.Operators;
using Xunit;

namespace MaceSharp.Tests.Operators;

/// <summary>The matrix product against a naive one, for every width of vector there is.</summary>
public class MatrixKernelTests
{
    private static readonly int[] ColumnCounts = [1, 2, 3, 7, 8, 9, 10, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 96, 100, 112, 127, 128, 129, 200];
    private static readonly int[] InnerLengths = [1, 2, 8, 10, 63, 64, 65, 130];
    private static readonly int[] RowCounts = [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 19];

    [Fact]
    public void Float32EqualsNaiveProduct() => CheckShapes<float, Vector512<float>, WideVectors<float>>(2e-6);

    [Fact]
    public void Float64EqualsNaiveProduct() => CheckShapes<double, Vector512<double>, WideVectors<double>>(4e-15);

    [Fact]
    public void Float32EqualsNaiveProductWithPortableVectors() => CheckShapes<float, Vector<float>, PortableVectors<float>>(2e-6);

    [Fact]
    public void Float64EqualsNaiveProductWithPortableVectors() => CheckShapes<double, Vector<double>, PortableVectors<double>>(4e-15);

    [Theory]
    [InlineData(40, 640, 64)]
    [InlineData(40, 64, 640)]
    [InlineData(9, 128, 1280)]
    public void LongRowsEqualNaiveProduct(int rows, int inner, int columns)
    {
        Check<double, Vector512<double>, WideVectors<double>>(rows, inner, columns, 4e-15);
        Check<float, Vector512<float>, WideVectors<float>>(rows, inner, columns, 2e-6);
    }

    [Fact]
    public void EmptyProductsChangeNothing()
    {
        double[] y = [1, 2];
        MatrixKernel.MultiplyAdd<double>([], [], [], 0, 2, y, []);
        MatrixKernel.MultiplyAdd<double>([], [0], [], 0, 2, y, [0]);
        MatrixKernel.MultiplyAdd<double>([], [], [1, 1], 1, 2, y, []);
        MatrixKernel.Multiply<double>([], [], [1, 1], 1, 2, y, []);
        Assert.Equal([1.0, 2.0], y);
        MatrixKernel.Multiply<double>([], [0], [], 0, 2, y, [0]);
        Assert.Equal([0.0, 0.0], y);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(5, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 2)]
    public void RowsOutsideTheirArrayAreRefused(int xRow, int yRow)
    {
        double[] y = new double[4];
        Assert.Throws<ArgumentException>(() => MatrixKernel.MultiplyAdd<double>(new double[8], [xRow], new double[12], 4, 3, y, [yRow]));
    }

    [Fact]
    public void AllocatesNothing()
    {
        float[] x = new float[10 * 33], w = new float[33 * 70], y = new float[10 * 70];
        int[] xRows = [.. Enumerable.Range(0, 10).Select(static r => r * 33)], yRows = [.. Enumerable.Range(0, 10).Select(static r => r * 70)];
        AllocationTests.AssertNone("wide", () => MatrixKernel.MultiplyAdd<float>(x, xRows, w, 33, 70, y, yRows));
        AllocationTests.AssertNone("narrow", () => MatrixKernel.MultiplyAdd<float>(x, xRows, w, 33, 5, y, yRows));
    }

    private static void CheckShapes<T, TVector, TOps>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        foreach (int columns in ColumnCounts)
        {
            foreach (int inner in InnerLengths) { Check<T, TVector, TOps>(7, inner, columns, tolerance); }
            foreach (int rows in RowCounts) { Check<T, TVector, TOps>(rows, 17, columns, tolerance); }
        }
    }

    /// <summary>Rows lie in disorder with gaps between them; nothing but the rows may change, and W ends where its array ends.</summary>
    private static void Check<T, TVector, TOps>(int rows, int inner, int columns, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TVector : struct
        where TOps : struct, IVectorOperations<T, TVector>
    {
        Random random = new((rows * 1_000_003) + (inner * 1009) + columns);
        T[] x = Numbers<T>(random, rows * (inner + 3)), w = Numbers<T>(random, inner * columns), y = Numbers<T>(random, rows * (columns + 5));
        int[] order = [.. Enumerable.Range(0, rows)];
        random.Shuffle(order);
        int[] xRows = [.. order.Select(r => (r * (inner + 3)) + 3)], yRows = [.. order.Reverse().Select(r => (r * (columns + 5)) + 5)];
        double[] expected = [.. y.Select(double.CreateChecked)];
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < columns; c++)
            {
                for (int k = 0; k < inner; k++) { expected[yRows[r] + c] += double.CreateChecked(x[xRows[r] + k]) * double.CreateChecked(w[(k * columns) + c]); }
            }
        }

        foreach (bool add in (ReadOnlySpan<bool>)[true, false])
        {
            T[] actual = [.. y];
            MatrixKernel.Product<T, TVector, TOps>(x, xRows, w, inner, columns, actual, yRows, add);
            for (int i = 0; i < actual.Length; i++)
            {
                bool inRow = i % (columns + 5) >= 5;
                double before = add || !inRow ? 0 : double.CreateChecked(y[i]), difference = Math.Abs(double.CreateChecked(actual[i]) - (expected[i] - before));
                Assert.True(difference <= (inRow ? tolerance * Math.Sqrt(inner + 1) : 0), $"{rows}×{inner}×{columns}, {(add ? "added" : "overwritten")}: element {i} differs by {difference}.");
            }
        }
    }

    private static T[] Numbers<T>(Random random, int count)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, count).Select(_ => T.CreateTruncating((2 * random.NextDouble()) - 1))];
}
