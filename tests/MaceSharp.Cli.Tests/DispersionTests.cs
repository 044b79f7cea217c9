using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.Simulation;

namespace MaceSharp.Cli.Tests;

/// <summary><c>--d3</c>.</summary>
public sealed class DispersionTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Theory]
    [InlineData("lj")]
    [InlineData("lj", "lj:0.02")]
    public void It_adds_to_energy_forces_and_stress(params string[] models)
    {
        string input = _mace.Write("in.xyz", Samples.Crystal);
        Structure bare = Evaluate(input, ["-m", .. models]), corrected = Evaluate(input, ["-m", .. models, "--d3", "PBE", "--d3-cutoff", "20"]);
        PotentialResult d3 = new D3Potential(D3Damping.For("pbe"), new D3Options { Cutoff = 20 }).Compute(StructureFile.Read(input), Properties.Energy | Properties.Forces | Properties.Stress);
        Assert.Equal(bare.Info["energy"].Reals[0] + d3.Energy!.Value, corrected.Info["energy"].Reals[0], 1e-9);
        Assert.Equal(bare.Arrays["forces"].Reals[4] + d3.Forces[1].Y, corrected.Arrays["forces"].Reals[4], 1e-9);
        Assert.True(StressLabel.TryRead(bare.Info["stress"], out Matrix3 before) && StressLabel.TryRead(corrected.Info["stress"], out Matrix3 after) && (before + d3.Stress!.Value - after).ToArray().All(static x => Math.Abs(x) < 1e-10));
    }

    [Fact]
    public void The_three_body_term_is_added_on_demand()
    {
        string input = _mace.Write("in.xyz", Samples.Crystal);
        Structure two = Evaluate(input, ["-m", "lj", "--d3", "pbe", "--d3-cutoff", "20"]), three = Evaluate(input, ["-m", "lj", "--d3", "pbe", "--d3-cutoff", "20", "--d3-atm", "--d3-atm-cutoff", "9"]);
        D3Options options = new() { Cutoff = 20, ThreeBodyCutoff = 9 };
        double without = new D3Potential(D3Damping.For("pbe"), options).Compute(StructureFile.Read(input), Properties.Energy).Energy!.Value, with = new D3Potential(D3Damping.For("pbe"), options with { HasThreeBody = true }).Compute(StructureFile.Read(input), Properties.Energy).Energy!.Value;
        Assert.NotEqual(with, without, 1e-5);
        Assert.Equal(with - without, three.Info["energy"].Reals[0] - two.Info["energy"].Reals[0], 1e-9);
    }

    [Fact]
    public void The_summary_names_it()
    {
        using JsonDocument json = JsonDocument.Parse(_mace.Run("eval", _mace.Write("in.xyz", Samples.Crystal), "--d3", "r2scan", "--d3-cutoff", "10", "--json", "-o", _mace.PathOf("out.xyz")).Output);
        Assert.Equal("D3(BJ)-r2scan", json.RootElement.GetProperty("dispersion").GetString());
    }

    [Theory]
    [InlineData("no D3(BJ) parameters for the functional 'lda'", "--d3", "lda")]
    [InlineData("--d3-cutoff belongs to --d3", "--d3-cutoff", "10")]
    [InlineData("--d3-cutoff cannot be '-1'", "--d3", "pbe", "--d3-cutoff", "-1")]
    [InlineData("--d3-atm belongs to --d3", "--d3-abc")]
    [InlineData("--d3-atm-cutoff belongs to --d3", "--d3-atm-cutoff", "9")]
    [InlineData("--d3-atm-cutoff belongs to --d3-atm", "--d3", "pbe", "--d3-atm-cutoff", "9")]
    [InlineData("--d3-atm-cutoff cannot be '0'", "--d3", "pbe", "--d3-atm", "--d3-atm-cutoff", "0")]
    [InlineData("leave --d3 out", "--d3", "pbe", "--hessian")]
    public void What_cannot_be_added_is_one_sentence(string part, params string[] options)
    {
        Outcome outcome = _mace.Run(["eval", _mace.Write("in.xyz", Samples.Crystal), .. options]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_has_dispersion_already_is_named()
    {
        string shipped = Path.Combine(TestSupport.GoldenData.RepositoryRoot, "models", "gfn2-chno.safetensors");
        using CliContext context = new(Stream.Null, Stream.Null, new StringWriter());
        Assert.Contains("xTB", Models.ModelSource.Default.Load([shipped])[0].DispersionIn, StringComparison.Ordinal);
        new DispersionRequest("pbe", D3Damping.For("pbe"), new D3Options()).WarnIfTwice(context, Models.ModelSource.Default.Load([shipped]));
        Assert.Contains("counts it twice", context.Error.ToString(), StringComparison.Ordinal);
    }

    private Structure Evaluate(string input, string[] options)
    {
        string output = _mace.PathOf("results.xyz");
        Outcome outcome = _mace.Run(["eval", input, .. options, "--output", output]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return StructureFile.Read(output);
    }
}
