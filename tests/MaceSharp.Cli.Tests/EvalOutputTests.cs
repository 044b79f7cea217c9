using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;
using MaceSharp.TestSupport;

namespace MaceSharp.Cli.Tests;

/// <summary>What <c>mace eval --output</c> writes.</summary>
public sealed class EvalOutputTests : IDisposable
{
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void ResultsGoOutUnderTheNamesOfAse()
    {
        Structure crystal = Evaluate(Samples.Crystal);
        PotentialResult expected = new LennardJones().Compute(crystal, Properties.Energy | Properties.Forces | Properties.Stress);
        Assert.Equal(expected.Energy, crystal.Info["energy"].Reals[0]);
        Assert.Equal([expected.Forces[1].X, expected.Forces[1].Y, expected.Forces[1].Z], crystal.Arrays["forces"].Reals[3..6].ToArray());
        Assert.Equal([3, 3], crystal.Info["stress"].Shape);
        Assert.Equal(expected.Stress!.Value.ToArray(), crystal.Info["stress"].Reals.ToArray());
        Assert.False(crystal.Info.ContainsKey("node_energy"));
    }

    [Fact]
    public void FurtherDataOfTheInputStay()
    {
        Structure water = Evaluate(Samples.Water);
        Assert.Equal("water", water.Info["name"].Texts[0]);
        Assert.False(water.Info.ContainsKey("stress"));
    }

    [Fact]
    public void LabelsUnderTheSameNamesAreKept()
    {
        Structure once = Evaluate("""
            1
            Properties=species:S:1:pos:R:3:forces:R:3 energy=-5.0 stress="1.0 2.0 3.0 0.0 0.0 0.0" pbc="F F F"
            O 0.0 0.0 0.0 0.1 0.2 0.3

            """);
        Assert.Equal(-5.0, once.Info["REF_energy"].Reals[0]);
        Assert.Equal(-8.0, once.Info["energy"].Reals[0]);
        Assert.Equal([0.1, 0.2, 0.3], once.Arrays["REF_forces"].Reals.ToArray());
        Assert.Equal([0.0, 0.0, 0.0], once.Arrays["forces"].Reals.ToArray());

        // No stress was computed, so there is nothing to keep it from.
        Assert.False(once.Info.ContainsKey("REF_stress"));

        // A second time: REF_ is taken, and the first results are what came in.
        _mace.Run("eval", _mace.PathOf("out.xyz"), "-o", _mace.PathOf("twice.xyz"), "--model", "lj:0.02");
        Structure twice = StructureFile.Read(_mace.PathOf("twice.xyz"));
        Assert.Equal(-5.0, twice.Info["REF_energy"].Reals[0]);
        Assert.Equal(-8.0, twice.Info["INPUT_energy"].Reals[0]);
        _mace.Run("eval", _mace.PathOf("twice.xyz"), "-o", _mace.PathOf("thrice.xyz"));
        Structure thrice = StructureFile.Read(_mace.PathOf("thrice.xyz"));
        Assert.Equal(-8.0, thrice.Info["INPUT_energy_2"].Reals[0]);
        Assert.Equal(-5.0, thrice.Info["REF_energy"].Reals[0]);
    }

    [Fact]
    public void APrefixMakesRenamingNeedless()
    {
        Structure water = Evaluate(Samples.Water.Replace("name=water", "energy=-1.5", StringComparison.Ordinal), "--prefix", "MACE_");
        Assert.Equal(-1.5, water.Info["energy"].Reals[0]);
        Assert.True(water.Info.ContainsKey("MACE_energy"));
        Assert.True(water.Arrays.ContainsKey("MACE_forces"));
        Assert.False(water.Info.ContainsKey("REF_energy"));
    }

    [Fact]
    public void OptionsAddResults()
    {
        Structure crystal = Evaluate(Samples.Crystal, "--node-energies", "--atomic-virials", "--descriptors", "--model", "charged", "--hessian", "--charge", "-1", "--spin", "2");
        Assert.Equal([2], crystal.Arrays["node_energy"].Shape);
        Assert.Equal(crystal.Info["energy"].Reals[0], crystal.Arrays["node_energy"].Reals[0] + crystal.Arrays["node_energy"].Reals[1], 1e-12);
        Assert.Equal([2, 9], crystal.Arrays["atomic_virials"].Shape);
        Assert.Equal([2, 2], crystal.Arrays["descriptors"].Shape);
        Assert.Equal([6, 6], crystal.Info["hessian"].Shape);
        Assert.Equal(35.0, crystal.Info["hessian"].Reals[35]);
        Assert.Equal(-1, crystal.Info["charge"].Integers[0]);
        Assert.Equal(2, crystal.Info["spin"].Integers[0]);
    }

    [Fact]
    public void ACommitteeGivesMeanVarianceAndMembers()
    {
        Structure crystal = Evaluate(Samples.Crystal, "--model", "lj:0.01", "lj:0.02", "lj:0.04");
        CommitteeResult expected = new Committee(new LennardJones(0.01), new LennardJones(0.02), new LennardJones(0.04))
            .ComputeSpread(crystal, Properties.Energy | Properties.Forces | Properties.Stress);
        Assert.Equal(expected.Mean.Energy, crystal.Info["energy"].Reals[0]);
        Assert.Equal(expected.EnergyVariance, crystal.Info["energy_var"].Reals[0]);
        Assert.Equal(expected.Members[2].Energy, crystal.Info["energy_comm"].Reals[2]);
        Assert.Equal(expected.StressVariance!.Value.ToArray(), crystal.Info["stress_var"].Reals.ToArray());
        Assert.Equal(expected.Members[1].Stress!.Value.ToArray(), crystal.Info["stress_comm"].Reals[9..18].ToArray());
        Assert.Equal(expected.ForceVariances[1].Z, crystal.Arrays["forces_var"].Reals[5]);

        // Atom by atom the forces of all members, one after the other.
        Assert.Equal([2, 9], crystal.Arrays["forces_comm"].Shape);
        Assert.Equal(expected.Members[1].Forces[1].Y, crystal.Arrays["forces_comm"].Reals[9 + 3 + 1]);
    }

    [Theory]
    [InlineData("interaction")]
    [InlineData("atomization")]
    public void AReferenceIsTakenOffTheEnergy(string reference)
    {
        // The isolated atoms of this potential have the energies E0, so both references agree.
        Structure water = Evaluate(Samples.Water, "--reference", reference);
        PotentialResult expected = new LennardJones().Compute(water, Properties.Energy);
        Assert.Equal(expected.InteractionEnergy!.Value, water.Info["energy"].Reals[0], 1e-12);
        Assert.Equal(reference, water.Info["energy_reference"].Texts[0]);

        Structure committee = Evaluate(Samples.Water, "--reference", reference, "--model", "lj:0.01", "lj:0.03");
        Assert.Equal(2 * expected.InteractionEnergy.Value, committee.Info["energy"].Reals[0], 1e-12);
        Assert.Equal(expected.InteractionEnergy.Value, committee.Info["energy_comm"].Reals[0], 1e-12);
        Assert.Equal(Math.Pow(expected.InteractionEnergy.Value, 2), committee.Info["energy_var"].Reals[0], 1e-12);
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public void StressFollowsItsOption(string mode, bool expected) => Assert.Equal(expected, Evaluate(Samples.Crystal, "--stress", mode).Info.ContainsKey("stress"));

    [Fact]
    public void TheOutputDoesNotDependOnTheNumberOfThreads()
    {
        string input = _mace.Write("in.xyz", Samples.Trajectory(150));
        _mace.Models.BeforeEvaluation = static s => Thread.Sleep((int)((Samples.StepOf(s) + 1) * 7 % 5));
        foreach (string threads in new[] { "1", "3", "16", "200" })
        {
            Assert.Equal(0, _mace.Run("eval", input, "-o", _mace.PathOf(threads + ".xyz"), "--threads", threads).ExitCode);
            Assert.Equal(_mace.Read("1.xyz"), _mace.Read(threads + ".xyz"));
        }

        Assert.Equal(Enumerable.Range(0, 150).Select(static i => (long)i), StructureReader.Read(_mace.PathOf("16.xyz")).Select(static s => s.Info["step"].Integers[0]));
    }

    [Fact]
    public void FewFramesGetSeveralThreadsEach()
    {
        string input = _mace.Write("in.xyz", Samples.Trajectory(2));
        _mace.Run("eval", input, "--threads", "7");
        Assert.Equal(3, _mace.Models.LargestThreadCount);
    }

    [Theory]
    [InlineData("extxyz")]
    [InlineData("jsonl")]
    public void APipeGivesTheSameBytesAsFiles(string format)
    {
        string text = Samples.Trajectory(1000);
        if (format == "jsonl") { text = _mace.RunWith(text, default, "convert-structure", "-", "-", "--format", "jsonl").Output; }
        string input = _mace.Write("in." + format, text);
        Assert.Equal(0, _mace.Run("eval", input, "-o", _mace.PathOf("out." + format)).ExitCode);
        Outcome piped = _mace.RunWith(text, default, "eval", "-", "-o", "-", "--format", format);
        Assert.Equal(0, piped.ExitCode);
        Assert.Equal(_mace.Read("out." + format), piped.Output);
        Assert.Equal(1000, StructureReader.CountFrames(_mace.PathOf("out." + format)));
    }

    [Fact]
    public void SlicesWorkOnFilesAndOnStandardInput()
    {
        string input = _mace.Write("in.xyz", Samples.Trajectory(10));
        Outcome file = _mace.Run("eval", input + "@1::4", "-o", "-");
        Outcome pipe = _mace.RunWith(Samples.Trajectory(10), default, "eval", "-@1::4", "-o", "-");
        Assert.Equal(file.Output, pipe.Output);
        Assert.Contains("step=1 ", file.Output, StringComparison.Ordinal);
        Assert.Contains("step=5 ", file.Output, StringComparison.Ordinal);
        Assert.Contains("3 frames", file.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralInputsFollowEachOther()
    {
        string water = _mace.Write("water.xyz", Samples.Water), crystal = _mace.Write("crystal.xyz", Samples.Crystal);

        // The second value of --model is a structure by its name.
        Outcome outcome = _mace.Run("eval", crystal, "--model", "lj", water, "-o", "-", "--quiet");
        Assert.Equal("", outcome.Error);
        Assert.Equal([2, 3], StructureReader.Read(new StringReader(outcome.Output)).Select(static s => s.Count));
        outcome = _mace.Run("eval", "--descriptors", crystal, "-o", "-", "--quiet");
        Assert.Contains("descriptors:R:2", outcome.Output, StringComparison.Ordinal);
    }

    private Structure Evaluate(string text, params string[] options)
    {
        string input = _mace.Write("in.xyz", text);
        Outcome outcome = _mace.Run(["eval", input, "-o", _mace.PathOf("out.xyz"), .. options]);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return StructureFile.Read(_mace.PathOf("out.xyz"));
    }
}
