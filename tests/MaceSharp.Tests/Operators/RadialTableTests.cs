using MaceSharp.Operators;

namespace MaceSharp.Tests.Operators;

/// <summary>Quintic splines as tables: what they reproduce, how their error falls, and that derivatives belong to the values.</summary>
public sealed class RadialTableTests
{
    private const double First = 0.5;
    private const double Last = 5.0;

    private delegate (double Value, double Slope) Function(double x, int index);

    [Theory]
    [InlineData(8, 1)]
    [InlineData(16, 7)]
    [InlineData(64, 19)]
    [InlineData(100, 64)]
    public void NodesAreMet(int intervals, int width)
    {
        RadialTable<double> table = Build(intervals, width, Wave);
        double[] values = new double[width], slopes = new double[width];
        for (int i = 0; i <= intervals; i++)
        {
            double x = Node(intervals, i);
            table.Evaluate(x, values, slopes);
            for (int k = 0; k < width; k++)
            {
                (double value, double slope) = Wave(x, k);
                Assert.Equal(value, values[k], 1e-13);

                // At the ends the derivative is met too.
                if (i == 0 || i == intervals) { Assert.Equal(slope, slopes[k], 1e-11); }
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(33)]
    [InlineData(512)]
    public void PolynomialsOfFifthDegreeAreExact(int intervals)
    {
        const int Width = 6;
        RadialTable<double> table = Build(intervals, Width, static (x, k) => (Math.Pow(x / Last, k), k == 0 ? 0 : k * Math.Pow(x / Last, k - 1) / Last));
        double[] values = new double[Width], slopes = new double[Width];
        foreach (double x in Points(200))
        {
            table.Evaluate(x, values, slopes);
            for (int k = 0; k < Width; k++)
            {
                Assert.Equal(Math.Pow(x / Last, k), values[k], 1e-13);
                Assert.Equal(k == 0 ? 0 : k * Math.Pow(x / Last, k - 1) / Last, slopes[k], 1e-14 * intervals);
            }
        }
    }

    [Fact]
    public void ErrorsFallAsTheSixthAndFifthPowerOfTheSpacing()
    {
        (double coarseValue, double coarseSlope) = Errors(64);
        (double fineValue, double fineSlope) = Errors(128);
        Assert.InRange(coarseValue / fineValue, 0.8 * 64, 1.2 * 64);
        Assert.InRange(coarseSlope / fineSlope, 0.8 * 32, 1.2 * 32);

        static (double Value, double Slope) Errors(int intervals)
        {
            RadialTable<double> table = Build(intervals, 1, Wave);
            double worstValue = 0, worstSlope = 0;
            foreach (double x in Points(20000))
            {
                (double value, double slope) = Alone(table, x);
                worstValue = Math.Max(worstValue, Math.Abs(value - Wave(x, 0).Value));
                worstSlope = Math.Max(worstSlope, Math.Abs(slope - Wave(x, 0).Slope));
            }

            return (worstValue, worstSlope);
        }
    }

    [Fact]
    public void DerivativesAreThoseOfTheValues()
    {
        // A coarse table of a rough function: far from the function, but its derivative belongs to its values, across knots too.
        const double Step = 1e-3;
        RadialTable<double> table = Build(12, 1, static (x, _) => (Math.Sin(7 * x), 7 * Math.Cos(7 * x)));
        foreach (double x in Points(300).Concat([Node(12, 5), Node(12, 6) + (0.3 * Step), Node(12, 11)]))
        {
            if (x < First + (2 * Step) || x > Last - (2 * Step)) { continue; }
            double difference = (Value(x - (2 * Step)) - (8 * Value(x - Step)) + (8 * Value(x + Step)) - Value(x + (2 * Step))) / (12 * Step);
            Assert.Equal(difference, Alone(table, x).Slope, 1e-8);
        }

        double Value(double x) => Alone(table, x).Value;
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(37)]
    public void LanesRemaindersAndColumnsAgree(int width)
    {
        RadialTable<double> table = Build(40, width, Wave);
        RadialTable<double> last = table.Columns<double>([width - 1]);
        double[] values = new double[width], slopes = new double[width], valuesAlone = new double[width];
        foreach (double x in Points(50))
        {
            table.Evaluate(x, values, slopes);
            table.Evaluate(x, valuesAlone, []);
            (double value, double slope) = Alone(last, x);
            Assert.Equal(value, values[^1], 1e-14);
            Assert.Equal(slope, slopes[^1], 1e-12);
            for (int k = 0; k < width; k++)
            {
                Assert.Equal(Wave(x, k).Value, values[k], 1e-4);
                Assert.Equal(values[k], valuesAlone[k], 1e-14);
            }
        }
    }

    [Fact]
    public void DerivativesInFloat32AreAsPreciseAsValuesOnAnyGrid()
    {
        const int Width = 20;
        RadialTable<float> table = Build(4096, Width, Wave).Columns<float>([.. Enumerable.Range(0, Width)]);
        float[] values = new float[Width], slopes = new float[Width];
        double largestValue = 0, largestSlope = 0, valueError = 0, slopeError = 0;
        foreach (double x in Points(2000))
        {
            table.Evaluate(x, values, slopes);
            for (int k = 0; k < Width; k++)
            {
                (double value, double slope) = Wave(x, k);
                largestValue = Math.Max(largestValue, Math.Abs(value));
                largestSlope = Math.Max(largestSlope, Math.Abs(slope));
                valueError = Math.Max(valueError, Math.Abs(value - values[k]));
                slopeError = Math.Max(slopeError, Math.Abs(slope - slopes[k]));
            }
        }

        // Four units in the last place.
        Assert.InRange(valueError / largestValue, 0, 4 * 6e-8);
        Assert.InRange(slopeError / largestSlope, 0, 4 * 6e-8);
        Assert.Equal(((2L * 4096) + 4) * Width * 4, table.Bytes);
    }

    /// <summary>Like a radial weight: a damped wave, of another frequency for each function.</summary>
    private static (double Value, double Slope) Wave(double x, int index)
    {
        double frequency = 1.5 + (0.1 * index), phase = (frequency * x) + index;
        return (Math.Sin(phase) / x, ((frequency * Math.Cos(phase)) - (Math.Sin(phase) / x)) / x);
    }

    private static (double Value, double Slope) Alone(RadialTable<double> table, double x)
    {
        double[] value = new double[table.Width], slope = new double[table.Width];
        table.Evaluate(x, value, slope);
        return (value[0], slope[0]);
    }

    private static double Node(int intervals, int i) => i == intervals ? Last : First + ((Last - First) * i / intervals);

    private static IEnumerable<double> Points(int count)
    {
        Random random = new(3);
        for (int i = 0; i < count; i++) { yield return First + ((Last - First) * random.NextDouble()); }
    }

    private static RadialTable<double> Build(int intervals, int width, Function function)
    {
        double half = 0.5 * (Last - First) / intervals;
        double[] nodes = [.. Enumerable.Range(0, intervals + 1).SelectMany(i => Rows(Node(intervals, i)).Select(static y => y.Value))];
        double[] middles = [.. Rows(First + half).Concat(Rows(Last - half)).Select(static y => y.Value)];
        double[] slopes = [.. Rows(First).Concat(Rows(Last)).Select(static y => y.Slope)];
        return QuinticSpline.Interpolate(First, Last, width, nodes, middles, slopes);

        IEnumerable<(double Value, double Slope)> Rows(double x) => Enumerable.Range(0, width).Select(k => function(x, k));
    }
}
