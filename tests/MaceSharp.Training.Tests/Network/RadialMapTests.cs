using MaceSharp.Operators;
using MaceSharp.Training.Network;

namespace MaceSharp.Training.Tests.Network;

/// <summary>The radial networks of both kinds against differences.</summary>
public sealed class RadialMapTests
{
    /// <summary>More than go through all layers at once.</summary>
    private const int Rows = RadialMap<double>.BlockRows + 9;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TangentIsTheDerivativeOfTheValues(bool normalized)
    {
        Network network = new(normalized);
        Close(OperatorCheck.Derivative(h => network.Forward(network.Theta, OperatorCheck.Along(network.X, network.XDot, h))), network.Tangent(network.Theta));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AdjointIsTheTransposedTangent(bool normalized)
    {
        Network network = new(normalized);
        double forward = OperatorCheck.Dot(network.Tangent(network.Theta), network.YBar), back = OperatorCheck.Dot(network.Adjoint(network.X, network.YBar), network.XDot);
        Assert.InRange(back, forward - (1e-12 * Math.Abs(forward)), forward + (1e-12 * Math.Abs(forward)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ChangeOfTheAdjointIsItsDerivative(bool normalized)
    {
        Network network = new(normalized);
        (double[] change, double[] _) = network.AdjointTangent(true);
        Close(OperatorCheck.Derivative(h => network.Adjoint(OperatorCheck.Along(network.X, network.XDot, h), OperatorCheck.Along(network.YBar, network.YBarDot, h))), change);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public void GradientIsTheDerivativeWithRespectToTheWeights(bool normalized, bool tangents)
    {
        Network network = new(normalized);
        (double[] _, double[] gradient) = network.AdjointTangent(tangents);
        // All weights move at once, so each by little: the network is far from quartic.
        double[] direction = [.. OperatorCheck.Random(5, network.Theta.Length).Select(static d => 0.2 * d)];
        double[] Value(double h)
        {
            double[] theta = OperatorCheck.Along(network.Theta, direction, h);
            double sum = OperatorCheck.Dot(network.Forward(theta, network.X), network.YBarDot);
            return [tangents ? sum + OperatorCheck.Dot(network.Tangent(theta), network.YBar) : sum];
        }

        Close(OperatorCheck.Derivative(Value), [OperatorCheck.Dot(gradient, direction)]);
    }

    private static void Close(double[] expected, double[] actual) => OperatorCheck.Close(expected, actual);

    private sealed class Network
    {
        private readonly RadialMap<double> _map;
        private readonly RadialState<double> _state;
        private readonly RadialDots<double> _dots;
        private readonly RowBuffer _rows = new();

        public Network(bool normalized)
        {
            ParameterSet parameters = new(SmallModels.Create(normalized ? SmallModels.NonLinear : SmallModels.Density));
            Theta = parameters.Values;
            double[] noise = OperatorCheck.Random(1, Theta.Length);
            for (int k = 0; k < noise.Length; k++) { Theta[k] += 0.3 * noise[k]; }
            _map = new RadialMap<double>(parameters, "interactions.1.conv_tp_weights", normalized);
            _state = new RadialState<double>(_map.HiddenWidths, normalized);
            _dots = new RadialDots<double>(_map.HiddenWidths, normalized);
            X = OperatorCheck.Random(2, Rows * _map.InputWidth);
            XDot = OperatorCheck.Random(3, Rows * _map.InputWidth);
            YBar = OperatorCheck.Random(4, Rows * _map.OutputWidth);
            YBarDot = OperatorCheck.Random(6, Rows * _map.OutputWidth);
        }

        public double[] Theta { get; }

        public double[] X { get; }

        public double[] XDot { get; }

        public double[] YBar { get; }

        public double[] YBarDot { get; }

        public double[] Forward(double[] theta, double[] x)
        {
            _map.Load(theta);
            Buffer<double> y = OperatorCheck.Empty(_map.OutputWidth, Rows);
            _map.Forward(OperatorCheck.Buffer(_map.InputWidth, x), y, _state, _rows);
            return y.Span.ToArray();
        }

        public double[] Adjoint(double[] x, double[] yBar)
        {
            Forward(Theta, x);
            Buffer<double> xBar = OperatorCheck.Empty(_map.InputWidth, Rows);
            _map.Adjoint(OperatorCheck.Buffer(_map.OutputWidth, yBar), xBar, _state, _dots, _rows);
            return xBar.Span.ToArray();
        }

        public double[] Tangent(double[] theta)
        {
            Forward(theta, X);
            Buffer<double> yDot = OperatorCheck.Empty(_map.OutputWidth, Rows);
            _map.Tangent(OperatorCheck.Buffer(_map.InputWidth, XDot), yDot, _state, _dots, _rows);
            return yDot.Span.ToArray();
        }

        public (double[] XBarDot, double[] Gradient) AdjointTangent(bool tangents)
        {
            Adjoint(X, YBar);
            Buffer<double> xDot = OperatorCheck.Buffer(_map.InputWidth, XDot), xBarDot = OperatorCheck.Empty(_map.InputWidth, Rows), yDot = OperatorCheck.Empty(_map.OutputWidth, Rows);
            _map.Tangent(xDot, yDot, _state, _dots, _rows);
            double[] gradient = new double[Theta.Length];
            _map.AdjointTangent(OperatorCheck.Buffer(_map.InputWidth, X), xDot, OperatorCheck.Buffer(_map.OutputWidth, YBar), OperatorCheck.Buffer(_map.OutputWidth, YBarDot), xBarDot, _state, _dots, tangents, gradient, _rows);
            _map.ScaleGradient(gradient);
            return (xBarDot.Span.ToArray(), gradient);
        }
    }
}
