using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using Xunit.Abstractions;

namespace MaceSharp.Simulation.Tests;

/// <summary>
/// Infrared lines of the shipped potential with the shipped dipole model against those of xtb itself: <c>xtb --gfn 2 --ohess vtight</c>, version 6.5.1, written by data/infrared_gfn2_chno.py.
/// The table of docs/vibrations.md is the output of these tests.
/// </summary>
public sealed class ShippedInfraredTests(ITestOutputHelper output)
{
    /// <summary>Intensities below this, km/mol, are silent: their order means nothing.</summary>
    private const double Silent = 0.1;

    private static readonly string Models = Path.Combine(GoldenData.RepositoryRoot, "models");

    /// <summary>Ten molecules that were trained on, five that were not, and ethylene, whose twist is much too soft.</summary>
    [Theory]
    [InlineData("trained", 15, 50, 0.9)]
    [InlineData("unseen", 20, 150, 0.85)]
    [InlineData("failing", 45, 200, 0)]
    public void Lines_are_where_xtb_has_them_and_as_strong(string kind, double meanError, double largestError, double rankCorrelation)
    {
        MacePotential potential = MacePotential.Load(Path.Combine(Models, "gfn2-chno.safetensors")), dipoles = MacePotential.Load(Path.Combine(Models, "gfn2-chno-dipoles.safetensors"));
        using IPotentialEvaluator evaluator = potential.CreateEvaluator(), dipoleEvaluator = dipoles.CreateEvaluator();
        List<double> errors = [], allExpected = [], allActual = [];
        foreach (Structure reference in StructureFile.ReadAll(Path.Combine(GoldenData.RepositoryRoot, "tests", "MaceSharp.Simulation.Tests", "Data", "gfn2-infrared.extxyz")).Where(s => s.Info["config_type"].Texts[0] == kind))
        {
            double[] wavenumbers = reference.Info["wavenumbers"].Reals.ToArray(), intensities = reference.Info["intensities"].Reals.ToArray();
            Structure relaxed = Relaxation.Run(potential, reference, new() { MaxForce = 1e-5 }).Structure;
            NormalModes modes = NormalModes.FromHessian(relaxed, Hessian.Compute(relaxed, evaluator));
            InfraredSpectrum spectrum = InfraredSpectrum.FromModes(modes, DipoleDerivatives.FromDipoles(relaxed, dipoleEvaluator));
            double[] found = [.. spectrum.Lines.Select(static l => l.Wavenumber)], strengths = [.. spectrum.Lines.Select(static l => l.Intensity)];
            Assert.Equal(wavenumbers.Length, found.Length);
            double[] differences = [.. found.Zip(wavenumbers, static (a, b) => Math.Abs(a - b))];
            double correlation = RankCorrelation(intensities, strengths);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {reference.Info["system"].Texts[0]} | {found.Length} | {differences.Average():F1} | {differences.Max():F0} | {correlation:F2} |"));
            errors.AddRange(differences);
            allExpected.AddRange(intensities);
            allActual.AddRange(strengths);
        }

        double overall = RankCorrelation(allExpected, allActual);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| all | {errors.Count} | {errors.Average():F1} | {errors.Max():F0} | {overall:F2} |"));
        Assert.InRange(errors.Average(), 0, meanError);
        Assert.InRange(errors.Max(), 0, largestError);
        Assert.InRange(overall, rankCorrelation, 1);
    }

    /// <summary>Spearman's: the correlation of ranks, equal ones being averaged.</summary>
    private static double RankCorrelation(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double[] x = Ranks(a), y = Ranks(b);
        double mean = (a.Count - 1) / 2.0, xy = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }

        return xy / Math.Sqrt(xx * yy);
    }

    private static double[] Ranks(IReadOnlyList<double> values)
    {
        double[] shown = [.. values.Select(static v => v < Silent ? 0 : v)];
        return [.. shown.Select(v => shown.Count(u => u < v) + ((shown.Count(u => u == v) - 1) / 2.0))];
    }
}
