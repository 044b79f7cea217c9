using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MaceSharp.Atoms;
using MaceSharp.Cli.Tests.Support;

namespace MaceSharp.Cli.Tests;

/// <summary><c>mace md</c>: files, restarts after a kill, guards, refusals.</summary>
public sealed class MdTests : IDisposable
{
    private const string Argon = "--potential=lj:argon";
    private readonly CommandLine _mace = new();

    public void Dispose() => _mace.Dispose();

    [Fact]
    public void ARunWritesTheFilesOfJanus()
    {
        Outcome outcome = _mace.Run("md", Crystal(), Argon, "--ensemble", "npt-mtk", "--temp", "60", "--pressure", "0.1", "--steps", "100", "--timestep", "2", "--stats-every", "20", "--traj-every", "50", "--restart-every", "50", "--plot", "--cite", "-p", _mace.PathOf("r/a"));
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Contains("npt-mtk: 32 atoms, 100 steps of 2 fs", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Martyna, D. J. Tobias", outcome.Output, StringComparison.Ordinal);
        string[] rows = File.ReadAllLines(_mace.PathOf("r/a-stats.dat"));
        Assert.StartsWith("# Step | Time [fs] | Epot/N [eV] | EKin/N [eV] | T [K] | ETot/N [eV] | Density [g/cm^3]", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("Target_P [GPa] | Target_T [K] | EConserved/N [eV]", rows[0], StringComparison.Ordinal);
        Assert.Equal(7, rows.Length);
        Assert.Equal(rows[0].Split('|').Length, rows[3].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
        List<Structure> frames = [.. StructureReader.Read(_mace.PathOf("r/a-traj.extxyz"), FrameSlice.All)];
        Assert.Equal([0L, 50L, 100L], frames.Select(f => f.Info["step"].Integers[0]));
        Assert.Equal(3 * 32, frames[2].Arrays["momenta"].Count);
        foreach (string name in new[] { "final.extxyz", "res-50.extxyz", "res-100.extxyz", "md.json", "md.svg", "md.html" }) { Assert.True(File.Exists(_mace.PathOf($"r/a-{name}")), name); }
    }

    [Fact]
    public void FilesAreNamedByEnsembleAndTemperature()
    {
        string here = Environment.CurrentDirectory;
        string input = Crystal();
        Assert.Equal("argon-nvt-T75.5", Prefix("--ensemble", "nvt", "--temp", "75.5"));
        Assert.Equal("argon-nve-T300", Prefix());

        string Prefix(params string[] options)
        {
            // The default is the current folder, which tests share, so only the names are looked at.
            Outcome outcome = _mace.Run(["md", input, Argon, "--steps", "0", "--json", .. options]);
            using JsonDocument json = JsonDocument.Parse(outcome.Output);
            string[] files = [.. json.RootElement.GetProperty("files").EnumerateArray().Select(f => f.GetString()!)];
            foreach (string file in files) { File.Delete(Path.Combine(here, file)); }
            return files[0][..^"-stats.dat".Length];
        }
    }

    [Fact]
    public void AKilledProcessGoesOnBitForBit()
    {
        string input = Crystal();
        string[] common = ["md", input, Argon, "--ensemble", "nvt", "--temp", "60", "--timestep", "2", "--steps", "6000", "--restart-every", "100", "--traj-every", "30", "--stats-every", "10", "--rotate-restart", "--restarts-to-keep", "2", "--threads", "1"];
        Assert.Equal(0, _mace.Run([.. common, "-p", _mace.PathOf("whole"), "-q"]).ExitCode);
        for (int kill = 0; kill < 3; kill++)
        {
            // Killed where it stands, some time after another restart file has appeared.
            string[] before = Restarts();
            using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "mace.dll"), .. common, "-p", _mace.PathOf("parts"), "-q", .. kill == 0 ? Array.Empty<string>() : ["--restart"]]) { RedirectStandardError = true })!;
            SpinWait.SpinUntil(() => process.HasExited || Restarts().Except(before).Any(), TimeSpan.FromSeconds(60));
            Thread.Sleep(5 * kill);
            process.Kill();
            process.WaitForExit();
        }

        Assert.NotEmpty(Restarts());
        Outcome last = _mace.Run([.. common, "-p", _mace.PathOf("parts"), "-q", "--restart"]);
        Assert.True(last.ExitCode == 0, last.Error);
        foreach (string name in new[] { "stats.dat", "traj.extxyz", "final.extxyz", "res-6000.extxyz" }) { Assert.True(_mace.Read($"whole-{name}") == _mace.Read($"parts-{name}"), name); }
        Assert.Equal(2, Restarts().Length);

        string[] Restarts() => Directory.GetFiles(_mace.Folder, "parts-res-*.extxyz");
    }

    [Theory]
    [InlineData("npt-mtk")]
    [InlineData("npt-full")]
    public void ARunUnderATensionWithFixedBondsGoesOnBitForBit(string ensemble)
    {
        string input = Crystal();
        string[] common = ["md", input, Argon, "--ensemble", ensemble, "--temp", "60", "--timestep", "2", "--pressure", "-0.02,0.05,0,0.01,0,0.02", "--fix-bond", "1-2", "--fix-bond", "2-3", "--restart-every", "20", "--stats-every", "5", "-q"];
        Assert.Equal(0, _mace.Run([.. common, "--steps", "60", "-p", _mace.PathOf("whole")]).ExitCode);
        Assert.Equal(0, _mace.Run([.. common, "--steps", "40", "-p", _mace.PathOf("parts")]).ExitCode);
        Outcome last = _mace.Run([.. common, "--steps", "60", "-p", _mace.PathOf("parts"), "--restart"]);
        Assert.True(last.ExitCode == 0, last.Error);
        foreach (string name in new[] { "stats.dat", "final.extxyz" }) { Assert.True(_mace.Read($"whole-{name}") == _mace.Read($"parts-{name}"), name); }

        // Another structure is no beginning of this run, and its files stay as they are.
        string before = _mace.Read("parts-stats.dat");
        Outcome other = _mace.Run(["md", _mace.Write("other.xyz", Samples.Crystal), .. common[2..], "--steps", "80", "-p", _mace.PathOf("parts"), "--restart"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("belongs to a run of other atoms than", other.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(before, _mace.Read("parts-stats.dat"));
    }

    [Fact]
    public void FilesDoNotSpoilEachOther()
    {
        string input = Crystal();
        string before = File.ReadAllText(input);
        Outcome twice = _mace.Run("md", input, Argon, "--steps", "1", "--stats-file", _mace.PathOf("a.dat"), "--traj-file", _mace.PathOf("a.dat"), "-p", _mace.PathOf("x"));
        Outcome own = _mace.Run("md", $"{input}@0", Argon, "--steps", "1", "--traj-file", input, "-p", _mace.PathOf("x"));
        Assert.Equal((2, 2), (twice.ExitCode, own.ExitCode));
        Assert.Contains("where another file of this run goes", twice.ErrorLine, StringComparison.Ordinal);
        Assert.Contains("over its input", own.ErrorLine, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(input));
    }

    [Fact]
    public void CtrlCLeavesARestartPoint()
    {
        using CancellationTokenSource cancel = new();
        int evaluations = 0;
        _mace.Models.BeforeEvaluation = _ => { if (++evaluations == 75) { cancel.Cancel(); } };
        Outcome outcome = _mace.RunWith("", cancel.Token, "md", _mace.Write("w.xyz", Samples.Water), "--steps", "1000", "--restart-every", "20", "-p", _mace.PathOf("c"));
        Assert.Equal(130, outcome.ExitCode);
        Assert.Contains("c-res-60.extxyz' with --restart", outcome.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public void AGuardEndsTheRunWithItsReason()
    {
        Outcome outcome = _mace.Run("md", Crystal(), Argon, "--temp", "300", "--steps", "1000", "--max-temp", "100", "-p", _mace.PathOf("g"));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Matches("Stopped at step 1: the temperature is [0-9]+ K, above 100 K. The last good frame \\(step 0\\) is in '.*g-last-good.extxyz'.", outcome.ErrorLine);
        Assert.True(File.Exists(_mace.PathOf("g-last-good.extxyz")));
    }

    [Fact]
    public void ARampComesBeforeTheSteps()
    {
        Outcome outcome = _mace.Run("md", Crystal(), Argon, "--ensemble", "nvt-berendsen", "--temp-start", "20", "--temp-end", "60", "--temp-step", "20", "--temp-time", "10", "--timestep", "2", "--temp", "50", "--steps", "5", "--stats-every", "1", "-p", _mace.PathOf("r"), "-q");
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        string[][] rows = [.. File.ReadLines(_mace.PathOf("r-stats.dat")).Skip(1).Select(r => r.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal([0, 20, 20, 20, 20, 20, 40, 40, 40, 40, 40, 60, 60, 60, 60, 60, 50, 50, 50, 50, 50], rows.Select(r => double.Parse(r[^2], CultureInfo.InvariantCulture)).Skip(1).Prepend(0));
    }

    [Theory]
    [InlineData("", "--steps is missing")]
    [InlineData("--steps 5 --ensemble nvt --pressure 1", "changes nothing in the ensemble nvt")]
    [InlineData("--steps 5 --ensemble nvt --temp 0", "above 0 K")]
    [InlineData("--steps 5 --ensemble npt --fix 1", "exclude a changing cell")]
    [InlineData("--steps 5 --ensemble npt --pressure 1,2", "takes 1, 3 (xx,yy,zz) or 6")]
    [InlineData("--steps 5 --ensemble npt --pressure 1,x,2", "cannot be '1,x,2'")]
    [InlineData("--steps 5 --ensemble npt-mtk --pressure 1,2,nan", "cannot be '1,2,nan'")]
    [InlineData("--steps 5 --ensemble npt --pressure 1,1,2", "needs a cell that can follow it")]
    [InlineData("--steps 5 --ensemble npt-aniso --pressure 1,1,2,0,0,1", "needs a cell whose angles are free")]
    [InlineData("--steps 5 --ensemble npt-full --pressure 1,1,2 --pressure-end 3", "is for a pressure of one number")]
    [InlineData("--steps 5 --temp-start 5", "both --temp-start and --temp-end")]
    [InlineData("--steps 5 --temp-step 5", "for a ramp")]
    [InlineData("--steps 5 --temp 4 --temp-start 5 --temp-end 6", "exclude each other")]
    [InlineData("--steps 5 --velocities input", "asks for an array 'momenta'")]
    [InlineData("--steps 5 --timestep 0", "--timestep cannot be '0'")]
    [InlineData("--steps -1", "--steps cannot be '-1'")]
    [InlineData("--steps 5 --restart", "nothing to restart from")]
    [InlineData("--steps 5 --ensemble npt2", "one of nve, nvt")]
    public void WrongOptionsAreRefusedWithASentence(string options, string part)
    {
        string input = Crystal();
        Outcome outcome = _mace.Run(["md", input, Argon, "-p", _mace.PathOf("p"), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(part, outcome.ErrorLine, StringComparison.Ordinal);
        Assert.Equal([input], Directory.GetFiles(_mace.Folder));
    }

    [Fact]
    public void UnsuitableStructuresAreRefused()
    {
        string water = _mace.Write("w.xyz", Samples.Water), two = _mace.Write("t.xyz", Samples.Water + Samples.Water);
        Assert.Contains("needs a structure that is periodic", _mace.Run("md", water, "--steps", "5", "--ensemble", "npt", "-p", _mace.PathOf("p")).ErrorLine, StringComparison.Ordinal);
        Assert.Contains("holds several structures", _mace.Run("md", two, "--steps", "5", "-p", _mace.PathOf("p")).ErrorLine, StringComparison.Ordinal);
        Assert.Contains("w.xyz", _mace.Run("md", water, "--steps", "5", "--fix", "9", "-p", _mace.PathOf("p")).ErrorLine, StringComparison.Ordinal);
    }

    private string Crystal()
    {
        StringBuilder text = new("32\nLattice=\"10.8 0 0 0 10.8 0 0 0 10.8\" pbc=\"T T T\"\n");
        for (int i = 0; i < 8; i++)
        {
            foreach ((double x, double y, double z) in new[] { (0.0, 0.0, 0.0), (0.0, 2.7, 2.7), (2.7, 0.0, 2.7), (2.7, 2.7, 0.0) })
            {
                text.Append(CultureInfo.InvariantCulture, $"Ar {x + (5.4 * (i & 1))} {y + (5.4 * ((i >> 1) & 1))} {z + (5.4 * (i >> 2))}\n");
            }
        }

        return _mace.Write("argon.xyz", text.ToString());
    }
}
