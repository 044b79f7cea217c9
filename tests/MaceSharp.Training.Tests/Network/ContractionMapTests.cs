using MaceSharp.Operators;
using MaceSharp.Training.Network;

namespace MaceSharp.Training.Tests.Network;

/// <summary>The symmetric contraction against differences, up to four copies.</summary>
public sealed class ContractionMapTests
{
    private static readonly int[] Elements = [0, 2, 1, 2];

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void TangentIsTheDerivativeOfTheValues(int correlation)
    {
        Contraction c = new(correlation);
        OperatorCheck.Close(OperatorCheck.Derivative(h => c.Forward(c.Theta, OperatorCheck.Along(c.A, c.ADot, h))), c.Tangent(c.Theta));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void AdjointIsTheTransposedTangent(int correlation)
    {
        Contraction c = new(correlation);
        double forward = OperatorCheck.Dot(c.Tangent(c.Theta), c.BBar), back = OperatorCheck.Dot(c.Adjoint(c.A, c.BBar), c.ADot);
        Assert.InRange(back, forward - (1e-12 * Math.Abs(forward)), forward + (1e-12 * Math.Abs(forward)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void ChangeOfTheAdjointIsItsDerivative(int correlation)
    {
        Contraction c = new(correlation);
        OperatorCheck.Close(OperatorCheck.Derivative(h => c.Adjoint(OperatorCheck.Along(c.A, c.ADot, h), OperatorCheck.Along(c.BBar, c.BBarDot, h))), c.AdjointTangent().ABarDot);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void GradientIsTheDerivativeWithRespectToTheWeights(int correlation)
    {
        Contraction c = new(correlation);
        double[] gradient = c.AdjointTangent().Gradient, direction = OperatorCheck.Random(9, c.Theta.Length);
        double[] Value(double h)
        {
            double[] theta = OperatorCheck.Along(c.Theta, direction, h);
            return [OperatorCheck.Dot(c.Forward(theta, c.A), c.BBarDot) + OperatorCheck.Dot(c.Tangent(theta), c.BBar)];
        }

        OperatorCheck.Close(OperatorCheck.Derivative(Value), [OperatorCheck.Dot(gradient, direction)]);
    }

    [Fact]
    public void ValuesAreThoseOfTheEvaluationsOperator()
    {
        Contraction c = new(3);
        SymmetricContraction<double> reference = new(c.Parameters.Model, 0);
        double[] expected = new double[Elements.Length * reference.Output.Dimension];
        reference.Forward(Elements, c.A, expected, reference.CreateScratch());
        OperatorCheck.Close(expected, c.Forward(c.Theta, c.A));
    }

    private sealed class Contraction
    {
        private readonly ContractionMap<double> _map;
        private readonly double[] _scratch;
        private readonly int _inputs;

        public Contraction(int correlation)
        {
            Parameters = new ParameterSet(SmallModels.Create(correlation == 4 ? SmallModels.FourBody : SmallModels.Plain));
            _map = new ContractionMap<double>(Parameters, 0);
            _scratch = new double[_map.ScratchLength];
            _inputs = Parameters.Model.HyperParameters.TargetIrreps(0).Dimension;
            A = OperatorCheck.Random(1, Elements.Length * _inputs);
            ADot = OperatorCheck.Random(2, Elements.Length * _inputs);
            BBar = OperatorCheck.Random(3, Elements.Length * _map.Output.Dimension);
            BBarDot = OperatorCheck.Random(4, Elements.Length * _map.Output.Dimension);
        }

        public ParameterSet Parameters { get; }

        public double[] Theta => Parameters.Values;

        public double[] A { get; }

        public double[] ADot { get; }

        public double[] BBar { get; }

        public double[] BBarDot { get; }

        public double[] Forward(double[] theta, double[] a)
        {
            _map.Load(theta, [true, true, true]);
            Buffer<double> b = Outputs();
            _map.Forward(Elements, Inputs(a), b, _scratch);
            return b.Span.ToArray();
        }

        public double[] Adjoint(double[] a, double[] bBar)
        {
            _map.Load(Theta, [true, true, true]);
            Buffer<double> aBar = OperatorCheck.Empty(_inputs, Elements.Length);
            _map.Adjoint(Elements, Inputs(a), OperatorCheck.Buffer(_map.Output.Dimension, bBar), aBar, _scratch);
            return aBar.Span.ToArray();
        }

        public double[] Tangent(double[] theta)
        {
            _map.Load(theta, [true, true, true]);
            Buffer<double> bDot = Outputs();
            _map.Tangent(Elements, Inputs(A), Inputs(ADot), bDot, _scratch);
            return bDot.Span.ToArray();
        }

        public (double[] ABarDot, double[] Gradient) AdjointTangent()
        {
            _map.Load(Theta, [true, true, true]);
            Buffer<double> aBarDot = OperatorCheck.Empty(_inputs, Elements.Length);
            ContractionGradient<double> coefficients = _map.CreateGradient();
            double[] gradient = new double[Theta.Length];
            _map.AdjointTangent(Elements, Inputs(A), Inputs(ADot), OperatorCheck.Buffer(_map.Output.Dimension, BBar), OperatorCheck.Buffer(_map.Output.Dimension, BBarDot), aBarDot, coefficients, _scratch);
            _map.Unfold(coefficients, gradient);
            return (aBarDot.Span.ToArray(), gradient);
        }

        private Buffer<double> Inputs(double[] a) => OperatorCheck.Buffer(_inputs, a);

        private Buffer<double> Outputs() => OperatorCheck.Empty(_map.Output.Dimension, Elements.Length);
    }
}
