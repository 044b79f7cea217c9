using System.Text.RegularExpressions;
using MaceSharp.TestSupport;
using MaceSharp.Zoo;

namespace MaceSharp.Tests.Zoo;

public sealed partial class ModelZooTests
{
    /// <summary>Names that mace-torch's loaders accept (mace/calculators/foundations_models.py, v0.3.15) and the files they fetch.</summary>
    [Theory]
    [InlineData("small", "2023-12-10-mace-128-L0_energy_epoch-249.model")]
    [InlineData("medium", "2023-12-03-mace-128-L1_epoch-199.model")]
    [InlineData("large", "MACE_MPtrj_2022.9.model")]
    [InlineData("small-0b", "mace_agnesi_small.model")]
    [InlineData("medium-0b", "mace_agnesi_medium.model")]
    [InlineData("small-0b2", "mace-small-density-agnesi-stress.model")]
    [InlineData("medium-0b2", "mace-medium-density-agnesi-stress.model")]
    [InlineData("large-0b2", "mace-large-density-agnesi-stress.model")]
    [InlineData("medium-0b3", "mace-mp-0b3-medium.model")]
    [InlineData("medium-mpa-0", "mace-mpa-0-medium.model")]
    [InlineData("small-omat-0", "mace-omat-0-small.model")]
    [InlineData("medium-omat-0", "mace-omat-0-medium.model")]
    [InlineData("mace-matpes-pbe-0", "MACE-matpes-pbe-omat-ft.model")]
    [InlineData("mace-matpes-r2scan-0", "MACE-matpes-r2scan-omat-ft.model")]
    [InlineData("mh-0", "mace-mh-0.model")]
    [InlineData("mh-1", "mace-mh-1.model")]
    [InlineData("extra_large", "MACE-omol-0-extra-large-1024.model")]
    public void Knows_the_names_of_mace_torch(string name, string file)
    {
        Assert.True(ModelZoo.TryFind(name, out ZooModel? model));
        Assert.Equal(file, model.FileName);
        Assert.True(ModelZoo.TryFind(file.ToUpperInvariant(), out ZooModel? byFile));
        Assert.Same(model, byFile);
    }

    [Fact]
    public void Every_fact_has_a_page_and_every_name_is_unique()
    {
        Assert.Equal(ModelZoo.Models.Length, ModelZoo.Models.Select(model => model.FileName).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(
            ModelZoo.Models.Count(model => model.Sha256 is not null),
            ModelZoo.Models.Select(model => model.Sha256?.Value).OfType<string>().Distinct(StringComparer.Ordinal).Count());
        foreach (ZooModel model in ModelZoo.Models)
        {
            Assert.Matches(NamePattern(), model.Name);
            Assert.EndsWith(".model", model.FileName, StringComparison.Ordinal);
            Assert.Equal(Uri.UriSchemeHttps, model.Address.Value.Scheme);
            if (model.Sha256 is { } digest) { Assert.Matches(DigestPattern(), digest.Value); }
            string?[] sources = [model.Address.Source, model.ElementCount?.Source, model.Elements?.Source, model.TrainingData?.Source, model.LevelOfTheory?.Source, model.Dispersion?.Source, model.Licence.Source, model.Citation?.Source, model.Size?.Source, model.Sha256?.Source];
            Assert.All(sources.OfType<string>(), source => Assert.True(Uri.TryCreate(source, UriKind.Absolute, out Uri? page) && page.Scheme == Uri.UriSchemeHttps, source));
        }
    }

    [Theory]
    [InlineData("mp0-small", "mp-0-small")]
    [InlineData("MACE_OFF23_medum", "off23-medium")]
    [InlineData("omat-medium", "omat-0-medium")]
    [InlineData("mace-mpa0-medium", "mpa-0-medium")]
    public void Suggests_what_was_meant(string typed, string meant) => Assert.Contains(meant, ModelZoo.NearestNames(typed));

    [Fact]
    public void Suggests_nothing_for_something_else()
    {
        Assert.Empty(ModelZoo.NearestNames("qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq"));
        Assert.Empty(ModelZoo.NearestNames(new string('z', 100_000)));
    }

    [Fact]
    public void The_document_is_the_catalogue()
    {
        string path = Path.Combine(GoldenData.RepositoryRoot, "docs", "models.md");
        string document = File.ReadAllText(path).ReplaceLineEndings("\n");
        const string Marker = "<!-- Generated from src/MaceSharp/Zoo/ModelCatalogue.cs; the tests compare. -->\n\n";
        int start = document.IndexOf(Marker, StringComparison.Ordinal);
        Assert.True(start >= 0, "The marker is missing.");
        string expected = document[..(start + Marker.Length)] + CatalogueTable.ToMarkdown();
        if (Environment.GetEnvironmentVariable("MACE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
            return;
        }

        Assert.True(expected == document, "docs/models.md is not what the catalogue says; run this test once with MACE_UPDATE_DOCS=1.");
    }

    [GeneratedRegex("^[a-z0-9.-]+$")]
    private static partial Regex NamePattern();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex DigestPattern();
}
