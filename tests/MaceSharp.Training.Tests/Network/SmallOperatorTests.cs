using MaceSharp.Architecture;
using MaceSharp.Equivariance;
using MaceSharp.Operators;
using MaceSharp.Training.Network;

namespace MaceSharp.Training.Tests.Network;

/// <summary>Linear maps, gate, activations and outer products against differences and plain sums.</summary>
public sealed class SmallOperatorTests
{
    private static readonly int[] Elements = [1, 0, 1, 2, 1];

    [Theory]
    [InlineData("interactions.0.linear_up", 1)]
    [InlineData("interactions.0.skip_tp", 3)]
    public void GradientOfALinearMapIsItsDerivative(string name, int elements)
    {
        ParameterSet parameters = new(SmallModels.Create(SmallModels.Plain));
        HyperParameters h = parameters.Model.HyperParameters;
        Irreps input = h.NodeIrreps(0), output = elements == 1 ? h.SentIrreps(0) : h.NodeIrreps(1);
        LinearMap<double> map = new(parameters, name, input, output, elements);
        RowBuffer rows = new();
        double[] x = OperatorCheck.Random(1, Elements.Length * map.InputWidth), xDot = OperatorCheck.Random(2, x.Length);
        double[] yBar = OperatorCheck.Random(3, Elements.Length * map.OutputWidth), yBarDot = OperatorCheck.Random(4, yBar.Length);
        double[] direction = OperatorCheck.Random(5, parameters.Count), gradient = new double[parameters.Count];
        Buffer<double> Forward(double[] from)
        {
            Buffer<double> y = OperatorCheck.Empty(map.OutputWidth, Elements.Length);
            map.Forward(OperatorCheck.Buffer(map.InputWidth, from), y, Elements, rows);
            return y;
        }

        double[] Value(double step)
        {
            map.Load(OperatorCheck.Along(parameters.Values, direction, step), [true, true, true]);
            return [OperatorCheck.Dot(Forward(x).Span, yBarDot) + OperatorCheck.Dot(Forward(xDot).Span, yBar)];
        }

        double[] expected = OperatorCheck.Derivative(Value);
        map.AddGradient(OperatorCheck.Buffer(map.InputWidth, x), OperatorCheck.Buffer(map.OutputWidth, yBarDot), OperatorCheck.Buffer(map.InputWidth, xDot), OperatorCheck.Buffer(map.OutputWidth, yBar), Elements, gradient, rows);
        map.ScaleGradient(gradient);
        OperatorCheck.Close(expected, [OperatorCheck.Dot(gradient, direction)]);

        map.Load(parameters.Values, [true, true, true]);
        Buffer<double> xBar = OperatorCheck.Empty(map.InputWidth, Elements.Length);
        map.Adjoint(OperatorCheck.Buffer(map.OutputWidth, yBar), xBar, Elements, rows);
        OperatorCheck.Close([OperatorCheck.Dot(Forward(xDot).Span, yBar)], [OperatorCheck.Dot(xBar.Span, xDot)]);
    }

    [Theory]
    [InlineData(ActivationKind.Silu, ActivationKind.Sigmoid)]
    [InlineData(ActivationKind.Tanh, ActivationKind.Silu)]
    [InlineData(ActivationKind.Abs, ActivationKind.Tanh)]
    public void GateAgreesWithDifferences(ActivationKind scalars, ActivationKind gates)
    {
        Gate<double> gate = new(Irreps.Parse("3x0e"), Irreps.Parse("4x1o+2x2e"), scalars, gates);
        double[] x = OperatorCheck.Random(1, gate.Input.Dimension), xDot = OperatorCheck.Random(2, x.Length), yBar = OperatorCheck.Random(3, gate.Output.Dimension), yBarDot = OperatorCheck.Random(4, yBar.Length);
        double[] Forward(double[] at)
        {
            double[] y = new double[gate.Output.Dimension];
            gate.Forward(at, y);
            return y;
        }

        double[] Adjoint(double[] at, double[] bar)
        {
            double[] xBar = new double[gate.Input.Dimension];
            gate.Adjoint(at, bar, xBar);
            return xBar;
        }

        double[] yDot = new double[yBar.Length], xBarDot = new double[x.Length];
        gate.Tangent(x, xDot, yDot);
        gate.AdjointTangent(x, xDot, yBar, yBarDot, xBarDot);
        OperatorCheck.Close(OperatorCheck.Derivative(h => Forward(OperatorCheck.Along(x, xDot, h))), yDot);
        OperatorCheck.Close([OperatorCheck.Dot(yDot, yBar)], [OperatorCheck.Dot(Adjoint(x, yBar), xDot)]);
        OperatorCheck.Close(OperatorCheck.Derivative(h => Adjoint(OperatorCheck.Along(x, xDot, h), OperatorCheck.Along(yBar, yBarDot, h))), xBarDot);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void SiluHasItsDerivatives(int count)
    {
        double[] x = [.. OperatorCheck.Random(1, count).Select(static v => 6 * v)], dot = OperatorCheck.Random(2, count), bar = OperatorCheck.Random(3, count), barDot = OperatorCheck.Random(4, count);
        (double[] Hidden, double[] Sigmoid) At(double h)
        {
            double[] hidden = OperatorCheck.Along(x, dot, h), sigmoid = new double[count];
            SiluPasses.Forward<double>(hidden, sigmoid);
            return (hidden, sigmoid);
        }

        double[] Back(double h)
        {
            (double[] hidden, double[] sigmoid) = At(h);
            double[] back = OperatorCheck.Along(bar, barDot, h);
            SiluPasses.Slope<double>(hidden, sigmoid, back, back);
            return back;
        }

        (double[] value, double[] sigmoid) = At(0);
        OperatorCheck.Close([.. x.Select(static v => v / (1 + Math.Exp(-v)))], value);
        double[] change = [.. barDot], argumentBar = new double[count], hiddenDot = new double[count];
        SiluPasses.AdjointTangent<double>(value, sigmoid, bar, dot, change, argumentBar, hiddenDot);
        OperatorCheck.Close(OperatorCheck.Derivative(h => At(h).Hidden), hiddenDot);
        OperatorCheck.Close(Back(0), argumentBar);
        OperatorCheck.Close(OperatorCheck.Derivative(Back), change);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 5, 3)]
    [InlineData(300, 13, 45)]
    [InlineData(130, 64, 64)]
    public void OuterProductsAreTheSumOfProducts(int rows, int xColumns, int yColumns)
    {
        Check<double>(rows, xColumns, yColumns, 1e-13);
        Check<float>(rows, xColumns, yColumns, 1e-6);
    }

    private static void Check<T>(int rows, int xColumns, int yColumns, double tolerance)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int stride = yColumns + 3, gap = 2;
        T[] x = [.. OperatorCheck.Random(1, rows * (xColumns + gap)).Select(T.CreateTruncating)], y = [.. OperatorCheck.Random(2, rows * (yColumns + gap)).Select(T.CreateTruncating)];
        int[] xRows = [.. Enumerable.Range(0, rows).Select(r => r * (xColumns + gap))], yRows = [.. Enumerable.Range(0, rows).Select(r => (rows - 1 - r) * (yColumns + gap))];
        double[] result = [.. Enumerable.Repeat(1.0, xColumns * stride)];
        OuterProducts.Add<T>(x, xRows, xColumns, y, yRows, yColumns, result, stride);
        for (int i = 0; i < xColumns; i++)
        {
            for (int j = 0; j < stride; j++)
            {
                double expected = 1;
                for (int r = 0; j < yColumns && r < rows; r++) { expected += double.CreateTruncating(x[xRows[r] + i]) * double.CreateTruncating(y[yRows[r] + j]); }
                Assert.InRange(result[(i * stride) + j], expected - (tolerance * rows), expected + (tolerance * rows));
            }
        }
    }
}
