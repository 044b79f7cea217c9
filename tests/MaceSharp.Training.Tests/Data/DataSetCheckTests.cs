using MaceSharp.Atoms;
using MaceSharp.TestSupport;

namespace MaceSharp.Training.Tests.Data;

/// <summary>Frames of a known energy, E = ½·k·(r − 1)² of a pair, and what a check makes of mistakes in them.</summary>
public class DataSetCheckTests
{
    private const double Stiffness = 5;

    [Fact]
    public void GoodDataHaveNoFinding()
    {
        DataSetCheck check = DataSetCheck.Of([.. Atoms(), .. Frames(1, 1)]);
        Assert.Empty(check.Findings);
        Assert.True(check.IsUsable);
        Assert.Equal(1, check.Consistency.ForceSlope!.Value, 0.001);
        Assert.Equal((22, 1, 0), (check.Counts.Frames, check.Elements.Length, check.DuplicateCount));
    }

    [Theory]
    [InlineData(-1, "are these gradients instead of forces?")]
    [InlineData(1 / 51.42206, "are the forces in Hartree/Bohr?")]
    [InlineData(27.2114, "are the energies in Hartree?")]
    [InlineData(0.04, "are the forces in kcal/mol/Å?")]
    public void ForcesInAnotherUnitAreAnError(double factor, string guess)
    {
        DataSetCheck check = DataSetCheck.Of([.. Atoms(), .. Frames(factor, 1)]);
        Finding finding = Assert.Single(check.Findings, static f => f.Level == FindingLevel.Error);
        Assert.EndsWith(guess, finding.Sentence, StringComparison.Ordinal);
        Assert.False(check.IsUsable);
    }

    /// <summary>Isotropic scaling of a cubic crystal with E = ½·K·(V/V₀ − 1)²: the stress is K·(V/V₀ − 1)/V₀ on the diagonal.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(-1, false)]
    public void TheSignOfTheStressIsChecked(double sign, bool good)
    {
        List<LabelledStructure> frames = [];
        for (int i = 0; i < 12; i++)
        {
            double a = 4 * (1 + (0.004 * (i - 6))), ratio = a * a * a / 64;
            frames.Add(new LabelledStructure
            {
                Structure = new Structure([13], [default], new Matrix3(a, 0, 0, 0, a, 0, 0, 0, a), new Periodicity(true, true, true)) { Origin = $"x@{i}" },
                Energy = 50 * (ratio - 1) * (ratio - 1),
                Forces = [default],
                Stress = sign * 100 * (ratio - 1) / 64 * Matrix3.Identity,
            });
        }

        DataSetCheck check = DataSetCheck.Of(frames);
        Assert.Equal(sign, check.Consistency.StressSlope!.Value, 0.03);
        Assert.Equal(good, check.IsUsable);
    }

    [Fact]
    public void DuplicatesOutliersAndContactsAreFound()
    {
        List<LabelledStructure> frames = [.. Atoms(), .. Frames(1, 1)];
        frames.Add(frames[5]);
        frames.Add(frames[6] with { Structure = Pair(0.2), Energy = -2 });
        frames.Add(frames[6] with { Structure = Pair(1.4), Energy = 400 });
        string text = string.Join('\n', DataSetCheck.Of(frames).Findings.Select(static f => $"{f.Level}: {f.Sentence}"));
        Assert.Contains("Warning: 1 frames are duplicates", text, StringComparison.Ordinal);
        Assert.Contains("frames have energies far from the others", text, StringComparison.Ordinal);
        Assert.Contains("Note: 1 frames have atoms closer than 0.6 times the sum of their covalent radii", text, StringComparison.Ordinal);
    }

    /// <summary>A calculation of an atom that failed: energies far below the isolated atoms.</summary>
    [Theory]
    [InlineData(97842.6, "The mean energy is 9.784E+04 eV/atom below that of the isolated atoms")]
    [InlineData(-3, "The mean energy is above that of the isolated atoms")]
    public void IsolatedAtomsThatDoNotBelongAreFound(double energy, string start)
    {
        DataSetCheck check = DataSetCheck.Of([.. Atoms().Select(a => a with { Energy = energy }), .. Frames(1, 1)]);
        Assert.StartsWith(start, Assert.Single(check.Findings, static f => f.Level == FindingLevel.Warning).Sentence, StringComparison.Ordinal);
    }

    /// <summary>Data that are known to be right: GFN2-xTB.</summary>
    [GoldenFact]
    public void TheStarterDataPass()
    {
        LabelReader reader = new(new TrainingKeys());
        DataSetCheck check = DataSetCheck.Of([.. StructureReader.Read(Path.Combine(GoldenData.SharedRoot, "starter", "gfn2_chno_test.extxyz"), FrameSlice.All).Select(s => reader.Read(s))]);
        Assert.True(check.IsUsable);
        Assert.Equal(362, check.Counts.Frames);
    }

    private static IEnumerable<LabelledStructure> Atoms()
    {
        Structure atom = new([1], [default]) { Origin = "atom" };
        atom.Info["config_type"] = DataArray.Of("IsolatedAtom");
        yield return new LabelledStructure { Structure = atom, Energy = 1 };
    }

    private static IEnumerable<LabelledStructure> Frames(double forceFactor, double energyFactor)
    {
        for (int i = 0; i < 21; i++)
        {
            double r = 0.905 + (0.01 * i), slope = Stiffness * (r - 1);
            yield return new LabelledStructure
            {
                Structure = Pair(r),
                Energy = energyFactor * (0.5 * Stiffness * (r - 1) * (r - 1)),
                Forces = [new(forceFactor * slope, 0, 0), new(-forceFactor * slope, 0, 0)],
            };
        }
    }

    private static Structure Pair(double distance) => new([1, 1], [default, new(distance, 0, 0)]) { Origin = FormattableString.Invariant($"pair@{distance}") };
}
