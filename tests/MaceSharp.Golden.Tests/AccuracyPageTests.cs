using System.Globalization;
using MaceSharp.TestSupport;

namespace MaceSharp.Golden.Tests;

/// <summary>docs/accuracy.md says what is measured.</summary>
public sealed class AccuracyPageTests
{
    private const string Marker = "<!-- Measured by tests/MaceSharp.Golden.Tests; written by AccuracyPageTests with MACE_UPDATE_DOCS=1. -->\n\n";

    /// <summary>Rounding differs from machine to machine; more than this factor is a change of the code, unless the error is this part of its bound.</summary>
    private const double LargestFactor = 10, Negligible = 1e-2;

    private static string PagePath => Path.Combine(GoldenData.RepositoryRoot, "docs", "accuracy.md");

    [GoldenFact]
    public void ThePageHasWhatIsMeasured()
    {
        List<AccuracyRow> rows = [.. GoldenModels.AllNames.Select(AccuracyMeasurement.OfRandom), .. GoldenModels.TrainedNames.Select(AccuracyMeasurement.OfTrained), AccuracyMeasurement.OfFirstPotential()];
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

        Assert.Equal(measured.Split('\n').Where(static line => !AccuracyTable.IsMeasurement(line)), page[start..].Split('\n').Where(static line => !AccuracyTable.IsMeasurement(line)));
        Assert.Contains($"{rows.Count} models", File.ReadAllText(Path.Combine(GoldenData.RepositoryRoot, "README.md")), StringComparison.Ordinal);
        Dictionary<(string Model, AccuracyColumn Column), double> stated = AccuracyTable.Parse(page);
        int compared = 0;
        foreach (AccuracyRow row in rows)
        {
            foreach (AccuracyColumn column in Enum.GetValues<AccuracyColumn>())
            {
                if (double.IsNaN(row[column])) { continue; }
                compared++;
                Assert.True(stated.TryGetValue((row.Name, column), out double error), $"docs/accuracy.md lacks {column} of {row.Name}.");
                double bound = row.BoundOf(column);
                Assert.True(error <= bound, string.Create(CultureInfo.InvariantCulture, $"{row.Name}, {column}: docs/accuracy.md states {error:E1}, beyond the bound {bound:E1}."));
                double allowed = double.IsFinite(bound) ? Math.Max(LargestFactor * error, Negligible * bound) : LargestFactor * error;
                Assert.True(
                    row[column] <= allowed,
                    string.Create(CultureInfo.InvariantCulture, $"{row.Name}, {column}: an error of {row[column]:E1} is measured where docs/accuracy.md states {error:E1}; if the change is meant, run this test once with MACE_UPDATE_DOCS=1."));
            }
        }

        Assert.Equal(compared, stated.Count);
    }
}
