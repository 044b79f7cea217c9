using MaceSharp.Equivariance;
using MaceSharp.Training.Network;

namespace MaceSharp.Training.Tests.Network;

/// <summary>The convolution over pairs, a pair of an atom and its own image among them, against differences.</summary>
public sealed class PairConvolutionTests
{
    private const int Atoms = 4;

    private static readonly int[] First = [0, 1, 2, 2, 0];
    private static readonly int[] Second = [1, 2, 2, 3, 3];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TangentIsTheDerivativeOfTheValues(bool sharedWeights)
    {
        Convolution c = new(sharedWeights);
        OperatorCheck.Close(OperatorCheck.Derivative(h => c.Forward(c.Moved(h))), c.Tangent());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AdjointIsTheTransposedTangent(bool sharedWeights)
    {
        Convolution c = new(sharedWeights);
        (double[] x, double[] w, double[] y) = c.Adjoint(c.Start, c.MessagesBar);
        double forward = OperatorCheck.Dot(c.Tangent(), c.MessagesBar);
        double back = OperatorCheck.Dot(x, c.Change.X) + OperatorCheck.Dot(w, c.Change.W) + OperatorCheck.Dot(y, c.Change.Y);
        Assert.InRange(back, forward - (1e-12 * Math.Abs(forward)), forward + (1e-12 * Math.Abs(forward)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ChangesOfTheAdjointsAreTheirDerivatives(bool sharedWeights)
    {
        Convolution c = new(sharedWeights);
        (double[] x, double[] w) = c.AdjointTangent();
        OperatorCheck.Close(OperatorCheck.Derivative(h => c.Adjoint(c.Moved(h), OperatorCheck.Along(c.MessagesBar, c.MessagesBarDot, h)).X), x);
        OperatorCheck.Close(OperatorCheck.Derivative(h => c.Adjoint(c.Moved(h), OperatorCheck.Along(c.MessagesBar, c.MessagesBarDot, h)).W), w);
    }

    private readonly record struct Point(double[] X, double[] W, double[] Y);

    private sealed class Convolution
    {
        private readonly PairConvolution<double> _map;
        private readonly double[] _scratch;
        private readonly int _width;
        private readonly int _harmonics;

        public Convolution(bool sharedWeights)
        {
            Irreps sent = Irreps.Parse("11x0e+11x1o+11x2e"), harmonics = Irreps.Parse("1x0e+1x1o+1x2e+1x3o"), target = Irreps.Parse("11x0e+11x1o+11x2e+11x3o");
            _map = new PairConvolution<double>(sent, harmonics, target);
            _scratch = new double[_map.ScratchLength];
            _width = sent.Dimension;
            _harmonics = harmonics.Dimension;
            int rows = sharedWeights ? First.Length : 2 * First.Length;
            Start = Draw(1, rows);
            Change = Draw(10, rows);
            MessagesBar = OperatorCheck.Random(20, Atoms * _map.Output.Dimension);
            MessagesBarDot = OperatorCheck.Random(21, Atoms * _map.Output.Dimension);
        }

        public Point Start { get; }

        public Point Change { get; }

        public double[] MessagesBar { get; }

        public double[] MessagesBarDot { get; }

        public Point Moved(double h) => new(OperatorCheck.Along(Start.X, Change.X, h), OperatorCheck.Along(Start.W, Change.W, h), OperatorCheck.Along(Start.Y, Change.Y, h));

        public double[] Forward(Point p)
        {
            Buffer<double> messages = OperatorCheck.Empty(_map.Output.Dimension, Atoms);
            _map.Forward(new PairView<double>(First, Second, p.Y, default), Features(p.X), Weights(p.W), messages, _scratch);
            return messages.Span.ToArray();
        }

        public double[] Tangent()
        {
            Buffer<double> messages = OperatorCheck.Empty(_map.Output.Dimension, Atoms);
            _map.Tangent(new PairView<double>(First, Second, Start.Y, Change.Y), Features(Start.X), Features(Change.X), Weights(Start.W), Weights(Change.W), messages, _scratch);
            return messages.Span.ToArray();
        }

        public (double[] X, double[] W, double[] Y) Adjoint(Point p, double[] messagesBar)
        {
            Buffer<double> x = OperatorCheck.Empty(_width, Atoms), w = OperatorCheck.Empty(_map.WeightCount, p.W.Length / _map.WeightCount), y = OperatorCheck.Empty(_harmonics, First.Length);
            _map.Adjoint(new PairView<double>(First, Second, p.Y, default), Features(p.X), Weights(p.W), OperatorCheck.Buffer(_map.Output.Dimension, messagesBar), x, w, y, _scratch);
            return (x.Span.ToArray(), w.Span.ToArray(), y.Span.ToArray());
        }

        public (double[] X, double[] W) AdjointTangent()
        {
            Buffer<double> x = OperatorCheck.Empty(_width, Atoms), w = OperatorCheck.Empty(_map.WeightCount, Start.W.Length / _map.WeightCount);
            _map.AdjointTangent(
                new PairView<double>(First, Second, Start.Y, Change.Y),
                Features(Start.X),
                Features(Change.X),
                Weights(Start.W),
                Weights(Change.W),
                OperatorCheck.Buffer(_map.Output.Dimension, MessagesBar),
                OperatorCheck.Buffer(_map.Output.Dimension, MessagesBarDot),
                x,
                w,
                _scratch);
            return (x.Span.ToArray(), w.Span.ToArray());
        }

        private Point Draw(int seed, int rows) => new(OperatorCheck.Random(seed, Atoms * _width), OperatorCheck.Random(seed + 1, rows * _map.WeightCount), OperatorCheck.Random(seed + 2, First.Length * _harmonics));

        private Buffer<double> Features(double[] x) => OperatorCheck.Buffer(_width, x);

        private Buffer<double> Weights(double[] w) => OperatorCheck.Buffer(_map.WeightCount, w);
    }
}
