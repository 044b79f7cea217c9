using System.Globalization;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary>What <c>mace eval</c> tells people and machines.</summary>
public sealed class EvalReportTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void OneStructureIsShownInDetail()
    {
        string input = _mace.Write("water.xyz", Samples.Water);
        Outcome outcome = _mace.Run("eval", input);
        Assert.Equal(0, outcome.ExitCode);
        PotentialResult expected = new LennardJones().Compute(StructureFile.Read(input), Properties.Energy | Properties.Forces);
        Assert.Contains("water.xyz@0: H2O, 3 atoms, not periodic", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(expected.Energy!.Value.ToString("F6", CultureInfo.InvariantCulture) + " eV", outcome.Output, StringComparison.Ordinal);

        // 1 eV is 96.4853 kJ/mol (CODATA).
        string kilojoule = (96.48533212 * expected.InteractionEnergy!.Value).ToString("F1", CultureInfo.InvariantCulture);
        Assert.Contains($"= {kilojoule} kJ/mol", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(expected.Forces[2].Y.ToString("F4", CultureInfo.InvariantCulture), outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pressure", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 frame, 3 atoms", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void PressureIsInGigapascalAndPositiveUnderCompression()
    {
        string input = _mace.Write("crystal.xyz", Samples.Crystal);
        Outcome outcome = _mace.Run("eval", input);
        Matrix3 stress = new LennardJones().Compute(StructureFile.Read(input), Properties.Stress | Properties.Energy).Stress!.Value;
        string pressure = (-stress.Trace / 3 * 160.2176634).ToString("F4", CultureInfo.InvariantCulture);
        Assert.Contains($"{pressure} GPa", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("relative to free atoms, per atom", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralFramesAreALineEach()
    {
        string input = _mace.Write("run.xyz", Samples.Trajectory(200));
        string[] lines = _mace.Run("eval", input).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(203, lines.Length);
        Assert.StartsWith("frame", lines[0], StringComparison.Ordinal);
        Assert.Contains("eV/Å", lines[1], StringComparison.Ordinal);
        Assert.StartsWith(input + "@0 ", lines[2], StringComparison.Ordinal);
        Assert.Contains("H4O", lines[5], StringComparison.Ordinal);
        Assert.StartsWith(input + "@199", lines[201], StringComparison.Ordinal);
        Assert.StartsWith("vs atoms: ", lines[202], StringComparison.Ordinal);
    }

    [Fact]
    public void ErrorsAgainstLabelsAreThoseOfTheDifferences()
    {
        // Three single atoms: energy −8 eV, no force. Energies are per atom, errors +0.003, −0.001 and none; one frame is an isolated atom of a training set.
        string input = _mace.Write("labels.xyz", """
            1
            Properties=species:S:1:pos:R:3:REF_forces:R:3 REF_energy=-8.003 energy=5.0
            O 0.0 0.0 0.0 0.003 0.0 -0.004
            1
            Properties=species:S:1:pos:R:3 energy=-7.999
            O 0.0 0.0 0.0
            1
            Properties=species:S:1:pos:R:3 REF_energy=nan
            O 0.0 0.0 0.0
            1
            Properties=species:S:1:pos:R:3 REF_energy=-100.0 config_type=IsolatedAtom
            O 0.0 0.0 0.0

            """);
        Outcome outcome = _mace.Run("eval", input, "--json", "-o", _mace.PathOf("out.xyz"));
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.Equal(4, json.RootElement.GetProperty("frames").GetInt64());
        Assert.Equal(1, json.RootElement.GetProperty("isolated_atoms").GetInt64());
        JsonElement energy = json.RootElement.GetProperty("errors").GetProperty("energy_per_atom");
        Assert.Equal(Math.Sqrt((9.0 + 1.0) / 2), energy.GetProperty("rmse").GetDouble(), 1e-9);
        Assert.Equal(2.0, energy.GetProperty("mae").GetDouble(), 1e-9);
        Assert.Equal(2, energy.GetProperty("frames").GetInt64());
        Assert.Equal(1, energy.GetProperty("frames_without_label").GetInt64());
        JsonElement forces = json.RootElement.GetProperty("errors").GetProperty("forces");
        Assert.Equal(Math.Sqrt(25.0 / 3), forces.GetProperty("rmse").GetDouble(), 1e-9);
        Assert.Equal(7.0 / 3, forces.GetProperty("mae").GetDouble(), 1e-9);

        // The reference of the energy does not matter: labels are total energies.
        using JsonDocument interaction = JsonDocument.Parse(_mace.Run("eval", input, "--json", "-o", _mace.PathOf("out.xyz"), "--reference", "interaction").Output);
        Assert.Equal(Math.Sqrt(5), interaction.RootElement.GetProperty("errors").GetProperty("energy_per_atom").GetProperty("rmse").GetDouble(), 1e-9);

        string text = _mace.Run("eval", input).Error;
        Assert.Contains("2 of 3", text, StringComparison.Ordinal);
        Assert.Contains("IsolatedAtom", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REF_stress", 1.0, 9)]
    [InlineData("REF_stress", 1.0, 6)]
    [InlineData("stress", 1.0, 9)]
    [InlineData("REF_virials", -73.92, 9)]
    [InlineData("virials", -73.92, 6)]
    public void StressLabelsComeInManyForms(string key, double factor, int numbers)
    {
        // The volume of the crystal is 4.0·4.2·4.4 = 73.92 Å³; the label is the stress with 0.001 eV/Å³ more in xx.
        string input = _mace.Write("crystal.xyz", Samples.Crystal);
        Matrix3 stress = new LennardJones().Compute(StructureFile.Read(input), Properties.Stress | Properties.Energy).Stress!.Value + new Matrix3(0.001, 0, 0, 0, 0, 0, 0, 0, 0);
        double[] label = numbers == 9 ? stress.ToArray() : stress.ToVoigt();
        string text = string.Join(' ', label.Select(v => (factor * v).ToString("R", CultureInfo.InvariantCulture)));
        string labelled = _mace.Write("labelled.xyz", Samples.Crystal.Replace("pbc=", $"{key}=\"{text}\" pbc=", StringComparison.Ordinal));
        using JsonDocument json = JsonDocument.Parse(_mace.Run("eval", labelled, "--json", "-o", _mace.PathOf("out.xyz")).Output);
        JsonElement errors = json.RootElement.GetProperty("errors").GetProperty("stress");
        Assert.Equal(1.0 / 3, errors.GetProperty("rmse").GetDouble(), 1e-9);
        Assert.Equal(1.0 / 9, errors.GetProperty("mae").GetDouble(), 1e-9);
        Assert.Contains("GPa", _mace.Run("eval", labelled).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelsMayHaveAnyKey()
    {
        string input = _mace.Write("labels.xyz", """
            1
            Properties=species:S:1:pos:R:3:f:R:3 e=-8.003 REF_energy=3.0
            O 0.0 0.0 0.0 0.003 0.0 0.0

            """);
        using JsonDocument json = JsonDocument.Parse(_mace.Run("eval", input, "--json", "-o", _mace.PathOf("out.xyz"), "--energy-key", "e", "--forces-key", "f").Output);
        Assert.Equal(3.0, json.RootElement.GetProperty("errors").GetProperty("energy_per_atom").GetProperty("rmse").GetDouble(), 1e-9);
        Assert.Equal(1.0, json.RootElement.GetProperty("errors").GetProperty("forces").GetProperty("mae").GetDouble(), 1e-9);
        Outcome unused = _mace.Run("eval", input, "--energy-key", "nothing");
        Assert.Equal(0, unused.ExitCode);
        Assert.Contains("warning: no frame has a label 'nothing'", unused.Error, StringComparison.Ordinal);
        Outcome wrong = _mace.Run("eval", input, "--forces-key", "f", "--energy-key", "e", "--stress-key", "x");
        Assert.Equal(0, wrong.ExitCode);
    }

    [Fact]
    public void WhatTablesDoNotShowIsSaid()
    {
        string input = _mace.Write("in.xyz", Samples.Water);
        Assert.Contains("warning: tables do not show what --hessian gave", _mace.Run("eval", input, "--hessian", "--model", "charged").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("warning", _mace.Run("eval", input, "--hessian", "--model", "charged", "-o", _mace.PathOf("out.xyz")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHoldsFramesAndSummary()
    {
        string input = _mace.Write("in.xyz", Samples.Water + Samples.Crystal);
        Outcome outcome = _mace.Run("eval", input, "--json");
        Assert.Equal("", outcome.Error);
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        JsonElement frames = json.RootElement.GetProperty("frames");
        Assert.Equal(2, frames.GetArrayLength());
        Assert.Equal(3, frames[0].GetProperty("arrays").GetProperty("forces").GetArrayLength());
        Assert.Equal(3, frames[1].GetProperty("info").GetProperty("stress").GetArrayLength());
        Assert.Equal(5, json.RootElement.GetProperty("summary").GetProperty("atoms").GetInt64());
        Assert.Equal("lj", json.RootElement.GetProperty("summary").GetProperty("models")[0].GetString());
    }

    [Fact]
    public void QuietIsQuiet()
    {
        Outcome outcome = _mace.Run("eval", _mace.Write("in.xyz", Samples.Water), "-o", _mace.PathOf("out.xyz"), "--quiet");
        Assert.Equal(("", "", 0), (outcome.Output, outcome.Error, outcome.ExitCode));
    }

    [Fact]
    public void WhatPeopleReadHasNoColorsWhenNobodyWatches()
    {
        Outcome outcome = _mace.Run("eval", "nothing.xyz");
        Assert.DoesNotContain('\e', outcome.Error + outcome.Output);
    }
}
