using System.Collections.Immutable;
using MaceSharp.Architecture;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using MaceSharp.Training.Configuration;
using MaceSharp.Training.Runs;

namespace MaceSharp.Training.Tests.Runs;

/// <summary>The verdict on the energy of two atoms.</summary>
public class DimerTests
{
    private static readonly ImmutableArray<double> Distances = [.. Enumerable.Range(0, 100).Select(static i => 0.5 + (0.05 * i))];

    /// <summary>Carbon: bonds are taken to be longer than 1.14 Å.</summary>
    [Fact]
    public void AWallIsRepulsive()
    {
        DimerCurve curve = Carbon(static r => 100 * Math.Exp(-4 * r), nearest: 1.3);
        Assert.Equal(DimerVerdict.Repulsive, curve.Verdict);
        Assert.Equal((null, null), (curve.Turn, curve.Barrier));
        Assert.Equal("repulsive: the energy rises to 13.5 eV at 0.50 Å (the data reach down to 1.30 Å)", curve.Sentence);
    }

    /// <summary>A bond that the data do not have is none that counts against a model: it falls inwards from 2 Å, to 1.24 Å.</summary>
    [Fact]
    public void AMoleculeIsNoHole()
    {
        DimerCurve curve = Carbon(static r => Morse(r, 6, 1.24), nearest: 2.4);
        Assert.Equal(DimerVerdict.Repulsive, curve.Verdict);
        Assert.Equal(0.75 * 2 * Elements.CovalentRadius(6), curve.JudgedBelow);
    }

    /// <summary>What the data have is not judged: they reach farther inwards than bonds do.</summary>
    [Fact]
    public void TheDataAreBelieved()
    {
        Assert.Equal(DimerVerdict.Hole, Carbon(static r => Morse(r, 6, 0.8), nearest: 1.3).Verdict);
        Assert.Equal(DimerVerdict.Repulsive, Carbon(static r => Morse(r, 6, 0.8), nearest: 0.75).Verdict);
    }

    [Fact]
    public void AFallIsAHole()
    {
        DimerCurve curve = Carbon(static r => r < 0.8 ? 30 * (r - 0.5) : 13 * Math.Exp(-5 * (r - 0.8)), nearest: 1.3);
        Assert.Equal(DimerVerdict.Hole, curve.Verdict);
        Assert.Equal((0.8, 13), (Math.Round(curve.Turn!.Value, 2), Math.Round(curve.Barrier!.Value)));
        Assert.Equal("a hole: below 0.80 Å, where it is 13.0 eV, the energy falls inwards to 0.0 eV (the data reach down to 1.30 Å)", curve.Sentence);
    }

    /// <summary>A minimum deeper than any bond is a hole wherever it is, also where the energy rises again.</summary>
    [Fact]
    public void ADepthIsAHole()
    {
        DimerCurve curve = Carbon(static r => Morse(r, 60, 1.6), nearest: null);
        Assert.Equal(DimerVerdict.Hole, curve.Verdict);
        Assert.True(curve.Turn > 2);
        Assert.EndsWith("(the data have no such pair)", curve.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotFiniteIsAHole() => Assert.Equal(DimerVerdict.Hole, Carbon(static r => r < 0.7 ? double.NaN : 100 * Math.Exp(-4 * r), nearest: 1.3).Verdict);

    [Fact]
    public void ABumpIsSoft() => Assert.Equal(DimerVerdict.Soft, Carbon(static r => 0.3 * Math.Exp(-r), nearest: 1.3).Verdict);

    /// <summary>Ripples below a hundredth of an electronvolt are none.</summary>
    [Fact]
    public void RipplesDoNotCount() => Assert.Equal(DimerVerdict.Repulsive, Carbon(static r => (100 * Math.Exp(-4 * r)) + (r < 0.62 ? 0.004 * Math.Sin(500 * r) : 0), nearest: 1.3).Verdict);

    /// <summary>The first potential that shipped: O and H repel each other, C and H fall into each other below 0.64 Å.</summary>
    [GoldenFact]
    public void TheHolesOfAPotentialAreSeen()
    {
        MacePotential potential = MacePotential.Load(Path.Combine(GoldenData.SharedRoot, "starter", "gfn2_chno.model"));
        using IPotentialEvaluator evaluator = potential.CreateEvaluator();
        Assert.Equal(DimerVerdict.Repulsive, DimerCheck.Scan(evaluator, 8, 1, "Default", 4.5, 0.91).Verdict);
        DimerCurve hole = DimerCheck.Scan(evaluator, 6, 1, "Default", 4.5, 1.06);
        Assert.Equal((1, 6, DimerVerdict.Hole), (hole.First, hole.Second, hole.Verdict));
        Assert.InRange(hole.Turn!.Value, 0.6, 0.7);
        Assert.Equal(0, hole.Energies[^1], 1e-6);
        Assert.Equal(4.5, hole.Distances[^1], 12);

        // The same numbers by hand.
        double r = hole.Distances[30];
        double direct = Energy([1, 6], [default, new(0, r, 0)]) - Energy([1], [default]) - Energy([6], [default]);
        Assert.Equal(direct, hole.Energies[30], 1e-9);

        double Energy(int[] numbers, Vector3D[] positions) => potential.Compute(new Structure(numbers, positions), Properties.Energy).Energy!.Value;
    }

    /// <summary>All pairs of elements of the data, with their shortest distances; a repulsion of nuclei closes every hole.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARepulsionOfNucleiClosesHoles(bool repulsion)
    {
        using TemporaryRun run = new();
        string file = Path.Combine(GoldenData.RepositoryRoot, "examples", "molecules.xyz");
        TrainingOptions options = ToyRun.Options(run) with
        {
            Data = new DataOptions { TrainFiles = [file], E0s = "average" },
            Network = new NetworkOptions { ChannelCount = 4, MaxL = 0, MaxEll = 1, Correlation = 2, CutoffRadius = 4, RadialMlp = [8], MlpIrreps = "4x0e", PairRepulsion = repulsion },
        };
        TrainingPlan plan = TrainingPlanner.Prepare(options);
        DimerCheck check = DimerCheck.Of(plan, plan.Model)!;
        int elements = plan.Model.HyperParameters.AtomicNumbers.Length;
        Assert.Equal(elements * (elements + 1) / 2, check.Curves.Length);
        Assert.Equal(0, check.LeftOut);
        DimerCurve bond = check.Curves.Single(static c => (c.First, c.Second) == (1, 6));
        Assert.InRange(bond.NearestInData!.Value, 1, 1.15);
        Assert.Equal(repulsion, check.IsRepulsive);
        if (repulsion) { Assert.Equal($"Dimers: all {check.Curves.Length} pairs of elements repel each other at short distance.", check.Summary); }
        else { Assert.StartsWith("The model has", check.Summary, StringComparison.Ordinal); }
        Assert.Equal("H–C", check.NameOf(bond));
    }

    [Fact]
    public void AModelWithoutEnergyIsNotChecked()
    {
        using TemporaryRun run = new();
        TrainingPlan plan = TrainingPlanner.Prepare(ToyRun.Options(run));
        MaceModel dipoles = plan.Model with { HyperParameters = plan.Model.HyperParameters with { Kind = ModelKind.AtomicDipolesMace } };
        Assert.Null(DimerCheck.Of(plan, dipoles));
    }

    private static double Morse(double r, double depth, double minimum)
    {
        double x = 1 - Math.Exp(-2 * (r - minimum));
        return depth * ((x * x) - 1);
    }

    private static DimerCurve Carbon(Func<double, double> energy, double? nearest) => new(6, 6, "Default", Distances, [.. Distances.Select(energy)], nearest);
}
