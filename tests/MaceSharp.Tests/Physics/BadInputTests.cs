using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;

namespace MaceSharp.Tests.Physics;

/// <summary>What cannot be evaluated is refused with one sentence that says why.</summary>
public sealed class BadInputTests
{
    private static readonly Matrix3 Box = new(5, 0, 0, 0, 5, 0, 0, 0, 5);

    private static readonly MacePotential Potential = RandomModels.Potential("residual L=1");

    [Fact]
    public void AnElementThatTheModelDoesNotKnow()
    {
        string message = Refused(new Structure([6, 79], [default, new(0, 0, 2)]));
        Assert.Contains("Au", message, StringComparison.Ordinal);
        foreach (string symbol in new[] { "H", "C", "O" }) { Assert.Contains(symbol, message, StringComparison.Ordinal); }
    }

    [Fact]
    public void AGhostAtom() => Refused(new Structure([6, 0], [default, new(0, 0, 2)]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void APositionThatIsNotFinite(double value)
    {
        Assert.Contains("atom 2", Refused(new Structure([6, 1], [default, new(0, value, 2)])), StringComparison.Ordinal);
        Refused(new Structure([6, 1], [default, new(0, value, 2)], Box, Periodicity.All));
    }

    [Fact]
    public void ACellWithoutVolume()
    {
        Refused(new Structure([6], [default], new Matrix3(5, 0, 0, 0, 5, 0, 5, 5, 0), Periodicity.All));
        Refused(new Structure([6], [default], new Matrix3(5, 0, 0, 0, 0, 0, 0, 0, 5), Periodicity.All));
        Refused(new Structure([6], [default], default, Periodicity.All));
        Refused(new Structure([6], [default], new Matrix3(5, 0, 0, 0, double.NaN, 0, 0, 0, 5), Periodicity.All));
    }

    [Fact]
    public void TwoAtomsAtTheSamePlace()
    {
        string message = Refused(new Structure([6, 8, 1], [new(0.1, 0.2, 0.3), new(1, 1, 1), new(0.1, 0.2, 0.3)]));
        Assert.Contains("1", message, StringComparison.Ordinal);
        Assert.Contains("3", message, StringComparison.Ordinal);

        // The same place in another image of the cell.
        Refused(new Structure([6, 8], [new(0.5, 0.5, 0.5), new(5.5, 0.5, -9.5)], Box, Periodicity.All));
    }

    [Fact]
    public void NoAtoms() => Refused(new Structure([], []));

    [Fact]
    public void StressOfWhatIsNotACrystal()
    {
        foreach (Periodicity periodicity in new[] { Periodicity.None, new Periodicity(true, true, false), new Periodicity(false, true, false) })
        {
            Structure structure = new([6, 1], [default, new(0, 0, 1.1)], Box, periodicity);
            InvalidInputException exception = Assert.Throws<InvalidInputException>(() => Potential.Compute(structure, Properties.Energy | Properties.Stress));
            AssertSentence(exception.Message);
            Potential.Compute(structure, Properties.Energy | Properties.Virial);
        }
    }

    [Fact]
    public void APropertyThatTheModelDoesNotHave()
    {
        Structure structure = new([6, 1], [default, new(0, 0, 1.1)]);
        AssertSentence(Assert.Throws<InvalidInputException>(() => Potential.Compute(structure, Properties.Dipole)).Message);
        MacePotential dipoles = RandomModels.Potential("atomic dipoles");
        AssertSentence(Assert.Throws<InvalidInputException>(() => dipoles.Compute(structure, Properties.Forces)).Message);
        Assert.Equal(Properties.None, Potential.Supported & Properties.Dipole);
        Assert.Equal(Properties.None, dipoles.Supported & Properties.Energy);
    }

    [Fact]
    public void AHeadThatTheModelDoesNotHave()
    {
        string message = Assert.Throws<InvalidInputException>(() => new MacePotential(RandomModels.Create("heads, tanh"), new MaceOptions { Head = "defualt" })).Message;
        AssertSentence(message);
        foreach (string head in new[] { "defualt", "pt_head", "Default", "third" }) { Assert.Contains(head, message, StringComparison.Ordinal); }
    }

    [Theory]
    [InlineData("interactions.0.linear_up.weight")]
    [InlineData("products.1.symmetric_contractions.contractions.0.U_matrix_2")]
    [InlineData("scale_shift.scale")]
    public void WeightsThatAreNotFinite(string name)
    {
        MaceModel model = RandomModels.Create("residual L=1");
        NamedTensor tensor = model[name];
        double[] values = [.. tensor.Values];
        values[^1] = double.NaN;
        MaceModel broken = model with { Tensors = model.Tensors.SetItem(name, new NamedTensor([.. tensor.Shape], values)) };
        string message = Assert.Throws<InvalidInputException>(() => new MacePotential(broken)).Message;
        AssertSentence(message);
        Assert.Contains(name, message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASpinOrChargeOutsideTheTablesOfTheModel()
    {
        MacePotential potential = RandomModels.Potential("non-linear, embeddings");
        foreach ((string key, double value) in new[] { ("total_charge", 21.0), ("total_charge", -21.0), ("total_spin", 20.0), ("total_spin", -1.0), ("total_charge", 0.5), ("total_charge", -0.5), ("total_spin", 1.5), ("total_charge", double.NaN) })
        {
            Structure structure = new([6, 1], [default, new(0, 0, 1.1)]);
            structure.Info.Add(key, DataArray.Of(value));
            string message = Assert.Throws<InvalidInputException>(() => potential.Compute(structure, Properties.Energy)).Message;
            AssertSentence(message);
        }
    }

    [Fact]
    public void AfterARefusalTheEvaluatorIsUsable()
    {
        Structure good = RandomStructures.Create("crystal", 61);
        double expected = Potential.Compute(good, Properties.Energy).Energy!.Value;
        using IPotentialEvaluator evaluator = Potential.CreateEvaluator();
        PotentialResult result = new();
        Assert.Throws<InvalidInputException>(() => evaluator.Evaluate(new Structure([6, 79], [default, new(0, 0, 2)]), Properties.Energy, result));
        Assert.Throws<InvalidInputException>(() => evaluator.Evaluate(new Structure([6, 6], [default, default]), Properties.Energy, result));
        evaluator.Evaluate(good, Properties.Energy, result);
        Assert.Equal(expected, result.Energy);
    }

    [Fact]
    public void ACancelledEvaluationEnds()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Potential.Compute(RandomStructures.CreateLarge(62, 5), Properties.Energy | Properties.Forces, source.Token));
    }

    private static string Refused(Structure structure)
    {
        string message = Assert.Throws<InvalidInputException>(() => Potential.Compute(structure, Properties.Energy | Properties.Forces)).Message;
        AssertSentence(message);
        return message;
    }

    private static void AssertSentence(string message)
    {
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", message, StringComparison.Ordinal);
        Assert.True(message.Length is > 20 and < 400, message);
    }
}
