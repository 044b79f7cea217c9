using System.Globalization;
using System.Text;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace relax</c>: files, batches, restarts, refusals.</summary>
public sealed class RelaxTests : IDisposable
{
    private const string Argon = "--potential=lj:argon";
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void AMoleculeIsRelaxedAndItsFilesAreWritten()
    {
        string input = _mace.Write("dimer.xyz", "2\nPBE=1\nAr 0 0 0\nAr 0 0 3.5\n");
        Outcome outcome = _mace.Run("relax", input, Argon, "--fmax", "1e-6", "--file-prefix", _mace.PathOf("out/d"), "--write-traj", "--plot", "--cite");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("converged: -0.01034", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("J. E. Jones", outcome.Output, StringComparison.Ordinal);
        Structure relaxed = Read("out/d-opt.extxyz").Single();
        Assert.Equal(3.4 * Math.Pow(2, 1.0 / 6), (relaxed.Positions[1] - relaxed.Positions[0]).Norm, 1e-5);
        Assert.True(relaxed.Info["converged"].Booleans[0]);
        Assert.Equal(1, relaxed.Info["PBE"].Integers[0]);
        Assert.True(Read("out/d-traj.extxyz").Count > 3);
        foreach (string name in new[] { "opt.dat", "opt.json", "opt.svg", "opt.html" }) { Assert.True(File.Exists(_mace.PathOf($"out/d-{name}")), name); }
        Assert.False(File.Exists(_mace.PathOf("out/d-opt-res.extxyz")));
        using JsonDocument json = JsonDocument.Parse(_mace.Read("out/d-opt.json"));
        Assert.Equal(json.RootElement.GetProperty("steps").GetInt32() + 1, json.RootElement.GetProperty("history").GetProperty("energy_eV").GetArrayLength());
    }

    [Fact]
    public void TheSummaryIsJson()
    {
        string input = _mace.Write("dimer.xyz", "2\n\nAr 0 0 0\nAr 0 0 3.5\n");
        Outcome outcome = _mace.Run("relax", input, Argon, "--json", "--cite", "--out", _mace.PathOf("a.xyz"), "-p", _mace.PathOf("p"));
        using JsonDocument json = JsonDocument.Parse(outcome.Output);
        Assert.True(json.RootElement.GetProperty("converged").GetBoolean());
        Assert.Equal("lj:argon", json.RootElement.GetProperty("potential")[0].GetString());
        Assert.Equal(2, json.RootElement.GetProperty("citations").GetArrayLength());
        Assert.Equal(_mace.PathOf("a.xyz"), json.RootElement.GetProperty("files")[0].GetString());
    }

    [Fact]
    public void WhatDoesNotConvergeIsWrittenAndSaidSo()
    {
        string input = _mace.Write("dimer.xyz", "2\n\nAr 0 0 0\nAr 0 0 3.2\n");
        Outcome outcome = _mace.Run("relax", input, Argon, "--steps", "1", "-p", _mace.PathOf("p"));
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("not converged", outcome.Output, StringComparison.Ordinal);
        Assert.False(Read("p-opt.extxyz").Single().Info["converged"].Booleans[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void ManyStructuresAreRelaxedSideBySideInOrder(int threads)
    {
        StringBuilder text = new();
        for (int i = 0; i < 200; i++) { text.Append(CultureInfo.InvariantCulture, $"2\nindex={i}\nAr 0 0 0\nAr 0 0 {(i is 17 or 44 ? 0.0 : 3.4 + (0.005 * i))}\n"); }
        Outcome outcome = _mace.Run("relax", _mace.Write("many.xyz", text.ToString()), Argon, "-p", _mace.PathOf($"t{threads}"), "--threads", threads.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("198 converged, 2 failed", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Atoms 1 and 2 are at the same place", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 200).Where(i => i is not (17 or 44)).Select(i => (long)i), Read($"t{threads}-opt.extxyz").Select(s => s.Info["index"].Integers[0]));
        Assert.Equal(3, File.ReadAllLines(_mace.PathOf($"t{threads}-opt-failures.dat")).Length);
    }

    [Fact]
    public void AnInterruptedRelaxationGoesOn()
    {
        StringBuilder text = new("8\n\n");
        for (int i = 0; i < 8; i++) { text.Append(CultureInfo.InvariantCulture, $"Ar {(2.2 * (i % 2)) + (0.03 * i)} {2.3 * (i / 2 % 2)} {2.4 * (i / 4)}\n"); }
        string input = _mace.Write("cluster.xyz", text.ToString());
        Assert.Equal(0, _mace.Run("relax", input, "--fmax", "1e-5", "--restart-every", "3", "--steps", "4000", "-p", _mace.PathOf("whole"), "-q").ExitCode);
        using CancellationTokenSource cancel = new();
        int evaluations = 0;
        _mace.Models.BeforeEvaluation = _ => { if (++evaluations == 11) { cancel.Cancel(); } };
        string[] command = ["relax", input, "--fmax", "1e-5", "--restart-every", "3", "--steps", "4000", "-p", _mace.PathOf("parts"), "-q"];
        Outcome killed = _mace.RunWith("", cancel.Token, command);
        Assert.Equal(130, killed.ExitCode);
        Assert.Contains("--restart", killed.ErrorLine, StringComparison.Ordinal);
        Assert.False(File.Exists(_mace.PathOf("parts-opt.extxyz")));
        Assert.Equal(0, _mace.Run([.. command, "--restart"]).ExitCode);
        Assert.Equal(_mace.Read("whole-opt.extxyz"), _mace.Read("parts-opt.extxyz"));
    }

    [Fact]
    public void ADryRunWritesNothing()
    {
        string input = _mace.Write("dimer.xyz", "2\n\nAr 0 0 0\nAr 0 0 3.5\n");
        Outcome outcome = _mace.Run("relax", input, Argon, "--dry-run", "-p", _mace.PathOf("none"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("nothing was written", outcome.Output, StringComparison.Ordinal);
        Assert.Equal([input], Directory.GetFiles(_mace.Folder));
    }

    [Theory]
    [InlineData("--opt-cell-fully", "periodic in three directions")]
    [InlineData("--pressure 1", "changes nothing while the cell is fixed")]
    [InlineData("--pressure 1,1,2", "changes nothing while the cell is fixed")]
    [InlineData("--cell full --pressure 1,1", "takes 1, 3 (xx,yy,zz) or 6 (xx,yy,zz,yz,xz,xy) numbers, not 2")]
    [InlineData("--cell full --pressure 1,,2", "cannot be '1,,2'")]
    [InlineData("--cell full --opt-cell-lengths", "exclude each other")]
    [InlineData("--cell full --cell-mask xz,zx", "does not know 'zx'")]
    [InlineData("--cell-mask xx", "add --opt-cell-fully")]
    [InlineData("--fix 3", "atoms 1 to 2")]
    [InlineData("--fix 0", "counted from 1")]
    [InlineData("--fix 2-1", "no range of atoms")]
    [InlineData("--fix-plane 1:0,0", "write an atom and a vector")]
    [InlineData("--fix-line 1:0,0,0", "no length")]
    [InlineData("--fix-bond 1-1", "with itself")]
    [InlineData("--fmax 0", "--fmax cannot be '0'")]
    [InlineData("--optimizer newton", "one of lbfgs, fire, bfgs, cg")]
    [InlineData("--restart", "nothing to restart from")]
    [InlineData("--symmetrize", "periodic in three directions")]
    [InlineData("--charge 1", "would change nothing")]
    [InlineData("--potential morse", "'morse' is unknown")]
    [InlineData("--potential lj:depth=2", "does not know 'depth=2'")]
    [InlineData("--model a --potential lj", "exclude each other")]
    public void WrongOptionsAreRefusedWithASentence(string options, string part)
    {
        string input = _mace.Write("dimer.xyz", "2\n\nAr 0 0 0\nAr 0 0 3.5\n");
        Outcome outcome = _mace.Run(["relax", input, "-p", _mace.PathOf("p"), .. options.Split(' ')]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Equal([input], Directory.GetFiles(_mace.Folder));
    }

    private List<Structure> Read(string name) => [.. StructureReader.Read(_mace.PathOf(name), FrameSlice.All)];
}
