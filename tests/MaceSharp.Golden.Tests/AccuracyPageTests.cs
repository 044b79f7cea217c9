using System.Globalization;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>docs/accuracy.md says what is measured.</summary>
public sealed class AccuracyPageTests
{
    private const string Marker = "<!-- Measured by tests/MaceSharp.Golden.Tests; written by AccuracyPageTests with MACE_UPDATE_DOCS=1. -->\n\n";

    /// <summary>Rounding differs from machine to machine; more than this factor is a change of the code.</summary>
    private const double LargestFactor = 10;

    private static string PagePath => Path.Combine(GoldenData.RepositoryRoot, "docs", "accuracy.md");

    [GoldenFact]
    public void ThePageHasWhatIsMeasured()
    {
        List<AccuracyRow> rows = [.. GoldenModels.AllNames.Select(AccuracyMeasurement.OfRandom), .. GoldenModels.TrainedNames.Select(AccuracyMeasurement.OfTrained), AccuracyMeasurement.OfShipped()];
        string page = File.ReadAllText(PagePath).ReplaceLineEndings("\n");
        int start = page.IndexOf(Marker, StringComparison.Ordinal);
        Assert.True(start >= 0, "The marker is missing.");
        start += Marker.Length;
        string measured = AccuracyTable.ToMarkdown(rows);
        if (Environment.GetEnvironmentVariable("MACE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(PagePath, page[..start] + measured);
            return;
        }

        Assert.Equal(measured.Split('\n').Where(static line => !IsMeasurement(line)), page[start..].Split('\n').Where(static line => !IsMeasurement(line)));
        Assert.Contains($"{rows.Count} models", File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, "README.md")), StringComparison.Ordinal);
        foreach (AccuracyRow row in rows)
        {
            double[]? stated = AccuracyTable.Find(page, row.Name);
            Assert.True(stated is not null, $"docs/accuracy.md lacks {row.Name}.");
            for (int i = 0; i < row.Errors.Count; i++)
            {
                Assert.Equal(double.IsNaN(row.Errors[i]), double.IsNaN(stated[i]));
                if (double.IsNaN(row.Errors[i])) { continue; }
                Assert.True(stated[i] <= row.Bounds[i], $"{row.Name}: docs/accuracy.md states {stated[i]:E1}, beyond the bound {row.Bounds[i]:E1}.");
                Assert.True(
                    row.Errors[i] <= LargestFactor * Math.Max(stated[i], 1e-15),
                    string.Create(CultureInfo.InvariantCulture, $"{row.Name}: an error of {row.Errors[i]:E1} is measured where docs/accuracy.md states {stated[i]:E1}; if the change is meant, run this test once with MACE_UPDATE_DOCS=1."));
            }
        }
    }

    private static bool IsMeasurement(string line) => line.StartsWith("| `", StringComparison.Ordinal) && line.Count(static c => c == '|') > 3;
}
