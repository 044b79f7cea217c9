using System.Text.Json;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.Zoo;

namespace MaceSharp.Cli.Tests;

public sealed class ModelsCommandTests
{
    [Fact]
    public void List_has_a_line_for_every_model()
    {
        (int exitCode, string output) = Run("list");
        Assert.Equal(0, exitCode);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ModelZoo.Models.Select(model => model.Name), lines.Skip(1).Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void List_as_json_has_every_fact_with_its_source()
    {
        (int exitCode, string output) = Run("list", "--json");
        Assert.Equal(0, exitCode);
        using JsonDocument document = JsonDocument.Parse(output);
        JsonElement model = document.RootElement.EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == "mp-0-small");
        Assert.Equal(32_581_838, model.GetProperty("size_bytes").GetProperty("value").GetInt64());
        Assert.Equal("MIT", model.GetProperty("licence").GetProperty("value").GetString());
        Assert.StartsWith("https://", model.GetProperty("sha256").GetProperty("source").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_ends_with_1_for_a_file_that_is_not_a_published_model()
    {
        string folder = Directory.CreateTempSubdirectory("mace-models-").FullName;
        try
        {
            string file = Path.Combine(folder, "mace-mh-1.model");
            File.WriteAllText(file, "not a model");
            (int exitCode, string output) = Run("verify", file);
            Assert.Equal(1, exitCode);
            Assert.Contains("has the name of MACE-MH-1", output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int ExitCode, string Output) Run(params string[] args)
    {
        using CommandLine mace = new();
        Outcome outcome = mace.Run(["models", .. args]);
        return (outcome.ExitCode, outcome.Output);
    }
}
