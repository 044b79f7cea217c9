using System.Globalization;
using MaceSharp.Atoms;
using MaceSharp.TestSupport;
using Xunit.Abstractions;

namespace MaceSharp.Simulation.Tests;

/// <summary>
/// Infrared lines of the shipped potential with the shipped dipole model against those of xtb itself: <c>xtb --gfn 2 --ohess vtight</c>, version 6.5.1, written by data/infrared_gfn2_chno.py.
/// Lines belong together whose modes do: those with the largest overlap are paired first. The table of docs/vibrations.md is the output of these tests.
/// </summary>
public sealed class ShippedInfraredTests(ITestOutputHelper output)
{
    /// <summary>Intensities below this, km/mol, are silent: their order means nothing.</summary>
    private const double Silent = 0.1;

    private static readonly string Models = Path.Combine(GoldenData.RepositoryRoot, "models");

    /// <summary>Ten molecules that were trained on and five that were not.</summary>
    [Theory]
    [InlineData("trained", 15, 50, 0.9)]
    [InlineData("unseen", 20, 150, 0.85)]
    public void Lines_are_where_xtb_has_them_and_as_strong(string kind, double meanError, double largestError, double rankCorrelation) => Check(kind, meanError, largestError, rankCorrelation);

    /// <summary>All others of the training set with up to twelve atoms, so that nothing was chosen.</summary>
    [Fact, Trait("Speed", "Slow")]
    public void So_are_those_of_all_small_molecules() => Check("other", 15, 200, 0.9);

    private void Check(string kind, double meanError, double largestError, double rankCorrelation)
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
            Assert.Equal(wavenumbers.Length, spectrum.Lines.Count);
            int[] partners = Pair(reference.Arrays["modes"].Reals, modes);
            double[] found = [.. partners.Select(p => spectrum.Lines[p].Wavenumber)], strengths = [.. partners.Select(p => spectrum.Lines[p].Intensity)];
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

    /// <summary>For each mode of the reference the one of the potential that moves the atoms most alike, by the square of the overlap of mass-weighted unit vectors, the best pairs first.</summary>
    private static int[] Pair(ReadOnlySpan<double> reference, NormalModes modes)
    {
        int count = modes.Wavenumbers.Count, atoms = modes.Structure.Count;
        List<(double Overlap, int Reference, int Found)> pairs = [];
        for (int k = 0; k < count; k++)
        {
            Vector3D[] moves = modes.Weighted(k);
            for (int r = 0; r < count; r++)
            {
                double overlap = 0;
                for (int i = 0; i < atoms; i++)
                {
                    ReadOnlySpan<double> row = reference.Slice((3 * count * i) + (3 * r), 3);
                    overlap += Math.Sqrt(modes.Masses[i]) * Vector3D.Dot(moves[i], new(row[0], row[1], row[2]));
                }

                pairs.Add((overlap * overlap, r, k));
            }
        }

        int[] partners = new int[count];
        Array.Fill(partners, -1);
        foreach ((_, int r, int k) in pairs.OrderByDescending(static p => p.Overlap).ToList())
        {
            if (partners[r] < 0 && !partners.Contains(k)) { partners[r] = k; }
        }

        return partners;
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
